"""The table of a document: columns as wide as what they hold, long cells wrapped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.samples.sheet import BLACK, WHITE
from starter.page.look import Pen
from starter.page.table_look import TableLook

PAD = 1.2


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    cells: Sequence[str]
    """In one or more lines."""
    right: bool = False


_APART, _CLOSE = 0.35, 0.0
"""Between rows, in lines."""
_NARROW = 0.5
"""Share of what its longest cell asks for that the widest column has where it is wrapped."""


@dataclass(frozen=True, slots=True)
class Grid:
    columns: Sequence[Column]
    look: TableLook

    @property
    def headed_again(self) -> bool:
        """Whether the head stands on every page."""
        return self.look.next_page == "headed"

    @property
    def _ruled(self) -> bool:
        """With lines between columns too."""
        return self.look.lines == "grid"

    @property
    def _headed(self) -> bool:
        return self.look.head != "none" and any(column.title for column in self.columns)

    @property
    def _dark(self) -> bool:
        """Whether the head is white on ink."""
        return self.look.head == "dark"

    @property
    def rows(self) -> int:
        return len(self.columns[0].cells)

    def height(self, pen: Pen, wide: float) -> float:
        """Of all of it, as one block."""
        rows = (self.high(pen, wide, row) for row in range(self.rows))
        return self.head(pen, wide) + sum(rows)

    def draw(self, pen: Pen, x: float, y: float, wide: float) -> None:
        self.draw_head(pen, x, y, wide)
        y += self.head(pen, wide)
        for row in range(self.rows):
            self.draw_row(pen, x, y, wide, row)
            y += self.high(pen, wide, row)

    def head(self, pen: Pen, wide: float) -> float:
        """Its height."""
        if not self._headed:
            return 0.0
        return pen.look.line * (max(map(len, self._heads(pen, wide))) + 0.5)

    def high(self, pen: Pen, wide: float, row: int) -> float:
        lines = max(map(len, self._cells(pen, wide, row)))
        return pen.look.line * (lines + (_CLOSE if self.look.rows == "close" else _APART))

    def draw_head(self, pen: Pen, x: float, y: float, wide: float) -> None:
        if not self._headed:
            return
        high = self.head(pen, wide)
        fill = pen.look.ink if self._dark else (pen.look.tint if self._ruled else None)
        pen.sheet.box(x, y, wide, high, fill=fill, width=0.2 if self._ruled else None)
        if not self._ruled:
            pen.sheet.rule(x, y + high, x + wide, y + high, width=0.3)
        self._draw(pen, x, y, wide, self._heads(pen, wide), head=True)

    def draw_row(self, pen: Pen, x: float, y: float, wide: float, row: int) -> None:
        high = self.high(pen, wide, row)
        if self.look.lines == "striped" and row % 2:
            pen.sheet.box(x, y, wide, high, fill=pen.look.tint, width=None)
        self._draw(pen, x, y, wide, self._cells(pen, wide, row))
        if self._ruled:
            left = x
            for room in self._rooms(pen, wide):
                pen.sheet.box(left, y, room, high, width=0.15)
                left += room

    def _draw(
        self,
        pen: Pen,
        x: float,
        y: float,
        wide: float,
        cells: Sequence[Sequence[str]],
        *,
        head: bool = False,
    ) -> None:
        look = pen.look
        colour = WHITE if head and self._dark else BLACK
        for column, lines, room in zip(self.columns, cells, self._rooms(pen, wide), strict=True):
            at = x + room - PAD if column.right else x + PAD
            for number, line in enumerate(lines):
                pen.sheet.text(
                    at,
                    y + look.line * (number + 0.9),
                    line,
                    size=look.size,
                    bold=head,
                    align="right" if column.right else "left",
                    colour=colour,
                    room=room - 2 * PAD,
                )
            x += room

    def _heads(self, pen: Pen, wide: float) -> list[list[str]]:
        rooms = self._rooms(pen, wide)
        return [
            [
                line
                for part in column.title.split("\n")
                for line in pen.sheet.wrap(part, room - 2 * PAD, size=pen.look.size * 1.1)
            ]
            for column, room in zip(self.columns, rooms, strict=True)
        ]

    def _cells(self, pen: Pen, wide: float, row: int) -> list[list[str]]:
        rooms = self._rooms(pen, wide)
        return [
            [
                line
                for part in column.cells[row].split("\n")
                for line in pen.sheet.wrap(part, room - 2 * PAD, size=pen.look.size)
            ]
            for column, room in zip(self.columns, rooms, strict=True)
        ]

    def _rooms(self, pen: Pen, wide: float) -> list[float]:
        """As each wants; what is missing is taken from the widest, what is over goes to it."""
        size = pen.look.size
        wanted = [
            2 * PAD
            + 1
            + max(
                pen.sheet.width(longest_word(column.title), size=size, bold=True),
                *(
                    pen.sheet.width(part, size=size)
                    for cell in column.cells
                    for part in cell.split("\n")
                ),
            )
            for column in self.columns
        ]
        widest = wanted.index(max(wanted))
        rest = wide - (sum(wanted) - wanted[widest])
        if self.look.name == "narrow" and not self.columns[widest].right and len(wanted) > 2:
            least = 2 * wide / (3 * len(wanted))
            room = max(min(_NARROW * wanted[widest], wide / 2), least)
            others = (wide - room) / (sum(wanted) - wanted[widest])
            return [room if at == widest else others * one for at, one in enumerate(wanted)]
        if rest > 0.2 * wide:
            wanted[widest] = rest
        scale = wide / sum(wanted)
        return [room * scale for room in wanted]


def longest_word(text: str) -> str:
    return max(text.split(), key=len, default="")
