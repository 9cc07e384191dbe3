"""What the owner says of senders counts from then on, and takes nothing from what was so before."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlite_utils
from hypothesis import given, settings
from hypothesis import strategies as st
from letter_room import LetterRoom

from appliance.domain.document import Document
from appliance.domain.errors import StoreError
from appliance.domain.sender_rulings import (
    SenderForgotten,
    SenderImported,
    SenderRenamed,
    SenderRuling,
    SendersMerged,
)
from appliance.domain.senders import KnownSender, SenderCard, SenderEntry, SenderLookup
from appliance.records.proof import Proof
from appliance.records.schema import migrations
from appliance.records.sender_list import SenderList
from appliance.records.store import Store

ACME, TOOLS, FAR = "acmegmbh", "toolsltd", "farltd"
WORDS = {
    ACME: ("ACME GmbH", "Tel 0711 98 76 54"),
    TOOLS: ("Tools Ltd", "Tel 0221 12 34 56"),
    FAR: ("Far Ltd", "Tel 0555 1234567"),
}
CARD = SenderCard(KnownSender(FAR, 9, 9, frozenset({"Far Ltd"}), {"05551234567": 9}))
VAT_IDS = "DE136695976", "DE136695977"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[LetterRoom]:
    store = Store(tmp_path / "appliance.db")
    yield LetterRoom(store)
    store.close()


def letter(office: LetterRoom, party: str) -> Document:
    return office.read("\n".join(WORDS[party]))


def approved(office: LetterRoom, party: str) -> str:
    """The docid."""
    paper = letter(office, party)
    office.approve(paper, WORDS[party][0])
    return paper.docid


def group(office: LetterRoom) -> None:
    """Two senders with one name."""
    for vat_id in VAT_IDS:
        office.approve(office.read(f"Group\nVAT {vat_id}"), "Group", vat_id)


def test_of_a_sender_that_is_gone_nothing_is_ruled(office: LetterRoom) -> None:
    approved(office, ACME)
    approved(office, TOOLS)
    office.directory.rule(SendersMerged(TOOLS, ACME), who="Ann", now=9.0)
    known = office.directory.learn()
    for ruling in (
        SendersMerged(TOOLS, ACME),
        SendersMerged(ACME, TOOLS),
        SenderRenamed(TOOLS, "Tools"),
        SenderForgotten(TOOLS),
    ):
        with pytest.raises(StoreError, match=f"{TOOLS} is no sender any more"):
            office.directory.rule(SenderRenamed(ACME, "The hammers"), ruling, who="Ann", now=9.0)
    assert office.directory.learn() == known, "all of them or none"


def test_two_that_are_one_go_by_one_id_and_have_one_memory(office: LetterRoom) -> None:
    first, second = approved(office, ACME), approved(office, TOOLS)
    office.rule(SendersMerged(TOOLS, ACME))
    assert [office.who_sent(letter(office, one)) for one in (ACME, TOOLS)] == [ACME, ACME]
    third = approved(office, TOOLS)
    assert office.known_now(ACME) == [third, second, first]
    assert office.entry(ACME).names == ("ACME GmbH", "Tools Ltd")
    assert office.entry(ACME).documents == 3
    assert office.known_now(TOOLS) == []


def test_a_page_without_a_name_is_recognised_by_its_marks_after_a_merge_too(
    office: LetterRoom,
) -> None:
    """Although they stand on one of the four documents of both."""
    text = "Tel 0221 12 34 56\nFax 0221 12 34 57"
    office.approve(office.read(text), "Tools Ltd")
    for _ in range(3):
        approved(office, ACME)
    office.rule(SendersMerged(TOOLS, ACME))
    assert office.who_sent(office.read(text)) == ACME


def test_a_document_that_was_recalled_is_of_the_merged_one_whose_name_it_says(
    office: LetterRoom,
) -> None:
    approved(office, ACME)
    approved(office, TOOLS)
    office.rule(SendersMerged(TOOLS, ACME))
    paper = letter(office, TOOLS)
    office.approve(paper, "Tools Ltd", office.who_sent(paper))
    assert office.of(paper) == ACME
    known = [(set(card.known.names), card.known.documents, card.codes) for card in office.cards()]
    assert known == [({"ACME GmbH"}, 1, ()), ({"Tools Ltd"}, 2, ())]


def test_what_was_known_before_a_merge_stays_what_it_was(office: LetterRoom) -> None:
    first, second = approved(office, ACME), approved(office, TOOLS)
    before = office.directory.learn()
    office.rule(SendersMerged(TOOLS, ACME))
    after = office.directory.learn()
    assert office.recalls(SenderLookup(ACME, before)) == [first]
    assert office.recalls(SenderLookup(TOOLS, before)) == [second]
    assert office.recalls(SenderLookup(ACME, after)) == [second, first]


def test_the_id_of_before_a_merge_leads_to_the_one_of_after(office: LetterRoom) -> None:
    """A document that was answered before is approved as of the old id."""
    group(office)
    for at in range(2):
        office.approve(office.read(f"sheet {at}"), "Group")
    office.rule(SendersMerged("group 2", VAT_IDS[0]))
    paper = office.read("sheet 3")
    office.approve(paper, "Group", "group 2")
    assert office.of(paper) == VAT_IDS[0]


def test_a_name_that_two_merged_senders_share_is_the_name_of_one(office: LetterRoom) -> None:
    group(office)
    office.rule(SendersMerged(*VAT_IDS))
    paper = office.read("sheet")
    office.approve(paper, "Group")
    assert office.of(paper) == VAT_IDS[1]


def test_a_merge_into_one_that_is_gone_by_then_does_nothing(office: LetterRoom) -> None:
    approved(office, TOOLS)
    office.rule(SendersMerged(TOOLS, ACME))
    assert office.who_sent(letter(office, TOOLS)) == TOOLS


def test_what_is_forgotten_is_new_when_it_is_approved_again(office: LetterRoom) -> None:
    first = approved(office, ACME)
    before = office.directory.learn()
    office.rule(SenderForgotten(ACME))
    assert office.who_sent(letter(office, ACME)) is None
    assert office.known_now(ACME) == []
    second = approved(office, ACME)
    assert office.who_sent(letter(office, ACME)) == ACME
    assert office.known_now(ACME) == [second]
    assert office.recalls(SenderLookup(ACME, before)) == [first]


def test_a_new_name_is_for_lists_and_outlives_a_change_of_mind(office: LetterRoom) -> None:
    paper = letter(office, ACME)
    office.approve(paper, "ACME GmbH")
    office.rule(SenderRenamed(ACME, "The hammers"))
    office.approve(paper, "Tools Ltd")
    assert office.who_sent(letter(office, ACME)) is None
    office.approve(paper, "ACME GmbH")
    assert (office.entry(ACME).called, office.of(paper)) == ("The hammers", ACME)


def test_a_merge_outlives_a_change_of_mind_about_the_only_document(office: LetterRoom) -> None:
    paper = letter(office, TOOLS)
    approved(office, ACME)
    office.approve(paper, "Tools Ltd")
    office.rule(SendersMerged(TOOLS, ACME))
    office.approve(paper, "Tools Ltd")
    assert office.of(paper) == ACME


def test_a_document_that_is_approved_otherwise_was_the_others_until_then(
    office: LetterRoom,
) -> None:
    paper = letter(office, ACME)
    office.approve(paper, "Tools Ltd")
    before = office.directory.learn()
    office.approve(paper, "ACME GmbH")
    assert office.recalls(SenderLookup(TOOLS, before)) == [paper.docid]
    assert (office.known_now(TOOLS), office.known_now(ACME)) == ([], [paper.docid])


def test_an_imported_sender_is_recognised_and_nothing_is_remembered_of_it(
    office: LetterRoom,
) -> None:
    office.rule(SenderImported(CARD))
    assert office.who_sent(letter(office, FAR)) == FAR
    assert office.known_now(FAR) == []
    assert office.entry(FAR).documents == 0
    first = approved(office, FAR)
    assert office.known_now(FAR) == [first]


def test_the_promise_is_computed_anew_once_senders_were_merged(office: LetterRoom) -> None:
    approved(office, ACME)
    approved(office, TOOLS)
    proof = Proof(office.store)
    before = proof.mark()
    office.rule(SendersMerged(TOOLS, ACME))
    assert proof.mark() != before


def test_what_the_owner_said_is_only_ever_added_to(office: LetterRoom) -> None:
    office.rule(SenderForgotten(ACME))
    for sql in ("update sender_rulings set ruled_at = 0", "delete from sender_rulings"):
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            office.store.database.execute(sql)


def test_of_too_many_the_least_used_goes_and_of_those_the_oldest(tmp_path: Path) -> None:
    store = Store(tmp_path / "appliance.db")
    office = LetterRoom(store, most=3)
    for name in ("One Ltd", "Two Ltd", "Three Ltd", "One Ltd", "Four Ltd"):
        office.approve(office.read(name), name)
    before = office.directory.learn() - 1
    assert {one.party for one in SenderList(store).entries()} == {"oneltd", "threeltd", "fourltd"}
    assert office.who_sent(office.read("Two Ltd")) is None
    assert len(office.recalls(SenderLookup("twoltd", before))) == 1
    store.close()


def test_a_directory_of_before_rulings_keeps_its_senders(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old = sqlite_utils.Database(path)
    migrations.apply(old, stop_before="m011_rulings")
    with old.conn:
        old.execute("insert into senders (id, party, documents) values (7, 'acmegmbh', 1)")
        old.execute("insert into sender_names values ('acme', 7, 'ACME GmbH')")
        old.execute("insert into sender_documents values ('0', 'invoice', 7, 1)")
    old.close()
    store = Store(path)
    office = LetterRoom(store)
    assert office.who_sent(letter(office, ACME)) == ACME
    assert office.entry(ACME).documents == 1
    store.close()


@dataclass(frozen=True)
class Approval:
    party: str
    again: bool
    """Of the first document there is."""


BEGINNING = Approval(ACME, again=False), Approval(TOOLS, again=False)
PARTIES = st.sampled_from(list(WORDS))
RULINGS: st.SearchStrategy[SenderRuling] = st.one_of(
    st.builds(SendersMerged, PARTIES, PARTIES),
    st.builds(SenderForgotten, PARTIES),
    st.builds(SenderRenamed, PARTIES, st.sampled_from(["one", "two"])),
    st.just(SenderImported(CARD)),
)
SAID = st.lists(st.one_of(RULINGS, st.builds(Approval, PARTIES, st.booleans())), max_size=12)


@settings(max_examples=40)
@given(SAID)
def test_the_directory_made_anew_is_the_same_and_so_is_all_that_was_ever_known(
    said: list[SenderRuling | Approval],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "appliance.db")
        office = LetterRoom(store)
        first = letter(office, ACME)
        ever: dict[SenderLookup, list[str]] = {}
        for one in (*BEGINNING, *said):
            if isinstance(one, Approval):
                paper = first if one.again else letter(office, one.party)
                office.approve(paper, WORDS[one.party][0])
            elif not isinstance(one, SendersMerged) or one.party != one.into:
                office.rule(one)
            lookups = [SenderLookup(party, office.directory.learn()) for party in WORDS]
            ever |= {lookup: office.recalls(lookup) for lookup in lookups}
        assert {lookup: office.recalls(lookup) for lookup in ever} == ever
        before = directory(office)
        for table in ("senders", *(f"sender_{name}" for name in SUMMARY)):
            store.database.execute(f"delete from {table}")
        store.database.execute("update sender_log set review = 0")
        assert directory(office) == before
        assert {lookup: office.recalls(lookup) for lookup in ever} == ever
        store.close()


SUMMARY = ("keys", "names", "marks", "documents", "past")


def directory(office: LetterRoom) -> tuple[list[str | None], list[SenderEntry], list[SenderCard]]:
    pages = [office.who_sent(letter(office, party)) for party in WORDS]
    known = SenderList(office.store)
    return pages, known.entries(), list(known.cards())
