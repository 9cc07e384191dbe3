"""Rows of a document, read without a model."""

from typed_tables import ORDER

from appliance.doctypes import catalogue
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


CUSTOMS = catalogue.find("customs_declaration", folder=None)
BOXES = """
    6 Total packages         35 Total gross mass (kg)
      15                       766,050

    31 Packages and description of goods    32 Item No     33 Commodity code
      4 cartons                               1              84821010
      Ball bearing 6204                     35 Gross mass (kg)   38 Net mass (kg)
                                              740,350              693,250
    31 Packages and description of goods    32 Item No     33 Commodity code
      11 cartons                              2              73181588
      Hex bolt M10 x 40                     35 Gross mass (kg)   38 Net mass (kg)
                                              25,700               19,500
    """


def told(page: str) -> list[list[str | None]]:
    rows = RowReader(drawn(page), CUSTOMS).read().fields
    width = len(CUSTOMS.items.fields)
    texts = [cell.text for cell in rows]
    return [texts[at : at + width] for at in range(0, len(texts), width)]


def test_boxes_of_customs_forms_are_rows_and_one_box_holds_two_fields():
    assert told(BOXES) == [
        ["Ball bearing 6204", "84821010", "4", "740,350", "693,250"],
        ["Hex bolt M10 x 40", "73181588", "11", "25,700", "19,500"],
    ]


def test_a_code_stands_where_its_pattern_is_matched():
    rows = """
    Goods             Commodity code    Code
    Ball bearing      AB-17             84821010
    Hex bolt          AB-18             73181588
    """
    assert [row[1] for row in told(rows)] == ["84821010", "73181588"]


def test_a_column_that_a_check_adds_up_is_told_by_its_sum():
    rows = """
    Goods             Commodity code   Kg        kg
    Ball bearing      84821010         693,250   740,350
    Hex bolt          73181588         19,500    25,700

    Total mass  766,050        Invoiced  1.234,50 EUR, of that paid  200,00 EUR
    """
    assert [row[3] for row in told(rows)] == ["740,350", "25,700"]
