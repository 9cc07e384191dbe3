"""Columns as the filled rows show them, and the words of another line laid into them.

Pure. A word belongs to the column with whose edge it is aligned and whose texts look like it; all
words of a line are laid at once, from left to right, at the least cost. Lengths are in points,
costs in heights of a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from appliance.domain.document import BBox
from appliance.review.editor.page_lines import (
    LETTERS,
    MARKS,
    MIXED,
    NUMBER,
    WIDE,
    PageLines,
    WordIndices,
    WordShape,
)

_SPREAD = 2.0
"""Points by which the edges of an aligned column may differ."""
_ASTRAY = 2.0
"""What a piece costs that falls into no column."""
_EMPTY = 0.8
"""What a column costs that no piece falls into."""
_FITS, _FITS_BELOW = 1.4, 2.2
"""The highest cost of a cell, and of one that stands below another of its column."""
_STRANGE = 1.5
"""What a cell costs that says another kind of thing."""
_LONGEST_NUMBER = 4
"""Pieces."""


@dataclass
class RowColumn:
    numeric: bool
    number: int | None = None
    """Of the table's columns; None of one that nobody asked for."""
    boxes: list[BBox] = field(default_factory=list)
    """Of its cells, the filled row's first."""
    texts: list[str] = field(default_factory=list)

    @property
    def left(self) -> float:
        return self.boxes[0].left

    @property
    def right(self) -> float:
        return self.boxes[0].right

    @cached_property
    def _shapes(self) -> list[WordShape]:
        return [WordShape.of(text) for text in self.texts]

    @cached_property
    def _kinds(self) -> set[str]:
        return {shape.kind for shape in self._shapes}

    @cached_property
    def _decimals(self) -> set[int | None]:
        """Empty when they cannot be told."""
        found = {shape.decimals for shape in self._shapes}
        return set() if None in found else found

    @cached_property
    def _edges(self) -> list[tuple[int, float, float]]:
        """Which of left, right and middle the cells have in common, and between which bounds."""
        sides = zip(*map(_sides, self.boxes), strict=True)
        bounds = [(side, min(ats), max(ats)) for side, ats in enumerate(sides)]
        least = min(high - low for _, low, high in bounds)
        return [one for one in bounds if one[2] - one[1] <= least + _SPREAD]

    def misfit(self, box: BBox) -> float:
        """Points between ``box`` and the nearest edge that the cells have in common."""
        ats = _sides(box)
        return min(max(low - ats[side], ats[side] - high, 0.0) for side, low, high in self._edges)

    def strangeness(self, shape: WordShape) -> float:
        """From 0 to _STRANGE: how far it is from what the cells say."""
        if shape.kind == MARKS:
            return _STRANGE * (MARKS not in self._kinds)
        if shape.kind == LETTERS:
            return _STRANGE * (self._kinds == {NUMBER})
        if shape.kind == MIXED:
            return 1.0 * (self._kinds == {NUMBER})
        if not self._kinds & {NUMBER, MIXED}:
            return _STRANGE
        if not self._decimals or shape.decimals in self._decimals:
            return 0.0
        return _STRANGE if self._decimals == {2} and not shape.decimals else 0.5

    def overlaps(self, box: BBox) -> bool:
        return any(box.left < one.right and one.left < box.right for one in self.boxes)


def _sides(box: BBox) -> tuple[float, float, float]:
    return box.left, box.right, (box.left + box.right) / 2


@dataclass(frozen=True, slots=True)
class _Way:
    """The first columns, each with its pieces from start to end (exclusive)."""

    cost: float
    runs: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Run:
    """Pieces that may be one cell."""

    end: int
    """Exclusive."""
    box: BBox
    shape: WordShape
    apart: float
    """What the gaps between them cost."""


def laid(
    page: PageLines, line: int, columns: Sequence[RowColumn], *, height: float
) -> dict[int, WordIndices]:
    """By number of the table's columns, from the left; a cell that does not fit is left out."""
    pieces = page.pieces(page.lines[line], [column.left for column in columns])
    laying = _Laying([page.box(piece) for piece in pieces], _shapes(page, pieces), height)
    ways = [_Way(_ASTRAY * end) for end in range(len(pieces) + 1)]
    rooms = _rooms(columns, height)
    for column, room in zip(columns, rooms, strict=True):
        ways = laying.with_column(ways, column, room)
    found = {}
    for column, run in zip(columns, ways[-1].runs, strict=True):
        if column.number is not None and run[0] < run[1] and laying.fits(column, *run):
            found[column.number] = tuple(at for piece in pieces[slice(*run)] for at in piece)
    return found


def _shapes(page: PageLines, pieces: Sequence[WordIndices]) -> list[WordShape]:
    return [WordShape.of(" ".join(map(page.text, piece))) for piece in pieces]


def _rooms(columns: Sequence[RowColumn], height: float) -> list[tuple[float, float]]:
    """From the column on the left of each to the one on its right."""
    lows = [columns[0].left - 2 * height, *(one.right for one in columns)]
    highs = [*(one.left for one in columns[1:]), float("inf")]
    return list(zip(lows, highs, strict=False))


@dataclass(frozen=True, slots=True)
class _Laying:
    boxes: list[BBox]
    shapes: list[WordShape]
    height: float

    def with_column(
        self, ways: Sequence[_Way], column: RowColumn, room: tuple[float, float]
    ) -> list[_Way]:
        """The cheapest ways for every number of pieces, one column more."""
        after = [_Way(way.cost + _EMPTY, (*way.runs, (0, 0))) for way in ways]
        low, high = room
        for start, box in enumerate(self.boxes):
            if box.left > high or box.right < low:
                continue
            for run in self._runs(start, _LONGEST_NUMBER if column.numeric else len(self.boxes)):
                cost = ways[start].cost + self._cost(column, room, run)
                if cost < after[run.end].cost:
                    after[run.end] = _Way(cost, (*ways[start].runs, (start, run.end)))
        for end in range(len(self.boxes)):
            if after[end].cost + _ASTRAY < after[end + 1].cost:
                after[end + 1] = _Way(after[end].cost + _ASTRAY, after[end].runs)
        return after

    def _runs(self, start: int, longest: int) -> Iterator[_Run]:
        box, shape = self.boxes[start], self.shapes[start]
        apart = 0.0
        yield _Run(start + 1, box, shape, apart)
        for at in range(start + 1, min(start + longest, len(self.boxes))):
            after = self.boxes[at]
            apart += 2.0 if after.left - box.right > WIDE * self.height else 0.1
            box = BBox(box.left, box.top, max(box.right, after.right), box.bottom)
            shape += self.shapes[at]
            yield _Run(at + 1, box, shape, apart)

    def _cost(self, column: RowColumn, room: tuple[float, float], run: _Run) -> float:
        over = max(0.0, run.box.right - room[1]) + max(0.0, room[0] - run.box.left)
        off = min(column.misfit(run.box) / self.height, 4.0)
        strange = column.strangeness(run.shape)
        return run.apart + off + strange + min(over / self.height, 3.0)

    def fits(self, column: RowColumn, start: int, end: int) -> bool:
        *_, run = self._runs(start, end - start)
        strange = column.strangeness(run.shape)
        if strange == _STRANGE and not column.numeric:
            return False
        cost = column.misfit(run.box) / self.height + strange
        return cost < (_FITS_BELOW if column.overlaps(run.box) else _FITS)
