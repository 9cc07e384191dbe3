from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.data
@pytest.mark.timeout(1800)
def test_the_bench_tunes_in_our_way_and_in_the_stock_one_and_both_learn() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.tuning"],
        cwd=ROOT,
        env=os.environ | {"SMALL": "1", "COLUMNS": "120"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")]
    ours, stock = rows[1:]
    assert (ours[1], stock[1]) == ("ours", "stock")
    losses = [float(row[-1].rstrip(" |")) for row in (ours, stock)]
    assert losses[0] == pytest.approx(losses[1], rel=0.1), "of three steps"
    assert "extrapolated" in done.stdout or "`bench-learning`" in done.stdout
