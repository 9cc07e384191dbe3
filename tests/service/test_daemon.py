from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from made_up_day import Day

from appliance.domain.errors import ApplianceError, HomeError, ModelError, StoreError, ToolError
from appliance.domain.results import JobState
from appliance.intake.intake import Intake, ScanResult
from appliance.intake.watch import InboxWatcher
from appliance.service.daemon import Daemon, DayEvent
from appliance.service.metrics import BETWEEN, MetricsFile
from appliance.service.night_scheduler import NightBegun, NightEnded
from appliance.service.pipeline import RetryPolicy, StepResult
from appliance.service.serving import Swapped, SwapRefused


class House(Day):
    """The day with its loop; whoever waits lets the time pass."""

    def __init__(self, folder: Path, **named: Any) -> None:
        super().__init__(folder, **named)
        self.inbox = folder / "inbox"
        self.inbox.mkdir(exist_ok=True)
        self.told: list[DayEvent] = []
        self.stop = Event()
        self.until = self.now + 600
        self.refresh: Callable[[], Swapped | SwapRefused | None] = lambda: None
        self.nights: Callable[[], NightBegun | NightEnded | None] = lambda: None
        self.calibration: Callable[[], None] = lambda: None
        self.backfill: Callable[[], bool] = lambda: False
        self.calls: Callable[[], None] = lambda: None
        self.metrics: Callable[[], None] = lambda: None
        self.due: Callable[[], bool] = lambda: False
        self.after = ExitStack()
        self.between: Callable[[float], object] = lambda now: None
        intake = Intake(
            self.inbox, self.archive, self.store, doctypes=lambda: ["receipt"], settle=0.0
        )
        self.look = intake.look
        self.looks = 0
        intake.look = self.looked  # type: ignore[method-assign]
        watcher = InboxWatcher(self.inbox, events=False)
        watcher.wait = self.wait  # type: ignore[method-assign]
        self.daemon = Daemon(
            self.store,
            intake,
            self.pipeline,
            watcher,
            listing=30.0,
            report=self.told.append,
            refresh=lambda: self.refresh(),
            nights=lambda: self.nights(),
            calibration=lambda: self.calibration(),
            backfill=lambda: self.backfill(),
            calls=lambda: self.calls(),
            metrics=lambda: self.metrics(),
            due=lambda: self.due(),
            clock=lambda: self.now,
        )

    def looked(self, *, now: float) -> ScanResult:
        self.looks += 1
        return self.look(now=now)

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.between(self.now)
        if self.now > self.until:
            self.stop.set()

    def put(self, name: str) -> None:
        (self.inbox / "receipt").mkdir(exist_ok=True)
        (self.inbox / "receipt" / name).write_text(name)

    def states(self) -> dict[str, JobState]:
        return {job.source: job.state for job in self.store.jobs()}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.store.close()


def test_once_does_what_there_is(house: House) -> None:
    house.put("a.txt")
    house.daemon.run_once(house.stop)
    assert house.states() == {"a.txt": JobState.DELIVERED}


