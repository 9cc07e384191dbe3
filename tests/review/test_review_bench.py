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
@pytest.mark.data
@pytest.mark.timeout(900)  # it reads and asks for real, on slow machines too
@pytest.mark.skipif(os.name != "posix", reason="the bench's terminal is a pty")
def test_the_bench_works_off_real_documents_at_the_real_station() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.review"],
        cwd=ROOT,
        env=os.environ | {"SMALL": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "two stations, one queue: lost, approved twice | 0, 0 |" in done.stdout
    waits = re.findall(r"p95 \| ([\d.]+) ms \| (\d+) \|", done.stdout)
    assert len(waits) == 2 and all(float(wait) and int(n) for wait, n in waits), done.stdout
    right = re.search(r"keys a right field \| ([\d.]+)", done.stdout)
    assert right and float(right[1]) >= 1.0, done.stdout
