from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.domain.blockers import Blocker
from appliance.domain.corrections import Correction, CorrectionKind, QueueEntry, Review
from appliance.domain.document import Span
from appliance.domain.errors import StoreError, TakenError
from appliance.domain.prediction import AnswerVersions, Field, FieldJudgement, Judgement, Prediction
from appliance.domain.results import Job, JobState
from appliance.domain.sections import NOTHING, WHOLE, EvidenceNeed, Section
from appliance.records.database import Database
from appliance.records.evidence import EvidenceDraws, SamplingPlan
from appliance.records.queue import ClerkQueue, KeptDraft
from appliance.records.reviews import ClerkPace, Reviews
from appliance.records.store import SeenBefore, Store

VERSIONS = AnswerVersions("1", "1")
FIELD = Field("total", "9.00", (Span(0, 0, 1),))
HERS = Field("total", "8.00")
UNSURE = Blocker("unsure", "total is unsure: '9.00'", "total")
DOUBTED = Judgement(
    (FieldJudgement(FIELD, "9.00", 0.6, "unsupported", (UNSURE,)),),
    (UNSURE, Blocker("check-failed", "net + tax is not gross"), UNSURE),
    party="shop",
)
SURE = Judgement((FieldJudgement(FIELD, "9.00", 0.99, "probability"),), (), party="shop")
CHANGED = Correction(
    "total", None, "9.00", "8.00", CorrectionKind.CHANGED, True, (Span(0, 1, 2),), "8.00"
)
CONFIRMED = Correction("name", 3, "a", "a", CorrectionKind.CONFIRMED, False, keyed="b")
REVIEW = Review(
    "m1",
    (CHANGED, CONFIRMED),
    Judgement((FieldJudgement(HERS, "8.00", None, "clerk"),), (), "shop"),
    12.5,
)
KEYED = replace(CHANGED, keyed="8.00")
BLIND = Review("m1", (KEYED,), REVIEW.judgement, 20.0, blind=True)
EVERY, NONE = SamplingPlan(first=1, then=1), SamplingPlan(first=0, then=0)


class Books:
    def __init__(self, path: Path) -> None:
        self.store = Store(path)
        self.queue, self.reviews = ClerkQueue(self.store), Reviews(self.store)

    def answer(self, job: Job, judgement: Judgement = DOUBTED) -> Job:
        prediction = Prediction(job.docid, job.doctype, "m1", (FIELD,))
        self.store.keep_answer(
            job, prediction, judgement, versions=VERSIONS, twin="t", seconds=1, now=5
        )
        return self.job(job)

    def arrive(
        self, letter: str = "a", judgement: Judgement = DOUBTED, plan: SamplingPlan = NONE
    ) -> Job:
        self.store.record(letter * 64, "receipt", f"{letter}.pdf", now=ord(letter))
        job = self.store.claim(JobState.ARRIVED, now=200, lease=60)
        assert job
        EvidenceDraws(self.store, plan).draw(job, now=200)
        return self.answer(job, judgement)

    def deliver(self) -> None:
        job = self.store.claim(JobState.ACCEPTED, now=300, lease=60)
        assert job
        delivery = self.store.begin_delivery(job, path="receipt/a.json")
        self.store.finish_delivery(job, delivery, now=300)

    def job(self, job: Job) -> Job:
        (found,) = self.store.find(job.docid)
        return found

    def lent(self, job: Job, station: str = "one", *, now: float = 1000.0) -> bool:
        return self.queue.lend(job, station, now=now, lease=120)

    def approve(self, job: Job, review: Review = REVIEW, **named: object) -> None:
        values = {"deliver": False, "now": 1010.0, "twin": "t"} | named
        self.reviews.approve(job, "one", "Ann", review, **values)  # type: ignore[arg-type]

    def waiting(self, now: float = 1000.0) -> list[QueueEntry]:
        return self.queue.waiting(now=now)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    books = Books(tmp_path / "appliance.db")
    yield books
    books.store.close()


def test_what_is_held_waits_the_oldest_first(books: Books) -> None:
    later, first = books.arrive("b"), books.arrive("a")
    books.arrive("c", SURE)
    assert books.waiting() == [
        QueueEntry(job, "shop", ("unsure", "check-failed"), NOTHING) for job in (first, later)
    ]


