from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlite_utils

from appliance.domain.blockers import Blocker
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.errors import StoreError
from appliance.domain.prediction import (
    AnswerVersions,
    Field,
    FieldJudgement,
    Judgement,
    Prediction,
    TokenScore,
)
from appliance.domain.results import LONGEST, Job, JobState
from appliance.fields.folding import alike
from appliance.records.queue import ClerkQueue
from appliance.records.schema import migrations
from appliance.records.store import SeenBefore, Store

A, B = "a" * 64, "b" * 64

DOCUMENT = Document(
    A, (Page(595, 842, (Word("Größe", BBox(0.1, 0.2, 0.3, 0.4), line=0, confidence=0.5),), "ocr"),)
)
PREDICTION = Prediction(
    A, "receipt", "m1", (Field("total", "9.00", (Span(0, 0, 1),), tokens=(TokenScore(-0.5, 0.0),)),)
)
VERSIONS = AnswerVersions("1", "1")
DECIDED = FieldJudgement(PREDICTION.fields[0], "9.00", 0.97, "probability")

TABLES = {
    "jobs": [
        *("docid", "doctype", "state", "source", "arrived_at", "attempts"),
        *("lease_until", "waits_until", "reason", "twin", "station", "station_until"),
        *("station_since", "sender"),
    ],
    "arrivals": ["id", "docid", "doctype", "source", "arrived_at"],
    "documents": ["docid", "reading", "document", "seconds"],
    "predictions": [
        *("id", "docid", "doctype", "model", "prediction", "judgement"),
        *("seconds", "predicted_at", "reading", "extraction", "sender", "reviews"),
        "told",
    ],
    "deliveries": [
        *("docid", "doctype", "revision", "path", "delivered_at", "prediction", "review"),
    ],
    "stations": ["station", "clerk", "seen_at"],
    "drafts": [
        *("docid", "doctype", "prediction", "station", "actions", "kept_at", "sender", "reviews"),
        *("approved_by", "told"),
    ],
    "reviews": [
        *("id", "docid", "doctype", "prediction", "model", "clerk", "station", "outcome"),
        *("reason", "judgement", "seconds", "blind", "reviewed_at"),
    ],
    "corrections": [
        *("id", "review", "fieldtype", "line_item_id", "before", "after", "kind", "seen"),
        *("spans", "value", "keyed", "wraps"),
    ],
    "evidence": ["docid", "doctype", "drawn", "decided_at", "sections", "site"],
    "lots": ["key"],
    "decisions": ["id", "champion", "candidate", "outcome", "reason", "decided_at"],
    "decision_evidence": ["decision", "docid", "doctype"],
    "rereadings": ["docid", "reading", "document", "seconds"],
    "sender_rulings": ["id", "ruling", "ruled_at"],
    "senders": ["id", "party", "called", "documents", "named"],
    "sender_documents": ["docid", "doctype", "sender", "named", "since"],
    "calls": [
        *("id", "docid", "doctype", "revision", "kind", "key", "body", "state", "attempts"),
        *("due_at", "error", "ended_at"),
    ],
    "erasures": ["id", "chosen", "documents", "who", "why", "erased_at"],
    "erasing": ["erasure", "kind", "name"],
    "audit": [
        *("id", "kind", "who", "at", "station", "about", "number", "docid", "salt", "erasure"),
        *("seal", "hash"),
    ],
    "told_senders": ["id", "party", "until"],
    "told_names": ["word", "sender"],
    "told_marks": ["mark", "sender"],
    "sender_past": ["docid", "doctype", "party", "since", "until"],
    "replays": ["docid", "doctype", "made_of", "replay"],
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "appliance.db")
    yield store
    store.close()


def claimed(store: Store, state: JobState = JobState.ARRIVED, *, now: float = 10.0) -> Job:
    job = store.claim(state, now=now, lease=60)
    assert job
    return job


def test_the_same_bytes_again_are_an_arrival_but_no_job(store: Store) -> None:
    assert store.record(A, "receipt", "one.jpg", now=1)
    assert not store.record(A, "receipt", "two.jpg", now=2)
    assert store.arrivals(A) == ["one.jpg", "two.jpg"]
    assert (len(list(store.jobs())), store.repeats()) == (1, 1)


def test_an_arrival_recorded_twice_is_one(store: Store) -> None:
    store.record(A, "receipt", "one.jpg", now=1)
    store.record(A, "receipt", "one.jpg", now=1)
    assert store.arrivals(A) == ["one.jpg"]


