"""Rows of a document, read without a model."""

from typed_tables import ORDER

from appliance.extraction.column_question import column_request
from appliance.extraction.prompt import PLAIN
from appliance.extraction.row_reader import ReadRows, RowReader
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


PAGE = """
    Article             Quantity     Price    Amount
    Hex bolt            10           0,50     5,00
    Washer              200          0,02     4,00
    """
BEHIND_POSITIONS = """
    Pos   Article             Quantity     Price    Amount
    3     Threaded rod        3            2,10     6,30
    4     Nut                 20           0,10     2,00
    """
IN_GERMAN = """
    Artikel             Menge        Preis    Betrag
    Nail                30           0,50     15,00
    Screw               200          0,03     6,00
    """
STAFF = """
    Name                Born         Room
    Miller              1970         12
    Smith               1981         14
    """


def rows(document):
    found = {}
    for cell in RowReader(document, ORDER).read().fields:
        found.setdefault(cell.line_item_id, []).append(cell.text)
    return list(found.values())


def test_where_nothing_heads_a_column_its_numbers_tell_what_it_is():
    assert rows(drawn(HEADLESS)) == [["Hex bolt M8", *ROWS[0][1:]], *ROWS[1:]]


def test_columns_go_on_over_the_page():
    assert rows(drawn(*GOES_ON)) == ROWS


def test_another_table_under_the_same_headers_has_rows_too():
    found = rows(drawn(PAGE, BEHIND_POSITIONS))
    assert [row[0] for row in found] == ["Hex bolt", "Washer", "Threaded rod", "Nut"]
    assert ["Threaded rod", "3", "2,10", "6,30"] in found
    assert [row[0] for row in rows(drawn(BEHIND_POSITIONS, PAGE))] == [
        "Threaded rod",
        "Nut",
        "Hex bolt",
        "Washer",
    ]


def test_of_two_tables_that_are_as_likely_the_other_is_told_to_a_person():
    read = RowReader(drawn(PAGE, IN_GERMAN), ORDER).read()
    (doubt,) = read.blockers
    other = {"Nail": 1, "Hex bolt": 2}[read.fields[0].text]
    assert doubt.code == "table-cut" and f"another table on page {other} may be" in doubt.message


def test_a_table_of_something_else_is_not_taken_and_a_person_is_asked():
    read = RowReader(drawn(STAFF), ORDER).read()
    assert read.fields == ()
    assert [doubt.message for doubt in read.blockers] == [
        "no table of lines was found: are there any?"
    ]


def test_a_document_without_a_word_has_no_rows_and_no_doubt():
    assert RowReader(drawn(""), ORDER).read() == ReadRows()


def test_a_model_can_be_asked_about_columns_without_a_header():
    document = drawn(HEADLESS)
    (best, *_) = RowReader(document, ORDER).likeliest()
    assert not any(column.header for column in best.table.columns)
    asked = column_request(ORDER, document, best.table, form=PLAIN)
    assert asked.heads == ("Hex bolt M8", "10", "0,50", "5,00")
