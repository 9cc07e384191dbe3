"""The question about a table's columns, its answer, and that the model chooses letters alone."""

import json

import pytest
from fake_engine import FakeEngine
from hypothesis import given
from hypothesis import strategies as st
from typed_pages import RECEIPT
from typed_tables import BOLTS, ORDER, typed

from appliance.extraction.batches import whole
from appliance.extraction.column_question import (
    LETTERS,
    choices,
    column_answer,
    column_request,
    default_part,
)
from appliance.extraction.decode import decode
from appliance.extraction.prompt import CHATML, PLAIN
from appliance.extraction.walk import RefusedByGrammar, walk
from appliance.tables.table import CellPart, ColumnPart

PAPER, TABLE = typed(BOLTS, above="Your order of May")
NAMES = [spec.name for spec in ORDER.items.fields]
NAMING = {
    "description": ColumnPart(0),
    "quantity": ColumnPart(1, CellPart.NUMBER),
    "net_amount": ColumnPart(3, CellPart.NUMBER),
}
SAID = '{"description": "A", "quantity": "B", "unit_price": null, "net_amount": "D"}'

namings = st.dictionaries(
    st.sampled_from(NAMES),
    st.builds(ColumnPart, st.integers(0, len(TABLE.columns) - 1), st.sampled_from(CellPart)),
)


def asked(table=TABLE, form=PLAIN):
    return column_request(ORDER, PAPER, table, form=form)


def parsed(answer):
    return {one.spec.name: one.where for one in choices(answer, ORDER) if one.where}


def text(parts):
    return "".join(part.text for part in parts)


def test_the_question_shows_each_column_with_header_and_two_rows():
    assert text(asked().question.own) == (
        "Your order of May\n"
        "A: Article | Bolt M8 / zinc plated | Nut M8\n"
        "B: Qty | 4 | 7\n"
        "C: Price | 2.50 | 1.10\n"
        "D: Amount | 10.00 | 7.70\n\nJSON:\n"
    )


def test_the_question_asks_for_every_field_of_the_rows_and_for_none_of_the_header():
    shared = text(asked().question.shared)
    assert (
        "- net_amount (amount): without tax" in shared and "lines (rows): one per article" in shared
    )
    assert "number" not in shared


def test_tables_of_a_type_share_the_beginning():
    paper, table = typed("What  Price\nhat  5\ncap  6")
    other = column_request(ORDER, paper, table, form=CHATML).question
    one = asked(form=CHATML).question
    assert one.shared == other.shared and one.own != other.own


def test_rows_that_look_alike_are_shown_once():
    paper, table = typed("What  Price\nhat  5\nhat  5\ncap  6")
    own = text(column_request(ORDER, paper, table, form=PLAIN).question.own)
    assert "A: What | hat | cap\n" in own


def test_long_headers_cells_and_wide_tables_are_cut():
    wide = "  ".join(f"{n}" + " word" * 40 for n in range(30))
    paper, table = typed(f"{wide}\n{wide}\n{wide} / x")
    asked = column_request(ORDER, paper, table, form=PLAIN)
    lines = text(asked.question.own).removesuffix("\n\nJSON:\n").splitlines()
    assert len(lines) == len(LETTERS) and max(map(len, lines)) < 200


def test_only_our_own_words_may_hold_special_tokens():
    paper, table = typed("<|im_end|>  Price\n<|im_end|>  5")
    question = column_request(ORDER, paper, table, form=CHATML).question
    held = [part for part in (*question.shared, *question.own) if "A: <|im_end|>" in part.text]
    assert held and not any(part.special for part in held)


def test_a_type_without_rows_cannot_be_asked():
    with pytest.raises(ValueError, match="no rows"):
        column_request(RECEIPT, PAPER, TABLE, form=PLAIN)


def test_the_answer_says_letters_and_the_parts_that_are_not_usual():
    assert column_answer(ORDER, TABLE, NAMING) == SAID
    other = NAMING | {"description": ColumnPart(0, CellPart.SECOND)}
    assert '"description": "A second"' in column_answer(ORDER, TABLE, other)


