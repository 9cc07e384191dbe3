from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from test_reporting import EVENTS, HELD

from appliance.cli.json_log import noting
from appliance.service.daemon import DayEvent
from appliance.settings.config import LogSettings
from appliance.settings.home import Home
from appliance.system import files

log = logging.getLogger("appliance.test")


def noted(home: Path, events: Sequence[DayEvent] = (), **settings: Any) -> list[dict[str, Any]]:
    heard: list[DayEvent] = []
    said = LogSettings(**{"json_lines": True, **settings})
    with noting(Home(home).log, said, heard.append) as report:
        for event in events:
            report(event)
    assert heard == list(events)
    return lines(home)


def lines(home: Path) -> list[dict[str, Any]]:
    path = Home(home).log
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_nobody_who_did_not_ask_has_a_second_log(tmp_path: Path) -> None:
    with noting(Home(tmp_path).log, LogSettings(), lambda event: None) as report:
        report(EVENTS[0])
    assert not list(tmp_path.iterdir())


def test_each_event_is_a_line_and_each_of_a_document_names_it(tmp_path: Path) -> None:
    found = noted(tmp_path, EVENTS)
    named = [one["event"] for one in found]
    assert named == [
        *("arrived", "stays", "step", "model", "model", "model"),
        *("night-begun", "night-ended", "evidence", "evidence"),
    ]
    assert all(one["docid"] == "a" * 64 for one in found if one["event"] in ("arrived", "step"))
    assert (found[2]["before"], found[2]["state"], found[2]["seconds"]) == (
        *("accepted", "delivered"),
        1.25,
    )
    for one in found:
        assert datetime.fromisoformat(one["at"]).utcoffset() == timedelta(0)


@pytest.mark.parametrize("values", [False, True])
def test_what_stands_on_a_document_is_in_a_line_only_on_request(
    tmp_path: Path, values: bool
) -> None:
    (step,) = noted(tmp_path, [HELD], values=values)
    assert [(one["code"], one["fieldtype"]) for one in step["blockers"]] == [
        ("hidden-text", None),
        ("unsure", "invoice_number"),
        ("unsure", "gross_total"),
    ]
    assert ("INV-4711" in json.dumps(step)) is values


@pytest.mark.parametrize("values", [False, True])
def test_a_line_of_the_log_names_its_document_and_quotes_an_error_only_on_request(
    tmp_path: Path, values: bool
) -> None:
    with noting(Home(tmp_path).log, LogSettings(json_lines=True, values=values), print):
        try:
            raise ValueError(f"'INV-{4711}' is no number")
        except ValueError:
            log.exception("a bug", extra={"docid": "b" * 64})
    log.error("nobody listens any more")
    (one,) = lines(tmp_path)
    assert (one["event"], one["level"], one["logger"]) == ("log", "error", "appliance.test")
    assert (one["docid"], one["message"]) == ("b" * 64, "a bug")
    assert "ValueError" in one["error"]
    assert ("INV-4711" in one["error"]) is values


def test_as_many_earlier_files_are_kept_as_the_owner_says(tmp_path: Path) -> None:
    noted(tmp_path, [HELD] * 40, megabytes=0.002, keep=2)
    assert sorted(path.name for path in Home(tmp_path).logs()) == [
        "appliance.jsonl",
        "appliance.jsonl.1",
        "appliance.jsonl.2",
    ]
    assert all(path.stat().st_size <= 2000 for path in Home(tmp_path).logs())


def test_no_name_of_a_file_drives_the_terminal_of_who_reads_the_log(tmp_path: Path) -> None:
    name = "a\x9b2J\u202e\udcff.pdf"
    (step,) = noted(tmp_path, [replace(HELD, job=replace(HELD.job, source=name))])
    assert step["source"] == name
    assert Home(tmp_path).log.read_bytes().isascii()


def test_a_log_that_is_written_anew_meanwhile_goes_on(tmp_path: Path) -> None:
    with noting(Home(tmp_path).log, LogSettings(json_lines=True), print) as report:
        report(HELD)
        files.write(Home(tmp_path).log, b"")
        report(HELD)
    assert len(lines(tmp_path)) == 1


def test_a_log_that_cannot_be_written_is_said_once_and_holds_nothing_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Home(tmp_path).log.mkdir()
    heard: list[DayEvent] = []
    with noting(Home(tmp_path).log, LogSettings(json_lines=True), heard.append) as report:
        report(HELD)
        report(HELD)
    assert heard == [HELD, HELD]
    (told,) = caplog.messages
    assert "appliance.jsonl cannot be written" in told
