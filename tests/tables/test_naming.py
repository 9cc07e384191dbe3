"""Where fields stand is told by the words of their values, or by the values alone."""

from __future__ import annotations

from appliance.domain.document import Document, Span
from appliance.tables.find import find_tables
from appliance.tables.locating import locate
from appliance.tables.naming import naming_of
from appliance.tables.parts import part_of
from appliance.tables.table import CellPart, ColumnPart, Table, cell_spans
from tests.tables.drawn import drawn
from tests.tables.test_find import INVOICE

NAMING = {
    "what": ColumnPart(1),
    "number": ColumnPart(2, CellPart.NUMBER),
    "amount": ColumnPart(4, CellPart.NUMBER),
}


def spans(document: Document, table: Table) -> list[dict[str, tuple[Span, ...]]]:
    return [
        {
            name: cell_spans(row.page, part_of(document, table, row, where))
            for name, where in NAMING.items()
        }
        for row in table.rows
    ]


def same(_: str, said: str, wanted: str) -> bool:
    return said == wanted


def test_the_words_of_rows_tell_their_naming() -> None:
    tables = find_tables(INVOICE)
    assert naming_of(INVOICE, tables, spans(INVOICE, tables[0])) == (tables[0], NAMING)


def test_one_row_that_says_otherwise_does_not_change_it() -> None:
    tables = find_tables(INVOICE)
    rows = spans(INVOICE, tables[0])
    rows[1]["amount"] = rows[1]["number"]
    assert naming_of(INVOICE, tables, rows) == (tables[0], NAMING)


def test_words_outside_of_every_table_name_nothing() -> None:
    assert naming_of(INVOICE, find_tables(INVOICE), [{"what": [Span(0, 0, 1)]}]) is None


def test_written_rows_are_found_in_the_order_of_the_table_or_not() -> None:
    rows = [
        {"what": "Threaded rod", "number": "3", "amount": "6,30"},
        {"what": "Hexagonal bolt M8 zinc plated", "number": "10", "amount": "5,00"},
        {"what": "Washer", "number": "200", "amount": "4,01"},
    ]
    found = locate(INVOICE, find_tables(INVOICE), rows, same)
    assert found is not None
    assert found.rows == (2, 0, 1)
    assert found.naming == NAMING
    assert found.disagreeing == ((2, "amount"),)


def test_a_field_that_few_rows_say_is_not_named() -> None:
    rows = [
        {"what": "Washer", "number": "7"},
        {"what": "Threaded rod", "number": "8"},
        {"what": "Rope", "number": "10"},
    ]
    found = locate(INVOICE, find_tables(INVOICE), rows, same)
    assert found is not None
    assert found.naming == {"what": ColumnPart(1)}
    assert found.rows[2] is None


def test_rows_of_another_document_are_not_found() -> None:
    assert locate(INVOICE, find_tables(INVOICE), [{"what": "Anvil"}], same) is None


def test_the_part_before_a_mark_is_found_where_only_it_is_wanted() -> None:
    document = drawn(
        """
    Article                  Quantity     Amount
    Bolt : strong            10           5,00
    Washer : flat            20           4,00
    """
    )
    found = locate(document, find_tables(document), [{"what": "Bolt"}, {"what": "Washer"}], same)
    assert found is not None
    assert found.naming == {"what": ColumnPart(0, CellPart.BEFORE_MARK)}