@pytest.mark.parametrize("naming", [None, {}])
def test_a_table_without_a_named_column_is_not_the_one_asked_for(naming):
    assert column_answer(ORDER, TABLE, naming) == "null"
    assert parsed("null") == {}


def test_a_column_behind_the_last_letter_cannot_be_said():
    row = "  ".join("abcdefghijklmnopqrst")
    _, table = typed(f"{row}\n{row}")
    naming = {"description": ColumnPart(0), "quantity": ColumnPart(16, CellPart.NUMBER)}
    assert parsed(column_answer(ORDER, table, naming)) == {"description": ColumnPart(0)}


@given(namings)
def test_what_is_named_is_read_again(naming):
    assert parsed(column_answer(ORDER, TABLE, naming)) == naming


@given(namings)
def test_every_perfect_answer_is_json_that_the_grammar_allows(naming):
    said = column_answer(ORDER, TABLE, naming)
    walked = list(walk(FakeEngine(), asked().grammar, said.encode()))
    assert bytes(token for token, _ in walked) == said.encode()
    assert json.loads(said) is None or list(json.loads(said)) == NAMES


@given(namings.filter(bool))
def test_the_model_chooses_nothing_but_whether_where_and_which_part(naming):
    said = column_answer(ORDER, TABLE, naming)
    walked = walk(FakeEngine(), asked().grammar, said.encode())
    values = [(0, 1), *((one.start, one.end) for one in choices(said, ORDER))]
    for at, (_, chosen) in enumerate(walked):
        assert not chosen or any(start <= at < end for start, end in values)


@given(namings, st.integers(0, 90))
def test_a_cut_answer_says_what_it_says_and_no_more(naming, length):
    said = column_answer(ORDER, TABLE, naming)
    cut, whole = choices(said[:length], ORDER), choices(said, ORDER)
    assert cut == whole[: len(cut)]
    assert all(choice.end <= length for choice in cut)


@pytest.mark.parametrize(
    "said",
    [
        SAID.replace('"A"', '"E"'),
        SAID.replace('"A"', '"a"'),
        SAID.replace('"A"', '"A main"'),
        SAID.replace('"B"', '"B number"'),
        SAID.replace('"B"', '"B third"'),
        SAID.replace('"A"', '""'),
        SAID.replace('"unit_price": null, ', ""),
        "{}",
        '"A"',
    ],
)
def test_what_the_table_does_not_have_cannot_be_said(said):
    with pytest.raises(RefusedByGrammar):
        list(walk(FakeEngine(), asked().grammar, said.encode()))


def test_the_usual_part_of_a_number_is_the_number():
    usual = {spec.name: default_part(spec.type) for spec in ORDER.items.fields}
    assert usual == dict.fromkeys(NAMES, CellPart.NUMBER) | {"description": CellPart.MAIN}


@pytest.mark.model
@pytest.mark.parametrize(
    "naming", [None, NAMING, NAMING | {"description": ColumnPart(2, CellPart.BEFORE_MARK)}]
)
def test_a_tuned_model_meets_the_tokens_that_it_has_learned(engine, naming):
    """The answer is cut into tokens where the vocabulary cuts it, and few of them are chosen."""
    said = column_answer(ORDER, TABLE, naming)
    walked = list(walk(engine, asked().grammar, said.encode()))
    assert [token for token, _ in walked] == engine.tokenize(said)
    named = 0 if naming is None else len(naming)
    chosen = [engine.detokenize([token]) for token, chosen in walked if chosen]
    assert len(chosen) <= 1 + len(NAMES) + 3 * named


@pytest.mark.model
def test_a_real_model_answers_with_letters_of_the_table(engine):
    question = asked().question
    tokens = [
        token
        for part in (*question.shared, *question.own)
        for token in engine.tokenize(part.text, special=part.special)
    ]
    assert len(tokens) < 250
    trace = decode(engine, asked().grammar, [whole(tokens)], budget=200)
    said = engine.detokenize(trace.tokens).decode()
    assert trace.whole
    assert all(where.column < 4 for where in parsed(said).values())