def test_the_oldest_job_is_lent_to_one_only(store: Store) -> None:
    store.record(B, "receipt", "new.jpg", now=2)
    store.record(A, "receipt", "old.jpg", now=1)
    assert claimed(store).source == "old.jpg"
    assert claimed(store).source == "new.jpg"
    assert store.claim(JobState.ARRIVED, now=11, lease=60) is None


def test_a_job_lent_to_a_dead_worker_is_lent_again(store: Store) -> None:
    store.record(A, "receipt", "a.jpg", now=0)
    assert claimed(store, now=1).attempts == 1
    assert claimed(store, now=62).attempts == 2


def test_what_is_in_hand_is_known_until_it_moves(store: Store) -> None:
    store.record(A, "receipt", "a.jpg", now=0)
    assert store.in_hand() == []
    job = claimed(store)
    assert store.in_hand() == [job]
    store.keep_document(job, DOCUMENT, reading="1", seconds=1)
    assert store.in_hand() == []


def test_a_daemon_that_was_killed_costs_its_document_no_attempt(store: Store) -> None:
    store.record(A, "receipt", "a.jpg", now=0)
    claimed(store)
    store.end_leases()
    assert claimed(store).attempts == 1


def test_an_attempt_that_failed_stays_counted_over_a_restart(store: Store) -> None:
    store.record(A, "receipt", "a.jpg", now=0)
    store.give_back(claimed(store), attempts=1, until=40, reason="the reader ended")
    store.end_leases()
    assert store.claim(JobState.ARRIVED, now=39, lease=60) is None
    assert claimed(store, now=41).attempts == 2


YEAR = 365 * 86400.0


@pytest.mark.parametrize("ahead", [YEAR, LONGEST + 3600])
def test_c5_what_was_begun_while_the_clock_was_ahead_goes_on_once_it_is_right(
    store: Store, ahead: float
) -> None:
    store.record(A, "receipt", "a.jpg", now=ahead)
    job = claimed(store, now=ahead)
    assert claimed(store, now=10) == replace(job, attempts=2)
    store.give_back(job, attempts=1, until=ahead + 30, reason="the reader ended")
    assert [one.docid for one in store.coming(now=10, most=2)] == [A]
    assert store.free(now=10) == 1
    assert claimed(store, now=10).attempts == 2


def test_c5_a_lease_or_a_wait_that_may_be_holds(store: Store) -> None:
    store.record(A, "receipt", "a.jpg", now=0)
    assert store.claim(JobState.ARRIVED, now=10, lease=LONGEST)
    assert store.claim(JobState.ARRIVED, now=10 + LONGEST - 1, lease=60) is None
    job = store.claim(JobState.ARRIVED, now=10 + LONGEST, lease=60)
    assert job
    store.give_back(job, attempts=1, until=10 + 2 * LONGEST, reason="no memory")
    assert store.free(now=10 + LONGEST) == 0


def test_what_was_read_comes_back_as_it_was(store: Store) -> None:
    store.record(A, "receipt", "a.jpg", now=0)
    store.keep_document(claimed(store), DOCUMENT, reading="1", seconds=1.5)
    assert store.document(A) == DOCUMENT
    assert store.document(A, reading="2") is None
    assert claimed(store, JobState.READ).attempts == 1


@pytest.mark.parametrize("blockers", [(), (Blocker("unsure", "not sure", "total"),)])
def test_an_answer_comes_back_and_moves_its_job(store: Store, blockers: tuple[Blocker]) -> None:
    store.record(A, "receipt", "a.jpg", now=0)
    judgement = Judgement((DECIDED,), blockers, party="shop")
    store.keep_answer(
        claimed(store), PREDICTION, judgement, versions=VERSIONS, twin=None, seconds=1, now=5
    )
    job = next(store.jobs())
    answer = store.answer(job)
    assert answer and answer.versions == VERSIONS
    assert answer and (answer.prediction, answer.judgement) == (PREDICTION, judgement)
    assert job.state is (JobState.HELD if blockers else JobState.ACCEPTED)
    assert job.reason == ("not sure" if blockers else "")


def source(seen: SeenBefore | None) -> str | None:
    return seen.source if seen else None


