import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.fields.style import WritingStyle, style_of_words
from appliance.fields.types import normalise

ENGLISH = WritingStyle(".", None)
LISTED = {"EUR": ("€",), "USD": ("$",)}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "25/12/2018", "2018-12-25"),
        ("amount", "1,234", "1234"),
        ("amount", "1.234", "1.234"),
        ("quantity", "12 kg", "12"),
        ("integer", "1.234", "1234"),
        ("integer", "12,0", "12"),
        ("percent", "19 %", "19"),
        ("iban", "DE88 2008 0000 0970 3757 00", "DE88200800000970375700"),
        ("vat_id", "DE 136695976", "DE136695976"),
        ("code", " RE-2018 / 7 ", "RE-2018 / 7"),
        ("text", "Müller \n GmbH", "Müller GmbH"),
        ("currency", "EUR", "EUR"),
    ],
)
def test_a_text_has_a_normal_form_by_its_type(kind, text, value):
    spec = FieldSpec("field", FieldType(kind), values=LISTED if kind == "currency" else {})
    normal = normalise(text, spec, ENGLISH)
    assert normal.value == value
    assert normal.problem is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("INV\u200b-47\u200d11", "holds a character that cannot be seen (U+200B, U+200D)"),
        ("\u202eINV-4711", "holds a character that cannot be seen (U+202E)"),
        ("INV-4711\U000e0041\ufffd", "holds a character that cannot be seen (U+E0041)"),
        ("INV-4711\ufffd", "holds a character that could not be read"),
    ],
)
@pytest.mark.parametrize("kind", [FieldType.CODE, FieldType.TEXT])
def test_d6_what_cannot_be_seen_is_a_problem_and_no_part_of_the_normal_form(kind, text, problem):
    normal = normalise(text, FieldSpec("field", kind), ENGLISH)
    assert (normal.value, normal.problem) == ("INV-4711", problem)
    assert normal.code == "unseen-character"


@pytest.mark.parametrize(
    ("text", "mixed"),
    [
        ("\u0406NV-4711", True),
        ("R\u03bf7", True),
        ("\u03f9OD-7", True),
        ("\U0001d6a8B-7", True),
        ("\u13aaB-7", True),
        ("СФ-12", False),
        ("Ä7", False),
        ("10\u00b5F", False),
        ("10\u03bcF", False),
        ("4k7\u03a9", False),
        ("Ж12A", False),
    ],
)
def test_d6_letters_of_two_alphabets_in_one_number_are_a_problem(text, mixed):
    normal = normalise(text, FieldSpec("field", FieldType.CODE), ENGLISH)
    assert normal.value == text
    assert normal.code == "mixed-alphabets" if mixed else normal.problem is None


@pytest.mark.parametrize(
    ("text", "mixed"),
    [
        ("M\u0438ller Ltd", False),
        ("\u041cill\u0435r Ltd", True),
        ("\u041e\u041e\u041e Miller", False),
        ("Density \u03c1\u2091", False),
    ],
)
def test_d6_letters_of_two_alphabets_in_one_word_of_a_text_are_a_problem(text, mixed):
    normal = normalise(text, FieldSpec("field", FieldType.TEXT), ENGLISH)
    assert normal.value == text
    assert normal.code == "mixed-alphabets" if mixed else normal.problem is None


@pytest.mark.parametrize(
    ("kind", "text", "style", "problem", "code"),
    [
        (
            "date",
            "03/04/2018",
            WritingStyle(),
            "two dates are possible: 3 April or 4 March",
            "ambiguous-date",
        ),
        (
            "date",
            "18/12/25",
            WritingStyle(),
            "two dates are possible: 18 December 2025 or 25 December 2018",
            "ambiguous-date",
        ),
        (
            "date",
            "03/04/05",
            WritingStyle(),
            "three dates are possible: 3 April 2005 or 4 March 2005 or 5 April 2003",
            "ambiguous-date",
        ),
        ("date", "soon", WritingStyle(), '"soon" is not a date', "does-not-parse"),
        (
            "amount",
            "1.234",
            WritingStyle(),
            "two numbers are possible: 1.234 or 1234",
            "ambiguous-number",
        ),
        ("amount", "much", WritingStyle(), '"much" is not a number', "does-not-parse"),
        ("integer", "1.5", WritingStyle(), '"1.5" is no whole number', "does-not-parse"),
        ("vat_id", "DE123456789", WritingStyle(), "check digits of this VAT id", "does-not-parse"),
        ("vat_id", "123456789", WritingStyle(), "does not begin with a country", "does-not-parse"),
        ("integer", "2,000", WritingStyle(), "possible: 2.000 or 2000", "ambiguous-number"),
        ("iban", "DE8820080000", WritingStyle(), "check digits of this IBAN", "does-not-parse"),
        ("currency", "GBP", WritingStyle(), "none of the values", "does-not-parse"),
        ("text", " ", WritingStyle(), "no text", "does-not-parse"),
    ],
)
def test_what_is_unclear_is_told_in_words(kind, text, style, problem, code):
    spec = FieldSpec("field", FieldType(kind), values=LISTED if kind == "currency" else {})
    normal = normalise(text, spec, style)
    assert problem in (normal.problem or "")
    assert normal.code == code


