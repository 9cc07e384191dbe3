"""The question about a table's columns, its answer, and that the model chooses fields alone."""

import json
from dataclasses import replace

import pytest
from fake_engine import FakeEngine
from hypothesis import given
from hypothesis import strategies as st
from typed_pages import RECEIPT
from typed_tables import BOLTS, ORDER, typed

from appliance.extraction.batches import whole
from appliance.extraction.column_question import COLUMNS, column_request, default_part
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
SAID = '{"Article": "description", "Qty": "quantity", "Price": null, "Amount": "net_amount"}'


def asked(table=TABLE, form=PLAIN):
    return column_request(ORDER, PAPER, table, form=form)


def text(parts):
    return "".join(part.text for part in parts)


def test_the_question_shows_each_column_with_header_and_two_rows():
    assert text(asked().question.own) == (
        "Your order of May\n"
        "Article | Bolt M8 / zinc plated | Nut M8\n"
        "Qty | 4 | 7\n"
        "Price | 2.50 | 1.10\n"
        "Amount | 10.00 | 7.70\n\nJSON:\n"
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
    assert "What | hat | cap\n" in own


def test_long_headers_cells_and_wide_tables_are_cut():
    wide = "  ".join(f"{n}" + " word" * 40 for n in range(30))
    paper, table = typed(f"{wide}\n{wide}\n{wide} / x")
    asked = column_request(ORDER, paper, table, form=PLAIN)
    lines = text(asked.question.own).removesuffix("\n\nJSON:\n").splitlines()
    assert len(lines) == len(asked.heads) == COLUMNS and max(map(len, lines)) < 200


def test_only_our_own_words_may_hold_special_tokens():
    paper, table = typed("<|im_end|>  Price\n<|im_end|>  5")
    question = column_request(ORDER, paper, table, form=CHATML).question
    held = [part for part in (*question.shared, *question.own) if "<|im_end|> | " in part.text]
    assert held and not any(part.special for part in held)


def test_a_type_without_rows_cannot_be_asked():
    with pytest.raises(ValueError, match="no rows"):
        column_request(RECEIPT, PAPER, TABLE, form=PLAIN)


def heads(text):
    return column_request(ORDER, *typed(text), form=PLAIN).heads


def test_a_column_is_called_by_as_much_as_tells_it_from_the_others():
    assert asked().heads == ("Article", "Qty", "Price", "Amount")
    assert heads("Value  Value\n1.00  7\n2.00  8") == ("Value | 1.00", "Value | 7")


def test_a_column_that_nothing_heads_is_called_by_its_first_cell():
    paper, table = typed("What  Price\nhat / of straw  5\ncap  6")
    bare = replace(table, columns=tuple(replace(one, header=()) for one in table.columns))
    asked = column_request(ORDER, paper, bare, form=PLAIN)
    assert asked.heads == ("hat", "5")
    assert text(asked.question.own).startswith("hat / of straw | cap\n5 | 6\n")


strange = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50).filter(
    lambda text: text.split() == [text]
)


@given(strange)
def test_whatever_heads_a_column_can_be_said(head):
    """What strangers wrote is part of the grammar."""
    words = [replace(PAPER.pages[0].words[0], text=head), *PAPER.pages[0].words[1:]]
    paper = replace(PAPER, pages=(replace(PAPER.pages[0], words=tuple(words)),))
    headed = replace(TABLE, columns=(replace(TABLE.columns[0], header=(0,)), *TABLE.columns[1:]))
    strange = column_request(ORDER, paper, headed, form=PLAIN)
    said = strange.answer(NAMING)
    walked = walk(FakeEngine(), strange.grammar, said.encode())
    assert bytes(token for token, _ in walked) == said.encode()
    assert strange.naming(said) == NAMING


@pytest.mark.model
def test_a_head_that_looks_like_a_special_token_is_said_in_plain_ones(engine):
    paper, table = typed("<|im_end|>  Price\nhat  5\ncap  6")
    asked = column_request(ORDER, paper, table, form=CHATML)
    said = asked.answer({"description": ColumnPart(0)})
    pieces = [engine.detokenize([token]) for token, _ in walk(engine, asked.grammar, said.encode())]
    assert b"".join(pieces) == said.encode() and b"<|im_end|>" not in pieces


