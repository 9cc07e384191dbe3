from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.fields.dates import order_of, readings

CHRISTMAS = date(2018, 12, 25)
SURE = [
    ("2018-12-25", CHRISTMAS),
    ("2018/12/25", CHRISTMAS),
    ("20181225", CHRISTMAS),
    ("2018年12月25日", CHRISTMAS),
    ("2018/1/5", date(2018, 1, 5)),
    ("2018-1-05", date(2018, 1, 5)),
    ("25122018", CHRISTMAS),
    ("25/12/2018", CHRISTMAS),
    ("12/25/2018", CHRISTMAS),
    ("25.12.18", CHRISTMAS),
    ("25/12/'18", CHRISTMAS),
    ("12/25/18", CHRISTMAS),
    ("25 / 12 / 2018", CHRISTMAS),
    ("25-DEC-18", CHRISTMAS),
    ("25Dec2018", CHRISTMAS),
    ("Dec 25, 2018", CHRISTMAS),
    ("December 25th, 2018", CHRISTMAS),
    ("DEC 25, '18", CHRISTMAS),
    ("2018 December 25", CHRISTMAS),
    ("Tue 25 Dec 2018 11:05am", CHRISTMAS),
    ("25/12/2018 8:13:39 PM", CHRISTMAS),
    ("25/12/2018TIME:20:13", CHRISTMAS),
    ("25.12.2018 14:30 Uhr", CHRISTMAS),
    ("2018-12-25T10:11:12+01:00", CHRISTMAS),
    ("Dienstag, den 25. Dezember 2018", CHRISTMAS),
    ("25 décembre 2018", CHRISTMAS),
    ("25 de diciembre de 2018", CHRISTMAS),
    ("25 dicembre 2018", CHRISTMAS),
    ("25 december 2018", CHRISTMAS),
    ("25 grudnia 2018 r.", CHRISTMAS),
    ("25 de dezembro de 2018", CHRISTMAS),
    ("25. prosince 2018", CHRISTMAS),
    ("25 Aralık 2018", CHRISTMAS),
    ("25. März 2020", date(2020, 3, 25)),
    ("25. MARZ 2020", date(2020, 3, 25)),
    ("1er août 2020", date(2020, 8, 1)),
    ("5. července 2021", date(2021, 7, 5)),
    ("5. června 2021", date(2021, 6, 5)),
    ("5 ŞUBAT 2021", date(2021, 2, 5)),
    ("12 października 2019", date(2019, 10, 12)),
    ("3.4.2018", date(2018, 4, 3)),
    ("5/5/2018", date(2018, 5, 5)),
    ("1/2/70", None),
    ("01.02.69", date(2069, 2, 1)),
    ("01.02.70", date(1970, 2, 1)),
]
NONE = [
    *("", "abc", "12/2018", "31/31/2018", "29/02/2019", "99/99/99", "12:30", "2018", "MAR 18"),
    *("25/12/8", "2018-12-255", "1.2.3"),
    *("1 12/12/2018", "2/17/2020 - 2/23/2020", "No. 7 of 5 May 2018", "25/12/1234", "12.50"),
]


@pytest.mark.parametrize(("text", "day"), SURE)
def test_a_date_that_is_sure(text, day):
    assert readings(text).under(None) == day


@pytest.mark.parametrize("text", NONE)
def test_no_date(text):
    found = readings(text)
    assert found.day_first is None and found.month_first is None


@pytest.mark.parametrize("text", ["03/04/2018", "03-04-18", "3/4/18", "03/04/2018 10:15"])
def test_a_date_that_waits_for_the_documents_order(text):
    found = readings(text)
    assert not found.certain and found.under(None) is None
    assert found.under(True) == date(2018, 4, 3)
    assert found.under(False) == date(2018, 3, 4)


@pytest.mark.parametrize("text", ["18/12/25", "18-12-25"])
def test_a_date_that_may_begin_with_its_year_waits_too(text):
    found = readings(text)
    assert found.possible == (date(2025, 12, 18), CHRISTMAS)
    assert found.under(None) is None and found.under(False) is None
    assert found.under(True) == date(2025, 12, 18)


DAYS = st.dates(date(1970, 1, 1), date(2069, 12, 31))


@given(DAYS, st.sampled_from("/-."), st.sampled_from(["%Y", "%y"]))
def test_every_day_written_day_first_is_read_back(day, mark, year):
    assert readings(day.strftime(f"%d{mark}%m{mark}{year}")).under(True) == day


@given(DAYS, st.sampled_from("/-"))
def test_every_day_written_month_first_is_read_back(day, mark):
    assert readings(day.strftime(f"%m{mark}%d{mark}%Y")).under(False) == day


@given(DAYS)
def test_iso_is_never_ambiguous(day):
    assert readings(day.isoformat()).under(None) == day


@given(st.text())
def test_no_text_breaks_it(text):
    found = readings(text)
    assert found.certain == (found.under(None) is not None)


@given(st.text(alphabet="0123456789/-. :JanMT'"))
def test_nothing_that_looks_like_a_date_breaks_it(text):
    readings(text).under(True)


@pytest.mark.parametrize(
    ("text", "day", "order"),
    [
        ("13/02/2018", "2018-02-13", "day"),
        ("02/13/2018", "2018-02-13", "month"),
        ("04-06-2018", "2018-06-04", "day"),
        ("04-06-2018", "2018-04-06", "month"),
        ("18/02/13", "2018-02-13", "year"),
        ("04-06-2018", "2018-06-05", None),
        ("05/05/2018", "2018-05-05", None),
        ("3.4.2018", "2018-04-03", None),
        ("2018-04-03", "2018-04-03", None),
        ("3 April 2018", "2018-04-03", None),
    ],
)
def test_a_date_tells_its_order_where_no_other_means_that_day(text, day, order):
    assert order_of(text, day) == order
