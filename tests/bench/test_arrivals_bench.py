"""The bench of what arrives, in small: real files of the standard's suite, real and made PDFs."""

import pytest
from small_bench import small_bench


@pytest.mark.slow
@pytest.mark.data
def test_the_bench_accepts_no_altered_einvoice_and_survives_every_bomb():
    told = small_bench("arrivals")
    counts = {
        cells[0].strip(): [int(cell) for cell in cells[1:3]]
        for line in told.splitlines()
        if len(cells := line.strip("| ").split("|")) == 3 and cells[1].strip().isdecimal()
    }
    assert counts["files of KoSIT's test suite, read"] == [72, 72]
    assert counts["made PDFs with XML, accepted"] == [6, 6]
    assert counts["altered ones, accepted"] == [6, 0]
    assert counts["page and XML as two files, one document"] == [6, 6]
    assert counts["the same, delivered once"] == [6, 6]
    assert counts["altered ones as two files, accepted"] == [6, 0]
    many, refused = counts["bombs, refused within 10 s"]
    assert refused == many
