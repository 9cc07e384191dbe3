"""The owner's server and programs are told of every delivery, whatever fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Event

import pytest
import told_owner
from told_owner import ToldDay, webhook

from appliance.domain.delivery import CallKind, DeliveryPlan
from appliance.domain.errors import StoreError
from appliance.records.calls import Calls, CallState
from appliance.service import caller
from appliance.system.fault_points import DIES_AT
from bench.told_server import Server, Told, serving


@contextmanager
def day_of(folder: Path, plan: DeliveryPlan) -> Iterator[ToldDay]:
    day = ToldDay(folder, plan)
    try:
        yield day
    finally:
        day.close()


def until_told(day: ToldDay) -> None:
    """Everything that waits is made, as the days go by."""
    while any(one.state is CallState.WAITING for one in Calls(day.store).open()):
        day.caller.finish(Event())
        day.now += 7200


def in_order(told: list[Told]) -> dict[str, list[int]]:
    """The revisions of each document, as they came, repeats once."""
    revisions = defaultdict(list)
    for one in told:
        if one.revision not in revisions[one.docid]:
            revisions[one.docid].append(one.revision)
    return revisions


def killed(folder: Path, server: Server, life: int, point: str) -> bool:
    """One life of a process; whether it came to ``point``, where it dies."""
    words = [sys.executable, told_owner.__file__, str(folder), server.url]
    done = subprocess.run(
        [*words, str(1000.0 + 10_000 * life)],
        env=os.environ | {DIES_AT: point, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not what():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_of_fifty_deliveries_to_a_server_that_fails_half_of_the_time_none_is_lost(
    tmp_path: Path,
) -> None:
    chance = Random(1)
    with (
        serving(lambda number: chance.choice([200, 500])) as server,
        day_of(tmp_path, webhook(server.url)) as day,
    ):
        docids = [day.drop(f"paper {number}") for number in range(20)]
        day.work()
        for number in (20, 10):
            for docid in docids[:number]:
                day.again(docid)
            day.work()
        until_told(day)
        assert len(server.told) > 60
        wanted = {docid: [1, 2, 3] for docid in docids[:10]}
        wanted |= {docid: [1, 2] for docid in docids[10:]}
        assert in_order(server.told) == wanted
        assert in_order(server.took) == wanted and len(server.took) == 50
        bodies = {
            one.key: {other.body for other in server.told if other.key == one.key}
            for one in server.told
        }
        assert len(bodies) == 50 and all(len(of_one) == 1 for of_one in bodies.values())
        current = {one.docid: one.body for one in server.took}
        assert set(current.values()) == {path.read_bytes() for path in day.delivered()}


FEW = ("delivery.renamed:2", "call.made")
EVERY = (
    *("delivery.staged", "delivery.noted", "delivery.renamed", "delivery.finished"),
    *(f"records.written:{number}" for number in range(6, 24, 3)),
    *("call.made", "call.made:2", "call.noted"),
)


@pytest.mark.parametrize("kills", [FEW, pytest.param(EVERY, marks=pytest.mark.slow)])
def test_a_process_that_is_killed_at_any_step_loses_no_call(
    kills: tuple[str, ...], tmp_path: Path
) -> None:
    with serving() as server:
        died = [killed(tmp_path, server, now, point) for now, point in enumerate((*kills, ""))]
        assert sum(died) >= 2 and not died[-1]
        took = in_order(server.took)
        assert sorted(took.values()) == [[1], [1], [1, 2]]
        assert len(server.took) > 4  # a call that was made and not noted is repeated ...
        keys = {(one.docid, one.revision): one.key for one in server.told}
        assert len(set(keys.values())) == 4  # ... under its key
        assert all(keys[one.docid, one.revision] == one.key for one in server.told)


def test_a_later_revision_waits_for_the_earlier_one(tmp_path: Path) -> None:
    with serving(lambda number: 500) as server, day_of(tmp_path, webhook(server.url)) as day:
        docid = day.drop()
        day.work()
        day.again(docid)
        day.work()
        day.caller.finish(Event())
        assert [one.revision for one in server.told] == [1]


def test_what_always_fails_does_so_for_good_and_put_back_by_hand(tmp_path: Path) -> None:
    with serving(lambda number: 500) as server, day_of(tmp_path, webhook(server.url)) as day:
        day.drop()
        day.work()
        until_told(day)
        (failed,) = Calls(day.store).open()
        assert failed.state is CallState.FAILED
        assert failed.attempts == len(server.told) == caller.ATTEMPTS
        assert "500" in failed.error and "not now" in failed.error
        server.answer = lambda number: 200
        assert Calls(day.store).retry(now=day.now) == 1
        until_told(day)
        assert Calls(day.store).open() == []
        assert len({one.key for one in server.told}) == 1


def test_one_pass_tries_each_call_once_however_long_it_takes(tmp_path: Path) -> None:
    with serving(lambda number: 500) as server, day_of(tmp_path, webhook(server.url)) as day:
        for text in ("one", "two", "three"):
            day.drop(text)
        day.work()
        day.tick = 60
        day.caller.finish(Event())
        assert len({one.docid for one in server.told}) == len(server.told) == 3


def test_a_bug_costs_its_call_an_attempt_and_those_behind_it_go_on(tmp_path: Path) -> None:
    plan = DeliveryPlan(command=("/bin/true", "\0"))
    with day_of(tmp_path, plan) as day:
        for text in ("one", "two"):
            day.drop(text)
        day.work()
        day.caller.finish(Event())
        assert [(one.attempts, "ValueError" in one.error) for one in Calls(day.store).open()] == [
            *((1, True), (1, True)),
        ]


def test_records_that_cannot_be_written_end_a_pass_after_one_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caller, "AFTER_ERROR", 0.0)
    with serving() as server, day_of(tmp_path, webhook(server.url)) as day:
        for text in ("one", "two"):
            day.drop(text)
        day.work()
        monkeypatch.setattr(day.caller._calls, "finish", refused)
        day.caller.finish(Event())
        assert len(server.told) == 1
        monkeypatch.undo()
        until_told(day)
        assert len(server.told) == 3 and len({one.key for one in server.told}) == 2


def refused(call: object, *, now: float) -> None:
    raise StoreError("the database cannot be used: the disk is full")


def test_the_log_says_nothing_of_what_a_server_says(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(lambda number: 500) as server, day_of(tmp_path, webhook(server.url)) as day:
        day.drop()
        day.work()
        day.caller.finish(Event())
        assert "500" in caplog.text and "not now" not in caplog.text


def test_a_server_that_hangs_delays_neither_the_loop_nor_another_destination(
    tmp_path: Path,
) -> None:
    released = Event()

    def hang(number: int) -> int:
        released.wait(20)
        return 200

    noted = tmp_path / "noted"
    command = (sys.executable, "-c", f"open({str(noted)!r}, 'w').close()")
    with serving(hang) as server:
        plan = DeliveryPlan(
            command=command, url=server.url, secret_file=told_owner.SECRET_FILE, timeout=20
        )
        with day_of(tmp_path, plan) as day:
            day.drop()
            day.work()
            began = time.monotonic()
            day.caller.look()
            assert time.monotonic() - began < 2
            assert server.asked.wait(10)
            wait_for(noted.exists)
            wait_for(lambda: [one.kind for one in Calls(day.store).open()] == [CallKind.WEBHOOK])
            released.set()
            wait_for(lambda: not Calls(day.store).open())


def test_asked_to_stop_it_leaves_in_seconds_and_goes_on_at_the_next_start(tmp_path: Path) -> None:
    released = Event()

    def hang(number: int) -> int:
        released.wait(20)
        return 200

    with serving(hang) as server:
        with day_of(tmp_path, webhook(server.url, timeout=60)) as day:
            day.drop()
            day.work()
            day.caller.look()
            assert server.asked.wait(10)
            began = time.monotonic()
            day.caller.stop()
            assert time.monotonic() - began < caller.GRACE + 2
            (left,) = Calls(day.store).open()
            assert (left.state, left.attempts) == (CallState.WAITING, 0)
        released.set()
        with day_of(tmp_path, webhook(server.url)) as later:
            until_told(later)
        assert len({one.key for one in server.told}) == 1


def test_what_the_type_no_longer_asks_for_is_not_sent(tmp_path: Path) -> None:
    with serving() as server, day_of(tmp_path, webhook(server.url)) as day:
        day.drop()
        day.work()
        day.plan = DeliveryPlan()
        day.caller.finish(Event())
        (failed,) = Calls(day.store).open()
        assert failed.state is CallState.FAILED and "receipt.toml" in failed.error
        assert not server.told


def test_nothing_is_called_unless_the_type_says_so(tmp_path: Path) -> None:
    with day_of(tmp_path, DeliveryPlan()) as day:
        day.drop()
        day.work()
        assert day.delivered() and not Calls(day.store).open()


def test_pauses_double_up_to_two_hours_and_differ_by_lot() -> None:
    assert [caller.pause(attempts, 0.0) for attempts in (1, 2, 3, 40)] == [10, 20, 40, 7200]
    assert caller.pause(1, 1.0) == 5
    days = sum(caller.pause(attempts, 0.5) for attempts in range(1, caller.ATTEMPTS)) / 86400
    assert 1.5 < days < 2.5
