"""Text runs -> words in reading order. Pure.

Pieces that stand beside each other make a line, so rows of a table stay rows; blocks beside each
other are read one after the other; cells that go on in the next line are put back together.
Left-to-right scripts only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from appliance.domain.document import BBox, Word
from appliance.reading.blocks import cuts, unstacked, unwrapped
from appliance.reading.words import LayoutWord, Line, TextRun, wide


def arrange(loose: Iterable[TextRun], *, width: float, height: float) -> tuple[Word, ...]:
    """Words in reading order; ``width`` and ``height`` of the page in one unit, above zero."""
    upright: list[Line] = []
    turned: list[Line] = []
    for item in loose:
        run = [_scaled(piece, width, height) for piece in _split(item)]
        if run:
            (turned if item.turned else upright).append(run)
    words: list[Word] = []
    for number, line in enumerate(unwrapped(unstacked(in_lines(upright))) + turned):
        words.extend(_words(line, number, width, height))
    return tuple(words)


def _scaled(piece: LayoutWord, width: float, height: float) -> LayoutWord:
    return replace(
        piece,
        left=piece.left * width,
        top=piece.top * height,
        right=piece.right * width,
        bottom=piece.bottom * height,
    )


def _split(item: TextRun) -> list[LayoutWord]:
    """Its words, and their glued parts; each takes its share of the length."""
    box = item.bbox
    step = box.width / max(len(item.text), 1)
    pieces = []
    start = 0
    for word in item.text.split():
        start = item.text.index(word, start)
        ends = [*cuts(word), len(word)]
        for begin, end in zip([0, *ends], ends, strict=False):
            pieces.append(
                LayoutWord(
                    word[begin:end],
                    box.left + (start + begin) * step,
                    box.top,
                    box.left + (start + end) * step,
                    box.bottom,
                    item.confidence,
                    glued=begin > 0,
                )
            )
        start += len(word)
    return pieces


def in_lines(runs: Sequence[Line]) -> list[Line]:
    """From left to right each run joins the line whose last piece stands beside it."""
    lines: list[Line] = []
    last = np.empty((4, len(runs)))  # edges of each line's last piece
    for run in sorted(runs, key=lambda run: (run[0].left, run[0].top, run[0].text)):
        number = _beside(last[:, : len(lines)], run)
        if number is None:
            number = len(lines)
            lines.append([])
        lines[number].extend(run)
        piece = run[-1]
        last[:, number] = piece.left, piece.top, piece.right, piece.bottom
    return sorted(lines, key=lambda line: (median(p.middle for p in line), line[0].left))


def _beside(last: NDArray[np.float64], run: Line) -> int | None:
    """Of those whose last piece stands beside the run, the line that shares most of the lower one's
    height with it; all at once, for a page may have a hundred thousand."""
    left, top, right, bottom = last
    first = run[0]
    common = np.minimum(bottom, first.bottom) - np.maximum(top, first.top)
    shared = common / np.maximum(np.minimum(bottom - top, first.height), 1e-9)
    least = np.minimum(right - left, run[-1].right - first.left)
    fits = (shared > 0.5) & (right - first.left <= np.maximum(0.5 * least, 0.1))
    return int(np.argmax(np.where(fits, shared, 0))) if fits.any() else None


def _words(line: Sequence[LayoutWord], number: int, width: float, height: float) -> Iterable[Word]:
    before = None
    for piece in line:
        gap = 1
        if piece.glued:
            gap = 0
        elif before and wide(before, piece):
            gap = 2
        yield Word(
            piece.text,
            BBox(
                piece.left / width, piece.top / height, piece.right / width, piece.bottom / height
            ),
            number,
            gap,
            piece.confidence,
        )
        before = piece
