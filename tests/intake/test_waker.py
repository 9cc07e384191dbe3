from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crash import Ledger, deep

from appliance.intake.archive import Archive
from appliance.intake.intake import Intake
from appliance.intake.watch import InboxWatcher

LONG = 20.0
"""Seconds; a wait that ends by an event takes milliseconds."""


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox" / "receipt").mkdir(parents=True)
    return tmp_path / "inbox"


@pytest.fixture
def waker(inbox: Path) -> Iterator[InboxWatcher]:
    waker = InboxWatcher(inbox)
    waker.wait(0)
    waker.woken()
    yield waker
    waker.close()


def wakes(waker: InboxWatcher, act: Callable[[], object]) -> bool:
    start = time.monotonic()
    act()
    waker.wait(LONG)
    return waker.woken() and time.monotonic() - start < LONG / 2


def test_a_dropped_file_ends_the_wait(waker: InboxWatcher, inbox: Path) -> None:
    assert wakes(waker, lambda: (inbox / "receipt" / "a.pdf").write_bytes(b"content"))


def test_a_file_moved_in_ends_the_wait(waker: InboxWatcher, inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"content")
    assert wakes(waker, lambda: (tmp_path / "a.pdf").rename(inbox / "a.pdf"))


def test_a_call_ends_the_wait_in_either_mode(inbox: Path) -> None:
    for events in (True, False):
        waker = InboxWatcher(inbox, events=events)
        waker.wake()
        waker.wait(LONG)
        assert waker.woken()
        assert not waker.woken()
        waker.close()


def test_polling_watches_nothing(inbox: Path) -> None:
    waker = InboxWatcher(inbox, events=False)
    waker.wait(0)
    assert not waker.alive
    assert not waker.woken()


def test_a_dead_watcher_is_replaced_and_what_it_missed_is_looked_for(
    waker: InboxWatcher, inbox: Path
) -> None:
    assert waker.alive
    assert waker._observer
    waker._observer.stop()
    waker._observer.join()
    assert not waker.alive
    waker.wait(LONG)
    assert waker.alive
    assert waker.woken()
    assert wakes(waker, lambda: (inbox / "a.pdf").write_bytes(b"content"))


def test_an_inbox_that_was_mounted_again_is_watched_again(waker: InboxWatcher, inbox: Path) -> None:
    (inbox / "receipt").rmdir()
    inbox.rename(inbox.with_name("unmounted"))
    waker.wait(0)
    assert not waker.alive
    (inbox / "receipt").mkdir(parents=True)
    waker.wait(0)
    assert waker.alive
    waker.woken()
    assert wakes(waker, lambda: (inbox / "a.pdf").write_bytes(b"content"))


def test_the_intakes_own_doings_do_not_wake_it_for_ever(
    waker: InboxWatcher, inbox: Path, tmp_path: Path
) -> None:
    intake = Intake(inbox, Archive(tmp_path / "archive"), Ledger(), doctypes=lambda: [], settle=0.0)
    (inbox / "taken.pdf").write_bytes(b"content")
    looks = 0
    with (inbox / "busy.pdf").open("wb") as busy:
        busy.write(b"never finished")
        busy.flush()
        waker.wait(0.2)
        while waker.woken():
            looks += 1
            assert looks < 10
            intake.look(now=1000 + looks)
            waker.wait(0.2)
    assert looks >= 1


@pytest.mark.skipif(sys.platform != "linux", reason="counts what is open as Linux tells it")
def test_c1_an_inbox_that_cannot_be_watched_is_not_tried_again_and_again(inbox: Path) -> None:
    waker = InboxWatcher(inbox)
    with deep(inbox, 2000):
        waker.wait(0)
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(5):
            waker.wait(0)
        assert len(list(Path("/proc/self/fd").iterdir())) == before
    waker.close()
