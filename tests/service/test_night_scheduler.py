"""The daemon's part of the night, with real processes that are no nights."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import time as hour
from pathlib import Path

import pytest
from figures import figures
from tuned_homes import TunedHome, write_header_only

from appliance.cli.model_views import nights, told
from appliance.domain.results import ModelVersion
from appliance.learning.models import bundles
from appliance.learning.models.received import ReceivedVersions
from appliance.learning.models.registry import Registry
from appliance.learning.night.status import FOLDER, PLAN, NightEnd, NightStatus, note, noted
from appliance.learning.trainer import tuning
from appliance.records.store import Store
from appliance.service import doctor, night_scheduler
from appliance.service.night_scheduler import (
    BETWEEN,
    NightBegun,
    NightEnded,
    NightScheduler,
    outlook,
)
from appliance.settings.config import NightSettings, Settings
from appliance.settings.home import Home
from appliance.system.files import write
from bench.chance_adapter import TRAINING

ALWAYS = NightSettings(**{"from": hour(0), "to": hour(0), "labels": 20})
ENDS = "import sys; sys.exit({})"
LEAVES = "import sys; sys.stdin.read()"
STAYS = "import signal, time; time.sleep(600)"


class House:
    """A home whose last night was cut, and a clock that is told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = Home(folder / "home")
        self.home.make()
        write(self.home.models / FOLDER / PLAN, b"{}")
        self.store = Store(self.home.database)
        self.now = 1_760_000_000.0
        self.program = ENDS.format(0)
        self.begun: list[float] = []
        self.nightly = self.daemon(ALWAYS)

    def daemon(self, settings: NightSettings) -> NightScheduler:
        return NightScheduler(
            self.home, settings, self.store, start=self.start, clock=lambda: self.now
        )

    def start(self, until: float) -> subprocess.Popen[bytes]:
        self.begun.append(until)
        return subprocess.Popen([sys.executable, "-c", self.program], stdin=subprocess.PIPE)

    def look(self) -> NightBegun | NightEnded | None:
        self.now += BETWEEN + 1
        return self.nightly.look()

    def end(self) -> NightEnded:
        """What is told once the process has come to its end."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if found := self.nightly.look():
                assert isinstance(found, NightEnded)
                return found
            time.sleep(0.02)
        raise AssertionError("it goes on")

    def status(self, settings: NightSettings = ALWAYS) -> str:
        lines = nights(outlook(self.home, settings, self.store, self.now))
        return "\n".join(line.plain for line in lines)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.nightly.stop()
    house.store.close()


def test_a_cut_night_goes_on_and_its_end_is_told(house: House) -> None:
    begun = house.look()
    assert isinstance(begun, NightBegun) and house.begun == [begun.until]
    assert "cut" in told(begun)
    news = NightStatus(house.now, said="not proven: 3 more fixes would prove it", end=NightEnd.DONE)
    note(house.home.models, news)
    assert told(house.end()) == news.said
    assert f": {news.said}" in house.status()


@pytest.mark.parametrize(
    ("end", "again"), [(NightEnd.CUT, True), (NightEnd.DONE, False), (NightEnd.FAILED, False)]
)
def test_one_that_ended_is_enough_for_a_window_and_a_cut_one_is_not(
    house: House, end: NightEnd, again: bool
) -> None:
    assert isinstance(house.look(), NightBegun)
    note(house.home.models, NightStatus(house.now, said="it is so", end=end))
    house.end()
    for daemon in (house.nightly, house.daemon(ALWAYS)):  # also one that was started anew
        house.nightly = daemon
        assert isinstance(house.look(), NightBegun) is again
        house.nightly.stop()


def test_one_that_ended_by_a_clock_that_was_ahead_keeps_nobody_waiting(house: House) -> None:
    ahead = NightStatus(house.now + 300 * 24 * 3600, said="it is so", end=NightEnd.DONE)
    note(house.home.models, ahead)
    assert isinstance(house.look(), NightBegun)


def test_one_during_which_the_clock_was_set_back_is_heard_and_not_taken_for_dead(
    house: House,
) -> None:
    assert isinstance(house.look(), NightBegun)
    house.now -= 3600
    note(house.home.models, NightStatus(house.now, said="night-1 promoted", end=NightEnd.DONE))
    assert house.end().news.said == "night-1 promoted"


@pytest.mark.parametrize("end", [NightEnd.DONE, NightEnd.FAILED])
def test_after_one_about_what_another_home_tuned_the_next_may_follow_at_once(
    house: House, end: NightEnd
) -> None:
    assert isinstance(house.look(), NightBegun)
    note(house.home.models, NightStatus(house.now, said="it is so", end=end, received=True))
    house.end()
    assert isinstance(house.look(), NightBegun)


def test_a_version_that_waits_to_be_judged_makes_a_night_without_labels_or_libraries(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "LIBRARIES", ("there_is_no_such_library",))
    (house.home.models / FOLDER / PLAN).unlink()
    registry, bundle = Registry(house.home.models), tmp_path / "it.bundle"
    base = write_header_only(tmp_path / "base.gguf")
    registry.add(base)
    with closing(TunedHome(tmp_path / "north", base)) as north:
        version = north.tuned(*north.keyed(1))
        bundles.write(north.registry, north.labels, version, bundle, origin="north")
    assert house.look() is None
    ReceivedVersions(registry).add(bundle, now=house.now)
    assert version.name in house.status()
    begun = house.look()
    assert isinstance(begun, NightBegun) and version.name in told(begun)


def test_a_process_that_dies_is_told_of_and_not_begun_again_in_the_same_night(
    house: House,
) -> None:
    for code, said in ((3, "with code 3"), (None, "by a kill")):
        house.program = ENDS.format(code) if code else "import os; os.kill(os.getpid(), 9)"
        assert isinstance(house.look(), NightBegun)
        assert said in told(house.end())
        assert house.look() is None and said in house.status()
        news = noted(house.home.models)
        assert news and news.end is NightEnd.FAILED
        house.now += 24 * 3600


def test_a_daemon_that_leaves_lets_its_night_leave(house: House) -> None:
    house.program = LEAVES
    house.look()
    start = time.monotonic()
    house.nightly.stop()
    assert time.monotonic() - start < night_scheduler.GRACE / 2


def test_one_that_does_not_leave_is_ended(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(night_scheduler, "GRACE", 0.2)
    house.program = STAYS
    house.look()
    child = house.nightly._child
    house.nightly.stop()
    assert child and child.returncode == -9


def test_between_two_looks_nobody_asks_the_database(house: House) -> None:
    never = house.daemon(NightSettings(labels=0))
    assert never.look() is None
    house.store.close()
    assert never.look() is None
    house.now += BETWEEN + 1
    with pytest.raises(sqlite3.ProgrammingError):
        never.look()


def test_none_begins_beside_another(house: House) -> None:
    with house.home.tuning():
        assert house.look() is None
        assert "beginning" in house.status()
        note(
            house.home.models,
            NightStatus(house.now, tuning.TuningProgress("training", 3, 9, 600.0)),
        )
        assert "training" in house.status() and figures(house.status()) == ["3", "9", "10"]
    assert "cut" in house.status() and {"3", "9"} <= set(figures(house.status()))
    assert isinstance(house.look(), NightBegun)


def test_a_document_that_waits_goes_first(house: House) -> None:
    house.store.record("a" * 64, "note", "one.txt", now=house.now)
    assert house.look() is None and "wait" in house.status()


def test_without_its_libraries_nothing_begins_and_the_next_step_is_said(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "LIBRARIES", ("json", "there_is_no_such_library"))
    assert house.look() is None
    assert "there_is_no_such_library" in house.status()
    assert "pip install" in house.status()


def test_to_do_without_nights_is_no_fault_of_a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        doctor._nights(Settings(night=night))
        for night in (NightSettings(), NightSettings(labels=0))
    ]
    monkeypatch.setattr(tuning, "LIBRARIES", ("there_is_no_such_library",))
    found.append(doctor._nights(Settings()))
    assert all(check.ok for check in found)
    assert [check.found.split()[0] for check in found] == ["from", "switched", "learns"]
    assert [bool(check.hint) for check in found] == [False, False, True]


def test_it_is_said_how_many_labels_are_missing(house: House) -> None:
    (house.home.models / FOLDER / PLAN).unlink()
    assert house.look() is None
    assert figures(house.status()) == ["0", "20"]
    assert "labels = 0" in house.status(NightSettings(labels=0))


def test_a_log_that_has_grown_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / night_scheduler.LOG
    log.write_bytes(b"x" * (night_scheduler.LONGEST + 1))
    (tmp_path / "night.old.log").write_bytes(b"older")
    assert night_scheduler._log(log) == log and not log.exists()
    assert (tmp_path / "night.old.log").stat().st_size == night_scheduler.LONGEST + 1


def test_what_was_learned_is_known_by_the_versions_that_learned_it(house: House) -> None:
    registry = Registry(house.home.models)
    for name, when in (("one", 100.0), ("two", 300.0), ("three", 200.0)):
        folder = house.folder / name
        write(folder / "model.gguf", name.encode())
        training = replace(TRAINING, labelled_at=when)
        registry.publish(folder, ModelVersion(name, "", "", training=training))
    assert night_scheduler._learned(registry, 1000.0) == 300.0
    write(house.folder / "four" / "model.gguf", b"four")
    training = replace(TRAINING, labelled_at=900.0)
    made = ModelVersion("four", "", "", training=training, origin="north")
    registry.publish(house.folder / "four", made)
    theirs = "the clock of another home says nothing"
    assert night_scheduler._learned(registry, 1000.0) == 300.0, theirs


def test_a_clock_that_was_ahead_hides_no_label(house: House) -> None:
    registry, ahead = Registry(house.home.models), replace(TRAINING, labelled_at=5000.0)
    for name, made_at, learned in (("one", 5001.0, 0.0), ("two", 800.0, 800.0)):
        write(house.folder / name / "model.gguf", name.encode())
        version = ModelVersion(name, "", "", training=ahead, made_at=made_at)
        registry.publish(house.folder / name, version)
        assert night_scheduler._learned(registry, 1000.0) == learned


def test_the_daemon_loads_nothing_of_the_night() -> None:
    heavy = ["torch", "unsloth", "llama_cpp", "gguf", "appliance.learning.night.night"]
    program = (
        f"import sys, appliance.service.wiring; print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
