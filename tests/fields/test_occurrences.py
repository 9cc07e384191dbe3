"""Where a keyed value stands, and that what was found may be answered."""

from __future__ import annotations

import string
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyed_papers import COMPANY, COUNTRY, CURRENCY, DATE, NUMBER, PIECES, TOTAL, document
from llguidance import LLMatcher, LLTokenizer

from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.document import Span
from appliance.domain.prediction import Field
from appliance.extraction.decode import LIMITS
from appliance.extraction.grammar import grammar
from appliance.extraction.prompt import answer
from appliance.fields.chunks import chunks
from appliance.fields.occurrences import Occurrence, Occurrences, occurrences
from appliance.fields.style import WritingStyle, style_of
from appliance.fields.types import allowed

GERMAN = WritingStyle(",", True)
VAT_ID = FieldSpec("vat", FieldType.VAT_ID)


def found(label: str, spec: FieldSpec, *pages: str, style: WritingStyle | None = None) -> list[str]:
    paper = document(*pages)
    cut = [chunks(page.words) for page in paper.pages]
    return [place.text for place in occurrences(label, spec, cut, style or style_of(paper))]


@pytest.mark.parametrize(
    ("label", "spec", "text", "wanted"),
    [
        ("ACME Ltd", COMPANY, "by ACME Ltd\nAcme Ltd", ["ACME Ltd"]),
        ("ACME\n  Ltd", COMPANY, "by ACME\nLtd", ["ACME Ltd"]),
        ("acme ltd", COMPANY, "by ACME Ltd, Acme Ltd", ["ACME Ltd", "Acme Ltd"]),
        ("A.C.M.E., Ltd", COMPANY, "from ACME Ltd.", ["ACME Ltd"]),
        ("12, High St. JOHOR.", COMPANY, "12 High St JOHOR.", ["12 High St JOHOR."]),
        ("2018-12-25", DATE, "on 25.12.2018 or 26.12.2018", ["25.12.2018"]),
        ("25/12/2018", DATE, "Due 25 Dec 2018", ["25 Dec 2018"]),
        ("9.00", TOTAL, "RM 9.00 SR", ["9.00"]),
        ("RM9.00", TOTAL, "TOTAL 9.00", ["9.00"]),
        ("1234.50", TOTAL, "Summe 1.234,50 €", ["1.234,50"]),
        ("1.234,50", TOTAL, "Summe 1 234,50 €", ["1 234,50"]),
        ("DE 811 907 980", VAT_ID, "USt-IdNr. DE811907980", ["DE811907980"]),
        ("inv-7/18", NUMBER, "No INV-7/18", ["INV-7/18"]),
    ],
)
def test_a_value_is_found_as_it_stands_there(label, spec, text, wanted):
    said = found(label, spec, text, style=GERMAN if "Summe" in text else None)
    assert said[: len(wanted)] == wanted


@pytest.mark.parametrize(
    ("label", "spec", "text"),
    [
        ("ACME", COMPANY, "ACMES and Son"),
        ("2017", NUMBER, "25/12/2017"),
        ("2018-12-25", DATE, "26.12.2018"),
        ("9.00", TOTAL, "9.10 90 19.00"),
        ("", COMPANY, "ACME"),
        ("...", COMPANY, "... ACME"),
        ("ACME", COMPANY, ""),
        ("CHF", CURRENCY, "CHF 9.00"),  # none that the field may have
        ("ALL", CURRENCY, "all goods"),  # short capitals are codes
        ("seven", TOTAL, "seven"),  # as it is written, but no number
    ],
)
def test_what_is_not_there_has_no_place(label, spec, text):
    assert found(label, spec, text) == []


def test_a_value_does_not_cross_a_page():
    assert found("ACME Ltd", COMPANY, "by ACME", "Ltd 7") == []
    assert found("ACME Ltd", COMPANY, "by ACME\nLtd", "7") == ["ACME Ltd"]


