"""Which words of a cell are a part of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from appliance.domain.document import Document, Word
from appliance.tables.numbers import is_number, number_in
from appliance.tables.table import Cell, CellPart, ColumnPart, Line, Row, Table

_DASHES = frozenset({"-", "–", "—", ":"})


def part_of(document: Document, table: Table, row: Row, where: ColumnPart) -> tuple[Line, ...]:
    """Lines of words from the top; empty where the cell has no such part."""
    cell = row.cells[where.column]
    if not cell:
        return ()
    words = document.pages[row.page].words
    wrapped = _wrapped(document, table, row, where.column)
    return tuple(line for line in _CUTS[where.part](words, cell, wrapped) if line)


def _main(words: Sequence[Word], wrapped: Cell) -> Cell:
    """Without lines that have a label of their own."""
    kept = list(wrapped[:1])
    for line in wrapped[1:]:
        if any(words[index].text.endswith(":") for index in line[:3]):
            break
        kept.append(line)
    return tuple(kept)


def _wrapped(document: Document, table: Table, row: Row, column: int) -> Cell:
    """The first line and what it wraps into: not what begins a line though there was room for its
    first word above, nor what is smaller."""
    cell = row.cells[column]
    page = document.pages[row.page]
    words = page.words
    size = _height(words, cell[0])
    em = size * page.height / page.width
    room = _room(table, column, em)
    kept = list(cell[:1])
    for line in cell[1:]:
        first = words[line[0]].bbox
        if _height(words, line) < 0.93 * size:
            break
        if words[kept[-1][-1]].bbox.right + 0.3 * em + first.width < room:
            break
        kept.append(line)
    return tuple(kept)


def _room(table: Table, column: int, em: float) -> float:
    """How far to the right a cell may go, 0-1: to what stands in the next one."""
    if table.turned:
        return 1.0
    mine = table.columns[column].right
    behind = [other.left for other in table.columns[column + 1 :]]
    return max(mine, min(behind) - 0.4 * em) if behind else mine


def _height(words: Sequence[Word], line: Line) -> float:
    return median(words[index].bbox.height for index in line)


def _labelled(words: Sequence[Word], cell: Cell) -> Cell:
    for line in cell[1:]:
        for at, index in enumerate(line[:-1]):
            if words[index].text.endswith(":"):
                return (line[at + 1 :],)
    return ()


def _before_mark(words: Sequence[Word], wrapped: Cell) -> Cell:
    for number, line in enumerate(wrapped):
        for at, index in enumerate(line):
            text = words[index].text
            if text in _DASHES or text.endswith(":"):
                last = line[:at] if text in _DASHES else line[: at + 1]
                return (*wrapped[:number], last)
    return _main(words, wrapped)


def _number(words: Sequence[Word], cell: Cell) -> tuple[Line, Line]:
    """The number of the first line, and what stands behind it."""
    first = cell[0]
    at = number_in([words[index].text for index in first])
    return (first[slice(*at)], first[at[1] :]) if at else ((), ())


def _after_number(words: Sequence[Word], main: Cell) -> Cell:
    counted = is_number(words[main[0][0]].text)
    return (main[0][1:], *main[1:]) if counted else main


_CUTS: Mapping[CellPart, Callable[[Sequence[Word], Cell, Cell], Cell]] = {
    CellPart.MAIN: lambda words, cell, wrapped: _main(words, wrapped),
    CellPart.WHOLE: lambda words, cell, wrapped: cell,
    CellPart.FIRST: lambda words, cell, wrapped: cell[:1],
    CellPart.SECOND: lambda words, cell, wrapped: cell[1:2],
    CellPart.REST: lambda words, cell, wrapped: cell[1:],
    CellPart.NUMBER: lambda words, cell, wrapped: _number(words, cell)[:1],
    CellPart.UNIT: lambda words, cell, wrapped: _number(words, cell)[1:],
    CellPart.AFTER_NUMBER: lambda words, cell, wrapped: _after_number(words, _main(words, wrapped)),
    CellPart.LABELLED: lambda words, cell, wrapped: _labelled(words, cell),
    CellPart.BEFORE_MARK: lambda words, cell, wrapped: _before_mark(words, wrapped),
}
