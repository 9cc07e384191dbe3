"""Labels that come again and again at the same places, and the blocks that they make. Pure.

A label is what recurs at the same place of every block, and a block begins where the first of them
does. So two blocks on one page are the least that can be told from a page of labels and values.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from appliance.fields.folding import fold_alnum
from appliance.tables.page_lines import PlacedWord, TextLine, Words

LEAST_LABELS, _MOST_LABELS = 3, 30
"""Of a block."""
_MOST_BLOCKS = 400
_MOST_HELD = 10_000
"""Pieces in all blocks: no page that anybody wrote has more, and none takes long."""
_COUNTS, _TRIED = 6, 3
"""Numbers of blocks that are tried, those first that the most labels have; and labels of each that
a block may begin with, from the top."""
LETTERS = 3
"""Of a label, at least."""
MOVED = 0.015
"""Widths of the page by which one label may be moved."""
_OFTEN = 0.7
"""Share of the blocks in which a label is found: the OCR misreads some."""
SAME_LINE = 0.5
"""Heights between the tops of two pieces of a line, at most."""


@dataclass(frozen=True)
class Piece:
    """Words that stand close together in a line."""

    page: int
    line: int
    """On its page."""
    words: Words
    width: float
    """Heights of its page's usual word that the page is wide."""

    @cached_property
    def letters(self) -> str:
        """The number of a box comes and goes with the OCR."""
        return "".join(map(letters_of, self.words))

    @cached_property
    def place(self) -> float:
        """Where the first letters begin, in widths of its page."""
        first = next((word for word in self.words if letters_of(word)), self.words[0])
        return first.left / self.width

    @cached_property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return self.words[-1].right

    @property
    def start(self) -> tuple[int, float]:
        return self.page, self.top


Label = Mapping[int, Piece]
"""By number of the block, where it stands there."""


@dataclass(frozen=True)
class BlockFrame:
    """Where blocks begin and end, and their labels."""

    starts: Sequence[tuple[int, float]]
    """Page and top."""
    bottoms: Sequence[float]
    labels: Sequence[Label]
    held: Sequence[Sequence[Piece]] = ()
    """By block all that stands in it, labels too."""

    def block_of(self, piece: Piece) -> int | None:
        return _block_of(piece, self.starts, self.bottoms)


def frame_of(pages: Sequence[Sequence[TextLine]], widths: Sequence[float]) -> BlockFrame | None:
    """The one of the most labels. ``pages`` are all of a document, and how wide they are, in
    heights of their usual words."""
    pieces = [
        Piece(page, at, words, widths[page])
        for page, lines in enumerate(pages)
        for at, line in enumerate(lines)
        for words in _parted(line)
    ]
    recurring = _recurring(pieces)
    frames = [_framed(first, recurring) for first in _firsts(recurring)]
    best = max(frames, key=lambda frame: len(frame.labels), default=None)
    if best is None or not LEAST_LABELS <= len(best.labels) <= _MOST_LABELS:
        return None
    held: defaultdict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if (block := best.block_of(piece)) is not None:
            held[block].append(piece)
    if sum(map(len, held.values())) > _MOST_HELD:
        return None
    return replace(best, held=[held[block] for block in range(len(best.starts))])


def letters_of(word: PlacedWord) -> str:
    """Folded."""
    return "".join(filter(str.isalpha, fold_alnum(word.text)))


def _parted(line: TextLine) -> Iterator[Words]:
    """A colon ends a label, however close its value stands."""
    for piece in line.pieces:
        begun: Words = []
        for word in piece:
            begun.append(word)
            if word.text.endswith(":"):
                yield begun
                begun = []
        if begun:
            yield begun


def _recurring(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Those that say the same at the same place, from the top."""
    same: defaultdict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if len(piece.letters) >= LETTERS:
            same[piece.letters].append(piece)
    found: list[list[Piece]] = []
    for every in same.values():
        group: list[Piece] = []
        for piece in sorted(every, key=lambda piece: piece.place):
            if group and piece.place - group[0].place > MOVED:
                found.append(group)
                group = []
            group.append(piece)
        found.append(group)
    groups = (sorted(group, key=lambda piece: piece.start) for group in found)
    return [group for group in groups if 2 <= len(group) <= _MOST_BLOCKS]


def _firsts(recurring: Iterable[Sequence[Piece]]) -> Iterator[Sequence[Piece]]:
    """What blocks may begin with; what stands once on each page heads pages."""
    alike: defaultdict[int, list[Sequence[Piece]]] = defaultdict(list)
    for group in recurring:
        if max(Counter(piece.page for piece in group).values()) > 1:
            alike[len(group)].append(group)
    for groups in sorted(alike.values(), key=len, reverse=True)[:_COUNTS]:
        yield from sorted(groups, key=lambda group: group[0].start)[:_TRIED]


def _framed(first: Sequence[Piece], recurring: Iterable[Sequence[Piece]]) -> BlockFrame:
    """Blocks that begin with ``first``; the last of a page is as high as the highest of all."""
    starts = [(piece.page, piece.top - SAME_LINE) for piece in first]
    below = [
        other.top - SAME_LINE if piece.page == other.page else None
        for piece, other in pairwise(first)
    ]
    highest = max(
        (bottom - top) / piece.width
        for piece, (_, top), bottom in zip(first, starts, below, strict=False)
        if bottom is not None
    )
    bottoms = [
        top + highest * piece.width if bottom is None else bottom
        for piece, (_, top), bottom in zip(first, starts, [*below, None], strict=True)
    ]
    labels = []
    for group in recurring:
        held = [
            (block, piece)
            for piece in group
            if (block := _block_of(piece, starts, bottoms)) is not None
        ]
        label = dict(held)
        if len(held) == len(label) >= _OFTEN * len(starts):
            labels.append(label)
    return BlockFrame(starts, bottoms, labels)


def _block_of(
    piece: Piece, starts: Sequence[tuple[int, float]], bottoms: Sequence[float]
) -> int | None:
    at = bisect_right(starts, piece.start) - 1
    inside = at >= 0 and starts[at][0] == piece.page and piece.top < bottoms[at]
    return at if inside else None
