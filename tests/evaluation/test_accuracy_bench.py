from __future__ import annotations

import pytest
from small_bench import small_bench


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.data
def test_the_bench_runs_the_real_model_over_real_documents() -> None:
    printed = small_bench("accuracy", "customs_transit", COLUMNS="120")
    assert "customs_transit: 2 " in printed
    assert "100.0%" in printed and "0 crashed" in printed
