"""``appliance retry`` of what waits for a clerk."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from made_up_day import Day
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.domain.errors import ConfigError
from appliance.domain.results import JobState
from appliance.records.evidence import SamplingPlan
from appliance.records.joined import JoinedFiles
from appliance.records.queue import ClerkQueue
from appliance.settings.home import Home


def retry(home: Home, docid: str) -> str:
    done = CliRunner().invoke(app, ["--home", str(home.folder), "retry", docid])
    if done.exception:
        raise done.exception
    return done.output


def test_what_a_clerk_has_in_hand_is_not_taken_from_her(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    day = Day(home.folder)
    day.asks.logprob = -1.0
    docid = day.drop()
    day.work()
    job, waits = day.job(docid), ClerkQueue(day.store)
    assert job.state is JobState.HELD
    assert waits.lend(job, "till 1", now=time.time(), lease=60.0)
    with pytest.raises(ConfigError):
        retry(home, docid)
    with pytest.raises(ConfigError, match="which"):
        retry(home, "")
    assert waits.renew(job, "till 1", now=time.time(), lease=60.0)
    waits.release(job, "till 1")
    retry(home, docid)
    assert day.job(docid).state is JobState.ARRIVED


def test_evidence_that_a_clerk_keys_after_its_delivery_is_not_taken_from_her(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home")
    home.make()
    day = Day(home.folder, evidence=SamplingPlan(first=1, then=1))
    docid = day.drop()
    day.work()
    job, waits = day.job(docid), ClerkQueue(day.store)
    assert job.state is JobState.DELIVERED
    assert waits.lend(job, "till 1", now=time.time(), lease=60.0)
    with pytest.raises(ConfigError, match="a clerk has"):
        retry(home, docid)
    waits.release(job, "till 1")
    retry(home, docid)
    assert day.job(docid).state is JobState.ARRIVED
    day.store.close()


def test_c5_a_station_that_was_killed_while_the_clock_was_ahead_does_not_keep_it(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home")
    home.make()
    day = Day(home.folder)
    day.asks.logprob = -1.0
    docid = day.drop()
    day.work()
    ahead = time.time() + 365 * 86400
    assert ClerkQueue(day.store).lend(day.job(docid), "till 1", now=ahead, lease=60.0)
    retry(home, docid)
    assert day.job(docid).state is JobState.ARRIVED
    day.store.close()


def test_of_a_joined_file_the_document_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    day = Day(home.folder)
    whole, part = day.drop("whole"), day.drop("part")
    day.work()
    files = JoinedFiles(day.store)
    assert files.join(day.job(whole), day.job(part), has_pages=False, anew=False, now=day.now)
    with pytest.raises(ConfigError, match="part.txt is one document with whole.txt"):
        retry(home, part)
    assert day.job(part).state is JobState.JOINED
    day.store.close()
