"""A piece of text with its box, before and while it is put into order. Pure.

Boxes are in the page's own unit, so that lengths across and down compare.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from appliance.domain.document import BBox


@dataclass(frozen=True, slots=True)
class TextRun:
    """A run of characters on one line; may hold spaces when an OCR found it."""

    text: str
    bbox: BBox
    """Shares of the upright page."""
    confidence: float | None = None
    """0-1 from the OCR; None when the text was typed into the file."""
    turned: bool = False
    """Runs up, down or aslant, against the page's own direction: a stamp, a note in the margin."""


def turned(box: BBox, clockwise: int) -> BBox:
    """Where ``box`` lies when the page is turned by a multiple of 90 degrees."""
    match clockwise % 360:
        case 90:
            return BBox(1 - box.bottom, box.left, 1 - box.top, box.right)
        case 180:
            return BBox(1 - box.right, 1 - box.bottom, 1 - box.left, 1 - box.top)
        case 270:
            return BBox(box.top, 1 - box.right, box.bottom, 1 - box.left)
    return box


WIDE = 1.5
"""Gaps above this many character heights are wide: a column may begin."""

_DECIMAL = re.compile(r"\d[.,]\d")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")


@dataclass(frozen=True, slots=True)
class LayoutWord:
    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float | None = None
    glued: bool = False
    """It was split off the piece before it."""

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


Line: TypeAlias = list[LayoutWord]
"""Pieces beside each other, from left to right; also a part of a line."""


def wide(before: LayoutWord, after: LayoutWord) -> bool:
    return after.left - before.right > WIDE * min(before.height, after.height)


def cells(line: Line) -> list[Line]:
    """The line cut at its wide gaps."""
    parts: list[Line] = []
    for piece in line:
        if parts and not wide(parts[-1][-1], piece):
            parts[-1].append(piece)
        else:
            parts.append([piece])
    return parts


def height(line: Line) -> float:
    return max(piece.bottom for piece in line) - min(piece.top for piece in line)


def room_between(above: Line, below: Line) -> float:
    """Negative where they overlap."""
    return min(piece.top for piece in below) - max(piece.bottom for piece in above)


def says_figure(pieces: Sequence[LayoutWord]) -> bool:
    """A decimal or a date is among them."""
    return any(_DECIMAL.search(p.text) or _DATE.search(p.text) for p in pieces)
