from __future__ import annotations

import pytest
from small_bench import small_bench


@pytest.mark.data
def test_labelled_values_stand_as_one_run_in_what_is_read(data, tmp_path):
    printed = small_bench("reading", "invoices_de_fr")
    (row,) = [line for line in printed.splitlines() if line.startswith("| invoices_de_fr")]
    assert float(row.split("|")[4].strip(" %")) >= 96
