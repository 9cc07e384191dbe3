"""Which candidate tables are likely ones: many rows that say the same kinds of things. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import sqrt
from statistics import median

from appliance.domain.document import Document
from appliance.tables.numbers import Kind, kind_of
from appliance.tables.table import Cell, Table, WordKey, words_of

_MOST_ROWS = 12
"""More make a table no likelier."""
_EMPTY = 0.1
"""What a column counts against a table that says nothing."""
_WORTH: Mapping[Kind, float] = {"number": 1.0, "words": 0.3, "mixed": 0.1}
"""Of a column that says so in every row."""
_APART = 3.0
"""Heights of a header's words between it and its first row, as far as most are at most."""
_SHARED = 0.5
"""Of a candidate's words in the rows: as many in a likelier one, and it is the same table."""
_READINGS = 2
"""Of the same words that are kept, the likeliest first."""


def ranked(document: Document, tables: Iterable[Table]) -> list[Table]:
    """The likeliest first, without further readings of the same words."""
    kept: list[tuple[Table, set[WordKey]]] = []
    for table in sorted(tables, key=lambda table: -likelihood(document, table)):
        words = words_of(table, first_lines=True)
        same = sum(
            len(words & others) > _SHARED * len(words)
            for other, others in kept
            if (other.turned, other.in_blocks) == (table.turned, table.in_blocks)
        )
        if same < _READINGS:
            kept.append((table, words))
    return [table for table, _ in kept]


def likelihood(document: Document, table: Table) -> float:
    """Columns that are regular, less those that are not, for each of its first rows; less, the
    farther the rows are from their header."""
    regular = sum(_regular(document, table, at) for at in range(len(table.columns)))
    rows = sqrt(min(len(table.rows), _MOST_ROWS))
    return rows * regular * _closeness(document, table)


def _regular(document: Document, table: Table, column: int) -> float:
    """-0.5 to 1: the share of the rows in which the column says the same kind of thing, numbers
    before words."""
    cells = [(row.page, row.cells[column]) for row in table.rows]
    kinds = Counter(_kind(document, page, cell) for page, cell in cells if cell)
    if not kinds:
        return -_EMPTY
    kind, often = kinds.most_common(1)[0]
    return _WORTH[kind] * ((1 + _EMPTY) * often / len(cells) - _EMPTY)


def _kind(document: Document, page: int, cell: Cell) -> Kind:
    words = document.pages[page].words
    return kind_of(words[index].text for index in cell[0])


def _closeness(document: Document, table: Table) -> float:
    """0-1, by how many lines are between header and first row."""
    row = table.rows[0]
    words = document.pages[table.page].words
    heads = [words[at].bbox for column in table.columns for at in column.header]
    if table.turned or row.page != table.page or not heads:
        return 1.0
    top = median(words[cell[0][0]].bbox.top for cell in row.cells if cell)
    height = median(box.height for box in heads)
    apart = (top - max(box.bottom for box in heads)) / max(height, 1e-9)
    return 1 / (1 + max(0.0, apart - _APART) / _APART)