def test_a_document_without_a_kind_or_with_a_broken_one_waits_too(books: Books) -> None:
    for letter, doctype in (("a", ""), ("b", "receipt")):
        books.store.record(letter * 64, doctype, letter, now=1)
        job = books.store.claim(JobState.ARRIVED, now=2, lease=9)
        assert job
        books.store.hold(job, Blocker("any", "why"))
    found = [(waiting.blockers, waiting.party) for waiting in books.waiting()]
    assert found == [(("which-kind",), None), (("wrong-doctype",), None)]


def test_a_document_is_lent_to_one_station_until_its_lease_ends(books: Books) -> None:
    job = books.arrive()
    assert books.lent(job, "one")
    assert not books.lent(job, "two")
    assert [waiting.station for waiting in books.waiting()] == ["one"]
    assert books.lent(job, "two", now=1120)
    assert not books.queue.renew(job, "one", now=1121, lease=120)
    books.queue.release(job, "one")
    assert [waiting.station for waiting in books.waiting(now=1121)] == ["two"]


def test_a_lease_is_renewed_also_when_it_ran_out_and_nobody_came(books: Books) -> None:
    job = books.arrive()
    assert books.lent(job)
    assert books.queue.renew(job, "one", now=1300, lease=120)
    assert not books.lent(job, "two", now=1310)
    books.queue.release(job, "one")
    assert books.lent(job, "two", now=1310)


def test_c5_a_station_that_was_killed_while_the_clock_was_ahead_keeps_nothing(
    books: Books,
) -> None:
    job = books.arrive()
    assert books.lent(job, now=1000 + 365 * 86400)
    assert [one.station for one in books.queue.waiting(now=1000)] == [None]
    assert books.lent(job, "two", now=1000)
    assert [one.station for one in books.queue.waiting(now=1001)] == ["two"]
    assert not books.lent(job, "three", now=1001)


def test_c5_what_was_approved_while_the_clock_was_ahead_is_opened_again(books: Books) -> None:
    job = books.arrive(judgement=SURE)
    assert books.store.claim(JobState.ACCEPTED, now=1000 + 365 * 86400, lease=60)
    books.reviews.reopen(job, "one", "Ann", now=1000, lease=120)
    assert books.job(job).state is JobState.HELD


def test_the_start_of_the_daemon_ends_no_lease_of_a_station(books: Books) -> None:
    job = books.arrive()
    books.lent(job)
    books.store.end_leases()
    assert not books.lent(job, "two")


def test_what_she_approved_is_what_is_delivered(books: Books) -> None:
    job = books.arrive()
    books.lent(job)
    books.approve(job, twin="t2")
    job = books.job(job)
    answer = books.store.answer(job)
    assert answer and (job.state, job.reason) == (JobState.ACCEPTED, "")
    assert (answer.judgement, answer.standing) == (DOUBTED, REVIEW.judgement)
    assert books.waiting() == []
    assert books.reviews.corrections(job) == [CHANGED, CONFIRMED]
    (said,) = books.reviews.reviews(job)
    assert (said.clerk, said.station, said.model, said.outcome) == ("Ann", "one", "m1", "approved")
    assert (said.seconds, said.blind, said.reviewed_at) == (12.5, False, 1010)


def test_why_a_failed_check_was_let_pass_is_kept_in_the_row_of_the_review(books: Books) -> None:
    job = books.arrive()
    books.lent(job)
    passed = replace(REVIEW.judgement, checks_failed=("8 is not 9",), because="it is rounded")
    books.approve(job, replace(REVIEW, judgement=passed))
    answer = books.store.answer(job)
    assert answer and answer.standing == passed
    assert [one.reason for one in books.reviews.reviews(job)] == ["it is rounded"]


def test_another_scan_is_known_by_what_she_corrected(books: Books) -> None:
    job = books.arrive()
    books.lent(job)
    books.approve(job, twin="corrected")
    other = books.arrive("b")
    assert books.store.seen_before(other, "corrected") == SeenBefore("a.pdf", None, None, 97.0)


def test_nothing_is_approved_twice(books: Books) -> None:
    job = books.arrive()
    books.lent(job)
    books.approve(job)
    with pytest.raises(TakenError, match="approved"):
        books.approve(job)
    assert len(books.reviews.reviews(job)) == 1


