"""What of an answer a clerk would have keyed so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from keyed_papers import BILL, NOTE, at, document, header, labelled, row

from appliance.domain.document import Span
from appliance.domain.prediction import Field, Prediction
from appliance.evaluation.correctness import field_correctness, row_correctness

GERMAN = document("Rechnung\nMenge Preis\nBetrag 1.234,50 €\n2,50 €\n31.12.2026")
ENGLISH = document("Invoice\nTotal $1,234.50\n$2.50\n12/31/2026")


def marked(paper, doctype, labels, said, *, table=True):
    """``said`` by field name, or rows of a table."""
    fields = [Field(one.fieldtype, one.text, line_item_id=one.line_item_id) for one in said]
    prediction = Prediction(paper.docid, doctype.name, "m", tuple(fields))
    return field_correctness(
        prediction, labelled(paper, *labels, doctype=doctype, table=table), doctype
    )


@pytest.mark.parametrize(
    ("paper", "keyed", "said", "right"),
    [
        (GERMAN, "1.234,50", "1.234,50 €", True),
        (GERMAN, "1234.50", "1.234,50", True),  # imported
        (GERMAN, "1.234,50", "1234,5", True),
        (GERMAN, "1.234,50", "1.234,05", False),
        (GERMAN, "1.234,50", None, False),
        (GERMAN, None, "1.234,50", False),
        (GERMAN, None, None, True),
        (ENGLISH, "1,234.50", "1234.50", True),
        (ENGLISH, "1,234.50", "$1,234.50", True),
        (ENGLISH, "1,234.50", "1,234.05", False),
    ],
)
def test_a_value_is_right_when_it_says_what_was_keyed(paper, keyed, said, right):
    assert marked(paper, NOTE, header(total=keyed), header(total=said))["total"] is right


def test_what_nobody_keyed_is_not_marked():
    said = header(company="x", date="31.12.2026", total="2,50")
    assert marked(GERMAN, NOTE, header(date="2026-12-31"), said) == {"date": True}


def test_what_was_keyed_and_not_answered_is_wrong():
    assert marked(GERMAN, NOTE, header(date="2026-12-31"), []) == {"date": False}


def test_a_field_that_the_type_no_longer_has_is_not_marked():
    assert marked(GERMAN, NOTE, header(fax="1", total="2,50"), header(total="2,50")) == {
        "total": True
    }


KEYED = [*row(0, what="wood", pieces="2", price="1.234,50"), *row(1, what="iron", price="2,50")]
OTHER_ORDER = [replace(label, line_item_id=1 - (label.line_item_id or 0)) for label in KEYED]


@pytest.mark.parametrize(
    ("said", "right"),
    [
        (KEYED, True),
        ([*row(0, what="WOOD", pieces="2,00", price="1234,50 €"), *KEYED[3:]], True),
        (
            [
                *row(0, what="iron", price="2,50"),
                *row(1, what="wood", pieces="2", price="1.234,50"),
            ],
            True,
        ),
        ([*KEYED[:3], *row(1, what="iron", pieces="7", price="2,50")], True),  # nobody keyed that
        (KEYED[:3], False),
        ([*KEYED, *row(2, what="nails")], False),
        ([*KEYED[:3], *KEYED[:3]], False),
        ([*row(0, what="wood", pieces="2", price="1.234,05"), *KEYED[3:]], False),
        ([*row(0, what="wood", pieces=None, price="1.234,50"), *KEYED[3:]], False),
        ([], False),
    ],
)
def test_line_items_are_right_as_a_whole(said, right):
    assert marked(GERMAN, BILL, KEYED, said) == {"items": right}


def test_a_cell_that_the_document_does_not_have_is_right_when_it_is_null():
    keyed = row(0, what="wood", pieces=None)
    assert marked(GERMAN, BILL, keyed, row(0, what="wood", pieces=None)) == {"items": True}
    assert marked(GERMAN, BILL, keyed, row(0, what="wood", pieces="2")) == {"items": False}


@pytest.mark.parametrize(
    ("said", "rights", "missed"),
    [
        (KEYED, {0: True, 1: True}, 0),
        (KEYED[:3], {0: True}, 1),
        ([*KEYED, *row(2, what="nails")], {0: True, 1: True, 2: False}, 0),
        ([*row(4, what="wood", pieces="2", price="9"), *KEYED[3:]], {4: False, 1: True}, 1),
        ([*KEYED[:3], *row(1, what="wood", pieces="2", price="1.234,50")], {0: True, 1: False}, 1),
        ([], {}, 2),
    ],
)
def test_each_row_is_right_or_invented_and_what_no_row_says_was_missed(said, rights, missed):
    fields = [Field(one.fieldtype, one.text, line_item_id=one.line_item_id) for one in said]
    found = row_correctness(
        Prediction(GERMAN.docid, BILL.name, "m", tuple(fields)),
        labelled(GERMAN, *KEYED, doctype=BILL, table=True),
        BILL,
    )
    assert found and (found.rights, found.missed) == (rights, missed)
    assert found.whole is (found.rights == {0: True, 1: True} and not missed)


WORDS = document("wood 2 1.234,50\niron 2,50\nnails 9,00")
WOOD = [replace(one, spans=(at(WORDS, "wood"),)) for one in KEYED[:1]]
IRON = row(1, what="iron", price="2,50")


def by_lot(said, *, keyed=WOOD, counted=2, invented=False):
    """Rights, what is missed, and whether there is no row."""
    fields = [
        Field(
            one.fieldtype,
            one.text,
            (at(WORDS, one.text.split()[0]),) if one.fieldtype == "what" else (),
            line_item_id=one.line_item_id,
        )
        for one in said
    ]
    known = replace(labelled(WORDS, *keyed, doctype=BILL), counted=counted, invented=invented)
    found = row_correctness(Prediction(WORDS.docid, BILL.name, "m", tuple(fields)), known, BILL)
    assert found
    return found.rights, found.missed, found.none


@pytest.mark.parametrize(
    ("said", "rights", "missed"),
    [
        ([*KEYED[:3], *IRON], {0: True}, 0),
        ([*row(0, what="iron"), *row(1, what="wood")], {1: True}, 0),
        ([*row(0, what="wood 2"), *IRON], {0: False}, 0),
        (KEYED[:3], {0: True}, 1),
        ([*KEYED[:3], *IRON, *row(2, what="nails")], {0: True}, 1),
        ([*IRON, *row(2, what="nails")], {}, 1),
        ([], {}, 1),
    ],
)
def test_of_a_row_by_lot_that_row_is_known_and_how_many_there_are(said, rights, missed):
    assert by_lot(said) == (rights, missed, False)


def test_where_no_row_was_drawn_how_many_there_are_is_known_alone():
    assert by_lot(IRON, keyed=[], counted=1) == ({}, 0, False)
    assert by_lot(IRON, keyed=[], counted=2) == ({}, 1, False)
    assert by_lot([], keyed=[], counted=0) == ({}, 0, True)
    assert by_lot(IRON, keyed=[], counted=0)[1] == 1


def test_a_row_that_is_none_makes_the_table_wrong_whatever_their_number():
    assert by_lot(IRON, keyed=[], counted=1, invented=True) == ({}, 1, False)


def test_rows_of_which_some_are_unknown_are_not_marked():
    assert marked(GERMAN, BILL, KEYED, KEYED, table=False) == {}


def test_a_table_that_is_empty_is_right_when_nothing_is_said():
    assert marked(GERMAN, BILL, [], []) == {"items": True}
    assert marked(GERMAN, BILL, [], KEYED) == {"items": False}


def test_a_type_without_a_table_has_no_mark_of_one():
    assert marked(GERMAN, replace(BILL, items=None), KEYED, KEYED) == {}


def test_of_a_table_of_which_nothing_is_known_nothing_is_marked():
    known = replace(labelled(WORDS, *header(total="2,50"), doctype=BILL), counted=1)
    fields = tuple(Field(one.fieldtype, one.text, line_item_id=0) for one in IRON)
    said = Prediction(WORDS.docid, BILL.name, "m", (Field("total", "2,50"), *fields))
    assert field_correctness(said, known, BILL) == {"total": True}


def test_a_number_that_stands_in_many_rows_points_to_none_alone():
    paper = document("wood 2 9,00\niron 2 9,50")
    two = tuple(Span(0, place, place + 1) for place in (1, 4))
    (iron,) = row(1, what="iron")
    (pieces,) = row(1, pieces="2")
    keyed = replace(iron, spans=(at(paper, "iron"),)), replace(pieces, spans=two)
    known = replace(labelled(paper, *keyed, doctype=BILL), counted=2)
    fields = (
        Field("what", "wood", (at(paper, "wood"),), line_item_id=0),
        Field("pieces", "2", two[:1], line_item_id=0),
        Field("what", "iron 2", (at(paper, "iron"),), line_item_id=1),
        Field("pieces", "2", two[1:], line_item_id=1),
    )
    found = row_correctness(Prediction(paper.docid, BILL.name, "m", fields), known, BILL)
    assert found and (found.rights, found.missed) == ({1: False}, 0)
