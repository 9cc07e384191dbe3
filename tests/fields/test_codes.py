import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.fields.codes import eori, iban, vat_id

GOOD = [
    ("DE136695976", "DE136695976", "DE"),
    ("DE 136 695 976", "DE136695976", "DE"),
    ("USt-IdNr.: DE136695976", "DE136695976", "DE"),
    ("EL094259216", "EL094259216", "GR"),
    ("FR 11 999999998", "FR11999999998", "FR"),
    ("GB 980 7806 84", "GB980780684", "GB"),
    ("CHE-107.787.577 MWST", "CHE107787577", "CH"),
    ("CHE-107.787.577", "CHE107787577", "CH"),
    ("NO 995 525 828 MVA", "NO995525828MVA", "NO"),
]


@pytest.mark.parametrize(("text", "bare", "country"), GOOD)
def test_a_vat_id_is_told_with_its_country(text, bare, country):
    code = vat_id(text)
    assert code.valid
    assert (code.bare, code.country) == (bare, country)


@pytest.mark.parametrize("text", ["DE123456789", "GB980780685", "CHE-107.787.578", "B12345678", ""])
def test_a_vat_id_whose_digits_do_not_fit_is_not_valid(text):
    assert not vat_id(text).valid


def test_a_vat_id_without_its_country_takes_the_partys():
    assert not vat_id("136695976").valid
    assert vat_id("136695976", "DE").bare == "DE136695976"
    assert vat_id("094259216", "GR").bare == "EL094259216"
    assert vat_id("995 525 828 MVA", "NO").bare == "NO995525828MVA"


def test_an_iban_is_checked():
    assert iban("IBAN: DE88 2008 0000 0970 3757 00").bare == "DE88200800000970375700"
    assert iban("DE88 2008 0000 0970 3757 00").valid
    assert not iban("DE88 2008 0000 0970 3757 01").valid


def test_an_eori_is_checked_where_its_number_is_known():
    assert eori("GB980780684000").valid
    assert not eori("GB980780685000").valid
    assert eori("DE 1234567").valid
    assert not eori("1234567").valid


@pytest.mark.parametrize("text", ["TOTAL", "DETAILS", "PAGE2", "US1234567"])
def test_a_word_of_the_page_is_no_eori(text):
    assert not eori(text).valid


@pytest.mark.parametrize(
    "text", ["EORI GB980780684000", "EORI: GB980780684000", "EORI No.: GB 980780684000"]
)
def test_the_word_eori_before_the_number_is_no_part_of_it(text):
    assert (eori(text).bare, eori(text).valid) == ("GB980780684000", True)


@pytest.mark.parametrize("text", ["EL123456789", "GR123456789", "XI980780684000"])
def test_greece_and_northern_ireland_give_eori_numbers(text):
    assert eori(text).valid


@given(st.text(), st.sampled_from([None, "DE", "GR", "NO", "GB", "US", "CH"]))
def test_no_text_breaks_them(text, country):
    assert iban(text).bare == iban(text).bare.upper()
    vat_id(text, country)
    eori(text)


@given(st.from_regex(r"(DE|GB|NO|CHE|EL|FR|PL)[0-9A-Z ]{0,14}", fullmatch=True))
def test_nothing_that_looks_like_a_code_breaks_them(text):
    vat_id(text, "NO")
    eori(text)
