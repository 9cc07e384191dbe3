"""What a table is: columns, rows, and cells that are words of a page.

Pure values. A cell never holds a text of its own, so whatever is read from a table stands on the
page. Lengths are shares of the page's width, as in ``BBox``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from appliance.domain.document import Document, Span

Line = tuple[int, ...]
"""Indices of words of one page that stand beside each other, from the left."""

Cell = tuple[Line, ...]
"""Its lines from the top; empty where nothing stands."""

WordKey = tuple[int, int]
"""Page, and index on it."""


@dataclass(frozen=True, slots=True)
class Column:
    header: Line
    """Words that head it, on the page of the table's header; of a turned table those that begin
    its line; empty where nothing heads it."""
    left: float
    right: float
    """0-1, of all that stands in it; of a turned table those of its header."""
    labels: frozenset[str] = frozenset()
    """What further lines of its cells begin with below two different first ones, folded, such as
    the number of the article."""


@dataclass(frozen=True, slots=True)
class Row:
    page: int
    cells: tuple[Cell, ...]
    """One a column, in their order."""


@dataclass(frozen=True, slots=True)
class Table:
    page: int
    """On which its header stands."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    """From the top, over all its pages; of a turned table from the left."""
    title: Line = ()
    """Words of the lines just above it."""
    turned: bool = False
    """Its records run across the page: what are rows here are columns there."""
    in_blocks: bool = False
    """Each of its records has the labels of its own, and what are cells here stand below or beside
    them there."""


class CellPart(StrEnum):
    """What of a cell is a value."""

    MAIN = "main"
    """The first line and what it wraps into."""
    WHOLE = "whole"
    FIRST = "first"
    """The first line."""
    SECOND = "second"
    """The second line."""
    REST = "rest"
    """The lines below the first."""
    NUMBER = "number"
    """The number in the first line, without a unit or a mark beside it."""
    UNIT = "unit"
    """What stands behind the number of the first line."""
    AFTER_NUMBER = "after number"
    """The main part without a number that begins it, as where a position is counted."""
    LABELLED = "labelled"
    """What stands behind the first ``label:`` below the first line."""
    BEFORE_MARK = "before mark"
    """What stands before the first dash or colon, and where there is none the main part."""


@dataclass(frozen=True, slots=True)
class ColumnPart:
    """Where a field of the rows stands."""

    column: int
    part: CellPart = CellPart.MAIN


Naming = Mapping[str, ColumnPart]
"""Where the fields of the rows stand; those that the table does not have are left out."""


def words_of(table: Table, *, first_lines: bool = False) -> set[WordKey]:
    """All that stands in its rows, or in the first lines of their cells."""
    return words_of_rows(table.rows, first_lines=first_lines)


def words_of_rows(rows: Iterable[Row], *, first_lines: bool = False) -> set[WordKey]:
    """All that stands in ``rows``, or in the first lines of their cells."""
    return {
        (row.page, index)
        for row in rows
        for cell in row.cells
        for line in (cell[:1] if first_lines else cell)
        for index in line
    }


def words_in(spans: Iterable[Span]) -> set[WordKey]:
    """All that the spans hold, on whatever pages."""
    return {(span.page, index) for span in spans for index in range(span.start, span.end)}


def cell_spans(page: int, words: Iterable[Line]) -> tuple[Span, ...]:
    """The runs of neighbouring words, line by line: a wrapped cell is several spans of one
    value."""
    return tuple(span for line in words for span in _runs(page, line))


def _runs(page: int, line: Line) -> Iterator[Span]:
    for _, run in groupby(enumerate(line), key=lambda at: at[1] - at[0]):
        indices = [index for _, index in run]
        yield Span(page, indices[0], indices[-1] + 1)


def cell_text(document: Document, page: int, words: Iterable[Line]) -> str:
    """As one line, single spaces between the words."""
    texts = document.pages[page].words
    return " ".join(texts[index].text for line in words for index in line)
