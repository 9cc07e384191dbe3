"""Rows of a document, read without a model."""

from typed_tables import ORDER

from appliance.extraction.column_question import column_request
from appliance.extraction.prompt import PLAIN
from appliance.extraction.table_reader import TableReader
from tests.tables.drawn import drawn

HEADLESS = """
    Your order of 12 May, delivered on the same day:

    Hex bolt M8         10           0,50     5,00
    Washer              200          0,02     4,00
    Threaded rod        3            2,10     6,30

                                     Sum      15,30
    """
GOES_ON = (
    """
    Article             Quantity     Price    Amount
    Hex bolt            10           0,50     5,00
    Washer              200          0,02     4,00
    Carried forward                           9,00
    """,
    """
    Threaded rod        3            2,10     6,30

                                     Sum      15,30
    """,
)
ROWS = [
    ["Hex bolt", "10", "0,50", "5,00"],
    ["Washer", "200", "0,02", "4,00"],
    ["Threaded rod", "3", "2,10", "6,30"],
]


def rows(document):
    found = {}
    for cell in TableReader(document, ORDER).read().fields:
        found.setdefault(cell.line_item_id, []).append(cell.text)
    return list(found.values())


def test_where_nothing_heads_a_column_its_numbers_tell_what_it_is():
    assert rows(drawn(HEADLESS)) == [["Hex bolt M8", *ROWS[0][1:]], *ROWS[1:]]


def test_columns_go_on_over_the_page():
    assert rows(drawn(*GOES_ON)) == ROWS


def test_a_model_can_be_asked_about_columns_without_a_header():
    document = drawn(HEADLESS)
    (best, *_) = TableReader(document, ORDER).likeliest()
    assert not any(column.header for column in best.table.columns)
    asked = column_request(ORDER, document, best.table, form=PLAIN)
    assert all(f"{letter}: " in "".join(map(str, asked.question.own)) for letter in "ABCD")
