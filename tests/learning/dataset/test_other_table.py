"""Of the tables of a labelled document one that is surely not the one asked for."""

from __future__ import annotations

import pytest
from keyed_papers import BILL, header, labelled, row
from tabled_papers import sheet

from appliance.extraction.taught_tables import taught_tables
from appliance.learning.dataset.other_table import other_table
from appliance.tables.table import cell_text

PAPER = sheet("""
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
""")
ROWS = [
    *row(0, what="oak board", pieces="4", price="5.50"),
    *row(1, what="iron nail", pieces="7", price="1.20"),
    *row(2, what="wood screw", pieces="2", price="3.00"),
]


def other(*labels, table=True):
    one = labelled(PAPER, *labels, doctype=BILL, table=table)
    return other_table(one, BILL, taught_tables(PAPER, labels, BILL.items, whole=table))


def heads(table):
    return [cell_text(PAPER, table.page, [column.header]) for column in table.columns]


def test_a_table_that_could_be_asked_for_and_holds_none_of_the_rows_is_another():
    assert heads(other(*ROWS)) == ["Tax", "Base", "Rate", "Amount"]


def test_where_no_row_is_known_to_be_there_the_likeliest_is_another():
    assert heads(other(*header(number="4711"))) == ["No", "Article", "Pieces", "Price"]


@pytest.mark.parametrize(
    ("keyed", "table"),
    [
        (ROWS, False),  # the table may have more
        ([], False),
        ([*ROWS, *row(3, what="gold ring", price="99.00")], True),  # one is not found
    ],
)
def test_a_table_that_may_hold_a_row_is_not_denied(keyed, table):
    assert other(*keyed, table=table) is None
