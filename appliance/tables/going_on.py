"""Rows of a table that go on at the top of the next page, below no header. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from appliance.tables.beginnings import Body, alike
from appliance.tables.columns import Band, Laid
from appliance.tables.grids import Grid, GridRow, rows_of
from appliance.tables.headers import heads_rows
from appliance.tables.numbers import Kind, kind_of
from appliance.tables.page_lines import TextLine, Words

_BELOW = 4
"""Lines below the last row of a page on which its table does not end, at most."""
_ABOVE = 20
"""Lines above the first row on the next page, at most: who sent it, and that it goes on."""
_CLOSE = 12
"""Heights between the beginnings of two rows, at most."""
_OUTSIDE = 0.5
"""Heights by which a cell may stand out of its column."""


def going_on(
    grid: Grid, pages: Sequence[Sequence[TextLine]], widths: Sequence[float]
) -> Iterator[tuple[int, GridRow]]:
    """With the page of each row. ``pages`` are all of the document, and how wide they are."""
    kinds = _usual_kinds(grid.rows)
    rows: Sequence[GridRow] = grid.rows
    for number in range(grid.page + 1, len(pages)):
        if len(grid.bands) < 3 or not widths[number] or not _ends(pages[number - 1], rows):
            return
        by = widths[number] / widths[grid.page]
        rows = _on_top(pages[number], [band.scaled(by) for band in grid.bands], kinds)
        if not rows:
            return
        yield from ((number, row) for row in rows)


def _usual_kinds(rows: Sequence[GridRow]) -> Mapping[int, Kind]:
    """Of the first lines of cells: what most rows say."""
    every = (
        tuple((at, kind_of(word.text for word in cell[0])) for at, cell in enumerate(row) if cell)
        for row in rows
    )
    ((most, _),) = Counter(every).most_common(1)
    return dict(most)


def _ends(lines: Sequence[TextLine], rows: Sequence[GridRow]) -> bool:
    """The page, with these rows."""
    last = max(word.bottom for row in rows for cell in row for line in cell for word in line)
    return sum(line.top > last for line in lines) <= _BELOW


def _on_top(
    lines: Sequence[TextLine], columns: Sequence[Band], kinds: Mapping[int, Kind]
) -> list[GridRow]:
    """None where another header stands above them."""
    body = Body(lines, columns)
    width = columns[-1].high - columns[0].low
    begins: list[int] = []
    for at, line in enumerate(lines):
        if begins and line.top - lines[begins[-1]].base > _CLOSE * line.height:
            break
        if not begins and at > _ABOVE:
            break
        if at + 1 < len(lines) and heads_rows(lines, at, width):
            break
        if line.numbers and _is_row(body.kinds(at), kinds) and _inside(body[at], columns):
            begins.append(at)
    return rows_of(body, begins, lines[0].base) if begins else []


def _is_row(mine: Mapping[int, Kind], kinds: Mapping[int, Kind]) -> bool:
    """It is like the others and has all of their numbers, of which there are some."""
    numbers = {at for at, kind in kinds.items() if kind == "number"}
    return bool(numbers) and alike(mine, kinds) and all(mine.get(at) == "number" for at in numbers)


def _inside(cells: Laid, columns: Sequence[Band]) -> bool:
    """Its numbers stand where those of the table do, or end or begin there: on a page of few rows
    none may be as long."""
    return all(
        _is_within(cell, columns[at])
        for at, cell in cells.items()
        if kind_of(word.text for word in cell) == "number"
    )


def _is_within(cell: Words, column: Band) -> bool:
    left, right = cell[0].left, cell[-1].right
    begins, ends = left > column.low - _OUTSIDE, right < column.high + _OUTSIDE
    aligned = min(abs(left - column.low), abs(right - column.high)) < _OUTSIDE
    return (begins and ends) or aligned
