from __future__ import annotations

import os
import re

import pytest
from small_bench import small_bench


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.data
@pytest.mark.timeout(900)  # it reads and asks for real, on slow machines too
@pytest.mark.skipif(os.name != "posix", reason="the bench's terminal is a pty")
def test_the_bench_works_off_real_documents_at_the_real_station() -> None:
    printed = small_bench("review")
    assert "two stations, one queue: lost, approved twice | 0, 0 |" in printed
    waits = re.findall(r"p95 \| ([\d.]+) ms \| (\d+) \|", printed)
    assert len(waits) == 2 and all(float(wait) and int(n) for wait, n in waits), printed
    right = re.search(r"keys a right field \| ([\d.]+)", printed)
    assert right and float(right[1]) >= 1.0, printed
