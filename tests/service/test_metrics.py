"""The file for Prometheus: whole, seldom, and in nobody's way."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_up_day import Day

from appliance.domain.results import JobState
from appliance.service.metrics import Metrics, MetricsFile, exposition

SAMPLE = re.compile(r'appliance_\w+(\{\w+="(?:[^"\\\n]|\\.)*"(,\w+="(?:[^"\\\n]|\\.)*")*\})? \S+')


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    day = Day(tmp_path)
    yield day
    day.store.close()


def watched(day: Day, path: Path | None) -> MetricsFile:
    return MetricsFile(path, day.store, model=lambda: "m1", clock=lambda: day.now)


def samples(path: Path) -> dict[str, float]:
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_it_holds_what_the_records_and_the_steps_say(day: Day, tmp_path: Path) -> None:
    metrics = watched(day, tmp_path / "numbers" / "appliance.prom")
    report = metrics.counting(lambda event: None)
    day.drop("one")
    for step in day.work():
        report(step)
    day.drop("two")
    day.work()  # says the same, and so is held
    metrics.look()
    found = samples(tmp_path / "numbers" / "appliance.prom")
    assert found['appliance_documents{doctype="receipt",state="delivered"}'] == 1
    assert found['appliance_documents{doctype="receipt",state="held"}'] == 1
    assert found["appliance_oldest_held_timestamp_seconds"] == day.now
    assert found['appliance_steps_total{step="reading",state="read"}'] == 1
    assert found['appliance_steps_total{step="delivering",state="delivered"}'] == 1
    assert found['appliance_step_seconds_total{step="answering"}'] >= 0
    assert found['appliance_model_info{version="m1"}'] == 1
    assert found["appliance_written_timestamp_seconds"] == day.now


def test_it_is_written_every_fifteen_seconds_at_most(day: Day, tmp_path: Path) -> None:
    path = tmp_path / "appliance.prom"
    metrics = watched(day, path)
    written = []
    for now in (1000.0, 1014.0, 1015.0, 1016.0, 500.0):
        day.now = now
        metrics.look()
        written.append(samples(path)["appliance_written_timestamp_seconds"])
    assert written == [1000, 1000, 1015, 1015, 500], "also after a clock was set back"


def test_a_folder_that_cannot_be_written_is_told_once(
    day: Day, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    metrics = watched(day, tmp_path / "file" / "appliance.prom")
    with caplog.at_level(logging.WARNING):
        metrics.write()
        metrics.write()
    assert len(caplog.records) == 1 and "[metrics]" in caplog.text


def test_without_a_path_nothing_is_written(day: Day, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    watched(day, None).look()
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_its_collector_is_another_user(day: Day, tmp_path: Path) -> None:
    watched(day, tmp_path / "appliance.prom").write()
    assert (tmp_path / "appliance.prom").stat().st_mode & 0o777 == 0o644


def test_no_name_breaks_a_line() -> None:
    odd = Metrics({('a"b\\c\nd', JobState.HELD): 2}, None, "", 1.0)
    lines = exposition(odd, now=2.0).splitlines()
    told = [line for line in lines if not line.startswith("# ")]
    assert all(map(SAMPLE.fullmatch, told)) and len(told) == 3
    assert all(re.match(r"# (HELP|TYPE) appliance_", line) for line in lines if line not in told)
