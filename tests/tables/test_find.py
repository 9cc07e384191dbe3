"""Tables are found from where words stand, on pages that look like real ones."""

from __future__ import annotations

from dataclasses import replace

from appliance.doctypes import catalogue
from appliance.domain.document import BBox, Document, Word
from appliance.extraction.row_reader import RowReader
from appliance.tables.find import find_tables
from appliance.tables.parts import part_of
from appliance.tables.table import ColumnPart, Table, cell_text
from tests.tables.drawn import drawn, heads, said

INVOICE = drawn(
    """
    Invoice 4711                              Bolt & Nut Ltd

    Pos   Article             Quantity     Price    Amount
    1     Hexagonal bolt M8   10           0,50     5,00
          zinc plated
    2     Washer              200          0,02     4,00
    3     Threaded rod        3            2,10     6,30

                                           Sum      15,30
    """
)


def first(document: Document, *, turned: bool = False) -> Table:
    return next(table for table in find_tables(document) if table.turned == turned)


def test_columns_are_found_below_their_header_and_a_wrapped_cell_stays_one() -> None:
    table = first(INVOICE)
    assert heads(INVOICE, table) == ["Pos", "Article", "Quantity", "Price", "Amount"]
    assert said(INVOICE, table) == [
        ["1", "Hexagonal bolt M8 / zinc plated", "10", "0,50", "5,00"],
        ["2", "Washer", "200", "0,02", "4,00"],
        ["3", "Threaded rod", "3", "2,10", "6,30"],
    ]


def mains(document: Document) -> list[str]:
    """The main parts of the second column's cells."""
    table = first(document)
    return [
        cell_text(document, row.page, part_of(document, table, row, ColumnPart(1)))
        for row in table.rows
    ]


def test_a_cell_wraps_where_its_column_ends_though_there_is_room_up_to_the_next() -> None:
    document = drawn(
        """
    Pos   Article                                  Quantity     Price    Amount
    1     Hexagonal bolt                           10           0,50     5,00
          M8 zinc plated
    2     Washer steel                             200          0,02     4,00
    3     Threaded rod                             3            2,10     6,30
          stainless steel
    """
    )
    assert mains(document) == [
        "Hexagonal bolt M8 zinc plated",
        "Washer steel",
        "Threaded rod stainless steel",
    ]


def test_lines_that_begin_alike_below_different_articles_are_no_part_of_their_names() -> None:
    document = drawn(
        """
    Pos   Article             Quantity     Price    Amount
    1     Hexagonal bolt M8   10           0,50     5,00
          zinc plated, hot
          Ref. 4711-A
    2     Washer of steel     200          0,02     4,00
          Ref. 4712-B
    """
    )
    assert mains(document) == ["Hexagonal bolt M8 zinc plated, hot", "Washer of steel"]


def test_what_stands_beside_the_column_is_not_what_its_cells_wrap_into() -> None:
    document = drawn(
        """
                     Reason              From      To       Minutes
                     Hydraulic leak      22:30     22:35    5
                     Material shortage   01:32     02:00    28
      Hour  Output
                     Tool change         04:00     04:44    44
    """
    )
    table = first(document)
    at = heads(document, table).index("Reason")
    said_of = [
        cell_text(document, row.page, part_of(document, table, row, ColumnPart(at)))
        for row in table.rows
    ]
    assert said_of == ["Hydraulic leak", "Material shortage", "Tool change"]


def test_numbers_close_to_each_other_part_two_columns_of_which_one_cell_is_wider() -> None:
    """As on a scan, where a header and the numbers of two columns nearly touch."""
    document = drawn(
        """
    Article             Quantity    Net Amount
    Bolt M8             10         4,50 45,00
    Washer M8           200        0,20 40,00
    Threaded rod        3          2,10 6,30
    Crane, 2 t          1     1.022,30 1.022,30
    """
    )
    table = first(document)
    assert heads(document, table) == ["Article", "Quantity", "Net", "Amount"]
    assert [row[3] for row in said(document, table)] == ["45,00", "40,00", "6,30", "1.022,30"]


def test_a_sum_below_the_rows_is_no_row() -> None:
    assert len(first(INVOICE).rows) == 3


def test_a_table_that_goes_on_with_the_same_header_is_one() -> None:
    page = """
    Article             Quantity     Price    Amount
    Hex bolt {0}         10           0,50     5,00
    Washer {0}           200          0,02     4,00
    """
    document = drawn(page.format("A1"), page.format("B2"))
    table = first(document)
    assert [row.page for row in table.rows] == [0, 0, 1, 1]
    assert [row[0] for row in said(document, table)] == [
        "Hex bolt A1",
        "Washer A1",
        "Hex bolt B2",
        "Washer B2",
    ]


