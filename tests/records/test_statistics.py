"""What records add up to: each way of a document, why it was held, what clerks did, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from test_reviews import BLIND, CHANGED, DOUBTED, EVERY, KEYED, REVIEW, SURE, VERSIONS, Books

from appliance.domain.blockers import Blocker
from appliance.domain.corrections import CorrectionKind
from appliance.domain.document import Document
from appliance.domain.results import Job, JobState
from appliance.domain.sections import EvidenceNeed, Section
from appliance.records.evidence import EvidenceDraws, SamplingPlan
from appliance.records.labels import Labels
from appliance.records.statistics import SenderCorrections, Statistics, Way


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    books = Books(tmp_path / "appliance.db")
    yield books
    books.store.close()


def approved(books: Books, letter: str, **named: object) -> Job:
    job = books.arrive(letter)
    books.lent(job)
    books.approve(job, **named)  # type: ignore[arg-type]
    return job


def ways(books: Books, *, since: float = 0) -> dict[Way, int]:
    return {one.way: one.documents for one in Statistics(books.store).ways(since=since)}


def test_every_document_went_one_way(books: Books) -> None:
    books.arrive("a", SURE)
    books.deliver()
    approved(books, "b")
    books.deliver()
    books.arrive("c")
    refused = books.arrive("d")
    books.lent(refused)
    books.reviews.reject(refused, "one", "Ann", "illegible", now=1001)
    program = books.arrive("0")
    books.lent(program, station="program 4711")
    books.reviews.approve(program, "program 4711", "ERP", REVIEW, deliver=False, now=1010, twin="i")
    books.deliver()
    books.store._move(books.arrive("e"), JobState.FAILED)
    books.store.record("f" * 64, "receipt", "f.pdf", now=ord("f"))
    for letter, state in (("g", JobState.OPENED), ("h", JobState.IMPORTED)):
        books.store.record(letter * 64, "receipt", letter, now=ord(letter))
        (job,) = books.store.find(letter * 64)
        books.store._move(job, state)
    (day,) = {one.day for one in Statistics(books.store).ways(since=0)}
    assert date.fromisoformat(day) == date.fromtimestamp(0)
    assert ways(books) == dict.fromkeys(Way, 1)
    assert ways(books, since=ord("e")) == {Way.FAILED: 1, Way.UNDER_WAY: 1}


def test_what_a_clerk_did_later_does_not_change_the_way(books: Books) -> None:
    job = books.arrive("a", SURE, EVERY)
    books.deliver()
    books.reviews.note(job, "one", "Ann", BLIND, now=2000)
    assert ways(books) == {Way.STRAIGHT: 1}
    other = approved(books, "b")
    assert ways(books) == {Way.STRAIGHT: 1, Way.CLERK: 1}, "and it is about to be delivered"
    books.deliver()
    books.reviews.reopen(books.job(other), "one", "Ann", now=2000, lease=9)
    assert ways(books) == {Way.STRAIGHT: 1, Way.WAITING: 1}


def test_a_delivery_of_before_that_names_no_answer_is_told_by_the_reviews(books: Books) -> None:
    books.arrive("a", SURE)
    books.deliver()
    approved(books, "b")
    books.deliver()
    books.store.database.execute("update deliveries set prediction = null, review = null")
    assert ways(books) == {Way.STRAIGHT: 1, Way.CLERK: 1}


@pytest.mark.parametrize("station", ["program", "program 4711"])
def test_what_a_program_approved_took_no_clerk_and_no_second(books: Books, station: str) -> None:
    job = books.arrive("a")
    books.reviews.note(job, station, "ERP", REVIEW, now=2000)
    approved(books, "b")
    statistics = Statistics(books.store)
    assert statistics.approved_by_programs(since=0) == 1
    assert [one.documents for one in statistics.clerk_time(since=0)] == [1]
    assert sum(one.values for one in statistics.field_corrections(since=0)) == 1


def test_what_an_e_invoice_said_or_was_imported_took_no_clerk(books: Books) -> None:
    for letter, station in (("a", "e-invoice"), ("b", "import")):
        job = books.arrive(letter, SURE)
        books.reviews.note(job, station, station, replace(REVIEW, model=""), now=2000)
        books.deliver()
    statistics = Statistics(books.store)
    for _ in range(2):
        assert ways(books) == {Way.STRAIGHT: 2}
        assert statistics.clerk_time(since=0) == statistics.field_corrections(since=0) == []
        # As a version of before left it.
        books.store.database.execute("update deliveries set prediction = null, review = null")


def test_a_reason_counts_once_a_document_and_not_of_what_passed(books: Books) -> None:
    books.arrive("a")
    approved(books, "b")
    books.arrive("c", SURE)
    books.store.record("d" * 64, "", "d", now=ord("d"))
    nobody_knows = books.store.claim(JobState.ARRIVED, now=200, lease=9)
    assert nobody_knows
    books.store.hold(nobody_knows, Blocker("any", "why"))
    books.store.database.execute(
        "update predictions set judgement = '{' where docid = ?", ["b" * 64]
    )
    found = Statistics(books.store).reasons(since=0)
    assert {(one.doctype, one.code): one.documents for one in found} == {
        ("receipt", "unsure"): 1,
        ("receipt", "check-failed"): 1,
        ("", "which-kind"): 1,
    }
    assert Statistics(books.store).reasons(since=ord("e")) == []


def test_time_with_a_document_is_that_of_its_week(books: Books) -> None:
    for letter in "ab":
        approved(books, letter)
    (found,) = Statistics(books.store).clerk_time(since=0)
    assert (found.documents, found.seconds) == (2, 2 * REVIEW.seconds)
    monday = date.fromisoformat(found.monday)
    assert monday.weekday() == 0 and 0 <= (date.fromtimestamp(1010) - monday).days < 7
    assert Statistics(books.store).clerk_time(since=1011) == []


def test_corrections_are_those_of_the_last_approval(books: Books) -> None:
    job = approved(books, "a")
    books.reviews.reopen(job, "one", "Ann", now=1020, lease=120)
    kept = replace(CHANGED, kind=CorrectionKind.CONFIRMED)
    nobody_can_tell = replace(CHANGED, fieldtype="name", kind=CorrectionKind.ILLEGIBLE)
    review = replace(REVIEW, corrections=(kept, replace(CHANGED, line_item_id=0), nobody_can_tell))
    books.approve(books.job(job), review, now=1030)
    statistics = Statistics(books.store)
    found = statistics.field_corrections(since=0)
    assert [(one.fieldtype, one.row, one.corrected, one.values) for one in found] == [
        ("total", True, 1, 1),
        ("total", False, 0, 1),
    ]
    (sender,) = statistics.sender_corrections(since=0)
    assert sender == SenderCorrections("", 1, 1, 2)
    assert statistics.field_corrections(since=1031) == []


def test_a_sender_goes_by_the_name_that_stands_on_its_documents(books: Books) -> None:
    for letter, sender in (("a", "Shop Ltd"), ("b", "Shop Ltd"), ("c", "Other & Co")):
        judgement = replace(REVIEW.judgement, sender=sender)
        job = books.arrive(letter)
        books.lent(job)
        books.approve(job, replace(REVIEW, judgement=judgement))
    found = Statistics(books.store).sender_corrections(since=0)
    assert [(one.sender, one.documents, one.corrected) for one in found] == [
        ("Shop Ltd", 2, 2),
        ("Other & Co", 1, 1),
    ]


def test_of_evidence_only_what_was_keyed_blind_counts(books: Books) -> None:
    approved(books, "a")
    for letter, review in (("b", BLIND), ("c", REVIEW)):
        job = books.arrive(letter, plan=EVERY)
        books.lent(job)
        books.approve(job, review)
    right = replace(KEYED, kind=CorrectionKind.CONFIRMED)
    in_row = replace(KEYED, line_item_id=0)
    shown = (CHANGED, replace(CHANGED, line_item_id=1))
    job = books.arrive("d", plan=EVERY)
    books.lent(job)
    books.approve(job, replace(BLIND, corrections=(right, KEYED, in_row, *shown)))
    found = Statistics(books.store).keyed()
    assert [(one.labels, one.right, one.values) for one in found] == [(1, 0, 1), (3, 1, 3)]
    assert Statistics(books.store).labels() == 4


def test_of_evidence_whose_header_alone_was_keyed_blind_no_row_counts(books: Books) -> None:
    books.store.record("a" * 64, "receipt", "a.pdf", now=1)
    job = books.store.claim(JobState.ARRIVED, now=200, lease=60)
    assert job
    draws = EvidenceDraws(books.store, SamplingPlan(first=1, then=0))
    assert draws.draw(job, need=EvidenceNeed(frozenset({Section.TABLE})), now=200) == {
        Section.FIELDS
    }
    job = books.answer(job)
    books.lent(job)
    books.approve(job, replace(BLIND, corrections=(KEYED, replace(CHANGED, line_item_id=0))))
    (found,) = Statistics(books.store).keyed()
    assert (found.right, found.values) == (0, 1)


def test_where_much_is_promised_the_whole_header_is_keyed(books: Books) -> None:
    draws = EvidenceDraws(books.store, SamplingPlan(first=1, then=0))
    for name, accuracy in (("a", 0.95), ("b", 0.99)):
        books.store.record(name * 64, "receipt", f"{name}.pdf", now=1)
        job = books.store.claim(JobState.ARRIVED, now=200, lease=60)
        assert job
        drawn = draws.draw(job, accuracy=accuracy, now=200)
        header = Section.FIELDS if accuracy == 0.95 else Section.HEADER
        assert drawn == {header, Section.ROW}


def test_nights_say_on_how_much_they_were_decided(books: Books) -> None:
    labels = Labels(books.store)
    labels.decided("m1", "m2", "worse", "1 fixed, 9 broken", [("a", "receipt")], now=7)
    labels.decided("m1", "m3", "promoted", "9 fixed", [], now=8)
    found = Statistics(books.store).nights()
    assert [(one.candidate, one.outcome.value, one.documents) for one in found] == [
        ("m3", "promoted", 0),
        ("m2", "worse", 1),
    ]


def test_steps_have_a_median_and_the_slowest_comes_first(books: Books) -> None:
    for at, letter in enumerate("abcdefghij", start=1):
        books.store.record(letter * 64, "receipt", f"{letter}.pdf", now=ord(letter))
        job = books.store.claim(JobState.ARRIVED, now=200, lease=60)
        assert job
        document = Document(job.docid, ())
        books.store.keep_document(job, document, reading=VERSIONS.reading, seconds=at)
        if letter != "a":
            books.answer(replace(job, state=JobState.READ), DOUBTED)
    statistics = Statistics(books.store)
    reading, answering = statistics.steps(since=0)
    assert (reading.step, reading.documents, reading.median, reading.ninetieth) == (
        "reading",
        10,
        5,
        9,
    )
    assert (answering.step, answering.documents, answering.median) == ("answering", 9, 1)
    slowest = statistics.slowest(since=0, most=2)
    assert [(one.source, one.reading, one.answering) for one in slowest] == [
        ("j.pdf", 10, 1),
        ("i.pdf", 9, 1),
    ]
