"""Pieces of a page: each says how high it is in a given width, and draws itself.

Millimetres; ``y`` is the upper edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from appliance.samples.sheet import Align
from starter.page.look import Pair, Pen

GAP = 3.0
"""Between a label and its value."""


class Block(Protocol):
    def height(self, pen: Pen, wide: float) -> float: ...
    def draw(self, pen: Pen, x: float, y: float, wide: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Text:
    """Lines that are wrapped where they are too long."""

    lines: Sequence[str]
    scale: float = 1.0
    """Of the look's size."""
    bold: bool = False
    align: Align = "left"
    inked: bool = False

    def height(self, pen: Pen, wide: float) -> float:
        return len(self._wrapped(pen, wide)) * pen.look.line * self.scale

    def draw(self, pen: Pen, x: float, y: float, wide: float) -> None:
        step = pen.look.line * self.scale
        at = {"left": x, "right": x + wide, "centre": x + wide / 2}[self.align]
        for number, line in enumerate(self._wrapped(pen, wide)):
            pen.sheet.text(
                at,
                y + step * (number + 0.75),
                line,
                size=pen.look.size * self.scale,
                bold=self.bold,
                align=self.align,
                colour=pen.look.ink if self.inked else (20, 20, 20),
                room=wide,
            )

    def _wrapped(self, pen: Pen, wide: float) -> list[str]:
        size = pen.look.size * self.scale * (1.1 if self.bold else 1.0)
        return [part for line in self.lines for part in pen.sheet.wrap(line, wide, size=size)]


@dataclass(frozen=True, slots=True)
class Stack:
    """One below the other."""

    blocks: Sequence[Block]
    gap: float = 1.0

    def height(self, pen: Pen, wide: float) -> float:
        high = [block.height(pen, wide) for block in self.blocks]
        return sum(high) + self.gap * max(0, len(high) - 1)

    def draw(self, pen: Pen, x: float, y: float, wide: float) -> None:
        for block in self.blocks:
            block.draw(pen, x, y, wide)
            y += block.height(pen, wide) + self.gap


@dataclass(frozen=True, slots=True)
class Beside:
    """Side by side, in shares of the width."""

    blocks: Sequence[Block]
    shares: Sequence[float]
    gap: float = 6.0

    def height(self, pen: Pen, wide: float) -> float:
        rooms = self._rooms(wide)
        return max(block.height(pen, room) for block, room in zip(self.blocks, rooms, strict=True))

    def draw(self, pen: Pen, x: float, y: float, wide: float) -> None:
        for block, room in zip(self.blocks, self._rooms(wide), strict=True):
            block.draw(pen, x, y, room)
            x += room + self.gap

    def _rooms(self, wide: float) -> list[float]:
        left = wide - self.gap * (len(self.shares) - 1)
        return [left * share / sum(self.shares) for share in self.shares]


