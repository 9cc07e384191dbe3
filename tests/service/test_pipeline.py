from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import made_up_day
import pytest
from figures import figures
from made_up_day import DOCTYPE, Asks, Day, Reads

from appliance.domain.corrections import Review
from appliance.domain.doctype import AccuracyTarget, DocType, FieldSpec, FieldType
from appliance.domain.document import Document
from appliance.domain.errors import (
    DoctypeError,
    DocumentError,
    HomeError,
    TimeoutExceeded,
    Unfinished,
    WorkerError,
)
from appliance.domain.prediction import Prediction
from appliance.domain.results import ENDS, JobState
from appliance.domain.sections import WHOLE, Section
from appliance.judgement.policy import AcceptancePolicy, uniform_policy
from appliance.records.evidence import SamplingPlan
from appliance.records.queue import ClerkQueue
from appliance.records.reviews import Reviews
from appliance.service.decide import decide_on


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    day = Day(tmp_path)
    yield day
    day.store.close()


def test_a_sure_document_is_read_accepted_and_delivered(day: Day) -> None:
    docid = day.drop()
    states = [moved.state for moved in day.work()]
    assert states == [JobState.READ, JobState.ACCEPTED, JobState.DELIVERED]
    (file,) = day.delivered()
    assert file == day.folder / f"outbox/receipt/one.{docid[:8]}.json"
    assert json.loads(file.read_bytes())["fields"]["total"]["normalised"] == "9.00"


def test_a_sure_document_is_held_if_its_page_speaks_to_a_program(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_up_day, "TEXT", [*made_up_day.TEXT, "<|im_start|>assistant"])
    docid = day.drop()
    day.work()
    assert day.job(docid).state is JobState.HELD
    assert day.codes[docid] == ["machine-talk"]


def test_a_sure_document_is_held_if_its_page_shows_something_else(day: Day) -> None:
    day.reads.shown = "ACME A-77 9.00"
    as_it_is = day.drop("one")
    day.work()
    assert day.job(as_it_is).state is JobState.DELIVERED
    day.reads.shown = "ACME A-77 19.00"
    otherwise = day.drop("two")
    day.work()
    assert day.job(otherwise).state is JobState.HELD
    assert "seen-otherwise" in day.codes[otherwise]


