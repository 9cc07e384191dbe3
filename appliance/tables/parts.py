"""Which words of a cell are a part of it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import median

from appliance.domain.document import Document, Word
from appliance.fields.folding import fold_alnum
from appliance.tables.numbers import is_number, number_in
from appliance.tables.table import Cell, CellPart, ColumnPart, Line, Row, Table, cell_text

_DASHES = frozenset({"-", "–", "—", ":"})


def part_of(document: Document, table: Table, row: Row, where: ColumnPart) -> tuple[Line, ...]:
    """Lines of words from the top; empty where the cell has no such part."""
    return _parts(document, table, row, where.column, [where.part]).get(where.part, ())


def parts_of(
    document: Document, table: Table, row: Row, column: int
) -> Mapping[CellPart, tuple[Line, ...]]:
    """The same of every part that the cell has."""
    return _parts(document, table, row, column, CellPart)


def _parts(
    document: Document, table: Table, row: Row, column: int, asked: Iterable[CellPart]
) -> dict[CellPart, tuple[Line, ...]]:
    cell = row.cells[column]
    if not cell:
        return {}
    words = document.pages[row.page].words
    wrapped = _wrapped(document, table, row, column)
    cuts = {part: _CUTS[part](words, cell, wrapped) for part in asked}
    found = {part: tuple(filter(None, lines)) for part, lines in cuts.items()}
    return {part: lines for part, lines in found.items() if lines}


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
    first word above, nor what is smaller, stands beside the column, or begins as further lines of
    other rows do."""
    cell = row.cells[column]
    page = document.pages[row.page]
    words = page.words
    size = _height(words, cell[0])
    em = size * page.height / page.width
    room = 1.0 if table.turned else table.columns[column].right
    kept = list(cell[:1])
    for line in cell[1:]:
        fitted = _fits_above(words, kept[-1], line, em=em, room=room)
        aside = words[line[-1]].bbox.right < words[cell[0][0]].bbox.left
        labelled = _begins(words, line) in table.columns[column].labels
        if fitted or aside or labelled or _height(words, line) < 0.93 * size:
            break
        kept.append(line)
    return tuple(kept)


def _fits_above(words: Sequence[Word], above: Line, line: Line, *, em: float, room: float) -> bool:
    """Return whether there was room for the first word of a line at the end of the one above."""
    return words[above[-1]].bbox.right + 0.3 * em + words[line[0]].bbox.width < room


def with_labels(document: Document, table: Table) -> Table:
    """Its columns know what their further lines begin with."""
    columns = tuple(
        replace(column, labels=_labels(document, table, at))
        for at, column in enumerate(table.columns)
    )
    return replace(table, columns=columns)


def _labels(document: Document, table: Table, column: int) -> frozenset[str]:
    """Return what begins further lines below several first ones and stands before a number, or once
    at least had room above: words that only ever wrap label nothing, however often they do."""
    below: defaultdict[str, set[str]] = defaultdict(set)
    chosen: set[str] = set()
    room = 1.0 if table.turned else table.columns[column].right
    for row in table.rows:
        page = document.pages[row.page]
        first, *others = row.cells[column] or ((),)
        above = first
        for line in others:
            begins = _begins(page.words, line)
            below[begins].add(fold_alnum(cell_text(document, row.page, [first])))
            em = _height(page.words, above) * page.height / page.width
            numbered = any(map(str.isdigit, cell_text(document, row.page, [line[1:]])))
            if numbered or _fits_above(page.words, above, line, em=em, room=room):
                chosen.add(begins)
            above = line
    return frozenset(word for word, firsts in below.items() if word in chosen and len(firsts) > 1)


def _begins(words: Sequence[Word], line: Line) -> str:
    """The first word, by its letters and digits."""
    return fold_alnum(words[line[0]].text)


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
