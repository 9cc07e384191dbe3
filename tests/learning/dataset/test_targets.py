"""What one window's answer says, and what is not taught."""

from __future__ import annotations

from dataclasses import replace

from keyed_papers import (
    BILL,
    CURRENCY,
    NOTE,
    PIECES,
    PRICE,
    at,
    document,
    header,
    labelled,
    row,
)

from appliance.domain.doctype import DocType, TableSpec
from appliance.domain.labels import Label
from appliance.extraction.windows import PageRange
from appliance.learning.dataset.targets import Targets

PAPER = document("ACME Ltd\nDate 25.12.2018\nwood 5.00\nTotal 9.00", "iron 9.00\nseite 2")
FIRST = (PageRange(0, 0, 8),)
SECOND = (PageRange(1, 0, 4),)
BOTH = FIRST + SECOND


def said(target, *, row=None):
    return {field.fieldtype: field.text for field in target.fields if field.line_item_id == row}


def rows(target):
    numbers = {field.line_item_id for field in target.fields} - {None}
    return [said(target, row=number) for number in sorted(numbers)]


def targets(paper, *labels, doctype=NOTE, table=False):
    return Targets(labelled(paper, *labels, doctype=doctype, table=table), doctype)


def test_a_value_is_taught_as_it_stands_and_what_nobody_labelled_is_masked():
    target = targets(PAPER, *header(company="acme ltd", total="9")).of(FIRST)
    assert said(target) == {"company": "ACME Ltd", "date": None, "total": "9.00"}
    assert target.masked == {("date", None)}


def test_absent_is_taught_and_unread_is_not():
    known = targets(PAPER, *header(company=None, date="2017-01-01", total="9.00"))
    target = known.of(FIRST)
    assert said(target) == {"company": None, "date": None, "total": "9.00"}
    assert target.masked == {("date", None)}
    assert (known.taught, dict(known.unread)) == (2, {"date": 1})


def test_in_a_window_that_does_not_show_it_null_is_taught():
    target = targets(PAPER, *header(company="ACME Ltd")).of(SECOND)
    assert said(target)["company"] is None
    assert ("company", None) not in target.masked


def test_where_the_clerk_pointed_is_meant_and_elsewhere_nothing_is_taught():
    total = Label("total", "9.00", spans=(at(PAPER, "9.00", page=1),))
    known = targets(PAPER, total)
    assert said(known.of(SECOND))["total"] == "9.00"
    assert said(known.of(FIRST))["total"] is None
    assert ("total", None) in known.of(FIRST).masked


def test_where_nobody_pointed_a_number_is_meant_beside_its_label():
    known = targets(PAPER, *header(total="9.00"))
    assert said(known.of(FIRST))["total"] == "9.00"
    assert said(known.of(SECOND))["total"] is None  # iron costs as much, by chance
    assert ("total", None) in known.of(SECOND).masked
    assert said(known.of(BOTH))["total"] == "9.00"


def test_a_name_may_stand_anywhere():
    paper = document("sent by ACME\nACME", "ACME")
    known = targets(paper, *header(company="ACME"))
    assert said(known.of((PageRange(1, 0, 1),)))["company"] == "ACME"


def test_a_value_that_the_window_cuts_is_neither_taught_nor_denied():
    target = targets(PAPER, *header(company="ACME Ltd")).of((PageRange(0, 0, 1),))
    assert said(target)["company"] is None
    assert ("company", None) in target.masked


def test_a_place_that_an_older_reading_gave_does_not_count():
    stale = Label("company", "ACME Ltd", spans=(at(PAPER, "2", page=1),))
    assert said(targets(PAPER, stale).of(FIRST))["company"] == "ACME Ltd"


def test_a_field_that_the_type_no_longer_has_says_nothing():
    known = targets(PAPER, *header(company="ACME Ltd", fax="123"), *row(0, what="wood"))
    assert said(known.of(FIRST)).keys() == {"company", "date", "total"}
    assert known.taught == 1


def test_a_listed_value_is_taught_with_its_words():
    doctype = DocType("bill", "Bill", (CURRENCY,))
    paper = document("Total 9,00 €")
    (field,) = (
        targets(paper, *header(currency="EUR"), doctype=doctype).of((PageRange(0, 0, 3),)).fields
    )
    assert (field.text, field.words) == ("EUR", "€")


SHEET = document(
    "Nr 7\nwood 2 5.00\noak, planed\niron 1 7.00\nTotal 12.00", "nails 2 1.00\nTotal 13.00"
)
UP, DOWN = (PageRange(0, 0, 12),), (PageRange(1, 0, 5),)
ITEMS = [
    *row(0, what="wood", pieces="2", price="5.00"),
    *row(1, what="iron", pieces="1", price="7.00"),
    *row(2, what="nails", pieces="2", price="1.00"),
]


