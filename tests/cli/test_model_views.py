from __future__ import annotations

from dataclasses import replace
from io import StringIO

from rich.console import Console

from appliance.cli import model_views
from appliance.domain.results import GateOutcome, ModelVersion, Verdict
from bench.chance_adapter import TRAINING

BASE = ModelVersion("base", "base/model.gguf", "aa")
TUNED = ModelVersion(
    "night-1",
    "night-1/model.gguf",
    "bb",
    base="base",
    training=TRAINING,
    verdict=Verdict(GateOutcome.NOT_PROVEN, 90, 9, 4, "7 more fixes would prove it"),
    made_at=1.0,
)


def test_a_version_of_another_home_says_so() -> None:
    output = StringIO()
    table = model_views.versions([(replace(TUNED, origin="north"), 9)], champion=None)
    Console(file=output, width=120).print(table)
    assert "120 documents in north" in output.getvalue()


def test_a_row_says_what_a_version_learnt_and_what_the_gate_said() -> None:
    output = StringIO()
    table = model_views.versions([(BASE, 98_000_000), (TUNED, None)], champion="base")
    Console(file=output, width=120).print(table)
    head, base, tuned = (line.split() for line in output.getvalue().splitlines())
    assert head[:2] == ["version", "made"]
    assert base == ["→", "base", "98", "MB"]
    assert tuned[0] == "night-1"
    assert tuned[-8:] == ["120", "documents", "9", "4", "not", "proven", "left", "out"]
