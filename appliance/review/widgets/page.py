"""Draws a page's text as laid out, the words of the field in hand marked. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from appliance.domain.document import Span
from appliance.review.widgets.drawn import Line, Run
from appliance.review.widgets.page_text import Piece


@dataclass(frozen=True, slots=True)
class Spot:
    """A click on a word."""

    page: int
    word: int


def drawn(laid: Sequence[Sequence[Piece]], page: int) -> list[Line]:
    """The page's lines with nothing marked."""
    return [_line(pieces, page, frozenset(), "") for pieces in laid]


def marked(
    laid: Sequence[Sequence[Piece]], page: int, spans: Sequence[Span], look: str
) -> dict[int, Line]:
    """The lines with a word of the first of ``spans``, by their number.

    The others are left alone: the same text may stand in many places.
    """
    words = frozenset(
        word for span in spans[:1] if span.page == page for word in range(span.start, span.end)
    )
    return {
        at: _line(pieces, page, words, look)
        for at, pieces in enumerate(laid if words else ())
        if any(piece.word_index in words for piece in pieces)
    }


def _line(pieces: Sequence[Piece], page: int, words: frozenset[int], look: str) -> Line:
    runs: list[Run] = []
    column = 0
    before = -2
    for piece in pieces:
        inside = piece.word_index in words and before in words
        if piece.column > column:
            runs.append(Run(" " * (piece.column - column), look if inside else ""))
        here = look if piece.word_index in words else ""
        runs.append(Run(piece.text, here, Spot(page, piece.word_index)))
        column = piece.column + cell_len(piece.text)
        before = piece.word_index
    return Line(tuple(runs))
