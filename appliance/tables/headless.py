"""Tables that no header stands above: lines that say the same kinds of things in the same places.
Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from appliance.tables.beginnings import Body
from appliance.tables.columns import Band
from appliance.tables.grids import MOST_COLUMNS, MOST_LINES, Grid, rows_of
from appliance.tables.numbers import kind_of
from appliance.tables.page_lines import TextLine

_ROWS = 3
"""At least: fewer are no table without a header."""
_COLUMNS = 3
"""At least."""
_CLOSE = 9
"""Heights between the beginnings of two rows, at most."""
_COVERED = 0.5
"""Of its words: as many in the rows of a table with a header and as many columns, and it is that
table."""


def headless(lines: Sequence[TextLine], number: int, headed: Iterable[Grid]) -> Iterator[Grid]:
    """Of page ``number``; ``headed`` are its other tables."""
    taken = [(len(grid.bands), _words(grid)) for grid in headed]
    start = 0
    while start < len(lines):
        begins = _alike_below(lines, start)
        start = begins[-1] + 1
        if len(begins) < _ROWS:
            continue
        words = {word.index for at in begins for word in lines[at].words}
        columns = _columns([lines[at] for at in begins])
        if not any(
            many >= len(columns) and len(words & theirs) > _COVERED * len(words)
            for many, theirs in taken
        ):
            yield _grid(lines, number, begins, columns)


def _alike_below(lines: Sequence[TextLine], start: int) -> list[int]:
    """Of the lines from ``start`` on those that are like it; itself alone where it is no row."""
    begins = [start]
    if not (_COLUMNS <= len(lines[start].runs) <= MOST_COLUMNS and lines[start].numbers):
        return begins
    kinds = _kinds(lines[start])
    for at in range(start + 1, len(lines)):
        last = lines[begins[-1]]
        if lines[at].top - last.base > _CLOSE * lines[at].height:
            break
        if len(lines[at].runs) == len(kinds) and _below(lines[at], last):
            if _kinds(lines[at]) != kinds:
                break
            begins.append(at)
    return begins


def _kinds(line: TextLine) -> list[str]:
    return [kind_of(word.text for word in run) for run in line.runs]


def _below(line: TextLine, other: TextLine) -> bool:
    """Each of its runs stands below one of the other's, from left to right."""
    return all(
        min(one[-1].right, above[-1].right) > max(one[0].left, above[0].left)
        for one, above in zip(line.runs, other.runs, strict=True)
    )


def _columns(rows: Sequence[TextLine]) -> list[Band]:
    found = []
    for at in range(len(rows[0].runs)):
        left = min(row.runs[at][0].left for row in rows)
        right = max(row.runs[at][-1].right for row in rows)
        found.append(Band((), left, right, left, right))
    return found


def _grid(
    lines: Sequence[TextLine], number: int, begins: Sequence[int], columns: Sequence[Band]
) -> Grid:
    first = begins[0]
    body = Body(lines[first : first + MOST_LINES], columns)
    within = [at - first for at in begins if at - first < MOST_LINES]
    above = lines[max(0, first - 3) : first]
    title = tuple(word for line in above for word in line.words)
    return Grid(number, columns, rows_of(body, within, lines[first].base), (), title)


def _words(grid: Grid) -> set[int]:
    return {word.index for row in grid.rows for cell in row for line in cell for word in line}