@dataclass(frozen=True, slots=True)
class Nothing:
    """Room that stays empty."""

    high: float = 0.0

    def height(self, pen: Pen, wide: float) -> float:
        return self.high

    def draw(self, pen: Pen, x: float, y: float, wide: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Framed:
    """In a box, perhaps with a title on a tinted strip."""

    block: Block
    title: str = ""
    pad: float = 2.0

    def height(self, pen: Pen, wide: float) -> float:
        inner = self.block.height(pen, wide - 2 * self.pad)
        return inner + 2 * self.pad + (pen.look.line if self.title else 0)

    def draw(self, pen: Pen, x: float, y: float, wide: float) -> None:
        pen.sheet.box(x, y, wide, self.height(pen, wide), width=0.25)
        if self.title:
            head = pen.look.line
            pen.sheet.box(x, y, wide, head, fill=pen.look.tint, width=0.25)
            size = pen.look.size * 0.9
            room = wide - 2 * self.pad
            pen.sheet.text(x + self.pad, y + head * 0.75, self.title, size=size, room=room)
            y += head
        self.block.draw(pen, x + self.pad, y + self.pad, wide - 2 * self.pad)


@dataclass(frozen=True, slots=True)
class Lines:
    """``Label: value``, a line each."""

    pairs: Sequence[Pair]
    align: Align = "left"

    def height(self, pen: Pen, wide: float) -> float:
        return self._text(pen).height(pen, wide)

    def draw(self, pen: Pen, x: float, y: float, wide: float) -> None:
        self._text(pen).draw(pen, x, y, wide)

    def _text(self, pen: Pen) -> Text:
        colon = pen.look.colon
        return Text([f"{pair.label}{colon} {pair.text}" for pair in self.pairs], align=self.align)


@dataclass(frozen=True, slots=True)
class Run:
    """All in one wrapped paragraph, with a mark between them."""

    pairs: Sequence[Pair]
    between: str = "   "
    scale: float = 0.9
    align: Align = "left"

    def height(self, pen: Pen, wide: float) -> float:
        return self._text(pen).height(pen, wide)

    def draw(self, pen: Pen, x: float, y: float, wide: float) -> None:
        self._text(pen).draw(pen, x, y, wide)

    def _text(self, pen: Pen) -> Text:
        colon = pen.look.colon
        said = (f"{pair.label}{colon} {pair.text}" for pair in self.pairs)
        return Text([self.between.join(said)], scale=self.scale, align=self.align)


@dataclass(frozen=True, slots=True)
class Aligned:
    """Labels in one column, values in the next."""

    pairs: Sequence[Pair]
    right: bool = False
    """Values end at the right edge."""
    ruled: bool = False
    """In a grid."""
    dotted: bool = False
    """Dots between label and value."""
    bold_last: bool = False

    def height(self, pen: Pen, wide: float) -> float:
        return sum(self._high(pen, wide, pair) for pair in self.pairs)

    def draw(self, pen: Pen, x: float, y: float, wide: float) -> None:
        look, sheet = pen.look, pen.sheet
        at = self._labels(pen, wide)
        pad = 1.2 if self.ruled else 0.0
        for number, pair in enumerate(self.pairs):
            last = self.bold_last and number == len(self.pairs) - 1
            high = self._high(pen, wide, pair)
            if self.ruled:
                sheet.box(x, y, at, high, width=0.2, fill=look.tint if look.bold_labels else None)
                sheet.box(x + at, y, wide - at, high, width=0.2)
            base = y + look.line * (0.75 + (0.15 if self.ruled else 0.0))
            label = pair.label + ("" if self.ruled else look.colon)
            bold = look.bold_labels or last
            room = at - pad - 1
            sheet.text(
                x + pad, base, label, size=look.size, bold=bold, colour=look.quiet, room=room
            )
            if self.dotted:
                self._dots(pen, x + sheet.width(label, size=look.size) + 1, base, x + at - 1)
            for line in self._value(pen, wide, pair):
                sheet.text(
                    x + wide - pad if self.right else x + at + pad,
                    base,
                    line,
                    size=look.size,
                    bold=look.bold_values or last,
                    align="right" if self.right else "left",
                    room=wide - at - 2 * pad,
                )
                base += look.line
            y += high

    def _dots(self, pen: Pen, x: float, y: float, end: float) -> None:
        step = pen.sheet.width(". ", size=pen.look.size)
        if (room := int((end - x) / step)) > 1:
            pen.sheet.text(end, y, ". " * room, size=pen.look.size, align="right")

    def _labels(self, pen: Pen, wide: float) -> float:
        """Width of their column."""
        look = pen.look
        longest = max(
            pen.sheet.width(pair.label + look.colon, size=look.size, bold=True)
            for pair in self.pairs
        )
        return min(longest + GAP, wide * 0.55)

    def _value(self, pen: Pen, wide: float, pair: Pair) -> list[str]:
        room = wide - self._labels(pen, wide) - (2.4 if self.ruled else 0.0)
        size = pen.look.size * (1.1 if pen.look.bold_values else 1.0)
        return pen.sheet.wrap(pair.text, room, size=size)

    def _high(self, pen: Pen, wide: float, pair: Pair) -> float:
        lines = len(self._value(pen, wide, pair))
        return pen.look.line * (lines + (0.3 if self.ruled else 0.0))


@dataclass(frozen=True, slots=True)
class Cells:
    """Boxes in a grid, the label small above its value."""

    pairs: Sequence[Pair]
    across: int = 3
    boxed: bool = True
    numbered: bool = False

    def height(self, pen: Pen, wide: float) -> float:
        return sum(self._high(pen, wide, row) for row in self._rows())

    def draw(self, pen: Pen, x: float, y: float, wide: float) -> None:
        look, sheet = pen.look, pen.sheet
        number = 0
        for row in self._rows():
            high, room = self._high(pen, wide, row), wide / len(row)
            for place, pair in enumerate(row):
                number += 1
                left = x + place * room
                if self.boxed:
                    sheet.box(left, y, room, high, width=0.2)
                label = f"{number} {pair.label}" if self.numbered else pair.label
                small = look.size * 0.8
                sheet.text(
                    left + 1.2,
                    y + look.line * 0.7,
                    label,
                    size=small,
                    colour=look.quiet,
                    bold=look.bold_labels,
                    room=room - 2.4,
                )
                base = y + look.line * 1.75
                for line in self._value(pen, room, pair):
                    sheet.text(
                        left + 1.2,
                        base,
                        line,
                        size=look.size,
                        bold=look.bold_values,
                        room=room - 2.4,
                    )
                    base += look.line
            y += high

    def _rows(self) -> list[Sequence[Pair]]:
        every = self.pairs
        return [every[at : at + self.across] for at in range(0, len(every), self.across)]

    def _value(self, pen: Pen, room: float, pair: Pair) -> list[str]:
        size = pen.look.size * (1.1 if pen.look.bold_values else 1.0)
        return pen.sheet.wrap(pair.text, room - 2.4, size=size)

    def _high(self, pen: Pen, wide: float, row: Sequence[Pair]) -> float:
        lines = max(len(self._value(pen, wide / len(row), pair)) for pair in row)
        return pen.look.line * (1.35 + lines)


@dataclass(frozen=True, slots=True)
class Strip:
    """A row of labels over a row of values."""

    pairs: Sequence[Pair]
    across: int = 5
    filled: bool = True
    below: bool = False
    """The labels stand below the values."""
    boxed: bool = True
    align: Align = "centre"

    def height(self, pen: Pen, wide: float) -> float:
        rows = -(-len(self.pairs) // self.across)
        return rows * pen.look.line * 3.0

    def draw(self, pen: Pen, x: float, y: float, wide: float) -> None:
        look, sheet = pen.look, pen.sheet
        high = look.line * 1.3
        labels, values = (high, 0.0) if self.below else (0.0, high)
        for at in range(0, len(self.pairs), self.across):
            row = self.pairs[at : at + self.across]
            room = wide / len(row)
            for place, pair in enumerate(row):
                left = x + place * room
                tint = look.tint if self.filled else None
                line = 0.2 if self.boxed else None
                sheet.box(left, y + labels, room, high, width=line, fill=tint)
                sheet.box(left, y + values, room, high, width=line)
                inset = {"left": 1.0, "right": room - 1, "centre": room / 2}[self.align]
                for down, text in ((labels, pair.label), (values, pair.text)):
                    sheet.text(
                        left + inset,
                        y + down + high * 0.7,
                        text,
                        size=look.size * (0.9 if down == labels else 1.2 if self.below else 1.0),
                        align=self.align,
                        room=room - 2,
                        bold=look.bold_labels and down == labels,
                    )
            y += look.line * 3.0