@pytest.mark.parametrize("second_is_held", [True, False])
def test_another_scan_is_known_by_its_twin(store: Store, second_is_held: bool) -> None:
    blockers = (Blocker("unsure", "not sure"),) if second_is_held else ()
    for number, docid in enumerate((A, B)):
        store.record(docid, "receipt", f"{number}.jpg", now=number)
        judgement = Judgement((DECIDED,), blockers if number else ())
        store.keep_answer(
            claimed(store), PREDICTION, judgement, versions=VERSIONS, twin="t", seconds=1, now=5
        )
    first, second = store.jobs()
    assert source(store.seen_before(second, "t")) == "0.jpg"
    # One that came later counts once it was let pass: the first had to wait, perhaps.
    assert source(store.seen_before(first, "t")) == (None if second_is_held else "1.jpg")


def test_a_scan_that_was_refused_does_not_hold_the_better_one(store: Store) -> None:
    for number, docid in enumerate((A, B)):
        store.record(docid, "receipt", f"{number}.jpg", now=number)
        judgement = Judgement((DECIDED,), (Blocker("unsure", "not sure"),))
        store.keep_answer(
            claimed(store), PREDICTION, judgement, versions=VERSIONS, twin="t", seconds=1, now=5
        )
    first, second = store.jobs()
    assert source(store.seen_before(second, "t")) == "0.jpg"
    delivery = store.begin_delivery(first, path="receipt/0.json")
    store.database.execute("update jobs set state = 'failed' where docid = ?", [first.docid])
    assert store.seen_before(second, "t") is None
    store.database.execute("update deliveries set delivered_at = 7")
    assert source(store.seen_before(second, "t")) == "0.jpg"  # it went out before it failed
    assert delivery.revision == 1


def test_of_another_scan_its_last_result_is_told(store: Store) -> None:
    for number, docid in enumerate((A, B)):
        store.record(docid, "receipt", f"{number}.jpg", now=number)
        judgement = Judgement((DECIDED,), ())
        about = {"versions": VERSIONS, "twin": "t", "seconds": 1, "now": 5}
        store.keep_answer(claimed(store), PREDICTION, judgement, **about)
    first, second = store.jobs()
    assert store.seen_before(second, "t") == SeenBefore("0.jpg", None, None, 0.0)
    for revision in (1, 2):
        delivery = store.begin_delivery(first, path=f"receipt/{revision}.json")
        store.finish_delivery(first, delivery, now=10.0 * revision)
    assert store.seen_before(second, "t") == SeenBefore("0.jpg", "receipt/2.json", 20.0, 0.0)


def test_deliveries_count_their_revisions(store: Store) -> None:
    store.record(A, "receipt", "a.jpg", now=0)
    job = claimed(store)
    first = store.begin_delivery(job, path="receipt/a.json")
    assert first.delivered_at is None
    store.finish_delivery(job, first, now=7)
    assert store.begin_delivery(job, path="receipt/a.json").revision == 2
    assert [delivery.delivered_at for delivery in store.deliveries(job)] == [7, None]


def test_the_kind_that_a_later_arrival_says_is_the_kind_of_the_document(store: Store) -> None:
    store.record(A, "", "a.jpg", now=0)
    store.hold(claimed(store), Blocker("which-kind", "which kind?"))
    assert store.record(A, "receipt", "a.jpg", now=1)
    (job,) = store.jobs()
    assert (job.doctype, job.state, job.reason) == ("receipt", JobState.ARRIVED, "")
    assert not store.record(A, "", "a.jpg", now=2)
    assert len(list(store.jobs())) == 1


def test_a_job_cannot_become_a_kind_that_it_is_already(store: Store) -> None:
    store.record(A, "receipt", "a.jpg", now=0)
    store.record(A, "invoice", "a.jpg", now=1)
    receipt, _ = store.jobs()
    with pytest.raises(StoreError, match="invoice"):
        store.restart(receipt, doctype="invoice")
    assert store.restart(receipt, doctype="note").doctype == "note"


def test_what_was_delivered_as_another_kind_stays_known(store: Store) -> None:
    store.record(A, "receipt", "a.jpg", now=0)
    job = claimed(store)
    store.finish_delivery(job, store.begin_delivery(job, path="receipt/a.json"), now=1)
    again = store.restart(job, doctype="invoice")
    assert (again.doctype, again.state) == ("invoice", JobState.ARRIVED)
    assert not store.record(A, "receipt", "a.jpg", now=2)
    assert {job.doctype: job.state for job in store.jobs()} == {
        "receipt": JobState.DELIVERED,
        "invoice": JobState.ARRIVED,
    }


def test_a_job_in_one_of_some_states_is_there_or_not(store: Store) -> None:
    assert not store.has(JobState)
    store.record(A, "receipt", "a.jpg", now=0)
    assert store.has([JobState.HELD, JobState.ARRIVED])
    assert not store.has([JobState.HELD, JobState.READ]) and not store.has(())