def test_a_place_is_the_words_that_it_stands_in():
    cut = [chunks(page.words) for page in document("7", "by ACME Ltd, here").pages]
    assert occurrences("ACME Ltd", COMPANY, cut, WritingStyle()) == (
        Occurrence("ACME Ltd", Span(1, 1, 3)),
    )


@pytest.mark.parametrize(
    ("value", "spec", "text", "wanted"),
    [
        ("EUR", CURRENCY, "18,00€ euro Euro EUR", ["EUR", "€", "Euro"]),
        ("EUR", CURRENCY, "18,00 euro", ["euro"]),
        ("PLN", CURRENCY, "18,00 ZŁ", ["ZŁ"]),
        ("DE", COUNTRY, "10115 Berlin DEUTSCHLAND", ["DEUTSCHLAND"]),
    ],
)
def test_a_listed_value_stands_where_its_words_do(value, spec, text, wanted):
    assert found(value, spec, text) == wanted


def test_a_number_is_read_as_the_program_wrote_it_before_as_the_clerk_did():
    assert found("1.234", PIECES, "1,234 kg", style=GERMAN) == ["1,234", "1,234 kg"]
    assert found("1.234", PIECES, "1234 kg", style=GERMAN) == ["1234", "1234 kg"]


def test_a_code_has_to_match_its_pattern():
    code = replace(NUMBER, pattern=r"[A-Z]{3}\d{3}")
    assert found("ABC123", code, "No ABC123") == ["ABC123"]
    assert found("AB123", code, "No AB123") == []


def test_letters_that_are_written_in_another_way_are_the_same():
    composed, parted = "Café Zażółć", "Cafe\u0301 Zaz\u0307o\u0301łc\u0301"
    assert found(composed, COMPANY, f"im {parted} heute") == [parted]
    assert found(parted, COMPANY, f"im {composed} heute") == [composed]


SPECS = [COMPANY, NUMBER, DATE, TOTAL, VAT_ID, FieldSpec("iban", FieldType.IBAN)]
words = st.one_of(
    st.text(string.printable[:94] + "€äß„“é😀", min_size=1, max_size=7),
    st.sampled_from(["25.12.2018", "1.234,50", "Dec", "DE89", "3704", "EUR", "zł", "<|im_end|>"]),
)


@given(st.lists(words, min_size=1, max_size=6), st.sampled_from(SPECS), st.data())
def test_what_is_allowed_is_what_the_grammar_allows(said, spec, data):
    page = chunks(document(" ".join(said)).pages[0].words)
    start = data.draw(st.integers(0, len(page.texts) - 1))
    text = "".join(page.texts[start : data.draw(st.integers(start + 1, len(page.texts)))])
    doctype = DocType("one", "One", (spec,))
    matcher = LLMatcher(LLTokenizer("byte"), grammar(doctype, [page]), log_level=0, limits=LIMITS)
    told = answer(doctype, [Field(spec.name, text)]).encode()
    assert allowed(text, spec) == (matcher.try_consume_tokens(list(told)) == len(told))


@given(st.lists(words, max_size=30), st.sampled_from(SPECS), st.data())
def test_every_place_reads_its_text_and_may_be_answered(said, spec, data):
    paper = document(" ".join(said))
    cut = [chunks(page.words) for page in paper.pages]
    label = data.draw(st.sampled_from(said) | st.just(" ".join(said[1:4])) if said else words)
    for place in occurrences(label, spec, cut, style_of(paper)):
        read = " ".join(word.text for word in place.span.words(paper))
        assert place.text in read and allowed(place.text, spec)


def test_twenty_pages_of_line_items_take_seconds_not_minutes():
    lines = "\n".join(f"{at} Schraube M{at} 10,{at % 90 + 10} EUR {at},50" for at in range(60))
    cut = [chunks(page.words) for page in document(*[lines] * 20).pages]
    ready, begun = Occurrences(cut, GERMAN), time.process_time()
    for at in range(300):
        ready.of(f"{at + 7}.77", TOTAL)
        ready.of(f"Mutter {at}", COMPANY)
    for day in range(10, 28):
        ready.of(f"2018-12-{day}", DATE)
    assert time.process_time() - begun < 30
