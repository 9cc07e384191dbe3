"""``appliance deliveries``: what waits, what failed for good, and once more."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from told_owner import ToldDay, webhook
from typer.testing import CliRunner

from appliance.cli import views
from appliance.cli.main import app
from appliance.domain.delivery import CallKind
from appliance.domain.errors import ConfigError
from appliance.records.calls import Calls, Destination
from appliance.settings.home import Home

HOOK = Destination("receipt", CallKind.WEBHOOK)


@pytest.fixture
def day(tmp_path: Path) -> Iterator[ToldDay]:
    """One call waits, and one failed for good."""
    Home(tmp_path).make()
    day = ToldDay(tmp_path, webhook("http://localhost:9"))
    day.now = time.time()
    for text in ("waits", "failed"):
        day.drop(text)
    day.work()
    calls = Calls(day.store)
    while call := calls.next(HOOK, now=day.now):
        (job,) = day.store.find(call.docid)
        if job.source == "failed.txt":
            calls.fail(call, error="the server answered 422: [red]no[/]", now=day.now)
        else:
            calls.postpone(call, error="the server answered 503", until=day.now + 60)
    yield day
    day.close()


def said(day: ToldDay, *words: str) -> str:
    runner = CliRunner(env={"COLUMNS": "200"})
    done = runner.invoke(app, ["--home", str(day.folder), *words])
    if done.exception:
        raise done.exception
    return done.output


def listed(day: ToldDay, *words: str) -> dict[str, Any]:
    found = map(json.loads, said(day, "deliveries", *words, "--json").splitlines())
    return {one["source"]: one for one in found}


def test_what_waits_and_what_failed_is_listed_with_the_last_error(day: ToldDay) -> None:
    table = " ".join(said(day, "deliveries").split())  # however wide the terminal is
    for words in ("waits.txt", "failed.txt", "503", "422: [red]no[/]", "failed for good"):
        assert words in table
    assert said(day, "deliveries", "--failed").count(".txt") == 1
    assert "1 wait, 1 failed" in str(views.calls_in_short(Calls(day.store).open()))


def test_a_program_reads_the_same_as_json(day: ToldDay) -> None:
    assert listed(day).keys() == {"waits.txt", "failed.txt"}
    (failed,) = listed(day, "--failed").values()
    assert (failed["state"], failed["kind"], failed["attempts"]) == ("failed", "webhook", 1)


def test_one_document_is_put_back_by_its_first_letters_or_all_are(day: ToldDay) -> None:
    failed = listed(day)["failed.txt"]["docid"]
    assert "1 call will be made with the next" in said(day, "deliveries", "retry", failed[:12])
    assert {one["state"] for one in listed(day).values()} == {"waiting"}
    assert "2 calls" in said(day, "deliveries", "retry")
    assert max(one["due_at"] for one in listed(day).values()) <= time.time()
    with pytest.raises(ConfigError):
        said(day, "deliveries", "retry", "zzz")


def test_where_nothing_is_left_that_is_said(day: ToldDay) -> None:
    calls = Calls(day.store)
    calls.retry(now=day.now)
    while call := calls.next(HOOK, now=day.now):
        calls.finish(call, now=day.now)
    assert said(day, "deliveries", "--json") == ""
    for words in (["deliveries"], ["deliveries", "--failed"], ["deliveries", "retry"]):
        assert said(day, *words).startswith("no call")
    assert views.calls_in_short(calls.open()) is None
