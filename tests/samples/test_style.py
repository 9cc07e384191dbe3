"""Numbers and dates are printed as each country prints them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.samples import style
from appliance.samples.languages import LANGUAGES


@pytest.mark.parametrize(
    "lang, text",
    [
        ("en", "-1,234.50"),
        ("de", "-1.234,50"),
        ("fr", "-1 234,50"),
        ("es", "-1.234,50"),
        ("pl", "-1 234,50"),
    ],
)
def test_an_amount_is_printed_in_the_countrys_style(lang, text):
    value = LANGUAGES[lang].style.amount(Decimal("-1234.5"))
    assert (value.text, value.norm) == (text, "-1234.50")


@pytest.mark.parametrize(
    "lang, text",
    [
        ("en", "5 March 2026"),
        ("de", "05.03.2026"),
        ("fr", "05/03/2026"),
        ("es", "5 de marzo de 2026"),
        ("pl", "2026-03-05"),
    ],
)
def test_a_date_is_printed_in_the_countrys_style(lang, text):
    value = LANGUAGES[lang].style.date(date(2026, 3, 5))
    assert (value.text, value.norm) == (text, "2026-03-05")


def test_only_dates_with_a_months_name_have_a_plain_form():
    plain = {lang: LANGUAGES[lang].style.plain_dates() for lang in ("en", "pl")}
    assert plain["en"].date(date(2026, 3, 5)).text == "05/03/2026"
    assert plain["pl"] == LANGUAGES["pl"].style


@given(st.decimals(-(10**7), 10**7, places=2), st.sampled_from(list(LANGUAGES)))
def test_a_printed_amount_reads_back_as_its_normal_form(amount, lang):
    write = LANGUAGES[lang].style
    value = write.amount(amount)
    bare = value.text.replace(write.thousands, "").replace(write.point, ".")
    assert Decimal(bare) == Decimal(value.norm) == amount


@given(st.text(alphabet="0123456789", min_size=1), st.lists(st.integers(1, 5)))
def test_grouping_only_adds_spaces(code, groups):
    assert style.grouped(code, tuple(groups)).replace(" ", "") == code


@pytest.mark.parametrize("number, text", [("12", "12"), ("2.50", "2,5"), ("400", "400")])
def test_a_quantity_has_no_more_decimals_than_it_needs(number, text):
    assert LANGUAGES["de"].style.count(Decimal(number)).text == text


def test_a_half_cent_is_rounded_up():
    assert style.round_to(Decimal("0.125")) == Decimal("0.13")
