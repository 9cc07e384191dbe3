"""The numbers of a table by row and column, and those of its pages, as they are printed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from appliance.domain.document import Document
from appliance.fields.numbers import number
from appliance.fields.style import WritingStyle
from appliance.tables.parts import part_of
from appliance.tables.table import CellPart, ColumnPart, Table, cell_text

Numbers = Sequence[Sequence[Decimal | None]]
"""By row and column; None where there is no number, or one that may be read in two ways."""

_GROUPS = 4
"""Words of a number, at most."""
_MARKS = 1
"""Words before a number that is a cell's value and no part of its words, at most."""


def numbers_of(document: Document, table: Table, style: WritingStyle) -> Numbers:
    def read(row: int, column: int) -> Decimal | None:
        cells = table.rows[row].cells[column]
        found = part_of(document, table, table.rows[row], ColumnPart(column, CellPart.NUMBER))
        if not found or cells[0].index(found[0][0]) > _MARKS:
            return None
        text = cell_text(document, table.rows[row].page, found)
        return number(text.rstrip("%"), style.decimal, units=True)

    columns = range(len(table.columns))
    return [[read(row, column) for column in columns] for row in range(len(table.rows))]


def share_columns(document: Document, table: Table) -> frozenset[int]:
    """Those that print percents."""
    return frozenset(
        column
        for column in range(len(table.columns))
        if any(
            "%" in document.pages[row.page].words[word].text
            for row in table.rows
            for word in (row.cells[column] or ((),))[0]
        )
    )


def page_numbers(document: Document, style: WritingStyle) -> Iterator[Decimal]:
    """Each that is one word, or groups of three digits that stand apart on a line."""
    for page in document.pages:
        for at, word in enumerate(page.words):
            if not any(map(str.isdigit, word.text)):
                continue
            groups = page.words[at : at + _GROUPS]
            for end in range(1, len(groups) + 1):
                if groups[end - 1].line != word.line:
                    break
                text = " ".join(one.text for one in groups[:end])
                found = number(text, style.decimal, units=end == 1)
                if found is not None:
                    yield found


def unit(value: Decimal) -> Decimal:
    """What its last digit counts."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
