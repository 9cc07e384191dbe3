"""What a hub tells of a sender: what was approved there, no more than fits, and when it changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from letter_room import KIND as NAME
from letter_room import LetterRoom
from typed_pages import document

from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.errors import ConfigError, DoctypeError
from appliance.domain.sender_rulings import SendersMerged, SenderTold
from appliance.domain.senders import KnownSender, SenderCard, ToldSender, ToldValue
from appliance.records.store import Store
from appliance.senders import telling
from appliance.senders.history import ApprovedDocument
from appliance.senders.identity import SentPage

KIND = DocType(
    NAME,
    "Invoice",
    (
        FieldSpec("supplier"),
        FieldSpec("vat_id", FieldType.VAT_ID),
        FieldSpec("address"),
        FieldSpec("customer", FieldType.CODE),
        FieldSpec("iban", FieldType.IBAN),
        FieldSpec("number", FieldType.CODE),
        FieldSpec("date", FieldType.DATE),
        FieldSpec("total", FieldType.AMOUNT),
    ),
    party=("vat_id", "supplier"),
    number="number",
    gross="total",
)
ACME, FAR = "acmegmbh", "farltd"
OLD, NEW = "DE89370400440532013000", "DE02120300000000202051"
ULM, BONN = "Hauptstr. 1, 89073 Ulm", "Am Markt 7, 53111 Bonn"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LetterRoom]:
    store = Store(tmp_path / "hub.db")
    yield LetterRoom(store)
    store.close()


def approve(hub: LetterRoom, at: int, name: str = "ACME GmbH", **values: str) -> None:
    texts = {"supplier": name, "address": ULM, "iban": OLD, "customer": "K-77"} | values
    changing = {"number": f"R-{at}", "date": f"{at:02}.03.2026", "total": f"{at}.50"}
    page = "\n".join((*texts.values(), *changing.values(), "Tel 0711 98 76 54"))
    hub.approve(hub.read(page), name, **texts, **changing)


def told(
    hub: LetterRoom, party: str = ACME, may_tell: telling.MayTell = lambda doctype, name: True
) -> ToldSender | None:
    return telling.told(hub.store, party, hub="hub", doctype=lambda name: KIND, may_tell=may_tell)


def texts(found: ToldSender | None) -> dict[str, list[tuple[str, int]]]:
    fields = found.values.get(NAME, {}) if found else {}
    return {name: [(one.text, one.documents) for one in every] for name, every in fields.items()}


def test_it_tells_what_may_be_remembered_and_accounts_apart(hub: LetterRoom) -> None:
    for at in range(1, 5):
        approve(hub, at, **({"address": BONN, "iban": NEW} if at == 3 else {}))
    found = told(hub)
    assert found and (found.hub, found.party, found.accounts) == ("hub", ACME, (OLD, NEW))
    assert texts(found) == {
        "supplier": [("ACME GmbH", 4)],
        "address": [(ULM, 3), (BONN, 1)],
        "customer": [("K-77", 4)],
    }
    assert found.values[NAME]["address"][1].approved_at == 3.0
    card = found.card
    assert (card.known.names, card.known.documents) == (frozenset({"ACME GmbH"}), 4)
    assert "0711987654" in card.known.marks and not card.known.shared


def test_what_is_told_is_recognised_where_it_is_told(hub: LetterRoom, tmp_path: Path) -> None:
    approve(hub, 1)
    found = told(hub)
    assert found and telling.read(telling.written(found)) == found
    store = Store(tmp_path / "site.db")
    site = LetterRoom(store)
    site.rule(SenderTold(found))
    page = SentPage(site.read(f"ACME GmbH\n{BONN}\nTel 0711 98 76 54"))
    assert site.directory.who_sent(page).told == ACME
    store.close()


def test_what_the_owner_keeps_is_not_told(hub: LetterRoom) -> None:
    approve(hub, 1)
    kept = told(hub, may_tell=lambda doctype, name: name not in ("address", "iban"))
    assert kept and not kept.accounts and "address" not in texts(kept)
    assert OLD not in kept.card.known.marks
    assert told(hub, may_tell=lambda doctype, name: doctype != NAME) is None


def test_of_a_sender_that_is_nobody_or_whose_type_is_broken_nothing_is_told(
    hub: LetterRoom,
) -> None:
    def broken(name: str) -> DocType:
        raise DoctypeError("it is broken")

    approve(hub, 1)
    assert told(hub, "nobody") is None
    assert telling.told(hub.store, ACME, hub="", doctype=broken, may_tell=lambda *_: True) is None


def test_two_that_were_merged_are_told_as_one_that_both_pages_are_known_by(
    hub: LetterRoom, tmp_path: Path
) -> None:
    pages = {"ACME GmbH": "ACME GmbH\nTel 0711 98 76 54", "Far Ltd": "Far Ltd\nTel 0555 1234567"}
    for name, many in (("ACME GmbH", 6), ("Far Ltd", 1)):
        for _ in range(many):
            hub.approve(hub.read(pages[name]), name, supplier=name)
    hub.directory.rule(SendersMerged(FAR, ACME), who="Ann", now=99.0)
    found = told(hub)
    assert found and found.card.known.documents == 7
    store = Store(tmp_path / "site.db")
    site = LetterRoom(store)
    site.rule(SenderTold(found))
    for page in pages.values():
        assert site.directory.who_sent(SentPage(site.read(page))).told == ACME
    store.close()


def test_a_sender_that_is_seen_a_thousand_times_is_not_told_a_thousand_times(
    hub: LetterRoom,
) -> None:
    """By turns of two branches, which is nothing new either."""
    before, times = None, []
    for at in range(1, 61):
        approve(hub, at, address=(ULM, BONN)[at % 2])
        now = told(hub)
        assert now
        if telling.differs(before, now):
            before = now
            times.append(at)
    # With the second document a value is new, and each branch has numbers of its own.
    assert times == [1, 2, 3, 4, 5, 6, 9, 10, 19, 20, 50]


def value(text: str, documents: int = 1) -> ToldValue:
    return ToldValue(text, documents, 0.0)


def sender(*values: ToldValue, accounts: tuple[str, ...] = (), documents: int = 1) -> ToldSender:
    card = SenderCard(KnownSender(ACME, documents))
    return ToldSender("hub", card, {NAME: {"address": values}}, accounts)


@pytest.mark.parametrize(
    ("before", "now", "is_told"),
    [
        (None, sender(), True),
        (sender(value(ULM)), sender(value(ULM)), False),
        (sender(value(ULM)), sender(value(ULM.upper())), False),
        (sender(value(ULM)), sender(value(BONN), value(ULM)), True),
        (sender(value(BONN), value(ULM, 4)), sender(value(ULM, 4), value(BONN)), True),
        (sender(value(BONN, 4), value(ULM, 4)), sender(value(ULM, 4), value(BONN, 4)), False),
        (sender(value(BONN), value(ULM)), sender(value(ULM)), True),  # the newest was wrong
        (sender(value(ULM), value(BONN)), sender(value(ULM)), False),
        (sender(), sender(accounts=(OLD,)), True),
        (sender(accounts=(OLD, NEW)), sender(accounts=(NEW, OLD)), False),
        (sender(accounts=(OLD, NEW)), sender(accounts=(OLD,)), True),  # it was no account of it
        (sender(value(ULM)), sender(), True),  # it was forgotten
        (sender(documents=3), sender(documents=4), False),
        (sender(documents=4), sender(documents=5), True),
        (sender(documents=50), sender(documents=99), False),
        (sender(documents=99), sender(documents=100), True),
        (sender(value(ULM, 9)), sender(value(ULM, 10)), True),
        (sender(value(ULM, 10)), sender(value(ULM, 9)), False),
    ],
)
def test_it_is_told_again_when_it_is_something_else(
    before: ToldSender | None, now: ToldSender, is_told: bool
) -> None:
    assert telling.differs(before, now) is is_told


TEXTS = st.text(min_size=1, max_size=400)
CARDS = st.builds(
    SenderCard,
    st.builds(
        KnownSender,
        st.just(ACME),
        st.integers(1, 50),
        st.just(1),
        st.frozensets(TEXTS, max_size=30),
        st.dictionaries(TEXTS, st.integers(1, 50), max_size=60),
    ),
    st.lists(TEXTS, max_size=20).map(tuple),
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(CARDS, min_size=1, max_size=2),
    st.lists(st.fixed_dictionaries({"supplier": TEXTS, "address": TEXTS}), max_size=4),
)
def test_however_much_is_known_it_fits_and_is_the_same_each_time(
    cards: list[SenderCard], papers: list[dict[str, str]]
) -> None:
    approved = [ApprovedDocument(document(""), one, one, {}) for one in papers]
    found, again = (telling.composed("hub", cards, [(KIND, approved)]) for _ in range(2))
    assert found and found == again
    assert len(telling.written(found)) <= telling.LARGEST
    assert telling.read(telling.written(found)) == found


def test_what_tells_least_is_left_out_first() -> None:
    names = frozenset(f"ACME {at} {'x' * 285}" for at in range(30))
    marks = {f"07119{at:04}": 9 - at // 200 for at in range(1000)}
    card = SenderCard(KnownSender(ACME, 9, 9, names, marks), ("de136695976",))
    long = [{"address": f"{at} {'street ' * 40}", "iban": OLD} for at in range(9)]
    approved = [ApprovedDocument(document(""), one, one, {}) for one in long]
    found = telling.composed("hub", [card], [(KIND, approved)])
    assert found and (found.card.codes, found.accounts) == (card.codes, (OLD,))
    assert set(found.card.known.marks.values()) == {9} and len(found.card.known.names) == 8
    assert len(texts(found)["address"]) < 3
    endless = SenderCard(KnownSender("a" * 5000, 9))
    assert telling.composed("hub", [endless], [(KIND, approved)]) is None


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"hub": 1}', b" " * 5000])
def test_what_no_hub_writes_is_refused(data: bytes) -> None:
    with pytest.raises(ConfigError, match="what is told of a sender") as caught:
        telling.read(data)
    assert caught.value.hint


def test_a_value_that_no_document_says_is_none() -> None:
    data = telling.written(sender(value(ULM))).replace(b'"documents":1,"app', b'"documents":0,"app')
    with pytest.raises(ConfigError):
        telling.read(data)
    assert replace(value(ULM), documents=2).documents == 2