def test_the_answer_says_fields_and_the_parts_that_are_not_usual():
    assert asked().answer(NAMING) == SAID
    other = NAMING | {"description": ColumnPart(0, CellPart.SECOND)}
    assert '"Article": "description second"' in asked().answer(other)


def test_a_column_may_hold_several_fields():
    both = {
        "quantity": ColumnPart(1, CellPart.NUMBER),
        "description": ColumnPart(1, CellPart.AFTER_NUMBER),
    }
    assert '"Qty": "description after number, quantity"' in asked().answer(both)


@pytest.mark.parametrize("naming", [None, {}])
def test_a_table_without_a_named_column_is_not_the_one_asked_for(naming):
    assert asked().answer(naming) == "null"
    assert asked().naming("null") == {}


def test_a_column_that_is_not_shown_cannot_be_said():
    row = "  ".join("abcdefghijklmnopqrst")
    paper, table = typed(f"{row}\n{row}")
    naming = {"description": ColumnPart(0), "quantity": ColumnPart(16, CellPart.NUMBER)}
    wide = column_request(ORDER, paper, table, form=PLAIN)
    assert wide.naming(wide.answer(naming)) == {"description": ColumnPart(0)}


def test_a_field_that_is_said_of_two_columns_stands_in_the_first():
    said = SAID.replace("null", '"quantity"')
    assert asked().naming(said) == NAMING


namings = st.dictionaries(
    st.sampled_from(NAMES),
    st.builds(ColumnPart, st.integers(0, len(TABLE.columns) - 1), st.sampled_from(CellPart)),
    max_size=3,  # a column holds no more
)


@given(namings)
def test_what_is_named_is_read_again(naming):
    assert asked().naming(asked().answer(naming)) == naming


@given(namings)
def test_every_perfect_answer_is_json_that_the_grammar_allows(naming):
    said = asked().answer(naming)
    walked = list(walk(FakeEngine(), asked().grammar, said.encode()))
    assert bytes(token for token, _ in walked) == said.encode()
    assert json.loads(said) is None or list(json.loads(said)) == list(asked().heads)


@given(namings.filter(bool))
def test_the_model_chooses_nothing_but_which_fields_and_which_part(naming):
    said = asked().answer(naming)
    walked = walk(FakeEngine(), asked().grammar, said.encode())
    values = [(0, 1), *((one.start, one.end) for one in asked().choices(said))]
    for at, (_, chosen) in enumerate(walked):
        assert not chosen or any(start <= at < end for start, end in values)


@given(namings, st.integers(0, 120))
def test_a_cut_answer_says_what_it_says_and_no_more(naming, length):
    said = asked().answer(naming)
    cut, whole = asked().choices(said[:length]), asked().choices(said)
    assert cut == whole[: len(cut)]
    assert all(choice.end <= length for choice in cut)


@given(namings.filter(bool), st.integers(0, 120))
def test_which_column_comes_next_is_told_where_its_value_begins(naming, length):
    said = asked().answer(naming)
    starts = [one.start for one in asked().choices(said)]
    next_one = starts.index(length) if length in starts else None
    assert asked().asks(said[:length]) == next_one


@pytest.mark.parametrize(
    "said",
    [
        SAID.replace('"Qty"', '"Amount"'),
        SAID.replace('"quantity"', '"number"'),
        SAID.replace('"quantity"', '"quantity number"'),
        SAID.replace('"quantity"', '"quantity third"'),
        SAID.replace('"description"', '"description main"'),
        SAID.replace('"quantity"', '""'),
        SAID.replace('"Price": null, ', ""),
        "{}",
        '"quantity"',
    ],
)
def test_what_the_type_does_not_have_cannot_be_said(said):
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
    said = asked().answer(naming)
    walked = list(walk(engine, asked().grammar, said.encode()))
    assert [token for token, _ in walked] == engine.tokenize(said)
    named = 0 if naming is None else len(naming)
    chosen = [engine.detokenize([token]) for token, chosen in walked if chosen]
    assert len(chosen) <= 1 + len(TABLE.columns) + 4 * named


@pytest.mark.model
def test_a_real_model_answers_with_fields_of_the_type(engine):
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
    assert len(asked().choices(said)) == len(TABLE.columns) and asked().naming(said).keys() <= {
        *NAMES
    }
