"""A word to be, and the few things that layout asks of it. Pure.

Boxes are in the page's own unit, so that lengths across and down compare.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

WIDE = 1.5
"""Gaps above this many character heights are wide: a column may begin."""

_DECIMAL = re.compile(r"\d[.,]\d")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")


@dataclass(frozen=True, slots=True)
class Piece:
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


Line: TypeAlias = list[Piece]
"""Pieces beside each other, from left to right; also a part of a line."""


def wide(before: Piece, after: Piece) -> bool:
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


def says_figure(pieces: Sequence[Piece]) -> bool:
    """A decimal or a date is among them."""
    return any(_DECIMAL.search(p.text) or _DATE.search(p.text) for p in pieces)
