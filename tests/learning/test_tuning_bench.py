from __future__ import annotations

import pytest
from small_bench import small_bench


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.data
@pytest.mark.timeout(1800)
def test_the_bench_tunes_in_our_way_and_in_the_stock_one_and_both_learn() -> None:
    printed = small_bench("tuning", COLUMNS="120")
    rows = [line.split(" | ") for line in printed.splitlines() if line.startswith("| ")]
    ours, stock = rows[1:]
    assert (ours[1], stock[1]) == ("ours", "stock")
    losses = [float(row[-1].rstrip(" |")) for row in (ours, stock)]
    assert losses[0] == pytest.approx(losses[1], rel=0.1), "of three steps"
    assert "extrapolated" in printed or "`bench-learning`" in printed