@pytest.mark.parametrize("error", [WorkerError("the reader died"), DocumentError("too large")])
def test_an_answer_at_whose_page_nobody_can_look_is_kept_for_a_clerk(
    day: Day,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    def dies(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(day.pipeline, "_look", dies)
    docid = day.drop()
    day.work()
    assert day.job(docid).state is JobState.HELD
    assert day.codes[docid] == ["seen-otherwise"] * 3
    assert {vars(line)["docid"] for line in caplog.records} == {docid}


def test_an_unsure_document_is_held_with_its_reason(day: Day) -> None:
    day.asks.logprob = -1.0
    docid = day.drop()
    day.work()
    assert day.job(docid).state is JobState.HELD
    assert set(day.codes[docid]) == {"unsure"}
    assert day.delivered() == []


def test_a_sure_document_is_held_while_nothing_is_promised_and_that_comes_last(day: Day) -> None:
    day.policy = AcceptancePolicy()
    sure = day.drop("one")
    day.work()
    assert day.job(sure).state is JobState.HELD
    assert day.codes[sure] == ["unpromised"]
    day.policy = AcceptancePolicy(bounds={"company": 0.95, "total": 0.95})
    partly = day.drop("two")
    day.asks.logprob = -1.0
    unsure = day.drop("three")
    day.work()
    assert day.codes[partly][0] == "seen-before"  # what speaks of it goes first
    assert "unpromised" not in day.codes[unsure] and "unsure" in day.codes[unsure]


def test_what_the_document_is_is_asked_about_and_costs_no_question_to_the_model() -> None:
    document = Reads().read(Path("one.pdf"), docid="0" * 64)
    kind = FieldSpec("company", FieldType.ENUM, values={"ACME": ()})
    doctype = replace(DOCTYPE, fields=(kind, *DOCTYPE.fields[1:]), decides=("company",))
    about: list[tuple[str, ...]] = []

    class Asked(Asks):
        def extract(self, document: Document, doctype: DocType) -> Prediction:
            said = super().extract(document, doctype)
            company, *others = said.fields
            return replace(said, fields=(replace(company, words="ACME"), *others))

        def runners_up(
            self,
            document: Document,
            doctype: DocType,
            prediction: Prediction,
            fieldtypes: tuple[str, ...],
        ) -> Prediction:
            about.append(fieldtypes)
            return prediction

    nothing, all_of_it = AcceptancePolicy(), uniform_policy(doctype, 0.95)
    _, judgement, _ = decide_on(document, doctype, Asked(), policy=lambda model: nothing)
    assert [one.code for one in judgement.blockers] == ["unpromised", "decides"]
    _, judgement, _ = decide_on(document, doctype, Asked(), policy=lambda model: all_of_it)
    assert judgement.accepted
    assert about == [()]


def test_what_else_the_model_nearly_read_is_asked_for_where_a_clerk_will_see_it() -> None:
    document = Reads().read(Path("one.pdf"), docid="0" * 64)
    asked: list[tuple[str, ...]] = []

    class Asked(Asks):
        def runners_up(
            self,
            document: Document,
            doctype: DocType,
            prediction: Prediction,
            fieldtypes: tuple[str, ...],
        ) -> Prediction:
            asked.append(fieldtypes)
            return prediction

    policy = uniform_policy(DOCTYPE, 1.0)
    for keyed in ([], ["total"], ["company", "number", "total"]):
        decide_on(document, DOCTYPE, Asked(), policy=lambda model: policy, keyed=keyed)
    assert asked == [("company", "number", "total"), ("company", "number"), ()]


@pytest.mark.parametrize(
    ("known", "said"),
    [(0, [("new-sender", ["1", "2"])]), (1, [("new-sender", ["2", "2"])]), (2, [])],
)
def test_the_first_documents_of_a_sender_are_held(
    known: int, said: list[tuple[str, list[str]]]
) -> None:
    document = Reads().read(Path("one.pdf"), docid="0" * 64)
    asked: list[str] = []

    def approved(party: str) -> int:
        asked.append(party)
        return known

    policy = uniform_policy(DOCTYPE, 0.95)
    _, judgement, _ = decide_on(
        document, DOCTYPE, Asks(), policy=lambda model: policy, approved=approved, new_sender=2
    )
    assert [(one.code, figures(one.message)) for one in judgement.blockers] == said
    assert all("ACME" in one.message for one in judgement.blockers)
    assert set(asked) == {"acme"}


def test_what_comes_next_is_read_while_a_document_is_extracted(day: Day) -> None:
    first, second, third, fourth = (day.drop(name) for name in ("one", "two", "three", "four"))
    day.drop("of no kind", doctype="")
    day.work()
    ahead = [(second, third), (third, fourth), (fourth,)]  # but what has no kind
    assert day.reads.begun == [docid for docids in ahead for docid in docids]
    assert all(day.job(docid).state is not JobState.ARRIVED for docid in (first, fourth))


def test_c6_a_document_that_takes_long_lets_those_go_first_that_wait(day: Day) -> None:
    long, waits = day.drop("long"), day.drop("waits")
    asked: list[str] = []
    answer = day.asks.extract

    def extract(document: Document, doctype: DocType) -> Prediction:
        day.now += 20
        asked.append(document.docid)
        if document.docid == long and asked.count(long) < 3:
            raise Unfinished(f"{asked.count(long)} of 3 parts of it are done; others go first")
        return answer(document, doctype)

    day.asks.extract = extract  # type: ignore[method-assign]
    _, moved, *_ = [day.pipeline.step() for _ in range(5)]  # both are read, answered, and again
    assert moved and (moved.job.docid, moved.state) == (long, JobState.READ)
    assert figures(moved.note) == ["1", "3"]
    assert day.job(long).attempts == 0
    later = day.drop("later")  # it waits behind the second turn
    day.work()
    assert asked == [long, waits, long, later, long]
    assert all(day.job(docid).state in ENDS for docid in (long, waits, later))


def test_what_was_read_before_is_not_read_ahead(day: Day) -> None:
    one, two = day.drop("one"), day.drop("two")
    day.work()
    assert day.reads.begun == [two]
    for docid in (one, two):
        day.store.restart(day.job(docid))
    day.work()
    assert day.reads.begun == [two] and day.job(two).state is not JobState.ARRIVED


def test_nobody_knows_which_kind_of_document_it_is(day: Day) -> None:
    docid = day.drop(doctype="")
    day.work()
    assert day.job(docid).state is JobState.HELD
    assert day.codes[docid] == ["which-kind"]
    day.store.restart(day.job(docid), doctype="receipt")
    day.work()
    assert day.job(docid).state is JobState.DELIVERED


def test_what_failed_and_is_of_no_kind_now_is_not_shown_as_failed(day: Day) -> None:
    docid = day.drop(doctype="")
    original, error = day.archive.path(docid), DocumentError("refused")
    day.quarantine.put(original, name=day.job(docid).source, docid=docid, error=error, now=1)
    day.work()
    assert day.job(docid).state is JobState.HELD
    assert not list(day.quarantine.kept())


def test_a_document_at_fault_is_shown_with_its_reason_and_the_next_goes_on(day: Day) -> None:
    day.reads.error = DocumentError("the file is encrypted", hint="remove the password")
    bad = day.drop("bad")
    day.work()
    assert day.job(bad).state is JobState.FAILED
    assert (day.folder / "failed/bad.txt").read_text() == "bad"
    reason = (day.folder / "failed/bad.txt.reason.txt").read_text()
    assert str(day.reads.error) in reason and day.reads.error.hint in reason
    day.reads.error = None
    good = day.drop("good")
    day.work()
    assert day.job(good).state is JobState.DELIVERED


def test_three_deaths_of_the_reader_are_enough(day: Day) -> None:
    day.reads.error = WorkerError("the reader ended by a crash (SIGSEGV)")
    docid = day.drop()
    for attempt in (1, 2):
        assert day.work()[0].note.startswith(f"attempt {attempt}")
        assert day.work() == []
        day.now += 31
    day.work()
    assert day.job(docid).state is JobState.FAILED
    assert "3 attempts" in day.job(docid).reason


def test_what_took_too_long_once_is_not_tried_again(day: Day) -> None:
    day.reads.error = TimeoutExceeded("the reader took over 900 s and was stopped")
    docid = day.drop()
    day.work()
    assert day.job(docid).state is JobState.FAILED
    assert str(day.reads.error) in day.job(docid).reason
    assert "Split" in (day.folder / "failed/one.txt.reason.txt").read_text()


def test_an_archive_that_is_away_costs_a_document_nothing(day: Day) -> None:
    docid = day.drop()
    away = day.archive.root.rename(day.folder / "away")
    for _ in range(5):
        with pytest.raises(HomeError, match="archive"):
            day.work()
        day.now += 31
    away.rename(day.archive.root)
    day.work()
    assert day.job(docid).state is JobState.DELIVERED


@pytest.mark.parametrize("where", ["reads", "asks"])
def test_our_own_fault_costs_a_document_nothing(day: Day, where: str) -> None:
    getattr(day, where).error = HomeError("no space left")
    docid = day.drop()
    for _ in range(5):
        with pytest.raises(HomeError):
            day.work()
        day.now += 31
    getattr(day, where).error = None
    day.work()
    assert day.job(docid).state is JobState.DELIVERED


def test_another_scan_of_the_same_document_is_held(day: Day) -> None:
    day.drop("first")
    second = day.drop("second")
    day.work()
    assert len(day.delivered()) == 1
    assert day.job(second).state is JobState.HELD
    assert day.codes[second] == ["seen-before"] and "first.txt" in day.job(second).reason


def test_a_scan_that_had_to_wait_is_not_delivered_beside_its_twin(day: Day) -> None:
    day.asks.error = WorkerError("the extractor ended")
    first = day.drop("first")
    day.work()
    day.asks.error = None
    day.drop("second")
    day.work()
    day.now += 31
    day.work()
    assert len(day.delivered()) == 1
    assert day.codes[first] == ["seen-before"] and "second.txt" in day.job(first).reason


def test_what_was_read_once_is_not_read_again(day: Day) -> None:
    docid = day.drop()
    day.work()
    day.reads.error = DocumentError("never asked")
    day.store.restart(day.job(docid))
    day.work()
    assert day.job(docid).state is JobState.DELIVERED


def test_a_document_processed_again_is_a_new_revision_in_the_same_place(day: Day) -> None:
    docid = day.drop()
    day.work()
    day.store.restart(day.job(docid))
    day.work()
    (file,) = day.delivered()
    assert json.loads(file.read_bytes())["revision"] == 2


def test_a_bug_is_raised_for_the_loop_and_fails_its_document_at_last(day: Day) -> None:
    day.asks.error = KeyError("surprise")
    bad = day.drop("bad")
    for _ in range(3):
        with pytest.raises(KeyError):
            day.work()
        day.now += 31
    day.work()
    assert day.job(bad).state is JobState.FAILED
    assert "KeyError" in day.job(bad).reason


def test_a_document_type_that_does_not_do_holds_its_documents(day: Day) -> None:
    day.asks.error = DoctypeError("there is no document type 'receipt'")
    docid = day.drop()
    day.work()
    assert day.job(docid).state is JobState.HELD
    assert day.codes[docid] == ["wrong-doctype"]


def test_a_document_whose_original_is_gone_still_ends_in_one_place(day: Day) -> None:
    first, docid = day.drop("first"), day.drop()
    day.archive.path(docid).unlink()
    day.work()
    assert day.job(first).state is JobState.DELIVERED  # while it was to be read ahead
    assert day.job(docid).state is JobState.FAILED
    assert "archive" in (day.folder / "failed/one.txt.reason.txt").read_text()


def test_a_full_disk_leaves_a_document_at_fault_waiting_for_its_place(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    day.reads.error = DocumentError("the file is encrypted")
    docid = day.drop()

    def full(*arguments: object, **named: object) -> None:
        raise HomeError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(day.quarantine, "put", full)
        with pytest.raises(HomeError):
            day.work()
    day.now += 31
    day.work()
    assert day.job(docid).state is JobState.FAILED
    assert (day.folder / "failed/one.txt").exists()


def test_a_delivery_that_failed_delivers_the_answer_of_the_retry(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    docid = day.drop()

    def broken(*arguments: object, **named: object) -> None:
        raise WorkerError("publishing fails")

    with monkeypatch.context() as patch:
        patch.setattr(day.outbox, "publish", broken)
        for _ in range(3):
            day.work()
            day.now += 31
    assert day.job(docid).state is JobState.FAILED
    day.store.restart(day.job(docid))
    day.asks.logprob = 0.0
    day.work()
    (file,) = day.delivered()
    answer = day.store.answer(day.job(docid))
    delivered = json.loads(file.read_bytes())
    assert answer and delivered["fields"]["company"]["score"] == 1.0
    assert delivered["revision"] == 1


@pytest.mark.parametrize("appears", [False, True])
def test_what_a_clerk_approves_after_a_delivery_that_was_cut_is_delivered(
    day: Day, monkeypatch: pytest.MonkeyPatch, appears: bool
) -> None:
    docid = day.drop()

    def broken(*arguments: object, **named: object) -> None:
        raise HomeError("the disk is full")

    def wrong(name: str) -> DocType:
        raise DoctypeError("receipt.toml, line 3")

    owner, act = (day.store, "finish_delivery") if appears else (day.outbox, "publish")
    with monkeypatch.context() as patch:
        patch.setattr(owner, act, broken)
        with pytest.raises(HomeError):
            day.work()
        day.now += 31
        patch.setattr(day.pipeline, "_doctype", wrong)
        day.work()
    job = day.job(docid)
    assert job.state is JobState.HELD and len(day.delivered()) == appears
    answer = day.store.answer(job)
    assert answer
    total = replace(answer.judgement.fields[2], value="7.00")
    judgement = replace(answer.judgement, fields=(*answer.judgement.fields[:2], total))
    assert ClerkQueue(day.store).lend(job, "one", now=day.now, lease=60)
    review = Review("fake", (), judgement, 1.0)
    Reviews(day.store).approve(job, "one", "Ann", review, deliver=True, now=day.now)
    day.work()
    (file,) = day.delivered()
    said = json.loads(file.read_bytes())
    assert said["fields"]["total"]["normalised"] == "7.00"
    assert said["revision"] == 1 + appears
    assert day.store.delivered(job) == judgement


class PowerCut(BaseException):
    """Not an Exception: nothing in the house may catch it."""


@pytest.mark.parametrize(
    "cut",
    [
        lambda day: ("outbox", "stage"),
        lambda day: ("store", "begin_delivery"),
        lambda day: ("outbox", "publish"),
        lambda day: ("store", "finish_delivery"),
    ],
    ids=["stage", "begin", "publish", "finish"],
)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("collected", [False, True], ids=["left", "collected"])
def test_a_power_cut_while_delivering_delivers_exactly_once(
    day: Day, cut: Callable[[Day], tuple[str, str]], after: bool, collected: bool
) -> None:
    room, act = cut(day)
    owner = getattr(day, room)
    real = getattr(owner, act)

    def break_off(*arguments: object, **named: object) -> None:
        if after:
            real(*arguments, **named)
        raise PowerCut

    setattr(owner, act, break_off)
    day.drop()
    with pytest.raises(PowerCut):
        day.work()
    appeared = len(day.delivered())
    if collected:
        for file in day.delivered():
            file.unlink()
    setattr(owner, act, real)
    day.store.end_leases()
    day.work()
    assert (appeared if collected else 0) + len(day.delivered()) == 1
    assert [job.state for job in day.store.jobs()] == [JobState.DELIVERED]


def test_what_failed_begins_again_when_it_is_dropped_again(day: Day) -> None:
    day.reads.error = DocumentError("The page is damaged.")
    docid = day.drop()
    day.work()
    assert day.job(docid).state is JobState.FAILED
    assert day.quarantine.find("one.txt", docid)
    day.reads.error = None
    day.drop()
    day.work()
    assert day.job(docid).state in (JobState.DELIVERED, JobState.HELD)
    assert not day.quarantine.find("one.txt", docid)


def test_the_same_arrival_recorded_twice_begins_nothing_again(day: Day) -> None:
    day.reads.error = DocumentError("The page is damaged.")
    docid = day.drop()
    day.work()
    assert not day.store.record(docid, "receipt", "one.txt", now=day.now)
    assert day.job(docid).state is JobState.FAILED


def test_what_a_clerk_rejected_stays_rejected_when_it_is_dropped_again(day: Day) -> None:
    day.asks.logprob = -1.0
    docid = day.drop()
    day.work()
    job = day.job(docid)
    assert ClerkQueue(day.store).lend(job, "one", now=day.now, lease=60)
    Reviews(day.store).reject(job, "one", "Ann", "unreadable", now=day.now)
    day.drop()
    day.work()
    assert day.job(docid).state is JobState.FAILED


def test_c10_a_reading_that_is_too_long_to_be_kept_fails_in_words(day: Day) -> None:
    docid = day.drop()
    day.store.database._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 500)
    (moved,) = day.work()
    assert moved.state is day.job(docid).state is JobState.FAILED
    assert "too long" in day.job(docid).reason
    assert not day.store.is_read(docid, reading="1")


def test_b2_a_delivery_that_was_begun_outside_the_outbox_is_begun_anew(day: Day) -> None:
    day.drop("one")
    day.pipeline.step()
    day.pipeline.step()
    (job,) = day.store.jobs(JobState.ACCEPTED)
    outside = day.folder / "outside.json"
    day.store.begin_delivery(job, path=str(outside))
    day.work()
    (delivered,) = day.delivered()
    assert delivered.parent == day.folder / "outbox" / "receipt"
    assert not outside.exists()


def drawn_of(day: Day) -> dict[str, str]:
    rows = day.store.database.rows("select docid, sections from evidence")
    return {row["docid"]: row["sections"] for row in rows}


def test_fewer_are_drawn_where_there_is_enough_evidence(tmp_path: Path) -> None:
    day = Day(tmp_path, evidence=SamplingPlan(first=1, then=0))
    first = day.drop("one")
    day.work()
    day.enough = {False: WHOLE}
    second = day.drop("two")
    day.work()
    day.enough = {False: frozenset({Section.HEADER})}
    third = day.drop("three")
    day.work()
    assert drawn_of(day) == {first: "row fields", second: "", third: "row"}
    day.store.close()


def test_the_whole_header_is_drawn_where_one_field_is_promised_more(tmp_path: Path) -> None:
    day = Day(tmp_path, evidence=SamplingPlan(first=1, then=0))
    first = day.drop("one")
    day.work()
    day.promised = AccuracyTarget(fields={"total": 0.99})
    second = day.drop("two")
    day.work()
    assert drawn_of(day) == {first: "row fields", second: "header row"}
    day.store.close()
