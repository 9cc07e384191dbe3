"""The daemon has what may be accepted computed anew when records change, and never waits for it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from appliance.learning.models.registry import Registry
from appliance.promise import policies
from appliance.promise.policies import CalibrationFile, fingerprint
from appliance.records.store import Store
from appliance.service import wiring
from appliance.service.calibration_scheduler import (
    BETWEEN,
    LONGEST,
    NICE,
    REST,
    CalibrationScheduler,
    _start,
)
from appliance.service.versions import answer_versions
from appliance.settings.config import Settings
from appliance.settings.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.make()
    model = tmp_path / "tiny.gguf"
    model.write_bytes(b"GGUF and so on")
    registry = Registry(home.models)
    registry.promote(registry.add(model))
    return home


class Office:
    """A bookkeeper whose processes do as told, and a clock that is set."""

    def __init__(self, home: Home, does: str = "pass") -> None:
        self.now, self.mark = 1000.0, "one"
        self.started: list[subprocess.Popen[bytes]] = []
        self._does = does
        self.keeper = CalibrationScheduler(
            home, lambda model: self.mark, start=self._start, clock=lambda: self.now
        )

    def _start(self) -> subprocess.Popen[bytes]:
        self.started.append(subprocess.Popen([sys.executable, "-c", self._does]))
        return self.started[-1]

    def looks(self, *, after: float = BETWEEN + 1) -> int:
        """How many were started by now."""
        self.now += after
        self.keeper.look()
        return len(self.started)


@pytest.fixture
def office(home: Home) -> Iterator[Office]:
    office = Office(home)
    yield office
    office.keeper.stop()


def test_a_book_is_made_once_for_each_change(office: Office) -> None:
    assert office.looks() == 1
    office.started[0].wait()
    assert office.looks(after=1) == 1
    assert office.looks() == 1  # it came to nothing: it is not tried again for the same
    office.mark = "two"
    assert office.looks(after=1) == 1  # a clerk may go on
    assert office.looks() == 2


def test_after_a_long_calibration_the_day_has_the_machine_for_longer(office: Office) -> None:
    office.looks()
    office.started[0].wait()
    office.looks(after=60)
    office.mark = "two"
    assert office.looks(after=REST * 60 - 1) == 1
    assert office.looks(after=1) == 2


def test_a_loop_that_looks_late_keeps_it_waiting_for_minutes_and_not_for_days(
    office: Office,
) -> None:
    office.looks()
    office.started[0].wait()
    office.looks(after=86400)
    office.mark = "two"
    assert office.looks(after=LONGEST) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no such priorities")
def test_documents_go_before_a_calibration(home: Home) -> None:
    child = _start(home)
    try:
        assert os.getpriority(os.PRIO_PROCESS, child.pid) == NICE
    finally:
        child.kill()
        child.wait()


def test_a_book_that_is_up_to_date_is_left_alone(home: Home, office: Office) -> None:
    policies.keep(
        CalibrationFile(made_of="one"), home.models / Registry(home.models).pointer().name
    )
    assert office.looks() == 0


def test_one_that_goes_on_is_waited_for_and_one_that_is_stuck_is_ended(home: Home) -> None:
    office = Office(home, "import time; time.sleep(600)")
    assert office.looks() == 1
    office.mark = "two"
    assert office.looks() == 1
    assert office.looks(after=LONGEST + 1) == 1
    assert office.started[0].poll() is not None
    assert office.looks(after=REST * (LONGEST + 2 * BETWEEN)) == 2
    office.keeper.stop()
    assert office.started[1].poll() is not None


def test_whoever_is_asked_to_leave_waits_for_no_book(home: Home) -> None:
    office, leave = Office(home, "import time; time.sleep(600)"), Event()
    leave.set()
    office.keeper.renew(leave)
    assert office.started[0].poll() is not None


def test_without_a_model_there_is_nothing_to_keep(home: Home, office: Office) -> None:
    (home.models / "champion.json").unlink()
    assert office.looks() == 0


def test_the_process_makes_the_book(home: Home) -> None:
    with closing(Store(home.database)) as store:
        promised = wiring.promised(home, Settings(), store)
        wanted = fingerprint(store, promised, versions=answer_versions(Settings()))
    folder = home.models / Registry(home.models).pointer().name
    CalibrationScheduler(home, lambda model: wanted).renew(Event())  # which waits for it
    assert policies.read(folder).made_of == wanted
    (folder / policies.FILE).unlink()
    keeper = CalibrationScheduler(home, lambda model: wanted)
    try:
        keeper.look()
        deadline = time.monotonic() + 120
        while policies.read(folder).made_of != wanted:
            assert time.monotonic() < deadline, "no book was made"
            time.sleep(0.1)
    finally:
        keeper.stop()
