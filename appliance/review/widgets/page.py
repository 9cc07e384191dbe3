"""Draws a page's text as laid out, the words of the field in hand marked. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from appliance.domain.document import Span
from appliance.review.widgets.page_text import TextPiece
from appliance.review.widgets.styled_text import StyledLine, StyledRun


@dataclass(frozen=True, slots=True)
class WordClicked:
    """A click on a word."""

    page: int
    word: int


def drawn(laid: Sequence[Sequence[TextPiece]], page: int) -> list[StyledLine]:
    """The page's lines with nothing marked."""
    return [_line(pieces, page, frozenset(), "") for pieces in laid]


def marked(
    laid: Sequence[Sequence[TextPiece]], page: int, spans: Sequence[Span], look: str
) -> dict[int, StyledLine]:
    """The lines with a word of ``spans``, by their number."""
    words = frozenset(
        word for span in spans if span.page == page for word in range(span.start, span.end)
    )
    return {
        at: _line(pieces, page, words, look)
        for at, pieces in enumerate(laid if words else ())
        if any(piece.word_index in words for piece in pieces)
    }


def _line(pieces: Sequence[TextPiece], page: int, words: frozenset[int], look: str) -> StyledLine:
    runs: list[StyledRun] = []
    column = 0
    before = -2
    for piece in pieces:
        inside = piece.word_index in words and before in words
        if piece.column > column:
            runs.append(StyledRun(" " * (piece.column - column), look if inside else ""))
        here = look if piece.word_index in words else ""
        runs.append(StyledRun(piece.text, here, WordClicked(page, piece.word_index)))
        column = piece.column + cell_len(piece.text)
        before = piece.word_index
    return StyledLine(tuple(runs))