def test_once_goes_on_past_a_document_that_our_own_fault_keeps(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        house.put(name)
    real = house.reads.read

    def read(path: Path, *, docid: str) -> object:
        if path.read_text() == "b.txt":
            raise ModelError("no memory")
        return real(path, docid=docid)

    monkeypatch.setattr(house.reads, "read", read)
    house.daemon.run_once(house.stop)
    states = house.states()
    assert states.pop("b.txt") is JobState.ARRIVED
    assert JobState.ARRIVED not in states.values()


def test_it_ends_at_rest_to_be_started_anew_where_something_is_due(house: House) -> None:
    asked: list[dict[str, JobState]] = []

    def due() -> bool:
        asked.append(house.states())
        return len(asked) == 3

    house.due = due
    house.put("a.txt")
    assert house.daemon.run(house.stop) and not house.stop.is_set()
    assert asked[1:] == 2 * [{"a.txt": JobState.DELIVERED}]
    assert not house.daemon.run(house.stop), "and where it is stopped it is not"


def test_a_start_tries_at_once_what_had_to_wait(house: House) -> None:
    house.put("a.txt")
    house.asks.error = ModelError("no model answers")
    house.daemon.run_once(house.stop)
    assert house.states() == {"a.txt": JobState.READ}
    house.asks.error = None  # the owner has mended it
    house.daemon.run_once(house.stop)
    assert house.states() == {"a.txt": JobState.DELIVERED}


def test_another_model_is_looked_for_between_any_two_steps_and_told_of(house: House) -> None:
    changes = iter([None, Swapped("one", "two", 1.0), SwapRefused("two", "three", "broken")])
    seen: list[list[JobState]] = []

    def refresh() -> Swapped | SwapRefused | None:
        seen.append(list(house.states().values()))
        return next(changes, None)

    house.refresh = refresh
    house.put("a.txt")
    house.daemon.run_once(house.stop)
    assert seen[:3] == [[JobState.ARRIVED], [JobState.READ], [JobState.ACCEPTED]]
    kinds = [type(event) for event in house.told]
    assert kinds == [ScanResult, StepResult, Swapped, StepResult, SwapRefused, StepResult]


def test_documents_go_on_when_the_search_for_another_model_fails(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.service.daemon.PAUSE", 0.0)

    def refresh() -> None:
        raise ModelError("models/ cannot be read")

    house.refresh = refresh
    house.put("a.txt")
    house.daemon.run(house.stop)
    assert house.states() == {"a.txt": JobState.DELIVERED}


def test_an_inbox_that_is_away_does_not_keep_the_queue_from_going_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.service.daemon.PAUSE", 0.0)
    docid = house.drop()

    def away(*, now: float) -> ScanResult:
        raise HomeError("the share is not mounted")

    house.look = away  # type: ignore[assignment]
    house.daemon.run(house.stop)
    assert house.job(docid).state is JobState.DELIVERED


def test_a_clock_that_was_set_back_does_not_stop_the_looks(house: House) -> None:
    house.daemon.run(house.stop)
    before = house.looks
    house.now -= 3600
    house.until = house.now + 180
    house.stop.clear()
    house.daemon.run(house.stop)
    assert house.looks - before >= 5


def test_what_a_clerk_approves_is_delivered_within_a_second_or_two(house: House) -> None:
    house.asks.logprob = -1.0
    docid = house.drop()
    approved: list[float] = []
    delivered: list[float] = []

    def approve(now: float) -> None:
        job = house.job(docid)
        if job.state is JobState.HELD and now > house.until - 585:
            clerk = sqlite3.connect(house.folder / "appliance.db")
            with clerk:
                clerk.execute("update jobs set state = 'accepted'")
            clerk.close()
            approved.append(now)
        if job.state is JobState.DELIVERED:
            delivered.append(now)
            house.stop.set()

    house.between = approve
    house.daemon.run(house.stop)
    assert delivered[0] - approved[0] <= 2
    # The inbox, which may lie on a share far away, is listed no oftener for that.
    assert house.looks == 1


def test_an_error_in_the_books_costs_no_hour(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.service.daemon.PAUSE", 0.0)
    house.reads.error = HomeError("no space left")
    docid = house.drop()

    def full(*arguments: object, **named: object) -> None:
        raise HomeError("not even for this")

    with monkeypatch.context() as patch:
        patch.setattr(house.store, "give_back", full)
        house.daemon._turn(house.stop)
    house.reads.error = None
    house.daemon.run_once(house.stop)
    assert house.job(docid).state is JobState.DELIVERED


def test_no_step_begins_once_we_are_asked_to_leave(house: House) -> None:
    docid = house.drop()
    real = house.look

    def leaving(*, now: float) -> ScanResult:
        house.stop.set()
        return real(now=now)

    house.look = leaving  # type: ignore[assignment]
    house.daemon.run(house.stop)
    assert house.job(docid).state is JobState.ARRIVED


def test_once_ends_when_the_books_cannot_be_written(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    docid = house.drop()

    def full(*arguments: object, **named: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(house.store, "claim", full)
        patch.setattr(house.store, "end_leases", full)
        with pytest.raises(StoreError, match="full"):
            house.daemon.run_once(house.stop)
    house.daemon.run_once(house.stop)
    assert house.job(docid).state is JobState.DELIVERED


def no_room(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file can grow any more; the kernel refuses it, as on a full disk."""
    resource = pytest.importorskip("resource", reason="this system does not limit file sizes")
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    house.after.callback(resource.setrlimit, resource.RLIMIT_FSIZE, kept)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, kept[1]))


def no_column(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    other = sqlite3.connect(house.folder / "appliance.db")
    other.execute("alter table jobs rename column reason to why")
    other.close()


def bug(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def claim(*arguments: object, **named: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(house.store, "claim", claim)


@pytest.mark.parametrize("harm", [no_room, no_column, bug])
def test_c2_once_ends_after_few_words_whatever_keeps_it_from_any_job(
    house: House,
    harm: Callable[[House, pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for number in range(12):
        house.drop(f"{number}")
    with house.after:
        harm(house, monkeypatch)
        with pytest.raises(ApplianceError) as met:
            house.daemon.run_once(house.stop)
    assert met.value.exit_code
    assert 1 <= len(caplog.records) <= 4


def test_c2_each_job_is_tried_once_where_none_can_be_kept(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    docids = [house.drop(f"{number}") for number in range(5)]
    house.reads.error = ModelError("no memory")
    real = house.reads.read

    def read(path: Path, *, docid: str) -> object:
        house.now += 20  # so that the first ones might be tried again before the last ones
        return real(path, docid=docid)

    house.reads.read = read  # type: ignore[assignment, method-assign]
    with pytest.raises(ModelError):
        house.daemon.run_once(house.stop)
    assert {house.job(docid).reason for docid in docids} == {"no memory"}
    assert len(caplog.records) <= 2 * len(docids)


@pytest.mark.parametrize("advance", [0, 1])
def test_c2_what_meets_a_bug_each_time_comes_to_its_end_in_one_run(
    house: House, caplog: pytest.LogCaptureFixture, advance: int
) -> None:
    house.pipeline._patience = RetryPolicy(attempts=3, retry_after=0.0)
    bad = {house.drop(text) for text in ("bad 1", "bad 2")}
    good = {house.drop(text) for text in ("good 1", "good 2")}
    real = house.reads.read

    def read(path: Path, *, docid: str) -> object:
        house.now += advance
        if docid in bad:
            raise ValueError("a bug")
        return real(path, docid=docid)

    house.reads.read = read  # type: ignore[assignment, method-assign]
    house.daemon.run_once(house.stop)
    # They say the same, so that one is held as a twin of the other.
    assert {house.job(docid).state for docid in good} == {JobState.DELIVERED, JobState.HELD}
    assert {house.job(docid).state for docid in bad} == {JobState.FAILED}
    assert len(caplog.records) == 6


def test_c2_once_ends_where_a_bug_keeps_even_the_end_from_a_document(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def put(*arguments: object, **named: object) -> None:
        raise RuntimeError("a bug")

    house.pipeline._patience = RetryPolicy(attempts=3, retry_after=0.0)
    house.reads.error = ValueError("a bug")
    monkeypatch.setattr(house.quarantine, "put", put)
    docid = house.drop()
    with pytest.raises(ApplianceError):
        house.daemon.run_once(house.stop)
    assert house.job(docid).attempts == 3
    assert len(caplog.records) <= 5


def test_c4_once_tells_of_an_inbox_that_cannot_be_listed(house: House) -> None:
    docid = house.drop()
    house.inbox.rmdir()
    with pytest.raises(HomeError, match="inbox"):
        house.daemon.run_once(house.stop)
    assert house.job(docid).state is JobState.DELIVERED


def test_c4_once_tells_of_an_archive_that_is_full(house: House) -> None:
    house.put("a.txt")
    (house.folder / "archive").write_text("no folder")
    with pytest.raises(HomeError, match="archive"):
        house.daemon.run_once(house.stop)
    (house.folder / "archive").unlink()
    house.daemon.run_once(house.stop)
    assert house.states() == {"a.txt": JobState.DELIVERED}


def test_a_night_is_told_of_and_what_keeps_it_keeps_no_document(house: House) -> None:
    began = NightBegun("20 new labelled documents", until=2000.0)
    turns: list[NightBegun | None] = [began, None]

    def nights() -> NightBegun | None:
        if turns:
            return turns.pop(0)
        raise ToolError("the night does not start")

    house.nights = nights
    house.put("a.txt")
    house.daemon.run(house.stop)
    assert began in house.told and not turns
    assert house.states() == {"a.txt": JobState.DELIVERED}


def test_whoever_works_once_knows_before_what_may_be_accepted(house: House) -> None:
    asked: list[dict[str, JobState]] = []
    house.calibration = lambda: asked.append(house.states())
    house.put("a.txt")
    house.daemon.run_once(house.stop)
    assert asked == [{}] and house.states() == {"a.txt": JobState.DELIVERED}


def test_whoever_works_once_begins_no_night(house: House) -> None:
    asked: list[float] = []
    house.nights = lambda: asked.append(house.now)
    house.put("a.txt")
    house.daemon.run_once(house.stop)
    assert house.states() == {"a.txt": JobState.DELIVERED} and not asked


def test_each_turn_has_the_calls_made_that_are_due_whatever_the_last_one_met(house: House) -> None:
    looked: list[dict[str, JobState]] = []

    def look() -> None:
        looked.append(house.states())
        raise HomeError("the records are away")

    house.calls = look
    house.put("a.txt")
    house.daemon.run(house.stop)
    assert house.states() == {"a.txt": JobState.DELIVERED}
    assert len(looked) > 3


def test_run_once_makes_the_calls_when_all_is_delivered(house: House) -> None:
    looked: list[dict[str, JobState]] = []
    house.calls = lambda: looked.append(house.states())
    house.put("a.txt")
    house.daemon.run_once(house.stop)
    assert looked == [{"a.txt": JobState.DELIVERED}]


def waiting(house: House, *, steps: int) -> list[dict[str, JobState]]:
    """So many steps can wait; how the documents stood at each of them."""
    seen: list[dict[str, JobState]] = []

    def step() -> bool:
        if len(seen) < steps:
            seen.append(house.states())
            return True
        return False

    house.backfill = step
    return seen


def test_what_can_wait_is_done_when_no_document_waits(house: House) -> None:
    seen = waiting(house, steps=3)
    for name in ("a.txt", "b.txt"):
        house.put(name)
    house.daemon.run(house.stop)
    assert len(seen) == 3
    for states in seen:
        assert len(states) == 2 and set(states.values()) <= {JobState.DELIVERED, JobState.HELD}


def test_a_document_that_comes_goes_before_what_can_wait(house: House) -> None:
    at: list[int] = []

    def step() -> bool:
        at.append(sum(state is JobState.DELIVERED for state in house.states().values()))
        if len(at) == 2:
            house.drop()
        return len(at) < 4

    house.backfill = step
    house.daemon.run(house.stop)
    assert at[:4] == [0, 0, 1, 1]


def test_whoever_works_once_does_what_can_wait_before_the_end(house: House) -> None:
    seen = waiting(house, steps=3)
    house.put("a.txt")
    house.daemon.run_once(house.stop)
    assert seen == [{"a.txt": JobState.DELIVERED}] * 3


def test_whoever_is_asked_to_leave_begins_nothing_that_can_wait(house: House) -> None:
    def step() -> bool:
        steps.append(1)
        house.stop.set()
        return True

    steps: list[int] = []
    house.backfill = step
    house.daemon.run(house.stop)
    assert steps == [1]


def test_what_can_wait_and_meets_an_error_keeps_no_document(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.service.daemon.PAUSE", 0.0)

    def step() -> bool:
        if not list(house.store.jobs()):
            house.drop()
        raise HomeError("the archive is away")

    house.backfill = step
    house.daemon.run(house.stop)
    assert list(house.states().values()) == [JobState.DELIVERED]
    with pytest.raises(HomeError, match="archive"):
        house.daemon.run_once(Event())


def test_numbers_are_written_while_it_works_and_while_it_waits(house: House) -> None:
    path = house.folder / "appliance.prom"
    metrics = MetricsFile(path, house.store, model=lambda: "m1", clock=lambda: house.now)
    house.metrics = metrics.look
    house.put("a.txt")
    house.daemon.run(house.stop)
    said = path.read_text()
    assert 'appliance_documents{doctype="receipt",state="delivered"} 1.0' in said
    (written,) = re.findall(r"^appliance_written_timestamp_seconds (\S+)", said, re.M)
    assert house.until - BETWEEN - 1 <= float(written) <= house.now
