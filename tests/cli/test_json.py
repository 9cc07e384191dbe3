"""What lists print for programs, and that the table in docs/reference/lists.md has their keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from typer.testing import CliRunner
from worked_home import WorkedHome

from appliance.cli import for_programs
from appliance.cli.main import app
from appliance.domain.results import ModelVersion
from appliance.domain.senders import SenderEntry
from appliance.learning.models.registry import CHAMPION, Pointer
from appliance.records.audit import AuditEntry
from appliance.records.calls import OpenCall
from appliance.records.evidence import SamplingPlan
from appliance.service.doctor import HealthCheck
from appliance.service.systemd import UnitStatus

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "lists.md"
TABLE = PAGE.read_text("utf-8")
KEYS = {
    name: re.findall("`(.*?)`", keys)
    for name, keys in re.findall(r"^\| `([a-z ]+)` \| [^|]+ \| (.*) \|$", TABLE, re.M)
}


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkedHome]:
    """One document was delivered, and is gone from the archive; one is held."""
    worked = WorkedHome(tmp_path_factory.mktemp("json") / "home")
    (worked.home.models / "m1").mkdir()
    pointer = TypeAdapter(Pointer).dump_json(Pointer("m1"))
    (worked.home.models / CHAMPION).write_bytes(pointer)
    with closing(worked):
        delivered = worked.drop("delivered")
        worked.work()
        worked.archive.path(delivered).unlink()
        worked.asks.logprob = -1.0
        worked.drop("held")
        worked.work()
        yield worked


def said(worked: WorkedHome, *words: str, exit_code: int = 0) -> list[dict[str, Any]]:
    done = CliRunner().invoke(app, ["--home", str(worked.folder), *words, "--json"])
    assert done.exit_code == exit_code, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("name", ["status", "queue", "doctypes", "verify"])
def test_a_list_has_the_keys_of_the_table(worked: WorkedHome, name: str) -> None:
    found = said(worked, name, exit_code=name == "verify")
    assert found and all(list(one) == KEYS[name] for one in found)


def test_what_no_home_of_a_test_has_has_them_too() -> None:
    version = for_programs.version(ModelVersion("m1", "m1.gguf", ""), 7, champion="m1")
    assert list(version) == KEYS["models"] and version["serves"]
    for name, kind in (
        ("doctor", HealthCheck),
        ("deliveries", OpenCall),
        ("audit", AuditEntry),
        ("senders list", SenderEntry),
        ("service status", UnitStatus),
    ):
        more = ["next"] if kind is UnitStatus else []
        assert [one.name for one in fields(kind)] + more == KEYS[name]


def test_the_queue_says_what_waits_and_why_and_with_all_what_does_not(worked: WorkedHome) -> None:
    (waiting,) = said(worked, "queue")
    assert (waiting["source"], waiting["state"], waiting["blind"]) == ("held.txt", "held", False)
    assert waiting["reason"] and waiting["station"] is None
    every = {one["source"]: one["waits_for_clerk"] for one in said(worked, "queue", "--all")}
    assert every == {"delivered.txt": False, "held.txt": True}


def test_of_evidence_the_queue_says_nothing_that_the_model_read(tmp_path: Path) -> None:
    worked = WorkedHome(tmp_path / "home", evidence=SamplingPlan(first=1, then=1))
    with closing(worked):
        worked.asks.logprob = -1.0
        worked.drop()
        worked.work()
        for words in (("queue",), ("queue", "--all")):
            (one,) = said(worked, *words)
            assert one["blind"] and one["reason"].startswith("a sample")


def test_the_state_of_a_home_is_one_object(worked: WorkedHome) -> None:
    (found,) = said(worked, "status")
    assert (found["running"], found["process"], found["model"]) == (False, None, "m1")
    assert found["documents"] == {"receipt": {"delivered": 1, "held": 1}}
    assert found["calls"] == {"waiting": 0, "failed": 0}


def test_an_empty_list_is_no_line(worked: WorkedHome) -> None:
    assert said(worked, "models") == [] and said(worked, "deliveries") == []
