"""Lines that could head a table, and what stands in them side by side. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from appliance.tables.columns import Band
from appliance.tables.page_lines import PlacedWord, TextLine

_DECIMALS = re.compile(r"\d[.,]\d\d?\b")
_FIGURES = re.compile(r"\d[.,]\d")
_MOST_NUMBERS = 0.25
_TOUCHING = 0.05
"""Heights that pieces of two lines share before they stand over each other."""
_WIDEST = 14
"""Heights of a line that a header's words fill without a gap, at most."""


def could_head(line: TextLine) -> bool:
    """Things that stand apart and are words for the most part."""
    return stands_apart(line) and line.numbers <= _MOST_NUMBERS


def stands_apart(line: TextLine) -> bool:
    """Two pieces or more, and no number with decimals."""
    return len(line.pieces) >= 2 and not has_decimals(line.words)


def has_decimals(words: Iterable[PlacedWord]) -> bool:
    """As amounts have."""
    return any(_DECIMALS.search(word.text) for word in words)


def heads_rows(lines: Sequence[TextLine], at: int, width: float) -> bool:
    """As wide as a table of this ``width``, and above numbers."""
    line = lines[at]
    return (
        line.numbers == 0
        and line.right - line.left > 0.6 * width
        and lines[at + 1].numbers > 0.3
        and line.cells >= 3
        and stands_apart(line)
    )


def header_block(lines: Sequence[TextLine], at: int) -> tuple[int, int]:
    """First and last line of the header around line ``at``: close lines of few words that fit."""
    size = lines[at].height
    spans = [(piece[0].left, piece[-1].right) for piece in lines[at].pieces]
    first = last = at
    while first > max(0, at - 3):
        pitch = lines[first].base - lines[first - 1].base
        if pitch >= 1.45 * size or not _fits(lines[first - 1], pitch, spans, size):
            break
        first -= 1
    while last + 1 < min(len(lines), at + 4):
        pitch = lines[last + 1].base - lines[last].base
        if pitch >= 1.25 * size or not _fits(lines[last + 1], pitch, spans, size):
            break
        last += 1
    return first, last


def _fits(
    line: TextLine,
    pitch: float,
    spans: Sequence[tuple[float, float]],
    size: float,
) -> bool:
    """Its words stand over those of the header, or half a line off, beside words that are centred
    in their cells."""
    if line.numbers > 0.3 or any(_FIGURES.search(word.text) for word in line.words):
        return False
    if any(word.text.endswith(":") for word in line.words[:-1]):  # labels, and what they label
        return False
    over = 0
    for piece in line.pieces:
        left, right = piece[0].left, piece[-1].right
        hit = sum(min(end, right) > max(start, left) for start, end in spans)
        if hit > 1 or right - left > _WIDEST * size:
            return False
        over += hit
    return over >= max(1, 0.5 * len(line.pieces)) or pitch < 0.8 * size


def bands(header: Sequence[TextLine]) -> list[Band]:
    """Words beside each other in a line, with what stands over or below them in the others."""
    every = [piece for line in header for piece in line.pieces]
    groups: list[list[PlacedWord]] = []
    right = 0.0
    for piece in sorted(every, key=lambda piece: piece[0].left):
        if groups and piece[0].left < right - _TOUCHING:
            groups[-1] += piece
            right = max(right, piece[-1].right)
        else:
            groups.append(list(piece))
            right = piece[-1].right
    return [Band.under(group) for group in groups]
