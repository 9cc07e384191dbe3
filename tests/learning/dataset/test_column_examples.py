"""What a model learns of tables is what it is asked about them, and an answer that it may give."""

from __future__ import annotations

from dataclasses import replace

import pytest
from keyed_papers import BILL, NOTE, labelled, row
from tabled_papers import sheet
from taught_rows import asked_of_columns, check_decoded, check_forced, said

from appliance.domain.doctype import FieldSpec, TableSpec
from appliance.learning.dataset.column_examples import column_examples

pytestmark = pytest.mark.model

ORDER = """
No  Article  Pieces  Price
1  oak board / planed  4  5.50
2  iron nail  7  1.20
3  wood screw  2  3.00

Tax  Base  Rate  Amount
A  33.40  19.00  6.35
B  10.00  7.00  0.70
"""
WITH, WITHOUT = "0".zfill(64), "5".zfill(64)
"""Docids of which one teaches another table too."""
ROWS = [
    *row(0, what="oak board / planed", pieces="4", price="5.50"),
    *row(1, what="iron nail", pieces="7", price="1.20"),
    *row(2, what="wood screw", pieces="2", price="3.00"),
]


def made(engine, *labels, docid=WITHOUT, doctype=BILL, table=True, first=0):
    paper = sheet(ORDER, docid=docid)
    one = labelled(paper, *labels, doctype=doctype, table=table)
    return paper, column_examples(engine, one, doctype, first=first)


def texts(engine, paper, rows, doctype=BILL):
    return said(engine, paper, doctype, rows, ask=asked_of_columns)


def learned(engine, row):
    pairs = zip(row.tokens, row.taught, strict=True)
    return "".join(engine.detokenize([token]).decode() for token, taught in pairs if taught)


def test_the_rows_of_a_document_become_one_answer_about_their_table(engine):
    paper, found = made(engine, *ROWS)
    assert texts(engine, paper, found.rows) == [
        '{"No": null, "Article": "what", "Pieces": "pieces", "Price": "price"}'
    ]
    assert (found.taught, found.located, found.lost, found.refused) == (3, 3, 0, 0)
    assert not found.disputed


@pytest.mark.parametrize("docid", [WITH, WITHOUT])
def test_an_answer_is_what_decoding_would_write(engine, docid):
    paper, found = made(engine, *ROWS, docid=docid)
    check_forced(engine, paper, BILL, found.rows, ask=asked_of_columns)
    check_decoded(engine, paper, BILL, found.rows, ask=asked_of_columns)


@pytest.mark.parametrize("unknown", ["what", "pieces", "price"])
def test_a_column_that_nobody_knows_is_not_taught(engine, unknown):
    known = [label for label in ROWS if label.fieldtype != unknown]
    paper, found = made(engine, *known)
    assert found.taught == 2
    check_forced(engine, paper, BILL, found.rows, ask=asked_of_columns)
    check_decoded(engine, paper, BILL, found.rows, whole=False, ask=asked_of_columns)
    (one,) = found.rows
    assert "null" not in learned(engine, one)


def test_a_column_that_is_not_there_is_taught(engine):
    absent = [replace(one, text=None) if one.fieldtype == "pieces" else one for one in ROWS]
    _, found = made(engine, *absent)
    (one,) = found.rows
    assert "null" in learned(engine, one) and found.taught == 3


def test_what_the_rows_dispute_is_counted_and_not_taught(engine):
    wrong = [
        replace(one, text="9.99") if one.fieldtype == "price" and one.line_item_id else one
        for one in ROWS
    ]
    _, found = made(engine, *wrong)
    (one,) = found.rows
    assert dict(found.disputed) == {"price": 1} and found.taught == 2
    assert learned(engine, one) == '{" "what", "pieces",'
    (whole,) = made(engine, *ROWS)[1].rows
    assert learned(engine, whole) == '{" null "what", "pieces", "price"}'


def test_of_some_documents_another_table_is_denied(engine):
    paper, found = made(engine, *ROWS, docid=WITH)
    assert texts(engine, paper, found.rows)[1:] == ["null"]
    assert found.taught == 3, "it is no field"
    assert len(made(engine, *ROWS, docid=WITHOUT)[1].rows) == 1
    assert len(made(engine, *ROWS, docid=WITH, table=False)[1].rows) == 1


def test_a_document_that_has_no_rows_denies_a_table(engine):
    paper, found = made(engine)
    assert texts(engine, paper, found.rows) == ["null"]


def test_other_rows_of_the_table_may_be_shown(engine):
    (shown,) = made(engine, *ROWS)[1].rows
    (other,) = made(engine, *ROWS, first=2)[1].rows
    asked = [engine.detokenize(one.tokens).decode() for one in (shown, other)]
    assert "| oak board / planed | iron nail\n" in asked[0]
    assert "| wood screw | oak board / planed\n" in asked[1]
    assert learned(engine, shown) == learned(engine, other)
    assert not made(engine, *ROWS, first=3)[1].rows


def test_a_column_too_far_right_is_not_shown(engine):
    wide = replace(BILL, items=TableSpec("items", tuple(FieldSpec(f"c{at}") for at in range(18))))
    heads = "  ".join(f"head{at}" for at in range(18))
    said = [[f"{at + 10}.{number}0" for at in range(18)] for number in range(2)]
    paper = sheet("\n".join([heads, *map("  ".join, said)]), docid=WITHOUT, cell=0.05)
    keyed = [
        label
        for number, texts in enumerate(said)
        for label in row(number, **{f"c{at}": texts[at] for at in (15, 16, 17)})
    ]
    found = column_examples(engine, labelled(paper, *keyed, doctype=wide, table=True), wide)
    (one,) = found.rows
    assert "null" not in learned(engine, one) and found.taught == 1


def test_a_question_that_fills_the_row_is_left_out(engine):
    big = replace(BILL, description="many words " * 1100)
    assert made(engine, *ROWS, doctype=big)[1].refused == 1


def test_a_type_without_rows_asks_about_no_table(engine):
    assert made(engine, *ROWS, doctype=NOTE)[1].rows == ()
