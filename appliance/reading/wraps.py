"""Cells of a row that go on in the line below are put back together. Pure.

    Agency: Ax Media   Advertiser: Diana Harshbarger for   Market: Johnsn City-
                                   TN CD-1                         Bristl

reads "Agency: Ax Media  Advertiser: Diana Harshbarger for TN CD-1  Market: Johnsn City- Bristl".
The line below counts as such only when it is close, has few cells, and each begins exactly below a
beginning in the row above.
"""

from __future__ import annotations

from collections.abc import Iterable

from appliance.reading.piece import Line, Piece, cells, room_between, says_figure

_CLOSE = 0.35
"""Room between both lines, in character heights."""
_SAME = 0.4
"""How far beginnings may differ, in character heights."""


def unwrapped(lines: Iterable[Line]) -> list[Line]:
    """``lines`` from the top; each returned line is one row."""
    rows: list[Line] = []
    above: Line = []
    for line in lines:
        grown = _grown(rows[-1], above, line) if rows else None
        if grown is None:
            rows.append(line)
        else:
            rows[-1] = grown
        above = line
    return rows


def _grown(row: Line, above: Line, below: Line) -> Line | None:
    """The row with ``below`` worked into its cells; None when it is a row of its own.

    ``above`` is the line of the row that was worked in last.
    """
    columns, rest = cells(row), cells(below)
    size = min(piece.height for piece in below)
    few = len(columns) >= 3 and 2 * len(rest) <= len(columns)
    if not few or room_between(above, below) > _CLOSE * size or _of_its_own(below):
        return None
    places = [_column(cell, columns, size) for cell in rest]
    if len(set(places)) < len(places):
        return None
    for place, cell in zip(places, rest, strict=True):
        # A bare number below the first cell numbers the next row.
        if place is None or (place == 0 and not any(map(_has_letters, cell))):
            return None
        columns[place] = columns[place] + cell
    return [piece for column in columns for piece in column]


def _of_its_own(below: Line) -> bool:
    """It states figures or labels."""
    return says_figure(below) or any(map(_is_label, below))


def _column(cell: Line, columns: list[Line], size: float) -> int | None:
    """Which column the cell stands below, from its beginning to no further than the next one."""
    for number, column in enumerate(columns):
        following = columns[number + 1][0].left if number + 1 < len(columns) else float("inf")
        if cell[-1].right > following - _SAME * size:
            continue
        if any(abs(cell[0].left - start) <= _SAME * size for start in _beginnings(column)):
            return number
    return None


def _beginnings(column: Line) -> list[float]:
    """Where the cell begins, and where its value does behind a label."""
    values = [
        after.left for before, after in zip(column, column[1:], strict=False) if _is_label(before)
    ]
    return [column[0].left, *values]


def _has_letters(piece: Piece) -> bool:
    return any(character.isalpha() for character in piece.text)


def _is_label(piece: Piece) -> bool:
    return piece.text.endswith(":")
