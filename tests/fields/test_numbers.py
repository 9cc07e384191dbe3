from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.fields.numbers import number, readings, written

SURE = [
    ("1.234,56", "1234.56"),
    ("1,234.56", "1234.56"),
    ("1 234,56", "1234.56"),
    ("1\u00a0234,56", "1234.56"),
    ("1\u202f234,56", "1234.56"),
    ("1'234.56", "1234.56"),
    ("1’234.56", "1234.56"),
    ("1,23,456.00", "123456.00"),
    ("12,345,678.90", "12345678.90"),
    ("1 234 567,89", "1234567.89"),
    ("1.234.567", "1234567"),
    ("1234", "1234"),
    ("0.500", "0.500"),
    ("0,5", "0.5"),
    (".50", "0.50"),
    ("1.0000", "1.0000"),
    ("12.00-", "-12.00"),
    ("-12.00", "-12.00"),
    ("−12.00", "-12.00"),
    ("(12.00)", "-12.00"),
    ("$(5.00)", "-5.00"),
    ("12.00 CR", "-12.00"),
    ("12.00CR", "-12.00"),
    ("-$5.00", "-5.00"),
    ("$-5.00", "-5.00"),
    ("€ -5,00", "-5.00"),
    ("$5,180.00", "5180.00"),
    ("RM 9.00", "9.00"),
    ("RM9.00", "9.00"),
    ("US$12.00", "12.00"),
    ("R$ 1.234,56", "1234.56"),
    ("S$3.50", "3.50"),
    ("EUR 12,00", "12.00"),
    ("12,00 EUR", "12.00"),
    ("12,00€", "12.00"),
    ("12,00 zł", "12.00"),
    ("500 Kč", "500"),
    ("Rs. 500", "500"),
    ("1.000,00 kr.", "1000.00"),
    ("CHF 1'000.00", "1000.00"),
    ("100,-", "100"),
    ("100.--", "100"),
    ("€ 1.234,-", "1234"),
    ("1,234.-", "1234"),
    ("1´234.50", "1234.50"),
    ("12.00\u2011", "-12.00"),
    ("*12.00", "12.00"),
    ("12.", "12"),
    ("+5", "5"),
    ("19,00 %", "19.00"),
    ("-0.00", "0.00"),
]
NONE = [
    *("", "-", "abc", "May 12", "12 34", "1.00.00", "1.2.3", "12.345.67", "1.5E3", "--5"),
    *("12/34", "1,23,45", "€", "NaN", "Infinity", "12.00 13.00", "½"),
    *("12€50", "1.200$00", "9.00 RM 2", "500¹", "19,00³"),
]
MULTIPLIED = [
    *("2 lakh", "3 crore", "₹2 lakh", "1.5k", "2 Mio.", "3 Tsd.", "1,5 mln", "5 tys.", "2 bln"),
    *("$1.5M", "$1.5 M", "1.5 M€", "20 k€", "EUR 2 m", "$2bn"),
    *("CR 100.00", "CR 100.00 kg", "DR 100.00", "100.00 DR"),
]
UNITS = [
    ("5 m", "5"),
    ("12 T", "12"),
    ("12 Stk", "12"),
    ("3.5kg", "3.5"),
    ("12 m²", "12"),
    ("4 - Box", "4"),
    ("kg 12", "12"),
    ("1,00 h", "1.00"),
    ("12 pcs.", "12"),
    ("10 000 kg", "10000"),
    ("7 °C", "7"),
    ("50 %", "50"),
    ("x25", "25"),
    ("pcs30", "30"),
    ("m2 25", "25"),
    ("m2: 25", "25"),
    ("25m2", "25"),
]


@pytest.mark.parametrize(("text", "value"), SURE)
def test_a_number_that_is_sure(text, value):
    found = number(text, None)
    assert found is not None and written(found) == value


@pytest.mark.parametrize("text", NONE)
def test_no_number(text):
    assert readings(text) == ()


@pytest.mark.parametrize(("text", "value"), UNITS)
def test_a_quantity_may_have_its_unit(text, value):
    found = number(text, None, units=True)
    assert found is not None and written(found) == value


@pytest.mark.parametrize(
    "text", ["10k", "2 Mio. Stück", "1,5 Mio", "3 dozen", "2 Dutzend", *MULTIPLIED]
)
def test_a_word_that_multiplies_is_no_unit(text):
    assert readings(text, units=True) == ()


@pytest.mark.parametrize("text", ["2 x 5", "5x3", "5 x3", "2500Qty3"])
def test_two_measures_are_no_quantity(text):
    assert readings(text, units=True) == ()


@given(
    st.text("abcxyzQTY", min_size=1, max_size=5), st.from_regex(r"[1-9][0-9]{0,5}", fullmatch=True)
)
def test_words_glued_before_a_number_leave_it_whole(word, digits):
    assert readings(word + digits, units=True) == (Decimal(digits),)


def test_a_comma_behind_a_number_is_not_its_mark():
    assert number("1.234,", ",") == 1234
    assert number("1.234,", ".") == Decimal("1.234")


@pytest.mark.parametrize("text", ["1.234", "€ 1.234", "1.234 €", "12,345"])
def test_a_lone_mark_before_three_digits_waits_for_the_documents_style(text):
    assert number(text, None) is None
    small, big = readings(text)
    assert big == small * 1000
    assert number(text, "," if "," in text else ".") == small
    assert number(text, "." if "," in text else ",") == big


STYLES = [(",", "."), (".", ","), (" ", ","), ("'", "."), ("", "."), ("", ",")]
CENTS = st.decimals(-(10**9), 10**9, places=2, allow_nan=False, allow_infinity=False)


@given(CENTS, st.sampled_from(STYLES), st.sampled_from(["", "€ ", "RM", "$", "EUR "]))
def test_every_amount_is_read_back_in_every_style(value, style, currency):
    group, mark = style
    text = f"{abs(value):,.2f}".replace(",", "G").replace(".", mark).replace("G", group)
    text = f"{currency}{'-' if value < 0 else ''}{text}"
    assert number(text, None) == value


@given(CENTS)
def test_what_we_write_is_what_we_read(value):
    assert number(written(value), ".") == Decimal(written(value))


@given(st.text() | st.text(alphabet="0123456789.,'-() €CRkgx%"), st.booleans())
def test_no_text_breaks_it(text, units):
    found = readings(text, units=units)
    assert len(found) <= 2
    assert all(value.is_finite() for value in found)