def test_each_window_has_its_own_rows():
    known = targets(SHEET, *ITEMS, doctype=BILL, table=True)
    assert rows(known.of(UP)) == [
        {"what": "wood", "pieces": "2", "price": "5.00"},
        {"what": "iron", "pieces": "1", "price": "7.00"},
    ]
    assert rows(known.of(DOWN)) == [{"what": "nails", "pieces": "2", "price": "1.00"}]
    assert known.of(DOWN).table and known.of(DOWN).rows


def test_a_table_with_an_unknown_row_is_not_taught():
    for known in (
        targets(SHEET, *ITEMS[:6], doctype=BILL, table=False),
        targets(SHEET, *ITEMS, *row(3, what="gold"), doctype=BILL, table=True),
    ):
        target = known.of(UP)
        assert not target.table and not target.rows
        assert known.untold and known.taught == 0


def test_a_table_that_is_known_to_be_empty_is_taught():
    known = targets(SHEET, *header(number="7"), doctype=BILL, table=True)
    assert known.of(UP).table and not known.untold


def test_a_cell_that_is_not_known_is_masked_in_its_row():
    known = targets(SHEET, *row(0, what="wood", price="5.50"), doctype=BILL, table=True)
    target = known.of(UP)
    assert rows(target) == [{"what": "wood", "pieces": None, "price": None}]
    assert {("pieces", 0), ("price", 0)} <= target.masked
    assert dict(known.unread) == {"price": 1}


def test_a_small_number_of_another_row_is_not_this_rows():
    paper = document("wood 2 5.00\niron 3 7.00\nnails 4 5.00\nscrews 5 6.00")
    labels = [*ITEMS[:3], *row(1, what="iron", price="7.00"), *row(2, what="nails", price="6.00")]
    known = targets(paper, *labels, *row(3, what="screws"), doctype=BILL, table=True)
    assert rows(known.of((PageRange(0, 0, 12),)))[2]["price"] is None
    assert ("price", 2) in known.of((PageRange(0, 0, 12),)).masked


def test_a_cell_may_stand_lines_below_its_rows_first():
    goods = "37 boxes\ngloves\nmarks 4692\nGB\n{}\n{}"
    paper = document(goods.format("96.50", "5") + "\n" + goods.format("83.40", "7") + "\n\n\n9")
    labels = [*row(0, what="gloves", price="96.50"), *row(1, what="gloves", price="83.40")]
    for last, wanted in (("7", "7"), ("9", None)):
        known = targets(paper, *labels, *row(1, pieces=last), doctype=BILL, table=True)
        told = rows(known.of((PageRange(0, 0, 17),)))
        assert [one["price"] for one in told] == ["96.50", "83.40"]
        assert told[1]["pieces"] == wanted


def test_columns_that_were_read_one_after_the_other_are_rows_all_the_same():
    paper = document("Plate 5754\nRing 40 x 3\nHose DN10\n37 2505.26\n12 947.93\n8 635.23")
    said = [
        ("Plate 5754", "37", "2505.26"),
        ("Ring 40 x 3", "12", "947.93"),
        ("Hose DN10", "8", "635.23"),
    ]
    labels = [
        label
        for number, (what, pieces, price) in enumerate(said)
        for label in row(number, what=what, pieces=pieces, price=price)
    ]
    known = targets(paper, *labels, doctype=BILL, table=True)
    told = rows(known.of((PageRange(0, 0, 15),)))
    assert [tuple(one.values()) for one in told] == said


def test_a_row_may_take_more_than_one_line():
    known = targets(SHEET, *row(0, what="wood oak, planed", pieces="2"), doctype=BILL, table=True)
    assert rows(known.of(UP)) == [{"what": None, "pieces": "2", "price": None}]
    known = targets(
        SHEET, *row(0, what="oak, planed", pieces="2"), *ITEMS[3:6], doctype=BILL, table=True
    )
    assert rows(known.of(UP))[0] == {"what": "oak, planed", "pieces": "2", "price": None}


def test_a_row_that_the_window_cuts_behind_its_first_word_ends_what_is_known():
    paper = document("7 wooden boards 5.00")
    known = targets(paper, *row(0, what="7 wooden boards", price="5.00"), doctype=BILL, table=True)
    target = known.of((PageRange(0, 0, 1),))
    assert not target.table and not target.rows


def test_rows_whose_columns_are_gone_are_not_denied():
    other = replace(BILL, items=TableSpec("items", (PIECES, PRICE)))
    known = targets(SHEET, *row(0, what="wood"), doctype=other, table=True)
    assert not known.of(UP).table and known.untold
