import re

import pytest

from appliance.domain.doctype import FieldType
from appliance.fields.types import SHAPES


def fits(fieldtype: FieldType, text: str) -> bool:
    return re.fullmatch(SHAPES[fieldtype], text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "25/12/2017", "2017-12-25", "25.12.17", "12. März 2018", "Dec. 25, 2018", "25DEC18",
        "1er janvier 2020", "25 de diciembre de 2018", "20171225", "2018-12-25T10:00:00Z",
        "17 - 03 - 2018", "9 maja 2021", "5/1/18", "12.31.2018", "2018. 12. 25", "2018年12月25日",
    ],
)  # fmt: skip
def test_a_date_looks_like_one(text):
    assert fits(FieldType.DATE, text)


@pytest.mark.parametrize(
    "text",
    [
        "20.00 CHANGE", "000306020352", "February 2020", "8:13:39 PM", "21-41-71", "15.00 .90",
        "1504, BATU 8", "18 -2.37", "0/5/2018", "12/13/2118", "32 MAR 2018",
    ],
)  # fmt: skip
def test_other_numbers_are_no_dates(text):
    assert not fits(FieldType.DATE, text)


@pytest.mark.parametrize(
    "text",
    [
        "9.00", "RM 9.00", "RM9.00", "$5,180.00", "1.234,56 EUR", "1 234,56 zł", "(5.00)", "-5.00",
        "5.00-", "5.00- EUR", "1'234.50 CHF", "12,-", "US$ 5", "€ 5", "−119.00", "–5,00", "120.-",
        "120.—", "1´234.50", "₴1,000.00", "5.00–",
    ],
)  # fmt: skip
def test_an_amount_may_carry_its_sign_and_currency(text):
    assert fits(FieldType.AMOUNT, text)


@pytest.mark.parametrize("text", [".53", "1851-A", "25/12/2018", "1 9.00", "Total", "TOTAL: 9.00"])
def test_other_things_are_no_amounts(text):
    assert not fits(FieldType.AMOUNT, text)


@pytest.mark.parametrize(
    ("fieldtype", "text"),
    [
        (FieldType.QUANTITY, "12 kg"),
        (FieldType.QUANTITY, "25m2"),
        (FieldType.PERCENT, "19,0 %"),
        (FieldType.IBAN, "DE89 3704 0044 0532 0130 00"),
        (FieldType.IBAN, "NO9386011117947"),
        (FieldType.VAT_ID, "NL123456789B01"),
        (FieldType.VAT_ID, "ESA12345674"),
        (FieldType.VAT_ID, "IE1234567WA"),
        (FieldType.VAT_ID, "XAXX010101AB1"),
        (FieldType.VAT_ID, "12.345.678/0001-90"),
        (FieldType.VAT_ID, "123-456-78-90"),
        (FieldType.VAT_ID, "CHE-123.456.789 MWST"),
        (FieldType.VAT_ID, "DE123456789"),
    ],
)
def test_other_types_know_theirs(fieldtype, text):
    assert fits(fieldtype, text)


@pytest.mark.parametrize("text", ["100ml", "23 78 -0", "DE123456789 HRB Nr", "Tel", "47 78"])
def test_other_things_are_no_vat_ids(text):
    assert not fits(FieldType.VAT_ID, text)


def test_an_iban_ends_where_it_ends():
    assert not fits(FieldType.IBAN, "DE136695976 IBAN DE88 2008 0000 0970 3757 00")


def test_every_verbatim_type_has_a_shape():
    assert set(SHAPES) == {fieldtype for fieldtype in FieldType if fieldtype.verbatim}
