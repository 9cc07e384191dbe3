"""Each finding of the walk, the tests that show that it is mended, and whether those pass."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.common import CACHE, ROOT

FINDINGS = Path(__file__).with_name("findings.toml")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault that a user met."""

    fault: str
    tests: tuple[str, ...]
    """``tests/FILE.py::test_name``, without parameters; empty if the finding was left."""
    left: str | None = None
    """Why the finding is not mended, or not wholly; None if it is mended."""


def load_findings() -> Mapping[str, Finding]:
    """Return every finding by its number, ``A1`` to ``C8``."""
    table = tomllib.loads(FINDINGS.read_text(encoding="utf-8"))
    return {
        number: Finding(row["fault"], tuple(row.get("tests", ())), row.get("left"))
        for number, row in table.items()
    }


def measure() -> dict[str, float | int | None]:
    """Run the tests of all findings; a finding counts as mended if all of its tests pass."""
    findings = load_findings()
    passed = _run_tests([test for finding in findings.values() for test in finding.tests])
    mended = [
        number
        for number, finding in findings.items()
        if finding.left is None and finding.tests and passed.issuperset(finding.tests)
    ]
    for number in sorted(findings.keys() - mended):
        failed = sorted(set(findings[number].tests) - passed)
        print(number, findings[number].left or f"not shown by {', '.join(failed) or 'any test'}")
    return {
        "findings": len(findings),
        "mended": len(mended),
        "left": len(findings) - len(mended),
        "tests": len(passed),
    }


def _run_tests(tests: Sequence[str]) -> set[str]:
    """Return those of ``tests`` that ran, and of which every case passed."""
    CACHE.mkdir(parents=True, exist_ok=True)
    outcome = CACHE / "walks3-tests.xml"
    command = [sys.executable, "-m", "pytest", "-q", f"--junit-xml={outcome}"]
    subprocess.run([*command, *dict.fromkeys(tests)], cwd=ROOT, check=False)
    passed: set[str] = set()
    failed: set[str] = set()
    for case in ElementTree.parse(outcome).iter("testcase"):
        file = str(case.get("classname")).replace(".", "/") + ".py"
        test = f"{file}::{str(case.get('name')).partition('[')[0]}"
        if any(case.find(state) is not None for state in ("failure", "error", "skipped")):
            failed.add(test)
        else:
            passed.add(test)
    return passed - failed
