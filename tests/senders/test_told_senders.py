"""A sender that other sites tell of is recognised, and is nobody who is known here."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from letter_room import KIND, LetterRoom

from appliance.domain.errors import StoreError
from appliance.domain.prediction import AnswerVersions, Judgement, Prediction
from appliance.domain.sender_rulings import (
    SenderForgotten,
    SenderRenamed,
    SendersMerged,
    SenderTold,
)
from appliance.domain.senders import (
    KnownSender,
    SenderCard,
    SenderLookup,
    ToldSender,
    ToldValue,
)
from appliance.records import chain
from appliance.records.labels import Labels
from appliance.records.proof import Proof
from appliance.records.sender_list import SenderList
from appliance.records.store import Store
from appliance.senders.history import SenderHistory, sender_history
from appliance.senders.identity import SentPage

FAR, IBAN = "DE136695976", "DE89370400440532013000"
PAGE = "Far Ltd\nTel 0555 1234567"


def told(
    party: str = FAR,
    name: str = "Far Ltd",
    mark: str = "05551234567",
    *,
    city: str = "Ulm",
    codes: tuple[str, ...] = (FAR.lower(),),
) -> ToldSender:
    known = KnownSender(party, 9, 9, frozenset({name}), {mark: 9})
    values = {KIND: {"city": (ToldValue(city, 7, 5.0),)}}
    return ToldSender("hub", SenderCard(known, codes), values, (IBAN,))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[LetterRoom]:
    store = Store(tmp_path / "appliance.db")
    yield LetterRoom(store)
    store.close()


def lookup(office: LetterRoom, text: str = PAGE) -> SenderLookup:
    return office.directory.who_sent(SentPage(office.read(text)))


def history(office: LetterRoom, known: SenderLookup) -> SenderHistory:
    return sender_history(Proof(office.store), "", KIND, known)


def city(office: LetterRoom, known: SenderLookup) -> str | None:
    found = history(office, known).told
    return found.values[KIND]["city"][0].text if found else None


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (PAGE, FAR),
        ("Far Ltd\nVAT DE136695976", FAR),  # by its code, where no mark stands
        ("Far Ltd\nVAT DE 136 695 976", FAR),
        ("Far Ltd\nTel 0555 7654321", None),  # another of that name
        ("Near Ltd\nTel 0555 1234567", None),
        ("a sheet", None),
    ],
)
def test_it_is_found_as_known_ones_are_and_known_to_nobody(
    office: LetterRoom, page: str, found: str | None
) -> None:
    assert lookup(office, page) == SenderLookup(None, 0, None)
    office.rule(SenderTold(told()))
    assert lookup(office, page) == SenderLookup(None, 1, found)


def test_of_two_that_are_told_alike_none_is_meant(office: LetterRoom) -> None:
    office.rule(SenderTold(told()), SenderTold(told("far 2")))
    assert lookup(office).told is None


def test_an_answer_finds_what_was_told_by_then_whatever_is_told_later(office: LetterRoom) -> None:
    ever = {lookup(office): None}
    for name in ("Ulm", "Bonn", "Kiel"):
        office.rule(SenderTold(told(city=name)))
        ever[lookup(office)] = name
    office.rule(SenderForgotten(FAR))
    ever[lookup(office)] = None
    office.rule(SenderTold(told(city="Jena")))
    ever[lookup(office)] = "Jena"
    assert {known: city(office, known) for known in ever} == ever
    assert [known.told for known in ever] == [None, FAR, FAR, FAR, None, FAR]
    for table in ("told_names", "told_marks", "told_senders", "senders"):
        office.store.database.execute(f"delete from {table}")
    office.store.database.execute("update sender_log set review = 0")
    assert lookup(office).told == FAR
    assert {known: city(office, known) for known in ever} == ever


def test_once_a_document_of_it_is_approved_its_own_memory_counts(office: LetterRoom) -> None:
    office.rule(SenderTold(told()))
    office.approve(office.read(PAGE), "Far Ltd", city="Bonn")
    known = lookup(office)
    assert known == SenderLookup("farltd", 2, FAR)
    found = history(office, known)
    assert [one.texts["city"] for one in found.earlier] == ["Bonn"]
    assert found.told and found.told.accounts == (IBAN,)


def test_one_that_is_told_is_forgotten_and_nothing_else_is_said_of_it(office: LetterRoom) -> None:
    office.rule(SenderTold(told()))
    office.approve(office.read("ACME GmbH"), "ACME GmbH")
    for ruling in (
        SendersMerged(FAR, "acmegmbh"),
        SendersMerged("acmegmbh", FAR),
        SenderRenamed(FAR, "The far one"),
    ):
        with pytest.raises(StoreError, match=f"{FAR} is no sender any more"):
            office.directory.rule(ruling, who="Ann", now=9.0)
    office.directory.rule(SenderForgotten(FAR), who="Ann", now=9.0)
    assert lookup(office).told is None
    with pytest.raises(StoreError):
        office.directory.rule(SenderForgotten(FAR), who="Ann", now=9.0)


def test_a_list_tells_those_that_nobody_is_known_by_here(office: LetterRoom) -> None:
    near = told("near", "Near Ltd", "0711123456", codes=())
    office.rule(SenderTold(told()), SenderTold(replace(near, hub="north")))
    office.approve(office.read(PAGE), "Far Ltd")
    office.directory.learn()
    known = SenderList(office.store)
    assert [one.party for one in known.entries()] == ["farltd"]
    (entry,) = known.told()
    assert (entry.party, entry.names, entry.documents) == ("near", ("Near Ltd",), 0)
    assert (entry.doctypes, entry.told_by) == ((KIND,), "north")


def test_what_is_told_is_a_link_of_the_chain(office: LetterRoom) -> None:
    office.directory.rule(SenderTold(told()), who="fleet", station="hub", now=9.0)
    rows = office.store.database.rows
    assert chain.broken(rows) is None
    (link,) = rows("select kind, who, station, about from audit")
    assert tuple(link.values()) == ("ruled", "fleet", "hub", "told")


def test_what_is_proven_knows_nothing_of_it(office: LetterRoom) -> None:
    """An answer keeps what it was shown with. Labels and promise ask for what was approved here,
    and nothing is computed anew for what was told."""
    proof = Proof(office.store)
    before = proof.mark()
    office.rule(SenderTold(told()))
    assert proof.mark() == before
    paper = office.read(PAGE)
    job, known = office.jobs[paper.docid], office.directory.who_sent(SentPage(paper))
    office.store.keep_answer(
        job,
        Prediction(paper.docid, KIND, "m", ()),
        Judgement((), ()),
        lookup=known,
        versions=AnswerVersions("1", "1"),
        twin=None,
        seconds=1.0,
        now=0.0,
    )
    stored = office.store.answer(job)
    assert stored and stored.lookup == known == SenderLookup(None, 1, FAR)
    office.approve(paper, "Far Ltd")
    office.directory.learn()
    (labelled,) = Labels(office.store).training()
    assert labelled.lookup == SenderLookup(None, 1)
    assert history(office, labelled.lookup) == SenderHistory()
    assert proof.mark() != before


def test_it_is_looked_for_by_indexes_alone(office: LetterRoom) -> None:
    office.rule(SenderTold(told()), SenderTold(told("near", "Near Ltd")))
    page, asked = SentPage(office.read(PAGE)), list[str]()
    office.directory.learn()
    connection = office.store.database._connection
    connection.set_trace_callback(asked.append)
    office.directory.who_sent(page)
    connection.set_trace_callback(None)
    plans = [office.store.database.rows(f"explain query plan {sql}") for sql in asked]
    steps = [step["detail"] for plan in plans for step in plan]
    assert [step for step in steps if step.startswith("SEARCH other USING PRIMARY KEY (mark=?)")]
    assert not [step for step in steps if re.match("SCAN (told|sender(?!_log$))", step)]


@pytest.mark.slow
def test_among_five_thousand_it_is_found_in_a_moment(office: LetterRoom) -> None:
    office.rule(
        *(
            SenderTold(told(f"party{at}", f"Company{at} Works Ltd", f"0711{at:07}", codes=()))
            for at in range(5000)
        )
    )
    office.directory.learn()
    text = "Company4711 Works Ltd\nTel 0711 0004711\n" + 100 * "0711 0000815 word\n"
    page = SentPage(office.read(text))
    start = time.perf_counter()
    assert office.directory.who_sent(page).told == "party4711"
    assert time.perf_counter() - start < 0.1
