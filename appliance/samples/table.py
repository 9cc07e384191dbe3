"""A table of one-line cells that goes on overleaf, with the sum carried over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from appliance.samples.sheet import BLACK, GREY, Align, Ink, Sheet

PAD = 1.2
"""Millimetres between a cell's edge and its text."""


@dataclass(frozen=True, slots=True)
class DrawnColumn:
    title: str
    width: float
    """Millimetres."""
    cells: Sequence[str]
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class TableLook:
    step: float = 6.0
    """Height of a row in millimetres; a note below it takes 3.6 more."""
    size: float = 8.5
    """Of the type, in points."""
    rules: Literal["grid", "rows", "head"] = "rows"
    head_fill: Ink | None = None
    head_colour: Ink = BLACK
    stripe: Ink | None = None


Carry = Callable[[int], tuple[str, str]]
"""Label and sum of the rows before the given one."""


def draw_table(
    sheet: Sheet,
    columns: Sequence[DrawnColumn],
    *,
    left: float,
    top: float,
    bottom: float,
    look: TableLook,
    turn: Callable[[], float],
    carry: Carry | None = None,
    notes: Sequence[str] = (),
    note_column: int = 0,
) -> float:
    """Draw it from ``top``; gives the y below it, on the page where it ended.

    A page is left when the next row and the carried sum would pass ``bottom``; ``turn`` begins
    the next one and gives the y where the table goes on.
    """
    drawing = _Drawing(sheet, columns, left, look)
    y = drawing.head(top)
    for index in range(len(columns[0].cells)):
        note = notes[index] if notes else ""
        high = look.step + (3.6 if note else 0)
        if y + high + (look.step if carry else 0) > bottom:
            if carry:
                drawing.sum(y, *carry(index))
            y = drawing.head(turn())
            if carry:
                y = drawing.sum(y, *carry(index))
        drawing.row(y, index, high, note, note_column)
        y += high
    if look.rules != "rows":
        sheet.rule(left, y, left + drawing.width, y)
    return y


@dataclass(frozen=True, slots=True)
class _Drawing:
    sheet: Sheet
    columns: Sequence[DrawnColumn]
    left: float
    """Millimetres."""
    look: TableLook

    @property
    def width(self) -> float:
        return sum(column.width for column in self.columns)

    def head(self, y: float) -> float:
        look, high = self.look, self.look.step + 0.6
        if look.head_fill:
            self.sheet.box(self.left, y, self.width, high, fill=look.head_fill, width=None)
        titles = [column.title for column in self.columns]
        self._cells(y + look.step * 0.68, titles, bold=True, colour=look.head_colour)
        self._lines(y, high, edge=0.35)
        return y + high

    def row(self, y: float, index: int, high: float, note: str, note_column: int) -> None:
        look = self.look
        if look.stripe and index % 2:
            self.sheet.box(self.left, y, self.width, high, fill=look.stripe, width=None)
        self._cells(y + look.step * 0.68, [column.cells[index] for column in self.columns])
        if note:
            x = self.left + sum(column.width for column in self.columns[:note_column]) + PAD
            room = self.columns[note_column].width - 2 * PAD
            size = look.size - 1.5
            self.sheet.text(x, y + high - 1.4, note, size=size, colour=GREY, room=room)
        if look.rules != "head":
            self._lines(y, high, edge=0.15)

    def sum(self, y: float, label: str, amount: str) -> float:
        look = self.look
        right = self.left + self.width - PAD
        base = y + look.step * 0.68
        self.sheet.text(right, base, amount, size=look.size, bold=True, align="right")
        x = right - self.columns[-1].width
        self.sheet.text(x, base, label, size=look.size, bold=True, align="right")
        return y + look.step

    def _cells(
        self, y: float, texts: Sequence[str], *, bold: bool = False, colour: Ink = BLACK
    ) -> None:
        x = self.left
        for column, text in zip(self.columns, texts, strict=True):
            places = {
                "left": x + PAD,
                "right": x + column.width - PAD,
                "centre": x + column.width / 2,
            }
            self.sheet.text(
                places[column.align],
                y,
                text,
                size=self.look.size,
                bold=bold,
                align=column.align,
                colour=colour,
                room=column.width - 2 * PAD,
            )
            x += column.width

    def _lines(self, y: float, high: float, *, edge: float) -> None:
        right = self.left + self.width
        self.sheet.rule(self.left, y + high, right, y + high, width=edge)
        if self.look.rules != "grid":
            return
        self.sheet.rule(self.left, y, right, y, width=edge)
        x = self.left
        for width in (0.0, *(column.width for column in self.columns)):
            x += width
            self.sheet.rule(x, y, x, y + high, width=edge)
