"""A change of what was done is found, and what is forgotten says nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils
from letter_room import LetterRoom

from appliance.domain.errors import StoreError
from appliance.domain.sender_rulings import SenderForgotten, SenderRenamed
from appliance.records.audit import Audit, AuditEntry
from appliance.records.chain import LinkKind
from appliance.records.erasures import ErasureChoice, Erasures
from appliance.records.labels import Labels
from appliance.records.schema import migrations
from appliance.records.store import Store

ACME, TOOLS = "ACME GmbH", "Tools Ltd"


class Office(LetterRoom):
    """Two papers are approved, one again, something is said of a sender, and a night has judged."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Store(folder / "appliance.db"))
        self.audit = Audit(self.store.database)
        self.papers = [self.read(f"{name}\nTel 0711 {number}") for number, name in enumerate(NAMES)]
        for paper, name in zip(self.papers, NAMES, strict=True):
            self.approve(paper, name, total="9.00")
        self.approve(self.papers[0], ACME, total="8.00")
        self.rule(SenderRenamed("toolsltd", "The hammers"))
        Labels(self.store).decided("m1", "m2", "promoted", "it fixes 9", (), now=9.0)

    def forget(self, *numbers: int) -> None:
        erasures = Erasures(self.store)
        docids = erasures.whole(self.papers[number].docid for number in numbers)
        erasures.begin(
            docids,
            files=[],
            versions=[],
            chosen=ErasureChoice.NAMED,
            who="owner",
            why="",
            now=20.0,
        )
        erasures.finish()

    def entries(self) -> list[AuditEntry]:
        return list(self.audit.entries())

    def tamper(self, *statements: str) -> None:
        """As somebody does who has a shell of SQLite, and time."""
        triggers = self.store.database.rows(
            "select name, sql from sqlite_master where type = 'trigger'"
        )
        for trigger in triggers:
            self.store.database.execute(f"drop trigger {trigger['name']}")
        for sql in statements:
            assert self.store.database.execute(sql), sql
        for trigger in triggers:
            self.store.database.execute(trigger["sql"])

    def broken(self) -> str:
        found = self.audit.broken()
        return f"{found.number} {found.told}" if found else ""


NAMES = ACME, TOOLS


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.store.close()


def test_each_thing_that_was_done_is_one_link_with_who_and_when(office: Office) -> None:
    first, second = (paper.docid for paper in office.papers)
    assert [(one.kind, one.who, one.at, one.docid) for one in office.entries()] == [
        (LinkKind.APPROVED, "Ann", 1.0, first),
        (LinkKind.APPROVED, "Ann", 2.0, second),
        (LinkKind.APPROVED, "Ann", 3.0, first),
        (LinkKind.RULED, "Ann", 4.0, None),
        (LinkKind.JUDGED, "appliance", 9.0, None),
    ]
    assert office.broken() == ""


def test_an_act_that_is_refused_leaves_no_link(office: Office) -> None:
    with pytest.raises(ZeroDivisionError), office.store.database.writing():
        office.approve(office.papers[0], ACME, total="7.00")
        assert len(office.entries()) == 6
        _ = 1 / 0
    assert len(office.entries()) == 5 and office.broken() == ""


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("update reviews set clerk = 'Bob' where id = 2", "2 is about something that was changed"),
        (
            """
            insert into corrections (review, fieldtype, kind, seen, spans)
            values (1, 'total', 'changed', 1, '[]')
            """,
            "1 is about something that was changed",
        ),
        ("delete from reviews where id = 2", "2 is about something that was removed"),
        ("update sender_rulings set ruling = '{}'", "4 is about something that was changed"),
        ("update decisions set outcome = 'kept'", "5 is about something that was changed"),
        ("update audit set who = 'Bob' where id = 3", "3 was changed"),
        ("update audit set number = 1 where id = 3", "3 is about something that was changed"),
        ("delete from audit where id = 2", "2 was removed"),
        ("update audit set who = x'00ff' where id = 2", "2 was changed"),
        ("update audit set salt = 'salt' where id = 2", "2 is about something"),
        ("update audit set kind = 'nothing' where id = 2", "2 was changed"),
        ("update reviews set reason = x'00ff' where id = 1", "1 is about something"),
        (
            "update audit set number = null, docid = null, salt = null where id = 2",
            "2 lost its record",
        ),
        (
            """
            insert into reviews (id, docid, doctype, clerk, station, outcome, reviewed_at)
            values (99, 'ab', 'invoice', 'Ann', '1', 'approved', 9)
            """,
            "None row 99 of reviews was put in",
        ),
        (
            """
            insert into audit select 6, kind, who, at, station, about, number, docid, salt,
                                     erasure, seal, hash from audit where id = 3
            """,
            "6 was changed, or put in",
        ),
    ],
)
def test_a_row_that_was_changed_removed_or_put_in_is_found(
    office: Office, sql: str, told: str
) -> None:
    office.tamper(sql)
    assert office.broken().startswith(told)


