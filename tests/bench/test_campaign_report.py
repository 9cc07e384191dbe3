"""What parts of a campaign came to adds up, also when they were run on different days."""

from __future__ import annotations

import ast
import json
from pathlib import Path

from bench.campaign import report
from bench.campaign.parts import PARTS
from bench.campaign.runner import Ended
from bench.campaign.trial import Breach, Found, Outcome

LOST = Found(Breach.LOST, "a scan was in no folder")


def kept(*ended: Ended) -> report.Told:
    """As it lies on the disk."""
    told: report.Told = json.loads(json.dumps(report.told(ended)))
    return told


POWER = kept(
    Ended("power", "day", 1, Outcome(faults=30, found=(LOST,))),
    Ended("power", "day", 0, Outcome(faults=20, counts={"cuts": 5})),
)
INJECTION = kept(
    Ended("injection", "margin", 0, Outcome(hostile_files=4, counts={report.MOVED: 1})),
    Ended("injection", "chat", 0, Outcome(hostile_files=6, counts={report.VALUES: 8})),
)


def test_figures_are_those_of_all_parts() -> None:
    found = report.figures({"power": POWER, "injection": INJECTION})
    assert (found["faults"], found["hostile_files"]) == (50, 10)
    assert (found["lost"], found["duplicated"]) == (1, 0)
    assert found["injected_moved_share"] == 0.125


def test_nothing_is_said_of_values_before_documents_were_poisoned() -> None:
    assert report.figures({"power": POWER})["injected_moved_share"] is None


def test_the_section_names_each_breach() -> None:
    said = list(report.section({"power": POWER, "injection": INJECTION}))
    assert "| power | day | 2 | 50 | 0 | 1 |" in said
    assert "* power, day, seed 1: lost: a scan was in no folder" in said
    assert "* cuts: 5" in said
    assert "No breach." not in said and "No breach." in report.section({"injection": INJECTION})


def test_what_was_mended_is_shown_by_a_test_of_its_name() -> None:
    assert report.mended().keys() <= {part.name for part in PARTS}
    for node in (node for those in report.mended().values() for node in those):
        file, _, name = node.partition("::")
        path = Path(__file__).parents[1] / file
        assert name in _tests(path.read_text(encoding="utf-8")), node


def _tests(source: str) -> set[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)}
