from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.reading.blocks import cuts


def parts(word: str) -> list[str]:
    ends = [0, *cuts(word), len(word)]
    return [word[a:b] for a, b in zip(ends, ends[1:], strict=False)]


@pytest.mark.parametrize(
    ("glued", "pieces"),
    [
        ("21/05/2018TIME:", ["21/05/2018", "TIME:"]),
        ("#19-18/01/2018", ["#19-", "18/01/2018"]),
        ("001-2018/02/22", ["001-", "2018/02/22"]),
        ("#19-18/03/201823:02:16", ["#19-", "18/03/2018", "23:02:16"]),
        ("CC*7186:RM78.30", ["CC*7186:", "RM78.30"]),
        ("S/B(587969-U)", ["S/B", "(587969-U)"]),
        ("BHD.(126926-H)", ["BHD.", "(126926-H)"]),
        ("[Sales]2018-01-05", ["[Sales]", "2018-01-05"]),
        ("12-1/2018", ["12-1/2018"]),
        ("Date:21/05/2018", ["Date:", "21/05/2018"]),
        ("21/05/201812:30", ["21/05/2018", "12:30"]),
        ("02/11/20-02/17/20", ["02/11/20", "-", "02/17/20"]),
        ("TOTAL:RM9.00", ["TOTAL:", "RM9.00"]),
        ("Cash10.00", ["Cash", "10.00"]),
        ("Court(136553)", ["Court", "(136553)"]),
    ],
)
def test_a_glued_word_falls_apart_at_its_seams(glued, pieces):
    assert parts(glued) == pieces


@pytest.mark.parametrize(
    "code",
    [
        *("INV-2017A", "RE-20140522/501", "201/113/40209", "DE123456789", "TB100A4"),
        *("1.234,56", "12:30PM", "2018-05-21T10:00", "A4/2.50", "1234-56-78-90", "GB38COIA0948"),
    ],
)
def test_a_code_stays_whole(code):
    assert parts(code) == [code]


@given(st.text(min_size=1))
def test_no_character_is_lost_at_a_seam(word):
    assert "".join(parts(word)) == word
    assert all(parts(word))