def test_a_table_that_goes_on_below_no_header_is_one() -> None:
    first_page = """
    Article             Quantity     Price    Amount
    Hex bolt A1         10           0,50     5,00
    Washer A1           200          0,02     4,00
    Carried forward                           9,00
    """
    second_page = """
    Bolt & Nut Ltd                    Page 2

    Hex bolt B2         10           0,50     5,00
          zinc plated
    Washer B2           200          0,02     4,00

    Sum                                       18,00
    """
    document = drawn(first_page, second_page)
    table = first(document)
    assert [row.page for row in table.rows] == [0, 0, 1, 1]
    assert [row[0] for row in said(document, table)] == [
        "Hex bolt A1",
        "Washer A1",
        "Hex bolt B2 / zinc plated",
        "Washer B2",
    ]


def test_rows_below_another_header_on_the_next_page_are_those_of_another_table() -> None:
    page = """
    {0}             {1}     {2}    {3}
    Hex bolt        10           0,50     5,00
    Washer          200          0,02     4,00
    """
    document = drawn(
        page.format("Article", "Quantity", "Price", "Amount"),
        page.format("Drawing", "Revision", "Scale", "Weight"),
    )
    assert all(len({row.page for row in table.rows}) == 1 for table in find_tables(document))


def test_a_table_without_a_header_has_columns_that_no_word_heads() -> None:
    document = drawn(
        """
    Your order of 12 May, delivered on the same day:

    Hex bolt M8         10           0,50     5,00
          zinc plated
    Washer              200          0,02     4,00
    Threaded rod        3            2,10     6,30

                                     Sum      15,30
    """
    )
    table = first(document)
    assert heads(document, table) == ["", "", "", ""]
    assert said(document, table) == [
        ["Hex bolt M8 / zinc plated", "10", "0,50", "5,00"],
        ["Washer", "200", "0,02", "4,00"],
        ["Threaded rod", "3", "2,10", "6,30"],
    ]


def test_two_tables_without_a_header_are_not_one() -> None:
    rows = """
    Hex bolt{0}         10           0,50     5,00
    Washer{0}           200          0,02     4,00
    Threaded rod{0}     3            2,10     6,30
    """
    blocks = rows.format(" A") + "\n" * 12 + rows.format(" B")
    document = drawn(blocks)
    upright = [table for table in find_tables(document) if not table.turned]
    assert sorted(len(table.rows) for table in upright) == [3, 3]


def test_records_that_run_across_are_rows_of_a_turned_table() -> None:
    document = drawn(
        """
    Element     C        Si       Mn       P
    min         0,10     0,20     0,90     0,01
    max         0,20     0,40     1,60     0,03
    heat        0,17     0,31     1,21     0,02
    """
    )
    table = first(document, turned=True)
    assert heads(document, table) == ["Element", "min", "max", "heat"]
    assert said(document, table)[0] == ["C", "0,10", "0,20", "0,17"]
    assert [row[0] for row in said(document, table)] == ["C", "Si", "Mn", "P"]


def test_a_turned_table_ends_where_what_follows_stands_farther_apart() -> None:
    """As a certificate's mechanical properties do below its chemical ones."""
    document = drawn(
        """
    Element     C        Si       Mn       P
    min         0,10     0,20     0,90     0,01
    max         0,20     0,40     1,60     0,03
    heat        0,17     0,31     1,21     0,02
    Cycles      100      200      500      900
    Value       650      635      610      590
    """
    )
    page = document.pages[0]
    lower = tuple(
        replace(word, bbox=replace(box, top=box.top + 0.01, bottom=box.bottom + 0.01))
        if (box := word.bbox).top > 0.07
        else word
        for word in page.words
    )
    apart = replace(document, pages=(replace(page, words=lower),))
    assert heads(document, first(document, turned=True))[-1] == "Value"
    assert heads(apart, first(apart, turned=True)) == ["Element", "min", "max", "heat"]


def test_a_page_of_prose_has_no_table() -> None:
    assert find_tables(drawn("It was a dark and stormy night\nand nobody counted anything.")) == ()


def test_thousands_that_stand_apart_are_one_number() -> None:
    document = drawn(
        """
    Article             Quantity       Amount
    Hex bolt M8         10           1 794,38
    Washer M8           20              12,00
    """
    )
    assert [row[2] for row in said(document, first(document))] == ["1 794,38", "12,00"]


def test_a_sum_close_below_the_last_row_is_not_part_of_it() -> None:
    document = drawn(
        """
    Article             Quantity     Price    Amount
    Hex bolt M8         10            0,50      5,00
    Washer M8           20            0,60     12,00
    Sum                                        17,00
    """
    )
    assert said(document, first(document))[-1] == ["Washer M8", "20", "0,60", "12,00"]


