import json

from hypothesis import given, settings
from hypothesis import strategies as st
from llguidance import LLMatcher, LLTokenizer
from typed_pages import words

from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.extraction.grammar import grammar
from appliance.fields.chunks import chunks

BYTES = LLTokenizer("byte")

text = st.text(
    st.characters(blacklist_categories=("Z", "C")) | st.sampled_from("\"\\/'{}<|>019.,:"),
    min_size=1,
    max_size=7,
).filter(lambda said: not any(letter.isspace() for letter in said))


def accepts(rules: str, answer: str) -> bool:
    matcher = LLMatcher(BYTES, rules, log_level=0)
    assert not matcher.is_error(), matcher.get_error()
    data = list(answer.encode())
    return matcher.try_consume_tokens(data) == len(data) and matcher.is_accepting()


def one(fieldtype: FieldType = FieldType.TEXT, **more) -> DocType:
    return DocType("one", "One", (FieldSpec("a", fieldtype, **more),))


def allowed(doctype: DocType, value: object, *pages: str) -> bool:
    rules = grammar(doctype, [chunks(words(page)) for page in pages])
    return accepts(rules, json.dumps({"a": value}, ensure_ascii=False))


@settings(max_examples=60)
@given(st.lists(text, min_size=1, max_size=8), st.data())
def test_every_run_of_whole_words_that_says_something_is_allowed(said, data):
    first = data.draw(st.integers(0, len(said) - 1))
    last = data.draw(st.integers(first, len(said) - 1))
    run = " ".join(said[first : last + 1])
    blank = not any(letter.isalnum() for letter in run)
    if blank or run[0] in ",:;)]}" or run[-1] in ":;([{":
        return
    assert allowed(one(), run, " ".join(said))


def test_a_part_of_a_date_is_refused():
    assert allowed(one(), "25/12/2017", "paid 25/12/2017 twice")
    assert not allowed(one(), "2017", "paid 25/12/2017 twice")
    assert not allowed(one(), "12/2017", "paid 25/12/2017 twice")


def test_what_the_document_does_not_say_is_refused():
    assert not allowed(one(), "never", "paid in cash")
    assert not allowed(one(), "paid cash", "paid in cash")


def test_null_is_allowed_and_nothing_is_not():
    assert allowed(one(), None, "paid : cash")
    for empty in ("", " ", ":", " cash", "cash ", ": cash"):
        assert not allowed(one(), empty, "paid : cash")


def test_a_value_does_not_cross_a_page():
    assert allowed(one(), "first page", "first page", "second page")
    assert not allowed(one(), "page second", "first page", "second page")


def test_quotes_backslashes_and_other_scripts_come_as_json_wants_them():
    for said in ('"Zum Löwen"', "C:\\neu\\u1", "日本語", "Ζεύς", "<|im_end|>"):
        assert allowed(one(), said, f"bei {said} gekauft")


def test_a_code_matches_its_pattern():
    code = one(FieldType.CODE, pattern=r"[A-Z]{2}\d{4}")
    assert allowed(code, "AB1234", "no AB1234 of 12345")
    assert not allowed(code, "12345", "no AB1234 of 12345")
    assert allowed(code, None, "no 12345")
    assert not allowed(code, "12345", "no 12345")


def test_a_type_restricts_what_may_be_said():
    assert allowed(one(FieldType.AMOUNT), "RM 9.00", "Total RM 9.00 on 25/12/2017")
    assert not allowed(one(FieldType.AMOUNT), "25/12/2017", "Total RM 9.00 on 25/12/2017")
    assert not allowed(one(FieldType.DATE), "9.00", "Total RM 9.00 on 25/12/2017")


def test_a_listed_value_comes_after_the_words_that_say_it():
    kind = one(FieldType.ENUM, values={"credit": ("credit note", "Gutschrift"), "invoice": ()})
    page = "GUTSCHRIFT no 1"
    assert allowed(kind, {"words": "GUTSCHRIFT", "value": "credit"}, page)
    assert allowed(kind, None, page)
    assert not allowed(kind, {"words": "GUTSCHRIFT", "value": "invoice"}, page)
    assert not allowed(kind, {"words": "no", "value": "credit"}, page)
    assert not allowed(kind, "credit", page)


def test_where_no_known_words_stand_any_words_may_be_named():
    kind = one(FieldType.ENUM, values={"credit": ("credit note",), "invoice": ()})
    assert allowed(kind, {"words": "Nota kredytowa", "value": "credit"}, "Nota kredytowa 1")
    assert not allowed(kind, {"words": "Nota kredytowa", "value": "other"}, "Nota kredytowa 1")


def test_a_currency_may_be_said_by_its_mark_alone():
    assert allowed(
        one(FieldType.CURRENCY, values={"EUR": ("€",)}), {"words": "€", "value": "EUR"}, "€5.00"
    )


def test_short_capitals_are_not_ordinary_words():
    money = one(FieldType.CURRENCY, values={"ALL": ("ALL",), "EUR": ("EUR",)})
    assert not allowed(money, {"words": "all", "value": "ALL"}, "all in EUR")
    assert allowed(money, {"words": "EUR", "value": "EUR"}, "all in EUR")