@pytest.mark.parametrize(("mark", "value"), [(",", "2"), (".", "2000")])
def test_a_whole_number_is_read_by_the_documents_mark(mark, value):
    assert (
        normalise("2,000", FieldSpec("pieces", FieldType.INTEGER), WritingStyle(mark)).value
        == value
    )


def test_a_code_keeps_its_punctuation_unless_its_pattern_wants_it_bare():
    spec = FieldSpec("hs_code", FieldType.CODE, pattern="[0-9]{6,11}")
    assert normalise("8471 30 00", spec, ENGLISH).value == "84713000"
    assert "8471" in normalise("8471", spec, ENGLISH).problem


def test_a_field_that_ends_in_eori_is_checked_as_one():
    spec = FieldSpec("importer_eori", FieldType.CODE)
    assert normalise("GB 980780684000", spec, ENGLISH).value == "GB980780684000"
    assert normalise("GB980780685000", spec, ENGLISH).problem


def test_another_date_of_the_document_tells_the_order():
    assert style_of_words(["03/04/2018", "25/12/2018"]).day_first is True
    assert style_of_words(["03/04/2018", "12/25/2018"]).day_first is False
    assert style_of_words(["25/12/2018", "12/25/2018"]).day_first is None
    assert style_of_words(["03/04/2018", "2018-12-25"]).day_first is None
    assert style_of_words(["03/04/18", "18/12/25"]).day_first is None
    # A sort code, the number of a clause.
    assert style_of_words(["03/04/2024", "11-15-20"], country="GB").day_first is True
    assert style_of_words(["03/04/2024", "13.1.20", "2.15.10"]).day_first is None


def test_the_language_or_the_partys_country_tells_the_order():
    assert style_of_words(["Rechnung", "Datum", "03/04/2018", "Seite", "Betrag"]).day_first is True
    assert style_of_words(["03/04/2018"], country="GB").day_first is True
    assert style_of_words(["03/04/2018"], country="US").day_first is False
    german = ["Rechnung", "Datum", "03/04/2018", "Seite", "Betrag"]
    assert style_of_words(german, country="US").day_first is False
    assert style_of_words(["Invoice", "date", "03/04/2018", "total"]).day_first is None


@pytest.mark.parametrize(
    ("words", "mark"),
    [
        (["1.234,56", "12,00"], ","),
        (["1,234.56", "$12.00"], "."),
        (["12.00", "12,00"], None),
        (["25.12.18", "1,00", "7,50"], ","),
        (["1234", "1.234"], None),
        (["12.00"], None),
        (["12.00", "9.90"], "."),
        (["12.00", "7.50", "9.90"], "."),
        (["1.234,56"], ","),
        (["1'234.56"], "."),
        (["€12,00"], ","),
        (["12,00", "EUR"], ","),
        (["RM", "9.00"], "."),
    ],
)
def test_amounts_tell_the_decimal_mark(words, mark):
    assert style_of_words(words).decimal == mark


@pytest.mark.parametrize(
    "text",
    [
        "Betrag 1.234 EUR um 14.30 Uhr",
        "from 14.30h to 15.30h",
        "am 01.02 und 03.04 bis 11.12",
        "am 11.12. oder 10.11.",
        "Version 2.10 and v2.10, rev. 2.11",
        "Beginn 14.00 Ende 22.00 Gewicht 1.250 kg",
        "Ziffer 5.10 bis 7.12",
    ],
)
def test_times_days_and_versions_tell_no_decimal_mark(text):
    assert style_of_words(text.split()).decimal is None


@given(
    st.text(),
    st.sampled_from(FieldType),
    st.sampled_from([WritingStyle(), WritingStyle(",", True, "DE")]),
)
def test_a_text_has_a_value_or_a_problem_whatever_it_is(text, kind, style):
    normal = normalise(text, FieldSpec("field", kind), style)
    assert normal.value is not None or normal.problem


@given(st.lists(st.text(min_size=1)))
def test_no_words_break_the_style(words):
    style_of_words(words)
