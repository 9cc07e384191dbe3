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
def test_the_bench_runs_the_real_model_over_real_documents() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.accuracy", "customs_transit"],
        cwd=ROOT,
        env=os.environ | {"SMALL": "1", "COLUMNS": "120"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "customs_transit: 2 " in done.stdout
    assert "100.0%" in done.stdout and "0 crashed" in done.stdout
