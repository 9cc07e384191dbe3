"""Every case of the matrix of e-invoices against their pages comes out as its table says."""

from pathlib import Path

import pytest

from bench.walks3.einvoices import TABLE, WAYS, Case, decide, list_cases

CASES = [*list_cases()]


def test_ten_values_are_each_changed_in_four_ways():
    assert len(TABLE) == 10
    names = {case.name for case in CASES}
    assert names >= {f"{value}: {way}" for value in TABLE for way in WAYS}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_document_is_accepted_or_held_as_the_table_says(case: Case, tmp_path: Path) -> None:
    outcome = decide(case, tmp_path)
    assert outcome.is_right, (case.expected, outcome.because)
