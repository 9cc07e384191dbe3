"""What a hub tells all sites of a sender follows what is known of it, however that came about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from letter_room import KIND as NAME
from letter_room import LetterRoom

from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.sender_rulings import SenderForgotten, SendersMerged
from appliance.fleet.spreading import Spreading, Told, about_sender
from appliance.records.fleet_hub import HubInbox
from appliance.records.fleet_hub_outbox import HubOutbox
from appliance.records.store import Store
from appliance.senders import telling

KIND = DocType(
    NAME,
    "Invoice",
    (
        FieldSpec("supplier"),
        FieldSpec("vat_id", FieldType.VAT_ID),
        FieldSpec("iban", FieldType.IBAN),
    ),
    party=("vat_id", "supplier"),
)
ACME, FAR, VAT_ID = "acmegmbh", "farltd", "DE136695976"
OLD, NEW = "DE89370400440532013000", "DE02120300000000202051"


class TellingHub(LetterRoom):
    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.inbox = HubInbox(store)
        self.inbox.admit("lyon")
        self.outbox = HubOutbox(store.database)
        self.spreading = Spreading(
            self.outbox,
            self.directory,
            sender=lambda party: telling.told(
                store, party, hub="hq", doctype=lambda name: KIND, may_tell=lambda *_: True
            ),
            doctypes=dict,
        )
        self.number = 0

    def paid(self, account: str, name: str = "ACME GmbH", code: str | None = None) -> str:
        """The docid."""
        paper = self.read(f"{name}\n{account}\n{code or ''}\nTel 0711 98 76 54")
        values = {"vat_id": code} if code else {}
        self.approve(paper, name, code, supplier=name, iban=account, **values)
        return paper.docid

    def refuses(self, docid: str) -> None:
        self.now += 1.0
        self.reviews.withdraw(self.jobs[docid], "1", "Ann", "rejected", now=self.now)

    def note(self, told: Told) -> None:
        self.number += 1
        self.spreading.note(told, number=self.number)

    def tells(self) -> dict[str, set[str]]:
        """Which accounts were paid to, about each sender; none where nothing is left."""
        said = {}
        for told in self.spreading.due():
            said[told.about] = set(telling.read(told.body).accounts) if told.body else set()
            self.note(told)
        return said


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[TellingHub]:
    store = Store(tmp_path / "hub.db")
    yield TellingHub(store)
    store.close()


def about(**accounts: set[str]) -> dict[str, set[str]]:
    return {about_sender(party): paid for party, paid in accounts.items()}


def test_an_account_of_a_document_that_is_refused_is_told_no_more(hub: TellingHub) -> None:
    hub.paid(OLD)
    wrong = hub.paid(NEW)
    assert hub.tells() == about(acmegmbh={OLD, NEW})
    hub.refuses(wrong)
    assert hub.tells() == about(acmegmbh={OLD})
    assert hub.tells() == {} and hub.outbox.untold() == []


def test_what_a_page_without_the_code_shows_is_told_of_the_sender_that_has_it(
    hub: TellingHub,
) -> None:
    hub.paid(OLD, code=VAT_ID)
    hub.tells()
    hub.paid(NEW)
    assert hub.tells() == about(DE136695976={OLD, NEW})


def test_of_senders_that_become_one_or_are_forgotten_nothing_stays_told(hub: TellingHub) -> None:
    hub.paid(OLD)
    hub.paid(NEW, "Far Ltd")
    assert hub.tells() == about(acmegmbh={OLD}, farltd={NEW})
    hub.rule(SendersMerged(FAR, ACME))
    assert hub.tells() == about(acmegmbh={OLD, NEW}, farltd=set())
    hub.rule(SenderForgotten(ACME))
    assert hub.tells() == about(acmegmbh=set())


def test_that_a_sender_is_gone_is_told_too_where_all_is_learned_anew(
    hub: TellingHub,
) -> None:
    only = hub.paid(OLD)
    hub.tells()
    hub.inbox.admit("oslo")
    hub.refuses(only)
    assert hub.tells() == about(acmegmbh=set())


def test_what_is_learned_while_it_is_told_is_told_next(hub: TellingHub) -> None:
    hub.paid(OLD)
    for told in hub.spreading.due():
        hub.paid(NEW)
        hub.directory.learn()  # as the daemon does
        hub.note(told)
    assert hub.tells() == about(acmegmbh={OLD, NEW})


def test_a_home_that_is_no_hub_notes_nobody_to_tell_of(tmp_path: Path) -> None:
    store = Store(tmp_path / "appliance.db")
    room = LetterRoom(store)
    room.approve(room.read("ACME GmbH"), "ACME GmbH")
    room.directory.learn()
    assert HubOutbox(store.database).untold() == []
    store.close()


def test_a_hub_of_before_tells_its_sites_of_all_senders_again(
    hub: TellingHub, tmp_path: Path
) -> None:
    hub.paid(OLD)
    hub.tells()
    hub.outbox.note_told(about_sender(FAR), "of a sender that became another", number=9)
    database = hub.outbox._database
    database.execute("delete from fleet_untold")
    database.execute("delete from _sqlite_migrations where name = 'm023_told_again'")
    with closing(Store(tmp_path / "hub.db")):
        assert hub.tells() == about(acmegmbh={OLD}, farltd=set())
