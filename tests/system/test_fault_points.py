"""A process dies at the point and the passage that it is told, and nowhere else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from appliance.system.fault_points import DIES_AT

PASSES = """
from appliance.system.fault_points import reached
for passage in range(3):
    for point in ("claim.archived", "claim.recorded"):
        print(point, flush=True)
        reached(point)
"""


def passed(dies_at: str | None) -> tuple[int, list[str]]:
    """Exit code, and the points that the process came to."""
    environment = {name: value for name, value in os.environ.items() if name != DIES_AT}
    if dies_at is not None:
        environment[DIES_AT] = dies_at
    done = subprocess.run(
        [sys.executable, "-c", PASSES], env=environment, capture_output=True, text=True
    )
    return done.returncode, done.stdout.split()


@pytest.mark.parametrize("dies_at", [None, "", "claim.released", "claim.archived:4"])
def test_nobody_dies_unless_told(dies_at: str | None) -> None:
    code, points = passed(dies_at)
    assert code == 0 and len(points) == 6


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGKILL to tell by")
@pytest.mark.parametrize(
    ("dies_at", "reached"), [("claim.archived", 1), ("claim.recorded", 2), ("claim.archived:3", 5)]
)
def test_a_process_dies_at_its_point_and_passage(dies_at: str, reached: int) -> None:
    code, points = passed(dies_at)
    assert code == -signal.SIGKILL and len(points) == reached