@pytest.mark.parametrize("now", [1200.0, 1005.0], ids=["run out", "of another"])
def test_who_lost_the_document_writes_nothing(books: Books, now: float) -> None:
    job = books.arrive()
    books.lent(job, "one" if now > 1120 else "two")
    for act in (
        lambda: books.approve(job, now=now),
        lambda: books.reviews.reject(job, "one", "Ann", "torn", now=now),
        lambda: books.reviews.retype(job, "one", "Ann", "invoice", now=now),
    ):
        with pytest.raises(TakenError):
            act()
    assert books.job(job) == job
    assert books.reviews.reviews(job) == []
    assert books.reviews.corrections(job) == []


def test_of_many_stations_at_once_one_approves(books: Books, tmp_path: Path) -> None:
    job = books.arrive()
    done: list[str] = []

    def work(name: str) -> None:
        own = Books(tmp_path / "appliance.db")
        if own.lent(job, name):
            own.reviews.approve(job, name, name, REVIEW, deliver=False, now=1001)
            done.append(name)
        own.store.close()

    threads = [threading.Thread(target=work, args=[f"station {n}"]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1
    assert [said.station for said in books.reviews.reviews(job)] == done


def test_processed_again_the_newer_answer_stands_and_the_lease_is_over(books: Books) -> None:
    job = books.arrive()
    books.lent(job)
    books.queue.keep_draft(job, "one", KeptDraft("[1]"), now=1001)
    books.answer(books.store.restart(job))
    with pytest.raises(TakenError):
        books.approve(job)
    books.lent(job)
    books.approve(job)
    books.answer(books.store.restart(job))
    answer = books.store.answer(job)
    assert answer and answer.standing == DOUBTED
    assert books.queue.draft(job).actions == ""


def test_a_draft_is_kept_for_whoever_comes_next(books: Books) -> None:
    job = books.arrive()
    books.queue.keep_draft(job, "one", KeptDraft("not hers"), now=999)
    assert books.queue.draft(job).actions == ""
    books.lent(job)
    books.queue.keep_draft(job, "one", KeptDraft("[1]"), now=1001)
    books.queue.keep_draft(job, "one", KeptDraft("[1, 2]"), now=1002)
    assert books.lent(job, "two", now=1200)
    books.queue.keep_draft(job, "one", KeptDraft("too late"), now=1201)
    assert books.queue.draft(job).actions == "[1, 2]"


def test_a_rejected_document_has_failed_with_her_reason(books: Books) -> None:
    job = books.arrive()
    books.lent(job)
    books.reviews.reject(job, "one", "Ann", "it is a brochure", now=1001)
    job = books.job(job)
    assert (job.state, job.reason) == (JobState.FAILED, "it is a brochure")
    (said,) = books.reviews.reviews(job)
    assert (said.outcome, said.reason, said.seconds) == ("rejected", "it is a brochure", None)


def test_a_document_becomes_another_kind(books: Books) -> None:
    job = books.arrive()
    books.lent(job)
    assert books.reviews.retype(job, "one", "Ann", "invoice", now=1001).doctype == "invoice"
    assert [(job.doctype, job.state) for job in books.store.jobs()] == [
        ("invoice", JobState.ARRIVED)
    ]
    (said,) = books.reviews.reviews(job)
    assert (said.outcome, said.reason, said.clerk) == ("retyped", "invoice", "Ann")


def test_delivered_evidence_that_is_another_kind_waits_no_more(books: Books) -> None:
    job = books.arrive("a", SURE, EVERY)
    books.deliver()
    job = books.job(job)
    books.lent(job)
    books.reviews.retype(job, "one", "Ann", "invoice", now=1001)
    assert {one.doctype: one.state for one in books.store.jobs()} == {
        "receipt": JobState.DELIVERED,
        "invoice": JobState.ARRIVED,
    }
    assert books.waiting() == []


def test_opened_again_and_found_to_be_another_kind_it_waits_no_more_as_the_old_one(
    books: Books,
) -> None:
    job = books.arrive("a", SURE)
    books.deliver()
    books.reviews.reopen(books.job(job), "one", "Ann", now=1000, lease=120)
    books.reviews.retype(books.job(job), "one", "Ann", "invoice", now=1001)
    assert {one.doctype: one.state for one in books.store.jobs()} == {
        "receipt": JobState.DELIVERED,
        "invoice": JobState.ARRIVED,
    }
    assert books.waiting() == []


def test_a_kind_that_it_is_already_is_refused_and_she_keeps_the_document(books: Books) -> None:
    job = books.arrive()
    books.store.record(job.docid, "invoice", "a.pdf", now=ord("b"))
    books.lent(job)
    with pytest.raises(StoreError, match="invoice"):
        books.reviews.retype(job, "one", "Ann", "invoice", now=1001)
    assert not books.lent(job, "two")


@pytest.mark.parametrize("delivered", [False, True], ids=["accepted", "delivered"])
def test_an_approved_document_is_opened_again(books: Books, delivered: bool) -> None:
    job = books.arrive()
    books.lent(job)
    books.queue.keep_draft(job, "one", KeptDraft("[1]"), now=1001)
    books.approve(job)
    if delivered:
        books.deliver()
    books.reviews.reopen(job, "one", "Ann", now=1020, lease=120)
    assert books.job(job).state is JobState.HELD
    assert not books.lent(job, "two", now=1030)
    assert books.queue.draft(job).actions == "[1]"
    books.approve(books.job(job), now=1040.0, deliver=True)
    books.deliver()
    assert len(books.store.deliveries(job)) == 1 + delivered


def test_a_document_is_not_opened_again_while_it_is_being_delivered(books: Books) -> None:
    job = books.arrive()
    books.lent(job)
    books.approve(job)
    assert books.store.claim(JobState.ACCEPTED, now=1015, lease=3600)
    with pytest.raises(TakenError):
        books.reviews.reopen(job, "one", "Ann", now=1020, lease=120)
    # After a crash the file may have appeared already: only the daemon finds out.
    books.store.begin_delivery(job, path="receipt/a.json")
    books.store.end_leases()
    with pytest.raises(TakenError):
        books.reviews.reopen(job, "one", "Ann", now=1020, lease=120)


def test_only_what_a_clerk_rejected_is_opened_again(books: Books) -> None:
    job = books.arrive()
    books.lent(job)
    books.reviews.reject(job, "one", "Ann", "torn", now=1001)
    books.reviews.reopen(job, "one", "Ann", now=1002, lease=120)
    assert books.job(job).state is JobState.HELD
    other = books.arrive("b")
    books.store.fail(other, reason="it is broken")
    with pytest.raises(TakenError):
        books.reviews.reopen(other, "one", "Ann", now=1002, lease=120)


def test_another_station_keeps_what_it_opened_again(books: Books) -> None:
    job = books.arrive()
    books.lent(job)
    books.approve(job)
    books.reviews.reopen(job, "two", "Ann", now=1011, lease=120)
    with pytest.raises(TakenError, match="another station"):
        books.reviews.reopen(job, "one", "Ann", now=1012, lease=120)


def test_evidence_waits_until_it_is_keyed_whatever_was_thought_of_it(books: Books) -> None:
    held = books.arrive("a", plan=EVERY)
    books.arrive("b", SURE, EVERY)
    books.deliver()
    found = books.waiting()
    assert [waiting.job.state for waiting in found] == [JobState.HELD, JobState.DELIVERED]
    # Nothing of what the model said reaches whoever keys it.
    assert {(w.job.reason, w.party, w.blockers, w.evidence) for w in found} == {
        ("", None, (), True)
    }
    for waiting in found:
        books.lent(waiting.job)
        books.approve(waiting.job, BLIND)
    assert books.job(held).state is JobState.ACCEPTED
    assert books.job(found[1].job).state is JobState.DELIVERED
    assert books.waiting() == []
    assert not books.lent(found[1].job, "two")


def test_evidence_that_was_delivered_wrongly_is_delivered_again(books: Books) -> None:
    books.arrive("a", SURE, EVERY)
    books.deliver()
    (waiting,) = books.waiting()
    books.lent(waiting.job)
    books.approve(waiting.job, BLIND, deliver=True)
    books.deliver()
    assert [delivery.revision for delivery in books.store.deliveries(waiting.job)] == [1, 2]
    assert books.waiting() == []


def test_evidence_is_decided_once(books: Books) -> None:
    job = books.arrive("a")
    assert not EvidenceDraws(books.store, EVERY).draw(job, now=999)
    other = books.arrive("b", plan=EVERY)
    assert EvidenceDraws(books.store, NONE).draw(other, now=999)


@pytest.mark.parametrize(("rows", "told"), [(True, {Section.ROW}), (False, set())])
def test_of_a_type_with_rows_more_documents_tell_of_them(
    books: Books, rows: bool, told: set[Section]
) -> None:
    hardly_any = SamplingPlan(first=10**9, then=0, rows=1)
    books.store.record("a" * 64, "receipt", "a.pdf", now=1)
    job = books.store.claim(JobState.ARRIVED, now=200, lease=60)
    assert job
    assert EvidenceDraws(books.store, hardly_any).draw(job, now=200, rows=rows) == told


def test_the_first_documents_of_a_type_are_spared(books: Books) -> None:
    plan = replace(EVERY, after=2)
    draws = EvidenceDraws(books.store, plan)
    jobs = [books.arrive(letter, plan=plan) for letter in "abc"]
    assert [bool(draws.draw(job, now=1)) for job in jobs] == [False, False, True]
    assert not draws.draw(replace(books.arrive("d"), doctype="note"), now=1), "of another type"


@pytest.mark.parametrize(
    ("section", "rows", "accuracy", "opened"),
    [
        (Section.FIELDS, False, 0.95, 2),
        (Section.ROW, True, 0.95, 4),
        (Section.HEADER, False, 0.975, 4),
    ],
)
def test_at_the_opening_all_are_keyed_more_where_more_is_to_be_proven(
    books: Books, section: Section, rows: bool, accuracy: float, opened: int
) -> None:
    hardly_any = SamplingPlan(first=10**9, until=2, then=10**9, rows=0, after=1, opening=True)
    draws = EvidenceDraws(books.store, hardly_any)

    def draw(letter: str, enough: frozenset[Section] = NOTHING) -> bool:
        books.store.record(letter * 64, "receipt", f"{letter}.pdf", now=1)
        job = books.store.claim(JobState.ARRIVED, now=200, lease=60)
        assert job
        found = draws.draw(job, accuracy=accuracy, need=EvidenceNeed(enough), now=1, rows=rows)
        assert rows or len(found) in (0, 2), "without rows nothing is drawn for its table alone"
        return section in found

    assert not draw("0"), "the first is spared"
    assert not draw("1", enough=WHOLE), "it is proven already"
    drawn = [draw(letter) for letter in "abcdef"]
    assert drawn == [number < opened for number in range(6)]


@pytest.mark.parametrize(
    ("need", "more"),
    [
        (EvidenceNeed(unpromised=WHOLE), True),
        (EvidenceNeed(unpromised=frozenset({Section.HEADER})), True),
        (EvidenceNeed(unpromised=frozenset({Section.TABLE})), False),
        (EvidenceNeed(enough=WHOLE, unpromised=WHOLE), False),
        (EvidenceNeed(), False),
    ],
)
def test_what_is_not_promised_is_keyed_as_often_until_there_are_twice_as_many(
    books: Books, need: EvidenceNeed, more: bool
) -> None:
    draws = EvidenceDraws(books.store, SamplingPlan(first=1, until=2, then=10**9, rows=0))

    def draw(letter: str, need: EvidenceNeed) -> bool:
        books.store.record(letter * 64, "receipt", f"{letter}.pdf", now=1)
        job = books.store.claim(JobState.ARRIVED, now=200, lease=60)
        assert job
        return Section.FIELDS in draws.draw(job, need=need, now=1)

    assert [draw(letter, EvidenceNeed()) for letter in "abc"] == [True, True, False]
    assert [draw(letter, need) for letter in "def"] == [more, more, False]


def test_as_another_kind_of_document_it_is_what_it_was(books: Books) -> None:
    """Else what was learned from would be measured with."""
    learned, keyed = books.arrive("a"), books.arrive("b", plan=EVERY)
    untouched = books.arrive("c")
    assert EvidenceDraws(books.store, EVERY).draw(replace(untouched, doctype="note"), now=999)
    books.lent(learned)
    books.approve(learned, deliver=False)
    assert not EvidenceDraws(books.store, EVERY).draw(replace(learned, doctype="other"), now=999)
    assert EvidenceDraws(books.store, NONE).draw(replace(keyed, doctype="other"), now=999)


def test_what_failed_does_not_fill_the_sample(books: Books) -> None:
    plan = SamplingPlan(first=1, until=2, then=0)
    first, second = books.arrive("a", plan=plan), books.arrive("b", plan=plan)
    assert not EvidenceDraws(books.store, plan).draw(books.arrive("c", plan=plan), now=1)
    books.store.fail(second, reason="broken")
    assert EvidenceDraws(books.store, plan).draw(books.arrive("d", plan=plan), now=1)
    assert EvidenceDraws(books.store, plan).draw(first, now=1)


def test_what_was_said_is_never_changed(books: Books) -> None:
    job = books.arrive(plan=EVERY)
    books.lent(job)
    books.approve(job)
    for table in ("reviews", "corrections", "evidence", "lots"):
        for sql in (
            f"update {table} set rowid = rowid",
            f"delete from {table}",
            f"insert or replace into {table} (rowid, {_columns(books, table)})"
            f" select rowid, {_columns(books, table)} from {table}",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="added"):
                books.store.database.execute(sql)


def _columns(books: Books, table: str) -> str:
    found = books.store.database.rows(f"select name from pragma_table_info('{table}')")
    return ", ".join(row["name"] for row in found)


def test_the_pace_is_a_clerks_own_at_her_seat(books: Books) -> None:
    for letter in "ab":
        job = books.arrive(letter)
        books.lent(job)
        books.approve(job, now=1000.0 + ord(letter))
    assert books.reviews.pace("one", "Ann", since=0) == ClerkPace(2, 25.0)
    assert books.reviews.pace("one", "Ann", since=1098) == ClerkPace(1, 12.5)
    assert books.reviews.pace("one", "Ben", since=0) == ClerkPace(0, 0.0)
    assert books.reviews.pace("on", "Ann", since=0) == ClerkPace(0, 0.0)


def test_c14_what_is_refused_is_counted_apart_and_what_is_opened_again_once(books: Books) -> None:
    """C14."""
    refused, twice, waits = books.arrive("a"), books.arrive("b"), books.arrive("c")
    books.lent(refused)
    books.reviews.reject(refused, "one", "Ann", "torn", now=1001)
    for job in (twice, waits):
        books.lent(job)
        books.approve(job)
        books.reviews.reopen(job, "one", "Ann", now=1020, lease=120)
    books.approve(books.job(twice), now=1030.0)
    assert books.reviews.pace("one", "Ann", since=0) == ClerkPace(1, 25.0, 1)


def test_a_station_offers_its_last_clerk_and_then_those_of_other_stations(books: Books) -> None:
    assert books.reviews.clerks("desk", most=5) == ()
    for now, clerk in enumerate(("Ann", "Ben")):
        books.reviews.remember_clerk("desk", clerk, now=now)
    for now, clerk in enumerate(("Cem", "Dora", "Ben")):
        books.reviews.remember_clerk(f"browser {clerk}", clerk, now=10 + now)
    assert books.reviews.clerks("desk", most=5) == ("Ben", "Dora", "Cem")
    assert books.reviews.clerks("other", most=2) == ("Ben", "Dora")


def test_threads_on_one_connection_write_one_after_the_other(books: Books) -> None:
    jobs = [books.arrive(letter) for letter in "abcdef"]

    def work(job: Job) -> None:
        books.lent(job)
        for number in range(20):
            books.queue.keep_draft(job, "one", KeptDraft(str(number)), now=1001)
            books.waiting()
        books.approve(job)

    threads = [threading.Thread(target=work, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [books.queue.draft(job).actions for job in jobs] == ["19"] * 6
    assert {books.job(job).state for job in jobs} == {JobState.ACCEPTED}


def test_a_transaction_that_meets_an_error_leaves_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    with pytest.raises(ZeroDivisionError), database.writing():
        database.execute("insert into stations (station, clerk) values ('a', 'b')")
        database.execute("insert into stations (station, clerk) values ('c', 'd')")
        _ = 1 / 0
    assert database.rows("select * from stations") == []
    database.close()
