"""Records in blocks, as in the boxes of customs forms: the same labels again and again, below or
beside each a value. Pure.

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

from appliance.domain.document import Document
from appliance.fields.folding import fold_alnum
from appliance.tables.page_lines import PlacedWord, TextLine, Words
from appliance.tables.table import Cell, Column, Line, Row, Table

_LEAST_LABELS, _MOST_LABELS = 3, 30
"""Of a block."""
_MOST_BLOCKS = 400
_TRIED = 3
"""Labels of as many occurrences that a block may begin with, from the top."""
_LETTERS = 3
"""Of a label, at least."""
_MOVED = 0.015
"""Widths of the page by which one label may be moved."""
_OFTEN = 0.7
"""Share of the blocks in which a label is found: the OCR misreads some."""
_FILLED = 0.5
"""Share of the blocks in which a label has a value."""
_NUMBERED = 3.0
"""Heights between the number of a box and its label, at most."""
_INDENTED, _OUTDENTED = 2.5, 0.5
"""Heights that a value begins right or left of the label that it stands below, at most."""
_SAME_LINE = 0.5
"""Heights between the tops of two pieces of a line, at most."""


@dataclass(frozen=True)
class _Piece:
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
        return "".join(map(_letters, self.words))

    @cached_property
    def place(self) -> float:
        """Where the first letters begin, in widths of its page."""
        first = next((word for word in self.words if _letters(word)), self.words[0])
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


_Label = Mapping[int, _Piece]
"""By number of the block, where it stands there."""


@dataclass(frozen=True)
class _Frame:
    """Where blocks begin and end, and their labels."""

    starts: Sequence[tuple[int, float]]
    """Page and top."""
    bottoms: Sequence[float]
    labels: Sequence[_Label]

    def block_of(self, piece: _Piece) -> int | None:
        return _block_of(piece, self.starts, self.bottoms)


def block_table(
    document: Document, pages: Sequence[Sequence[TextLine]], widths: Sequence[float]
) -> Table | None:
    """Of the most labels that recur. ``pages`` are all of the document, and how wide they are, in
    heights of their usual words."""
    pieces = [
        _Piece(page, at, words, widths[page])
        for page, lines in enumerate(pages)
        for at, line in enumerate(lines)
        for words in _parted(line)
    ]
    recurring = _recurring(pieces)
    frames = [_framed(first, recurring) for first in _firsts(recurring)]
    best = max(frames, key=lambda frame: len(frame.labels), default=None)
    if best is None or not _LEAST_LABELS <= len(best.labels) <= _MOST_LABELS:
        return None
    return _table(document, pieces, best)


def _letters(word: PlacedWord) -> str:
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


def _recurring(pieces: Iterable[_Piece]) -> list[list[_Piece]]:
    """Those that say the same at the same place, from the top."""
    same: defaultdict[str, list[_Piece]] = defaultdict(list)
    for piece in pieces:
        if len(piece.letters) >= _LETTERS:
            same[piece.letters].append(piece)
    found: list[list[_Piece]] = []
    for every in same.values():
        group: list[_Piece] = []
        for piece in sorted(every, key=lambda piece: piece.place):
            if group and piece.place - group[0].place > _MOVED:
                found.append(group)
                group = []
            group.append(piece)
        found.append(group)
    groups = (sorted(group, key=lambda piece: piece.start) for group in found)
    return [group for group in groups if 2 <= len(group) <= _MOST_BLOCKS]


def _firsts(recurring: Iterable[Sequence[_Piece]]) -> Iterator[Sequence[_Piece]]:
    """What blocks may begin with; what stands once on each page heads pages."""
    alike: defaultdict[int, list[Sequence[_Piece]]] = defaultdict(list)
    for group in recurring:
        if max(Counter(piece.page for piece in group).values()) > 1:
            alike[len(group)].append(group)
    for groups in alike.values():
        yield from sorted(groups, key=lambda group: group[0].start)[:_TRIED]


def _framed(first: Sequence[_Piece], recurring: Iterable[Sequence[_Piece]]) -> _Frame:
    """Blocks that begin with ``first``; the last of a page is as high as the highest of all."""
    starts = [(piece.page, piece.top - _SAME_LINE) for piece in first]
    below = [
        other.top - _SAME_LINE if piece.page == other.page else None
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
    return _Frame(starts, bottoms, labels)


def _block_of(
    piece: _Piece, starts: Sequence[tuple[int, float]], bottoms: Sequence[float]
) -> int | None:
    at = bisect_right(starts, piece.start) - 1
    inside = at >= 0 and starts[at][0] == piece.page and piece.top < bottoms[at]
    return at if inside else None


@dataclass(frozen=True)
class _Filled:
    """One block."""

    page: int
    labels: Mapping[int, _Piece]
    """By number of the label."""
    numbers: Mapping[int, _Piece]
    """Those of boxes, likewise."""
    cells: Mapping[int, Sequence[_Piece]]
    """Likewise; empty labels are left out."""


def _table(document: Document, pieces: Sequence[_Piece], frame: _Frame) -> Table | None:
    blocks = _filled(pieces, frame)
    while (value := _value_taken_for_label(frame, blocks)) is not None:
        labels = [label for at, label in enumerate(frame.labels) if at != value]
        frame = replace(frame, labels=labels)
        blocks = _filled(pieces, frame)
    page = blocks[0].page
    said = {
        at: (block.labels[at], block.numbers.get(at))
        for block in reversed(blocks)
        if block.page == page
        for at in block.labels
    }
    often = Counter(at for block in blocks for at in block.cells)
    columns = [at for at in said if often[at] >= _FILLED * len(blocks)]
    if len(columns) < _LEAST_LABELS:
        return None
    columns.sort(key=lambda at: (said[at][0].line, said[at][0].left))
    heads = {
        at: [*(number.words if number else ()), *one.words] for at, (one, number) in said.items()
    }
    return Table(
        page,
        tuple(_column(document, page, heads[at], at, blocks) for at in columns),
        tuple(
            Row(block.page, tuple(_cell(block.cells.get(at, ())) for at in columns))
            for block in blocks
        ),
        in_blocks=True,
    )


def _filled(pieces: Iterable[_Piece], frame: _Frame) -> list[_Filled]:
    held: defaultdict[int, list[_Piece]] = defaultdict(list)
    for piece in pieces:
        if (block := frame.block_of(piece)) is not None:
            held[block].append(piece)
    found = []
    for block, (page, _) in enumerate(frame.starts):
        labels = {at: label[block] for at, label in enumerate(frame.labels) if block in label}
        for at, label in enumerate(frame.labels):
            if block not in label:
                one = next(iter(label.values()))
                held[block] = list(_cut_out(one, held[block], at, labels))
        numbers = _box_numbers(labels, held[block])
        apart = {id(piece) for piece in (*labels.values(), *numbers.values())}
        cells: defaultdict[int, list[_Piece]] = defaultdict(list)
        for piece in held[block]:
            if id(piece) not in apart:
                of = _label_of(piece, labels, numbers)
                if of is not None:
                    cells[of].append(piece)
        found.append(_Filled(page, labels, numbers, cells))
    return found


def _cut_out(
    label: _Piece, pieces: Iterable[_Piece], at: int, labels: dict[int, _Piece]
) -> Iterator[_Piece]:
    """The pieces of a block that lacks a label; where it stands close to something else, it is cut
    out of that, and is one of ``labels``."""
    for piece in pieces:
        found = None if at in labels else _within(label, piece)
        if found is None:
            yield piece
            continue
        start, end = found
        labels[at] = replace(piece, words=piece.words[start:end])
        for words in (piece.words[:start], piece.words[start:end], piece.words[end:]):
            if words:
                yield labels[at] if words == labels[at].words else replace(piece, words=words)


def _within(label: _Piece, piece: _Piece) -> tuple[int, int] | None:
    if label.letters not in piece.letters:
        return None
    for start, word in enumerate(piece.words):
        if _letters(word) and abs(word.left / piece.width - label.place) <= 2 * _MOVED:
            said = ""
            for end, other in enumerate(piece.words[start:], start + 1):
                said += _letters(other)
                if said == label.letters:
                    return start, end
    return None


def _value_taken_for_label(frame: _Frame, blocks: Sequence[_Filled]) -> int | None:
    """What says the same in every block, below a label, and has no value of its own; or begins with
    a number, as in 4 cartons, and the label above it has none. The first one from the top."""
    often = Counter(at for block in blocks for at in block.cells)
    found = []
    for at, label in enumerate(frame.labels):
        upper = _usually_above(at, blocks)
        counts = any(piece.words[0].is_number for piece in label.values())
        if upper is not None and (not often[at] or (counts and not often[upper])):
            found.append((min(piece.start for piece in label.values()), at))
    return min(found)[1] if found else None


def _usually_above(at: int, blocks: Iterable[_Filled]) -> int | None:
    above: Counter[int | None] = Counter()
    for block in blocks:
        if at in block.labels:
            others = {other: one for other, one in block.labels.items() if other != at}
            above[_above(block.labels[at], others, block.numbers)] += 1
    return above.most_common(1)[0][0]


def _box_numbers(labels: Mapping[int, _Piece], held: Iterable[_Piece]) -> dict[int, _Piece]:
    """By label the number of its box, which stands close before it."""
    found = {}
    for piece in held:
        if len(piece.letters) < _LETTERS and len(piece.words) == 1:
            for at, label in labels.items():
                if label.line == piece.line and 0 <= label.left - piece.right <= _NUMBERED:
                    found[at] = piece
    return found


def _label_of(
    piece: _Piece, labels: Mapping[int, _Piece], numbers: Mapping[int, _Piece]
) -> int | None:
    """That which it stands below; else the last one before it, in its line or above."""
    if (above := _above(piece, labels, numbers)) is not None:
        return above
    before = {
        at: (label.line, left)
        for at, label in labels.items()
        if (left := _left(at, labels, numbers)) <= piece.left
        and (label.line == piece.line or label.top < piece.top - _SAME_LINE)
    }
    return max(before, key=before.__getitem__, default=None)


def _above(
    piece: _Piece, labels: Mapping[int, _Piece], numbers: Mapping[int, _Piece]
) -> int | None:
    """The nearest label that it stands below."""
    over = {
        at: label.top
        for at, label in labels.items()
        if label.top < piece.top - _SAME_LINE
        and -_OUTDENTED <= piece.left - _left(at, labels, numbers) <= _INDENTED
    }
    return max(over, key=over.__getitem__, default=None)


def _left(at: int, labels: Mapping[int, _Piece], numbers: Mapping[int, _Piece]) -> float:
    """Of a label with the number of its box."""
    return (numbers.get(at) or labels[at]).left


def _cell(pieces: Iterable[_Piece]) -> Cell:
    lines: defaultdict[int, Words] = defaultdict(list)
    for piece in pieces:
        lines[piece.line] += piece.words
    return tuple(_line(lines[line]) for line in sorted(lines))


def _line(words: Words) -> Line:
    return tuple(word.index for word in sorted(words, key=lambda word: word.left))


def _column(
    document: Document, page: int, head: Words, at: int, blocks: Iterable[_Filled]
) -> Column:
    words = [(page, word.index) for word in head]
    words += [
        (block.page, word.index)
        for block in blocks
        for piece in block.cells.get(at, ())
        for word in piece.words
    ]
    boxes = [document.pages[page].words[index].bbox for page, index in words]
    return Column(_line(head), min(box.left for box in boxes), max(box.right for box in boxes))
