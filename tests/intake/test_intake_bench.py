from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGKILL")
def test_the_whole_appliance_killed_at_random_loses_and_doubles_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.intake"],
        cwd=ROOT,
        env=os.environ | {"SMALL": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    head, _, row = re.findall(r"^\|(.*)\|$", done.stdout, re.MULTILINE)
    figures = dict(zip((word.strip() for word in head.split("|")), row.split("|"), strict=True))
    for name in ("lost", "in_two_places", "duplicated", "invented", "verify_exit"):
        assert int(figures[name]) == 0, done.stdout
    assert int(figures["arrivals"]) == int(figures["dropped"]) == 20