def test_a_list_says_which_link_nobody_can_tell_of(office: Office) -> None:
    office.tamper("update audit set kind = 'nothing' where id = 2")
    with pytest.raises(StoreError, match="link 2"):
        list(office.audit.entries())


def test_a_link_that_is_made_to_fit_breaks_the_next_one_and_a_new_chain_has_another_head(
    office: Office,
) -> None:
    head = office.audit.head()
    assert office.audit.find(head) == office.audit.find(head[:12]) == 5
    office.tamper("delete from audit where id = 5", "delete from decisions")
    assert office.broken() == "", "of what is cut off at its end the chain alone knows nothing"
    assert office.audit.find(head) is None


def test_nothing_but_an_erasure_changes_a_link(office: Office) -> None:
    for sql in (
        "delete from audit",
        "update audit set who = 'Bob'",
        "update audit set number = null, docid = null, salt = null, erasure = 9",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            office.store.database.execute(sql)


def test_the_links_of_what_is_forgotten_hold_and_say_nothing(office: Office) -> None:
    before = [one.hash for one in office.entries()]
    office.forget(0)
    entries = office.entries()
    assert [one.hash for one in entries[:5]] == before and office.broken() == ""
    assert [one.forgotten for one in entries] == [True, False, True, False, False, False]
    assert [one.docid for one in entries[:2]] == [None, office.papers[1].docid]
    assert (entries[5].kind, entries[5].who, entries[5].about) == (
        LinkKind.FORGOTTEN,
        "owner",
        "1",
    )
    (row,) = office.store.database.rows("select number, docid, salt from audit where id = 1")
    assert set(row.values()) == {None}
    office.approve(office.papers[1], TOOLS, total="1.00")
    office.forget(1)
    office.rule(SenderForgotten("nobody"))
    assert office.broken() == ""
    assert office.entries()[3].forgotten, "what was said of its sender went with it"


def test_what_is_made_to_look_forgotten_is_found_by_the_erasure_that_did_not_take_it(
    office: Office,
) -> None:
    office.forget(0)
    office.tamper(
        "delete from reviews where id = 2",
        "update audit set number = null, docid = null, salt = null, erasure = 5 where id = 2",
    )
    assert office.broken().startswith("6 is about something that was changed")


def test_what_was_recorded_before_there_was_an_audit_is_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old = sqlite_utils.Database(path)
    migrations.apply(old, stop_before="m017_audit")
    with old.conn:
        for number, station, at in ((1, "one", 5.0), (2, "import", 2.0), (4, "e-invoice", 7.0)):
            old.execute(
                """
                insert into reviews (id, docid, doctype, clerk, station, outcome, reviewed_at)
                values (?, ?, 'receipt', 'Ann', ?, 'approved', ?)
                """,
                [number, str(number), station, at],
            )
        old.execute("insert into sender_rulings values (3, '{}', 3.0)")
        old.execute("insert into erasures values (5, 'named', 2, 'owner', '', 4.0)")
        old.execute("insert into decisions values (1, 'm1', 'm2', 'kept', 'why', 6.0)")
    old.close()
    with closing(Store(path)) as store:
        audit = Audit(store.database)
        found = [(one.kind.value, one.who, one.at, one.about) for one in audit.entries()]
        assert found == [
            ("imported", "Ann", 2.0, "receipt"),
            ("ruled", "", 3.0, ""),
            ("forgotten", "owner", 4.0, "2"),
            ("approved", "Ann", 5.0, "receipt"),
            ("judged", "appliance", 6.0, "m2: kept"),
            ("e-invoice", "appliance", 7.0, "receipt"),
        ]
        assert audit.broken() is None


def test_links_are_found_by_who_since_when_and_behind_a_hash(office: Office) -> None:
    by_her = list(office.audit.entries(who="a", since=2.0))
    assert [one.number for one in by_her] == [2, 3, 4, 5], "Ann, and the appliance"
    assert [one.number for one in office.audit.entries(who="ANN")] == [1, 2, 3, 4]
    after = office.audit.find(by_her[0].hash)
    assert after and [one.number for one in office.audit.entries(after=after)] == [3, 4, 5]
    assert office.audit.find("ab" * 32) is None
    office.audit.note(LinkKind.SERVES, who="Žaneta", now=9.0)
    assert [one.who for one in office.audit.entries(who="žaneta")] == ["Žaneta"]