def test_a_prefix_finds_its_jobs_and_no_wildcard(store: Store) -> None:
    store.record(A, "receipt", "a.jpg", now=0)
    assert [job.docid for job in store.find("AAAA")] == [A]
    assert store.find("%") == []


def test_two_stores_share_one_file(tmp_path: Path) -> None:
    one, two = Store(tmp_path / "x.db"), Store(tmp_path / "x.db")
    one.record(A, "receipt", "a.jpg", now=0)
    assert two.counts() == {("receipt", JobState.ARRIVED): 1}
    one.close()
    two.close()


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"x\.db"):
        Store(tmp_path / "missing" / "x.db")


def test_a_damaged_database_is_a_clear_error_at_the_start_and_later(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    store = Store(path)
    for number in range(200):
        store.record(f"{number:064}", "receipt", "a.pdf", now=number)
    store.database.rows("pragma wal_checkpoint(truncate)")
    open_already = Store(path)
    good = path.read_bytes()
    path.write_bytes(good[:100] + b"\xff" * (len(good) - 100))
    with pytest.raises(StoreError, match=r"x\.db") as caught:
        Store(path)
    assert "damaged" in caught.value.hint
    with pytest.raises(StoreError) as caught:
        list(open_already.jobs())
    assert "damaged" in caught.value.hint
    for one in (store, open_already):
        one.close()


def test_a_power_cut_loses_no_row(tmp_path: Path) -> None:
    store = Store(tmp_path / "x.db")
    store.close()
    # 2 is FULL: committed means on the disk.
    store = Store(tmp_path / "x.db")
    assert store.database.rows("pragma synchronous") == [{"synchronous": 2}]
    store.close()
    with sqlite3.connect(tmp_path / "x.db") as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_database_that_cannot_be_used_is_a_clear_error(store: Store) -> None:
    store.database.execute("drop table jobs")
    with pytest.raises(StoreError) as caught:
        store.record(A, "receipt", "a.jpg", now=0)
    assert caught.value.hint
    assert store.arrivals(A) == []


def test_the_steps_of_the_schema_end_in_these_tables(store: Store) -> None:
    """A step that was shipped is never edited: only additions may change what is seen here."""
    tables = {
        name: [
            row["name"]
            for row in store.database.rows("select name from pragma_table_info(?)", [name])
        ]
        for name in TABLES
    }
    assert tables == TABLES


def test_a_database_of_the_day_alone_gets_its_desk(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old = sqlite_utils.Database(path)
    migrations.apply(old, stop_before="m002_the_desk")
    for number, docid in enumerate((A, B)):
        values = [docid, "receipt", "held" if number else "delivered", f"{number}.jpg", number]
        old.execute(
            "insert into jobs (docid, doctype, state, source, arrived_at) values (?, ?, ?, ?, ?)",
            values,
        )
    old.close()
    stores = [Store(path), Store(path)]
    held = Job(B, "receipt", JobState.HELD, "1.jpg", 1)
    assert list(stores[0].jobs(JobState.HELD)) == [held]
    waiting = ClerkQueue(stores[0]).waiting(now=5)
    assert [(one.job, one.evidence, one.station) for one in waiting] == [(held, False, None)]
    (lots,) = stores[1].database.rows("select key from lots")
    assert len(lots["key"]) == 32
    for store in stores:
        store.close()


def test_d6_another_scan_of_what_came_before_look_alikes_were_known_is_known(
    tmp_path: Path,
) -> None:
    path = tmp_path / "old.db"
    old = sqlite_utils.Database(path)
    migrations.apply(old, stop_before="m005_look_alikes")
    old.execute(
        "insert into jobs (docid, doctype, state, source, arrived_at, twin)"
        " values (?, 'receipt', 'delivered', 'old.pdf', 0, ?)",
        [A, "acmeltd|\u0406NV4711|119"],
    )
    old.close()
    store = Store(path)
    new = Job(B, "receipt", JobState.READ, "new.pdf", 1)
    assert source(store.seen_before(new, alike("acmeltd|INV4711|119"))) == "old.pdf"
    store.close()


def test_many_processes_bring_an_old_database_up_to_date_at_once(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old = sqlite_utils.Database(path)
    migrations.apply(old, stop_before="m002_the_desk")
    old.close()
    opening = "import sys; from appliance.records.store import Store; Store(sys.argv[1]).close()"
    every = [subprocess.Popen([sys.executable, "-c", opening, str(path)]) for _ in range(3)]
    assert [process.wait() for process in every] == [0, 0, 0]
