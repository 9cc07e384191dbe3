"""A page's words on a grid of character cells that keeps its columns, for a screen to draw.

Pure. Runs of words stand where they stand on the page, figures by their right edge; what does not
fit beside its neighbours moves together, and what still does not fit goes on in the next line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from rich.cells import cell_len

from appliance.domain.document import Page, Word
from appliance.fields.candidates import runs
from appliance.review.widgets.styled_text import in_parts

_APART = 2
"""Cells between runs, where there is room; else one."""
_EMPTY_LINE = 1.9
"""Distance of two lines, in that of most, from which an empty one is drawn between them."""


@dataclass(frozen=True, slots=True)
class TextPiece:
    column: int
    """Of its first cell, from 0."""
    text: str
    """A word; a part of one only where the word is wider than the grid."""
    word_index: int


_HAIR = 1e-6
"""Share of the page's width that no letter is narrower than."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Words that stay together, at columns of their own."""

    pieces: tuple[TextPiece, ...]
    width: int
    left: float
    right: float
    """Where it stands, in cells."""
    figures: bool

    @property
    def wanted(self) -> int:
        return max(round(self.right - self.width if self.figures else self.left), 0)


def laid_out(page: Page, width: int) -> tuple[tuple[TextPiece, ...], ...]:
    """Lines in reading order, each within ``width`` cells (at least 1); () is an empty line."""
    found: list[tuple[TextPiece, ...]] = []
    scale, left = _scale(page, width)
    last: int | None = None
    empty = _empty_lines(page)
    for line, blocks in _lines(page, width, scale, left):
        if line in empty and line != last and found:
            found.append(())
        last = line
        found += [_placed(row, width) for row in _rows(blocks, width)]
    return tuple(found)


def _scale(page: Page, width: int) -> tuple[float, float]:
    """Cells of the page's whole width, and where its text begins; never wider than its letters."""
    if not page.words:
        return 0.0, 0.0
    left = min(word.bbox.left for word in page.words)
    right = max(word.bbox.right for word in page.words)
    letter = median(word.bbox.width / len(word.text) for word in page.words)
    if letter < _HAIR:
        letter = 1.0
    return min(width / max(right - left, letter), 1.0 / letter), left


def _lines(page: Page, width: int, scale: float, left: float) -> Iterator[tuple[int, list[_Block]]]:
    line, blocks = -1, list[_Block]()
    for start, end in runs(page):
        if page.words[start].line != line and blocks:
            yield line, blocks
            blocks = []
        line = page.words[start].line
        blocks += _blocks(page.words, start, end, width, scale, left)
    if blocks:
        yield line, blocks


def _blocks(
    words: Sequence[Word], start: int, end: int, width: int, scale: float, left: float
) -> Iterator[_Block]:
    """The run as one, cut between words where it is wider than the grid; its rest begins under
    its beginning."""
    begins = (words[start].bbox.left - left) * scale
    ends = (words[end - 1].bbox.right - left) * scale
    lines = list(_cut(words, start, end, width))
    text = "".join(word.text for word in words[start:end])
    figures = len(lines) == 1 and any(map(str.isdigit, text)) and not any(map(str.isalpha, text))
    for pieces in lines:
        size = pieces[-1].column + cell_len(pieces[-1].text)
        yield _Block(pieces, size, begins, ends, figures)


def _cut(
    words: Sequence[Word], start: int, end: int, width: int
) -> Iterator[tuple[TextPiece, ...]]:
    """Lines of the run, each as many words as fit."""
    line: list[TextPiece] = []
    column = 0
    for at in range(start, end):
        blank = int(bool(line) and words[at].gap > 0)
        if line and column + blank + cell_len(words[at].text) > width:
            yield tuple(line)
            line, column, blank = [], 0, 0
        *full, last = in_parts(words[at].text, width)
        yield from ((TextPiece(0, part, at),) for part in full)
        line.append(TextPiece(column + blank, last, at))
        column += blank + cell_len(last)
    yield tuple(line)


def _rows(blocks: Sequence[_Block], width: int) -> Iterator[list[_Block]]:
    """As many side by side as fit with one cell between them."""
    row: list[_Block] = []
    for block in blocks:
        if row and sum(one.width + 1 for one in row) + block.width > width:
            yield row
            row = []
        row.append(block)
    yield row


def _placed(row: Sequence[_Block], width: int) -> tuple[TextPiece, ...]:
    """Where they stand on the page; moved right, then left, as far as the others need."""
    sizes = sum(block.width for block in row)
    apart = _APART if sizes + _APART * (len(row) - 1) <= width else 1
    columns: list[int] = []
    free = 0
    for block in row:
        columns.append(max(block.wanted, free))
        free = columns[-1] + block.width + apart
    limit = width
    for at in range(len(row) - 1, -1, -1):
        columns[at] = max(min(columns[at], limit - row[at].width), 0)
        limit = columns[at] - apart
    return tuple(
        replace(piece, column=column + piece.column)
        for block, column in zip(row, columns, strict=True)
        for piece in block.pieces
    )


def _empty_lines(page: Page) -> frozenset[int]:
    """Lines with more room above them than most."""
    tops: dict[int, float] = {}
    for word in page.words:
        tops[word.line] = min(word.bbox.top, tops.get(word.line, 1.0))
    order = sorted(tops)
    steps = {line: tops[line] - tops[above] for above, line in zip(order, order[1:], strict=False)}
    down = [step for step in steps.values() if step > 0]
    usual = median(down) if down else 1.0
    return frozenset(line for line, step in steps.items() if step > _EMPTY_LINE * usual)
