from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.fields.numbers import number
from appliance.fields.style import WritingStyle
from appliance.fields.writing import plain_day, written_day, written_number


@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from([",", "."]))
def test_a_written_number_reads_back_as_itself(value, mark):
    assert number(written_number(value, WritingStyle(mark)), mark) == value


def test_a_number_is_written_with_the_marks_of_the_document():
    value = Decimal("-1234567.5")
    assert written_number(value, WritingStyle(","), decimals=2) == "-1.234.567,50"
    assert written_number(value, WritingStyle("."), decimals=2) == "-1,234,567.50"
    assert written_number(value, WritingStyle()) == "-1234567.5"
    assert written_number(Decimal("9000"), WritingStyle(",")) == "9.000"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("22.03.2026", "22.03.2026"),
        ("22/03/2026", "22/03/2026"),
        ("03/04/2026", "22 March 2026"),
        (None, "22 March 2026"),
    ],
)
def test_a_day_is_written_out_where_its_text_may_be_another_day(text, said):
    assert plain_day(date(2026, 3, 22), text) == said


def test_a_day_is_written_with_its_month_in_letters():
    assert written_day(date(2026, 1, 12)) == "12 January 2026"
