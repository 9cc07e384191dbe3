"""Rows that a person keyed say in which table they stand, and which column is which field."""

from __future__ import annotations

from dataclasses import replace

from keyed_papers import BILL, CURRENCY, PRICE, WHAT, at, row
from tabled_papers import sheet

from appliance.domain.doctype import TableSpec
from appliance.domain.labels import Label
from appliance.extraction.taught_tables import taught_tables
from appliance.tables.table import CellPart, ColumnPart, cell_text

ORDER = """
Firm AG
Order no  Date
4711  12.03.2026

No  Article  Pieces  Price
1  oak board  4  5.50
2  iron nail  7  1.20
3  wood screw  2  3.00

Tax  Base  Rate  Amount
A  33.40  19.00  6.35
B  10.00  7.00  0.70
"""
PAPER = sheet(ORDER)
ROWS = [
    *row(0, what="oak board", pieces="4", price="5.50"),
    *row(1, what="iron nail", pieces="7", price="1.20"),
    *row(2, what="wood screw", pieces="2", price="3.00"),
]
NAMING = {
    "what": ColumnPart(1),
    "pieces": ColumnPart(2, CellPart.NUMBER),
    "price": ColumnPart(3, CellPart.NUMBER),
}


def found(*labels, paper=PAPER, items=BILL.items, table=True):
    return taught_tables(paper, labels, items, whole=table)


def heads(paper, table):
    return [cell_text(paper, table.page, [column.header]) for column in table.columns]


def test_the_rows_name_the_columns_of_their_table():
    known = found(*ROWS)
    (one,) = known.taught
    assert heads(PAPER, one.table) == ["No", "Article", "Pieces", "Price"]
    assert dict(one.naming) == NAMING
    assert not one.masked and not one.disputed
    assert (one.rows, known.lost) == (3, 0)


def test_values_may_be_written_as_a_program_writes_them():
    paper = sheet(
        "Artikel  Menge  Preis\nBrett  4 Stk  1.005,50\nNagel  7 Stk  201,20\nSumme  1.206,70"
    )
    keyed = [
        *row(0, what="BRETT", pieces="4.0", price="1005.50"),
        *row(1, what="Nagel", pieces="7", price="201,20"),
    ]
    (one,) = found(*keyed, paper=paper).taught
    assert {name: where.column for name, where in one.naming.items()} == {
        "what": 0,
        "pieces": 1,
        "price": 2,
    }


def test_a_listed_value_is_found_by_its_words():
    items = TableSpec("items", (WHAT, CURRENCY, PRICE))
    paper = sheet("Article  Currency  Price\noak board  Euro  5.50\niron nail  zł  1.20")
    keyed = [
        *row(0, what="oak board", currency="EUR", price="5.50"),
        *row(1, what="iron nail", currency="PLN", price="1.20"),
    ]
    (one,) = found(*keyed, paper=paper, items=items).taught
    assert one.naming["currency"].column == 1


def test_what_nobody_labelled_is_masked_and_what_is_not_there_is_known():
    keyed = [replace(label, text=None) for label in ROWS if label.fieldtype == "pieces"]
    keyed += [label for label in ROWS if label.fieldtype == "what"]
    (one,) = found(*keyed).taught
    assert dict(one.naming) == {"what": ColumnPart(1)}
    assert one.masked == {"price"} and not one.disputed


def test_a_field_on_which_rows_disagree_is_masked_and_the_others_are_not():
    wrong = [
        label
        if label.fieldtype != "price" or label.line_item_id == 0
        else replace(label, text=text)
        for label, text in zip(ROWS, [None] * 5 + ["2"] + [None] * 2 + ["9.99"], strict=True)
    ]
    (one,) = found(*wrong).taught
    assert one.masked == one.disputed == {"price"}
    assert {"what", "pieces"} <= one.naming.keys()


TIED = sheet("No  Article  Pieces  Price\n1  oak board  1  5.50\n2  iron nail  2  1.20")


def test_two_columns_that_say_the_same_settle_nothing():
    keyed = [*row(0, what="oak board", pieces="1"), *row(1, what="iron nail", pieces="2")]
    (one,) = found(*keyed, paper=TIED).taught
    assert one.disputed == {"pieces"} and one.naming["what"] == ColumnPart(1)


def test_where_the_clerk_pointed_settles_it():
    keyed = [
        *row(0, what="oak board", price="5.50"),
        Label("pieces", "1", 0, spans=(at(TIED, "1"),)),
        *row(1, what="iron nail"),
        Label("pieces", "2", 1, spans=(at(TIED, "2"),)),
    ]
    (one,) = found(*keyed, paper=TIED).taught
    assert not one.disputed and one.naming["pieces"].column == 2


def test_rows_that_stand_nowhere_are_lost():
    known = found(*row(0, what="gold ring", price="99.00"), *row(1, what="lead", price="1.20"))
    assert not known.taught and known.lost == 2


def test_one_value_of_many_may_stand_there_by_chance():
    keyed = [label for at in range(3) for label in row(at, what=f"thing {at}", pieces=str(at + 1))]
    assert found(*keyed).lost == 3
    alone = [label for label in ROWS if label.fieldtype == "what"]
    assert found(*alone).taught[0].rows == 3


def test_a_table_of_many_more_rows_is_not_theirs():
    keyed = row(0, pieces="4", price="5.50")
    assert found(*keyed).lost == 1
    assert found(*keyed, table=False).taught


def test_rows_go_on_in_another_table():
    second = "Pos  Goods  Count  Each\n4  gold ring  3  99.00\n5  tin can  6  0.80"
    paper = sheet(ORDER, second)
    more = [
        *row(3, what="gold ring", pieces="3", price="99.00"),
        *row(4, what="tin can", pieces="6", price="0.80"),
    ]
    known = found(*ROWS, *more, paper=paper)
    assert [one.rows for one in known.taught] == [3, 2]
    assert [one.table.page for one in known.taught] == [0, 1]
    assert all(dict(one.naming) == NAMING for one in known.taught)
    assert known.lost == 0


def test_fields_that_the_type_no_longer_has_say_nothing():
    (one,) = found(*ROWS, items=TableSpec("items", (WHAT, PRICE))).taught
    assert one.naming.keys() == {"what", "price"} and not one.masked