def test_an_account_below_a_wide_space_is_no_row() -> None:
    document = drawn(
        """
    Article                     Quantity         Price          Amount
    Bolt, drawn 6x8 zinc plated 1200 pcs         30,40          121,60
    Washer, steel               2 pcs            66,85          133,70


    To be paid                  Bank: Bank of the Two Valleys
    8 255,30 EUR                IBAN: FR76 5685 3640 5017 4126 774
    """
    )
    (table,) = (one for one in find_tables(document) if "Amount" in heads(document, one))
    assert said(document, table) == [
        ["Bolt, drawn 6x8 zinc plated", "1200 pcs", "30,40", "121,60"],
        ["Washer, steel", "2 pcs", "66,85", "133,70"],
    ]


def test_taxes_below_the_lone_row_are_no_row_and_say_nothing_of_its_columns() -> None:
    document = drawn(
        """
    Quantity   Article              Tax %      Price        Amount
    12         Hexagonal bolt M8    19         0,44           5,28


                                    Tax %      Goods           Tax
                                    19         5,28           1,00
    """
    )
    table = first(document)
    assert heads(document, table) == ["Quantity", "Article", "Tax %", "Price", "Amount"]
    assert said(document, table) == [["12", "Hexagonal bolt M8", "19", "0,44", "5,28"]]


def test_rows_below_a_wide_space_that_say_the_same_are_rows() -> None:
    document = drawn(
        """
    Article             Quantity     Price    Amount
    Bolt                10           0,50     5,00
    Washer              200          0,02     4,00


    Delivery of May
    Threaded rod        3            2,10     6,30
    """
    )
    assert [row[2:] for row in said(document, first(document))] == [
        ["0,50", "5,00"],
        ["0,02", "4,00"],
        ["2,10", "6,30"],
    ]


def test_a_number_close_behind_words_and_below_no_header_goes_on_there() -> None:
    document = drawn(
        """
    Quantity  Article                            Price      Amount
    2         Hydraulic oil, can 50 1            82,80      165,60
    10        Float switch                       24,08      240,80
    """
    )
    assert said(document, first(document))[0] == [
        *("2", "Hydraulic oil, can 50 1", "82,80", "165,60"),
    ]


def test_headers_hardly_apart_below_which_one_cell_stands_are_one() -> None:
    document = drawn(
        """
    Article             Quantity     Unit price     Amount
    Bolt                10                 0,50     5,00
    Washer              200          12,02          2404,00
    Threaded rod        3            2,10           6,30
    """
    )
    words = document.pages[0].words
    price = next(word for word in words if word.text == "price")
    apart = replace(price, bbox=replace(price.bbox, left=price.bbox.left + 0.004))
    page = replace(
        document.pages[0], words=tuple(apart if word is price else word for word in words)
    )
    document = replace(document, pages=(page,))
    assert heads(document, first(document)) == ["Article", "Quantity", "Unit price", "Amount"]


def test_what_is_written_upwards_in_the_margin_is_of_no_row() -> None:
    """Its short words are as wide as they are high, and known by the long ones."""
    document = drawn(
        """
      Article             Quantity       Amount
      Hex bolt M8         10              94,38
      Washer M8           20              12,00
    """
    )
    (page,) = document.pages
    strip = [("declaration", 0.15), ("SP,", 0.0405), ("-", 0.024)]
    margin = tuple(
        Word(text, BBox(0.02, top, 0.034, top + (0.1 if len(text) > 3 else 0.01)), 9)
        for text, top in strip
    )
    document = replace(document, pages=(replace(page, words=(*page.words, *margin)),))
    assert [row[0] for row in said(document, first(document))] == ["Hex bolt M8", "Washer M8"]


_FOOT = """
Acme Ltd


No   Description              Qty      Price      Amount

Goods remain ours until paid for.                Page 1
"""
_BEHIND = """
1    Ball bearing A100          2      10.00       20.00
2    Hex bolt B200             10       2.50       25.00
3    Sealing ring C300          4      10.00       40.00

                            Net total              85.00
"""


def test_the_rows_behind_a_header_at_the_foot_of_a_page_are_read_and_its_footer_is_not() -> None:
    doctype = catalogue.find("supplier_invoice", folder=None)
    fields = RowReader(drawn(_FOOT, _BEHIND), doctype).read().fields
    amounts = [field.text for field in fields if field.fieldtype == "net_amount"]
    assert amounts == ["20.00", "25.00", "40.00"]


def test_words_that_only_ever_wrap_are_part_of_the_description_however_often_they_do() -> None:
    document = drawn(
        """
        Description              Qty      Price      Amount
        Ball bearing A100          2      10.00       20.00
        deburred and cleaned
        Hex bolt B200              1       2.50       2.50
        Sealing ring of C300       4      10.00       40.00
        deburred and cleaned
        """
    )
    table = find_tables(document)[0]
    texts = [
        cell_text(document, row.page, part_of(document, table, row, ColumnPart(0)))
        for row in table.rows
    ]
    assert texts == [
        "Ball bearing A100 deburred and cleaned",
        "Hex bolt B200",
        "Sealing ring of C300 deburred and cleaned",
    ]
