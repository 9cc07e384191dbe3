"""Records in blocks, as in the boxes of customs forms: the same labels again and again, below or
beside each a value. Pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from appliance.domain.document import Document
from appliance.tables.block_frames import (
    LEAST_LABELS,
    LETTERS,
    MOVED,
    SAME_LINE,
    BlockFrame,
    Piece,
    frame_of,
    letters_of,
)
from appliance.tables.page_lines import TextLine, Words
from appliance.tables.table import Cell, Column, Line, Row, Table

_FILLED = 0.5
"""Share of the blocks in which a label has a value."""
_MOST_VALUES = 8
"""That are taken for labels at first."""
_NUMBERED = 3.0
"""Heights between the number of a box and its label, at most."""
_INDENTED, _OUTDENTED = 2.5, 0.5
"""Heights that a value begins right or left of the label that it stands below, at most."""


@dataclass(frozen=True)
class _Block:
    page: int
    labels: Mapping[int, Piece]
    """By number of the label; one that is not found is left out."""
    others: Sequence[Piece]
    """All else that stands in it."""

    @cached_property
    def numbers(self) -> dict[int, Piece]:
        """By label the number of its box, which stands close before it."""
        return {
            at: piece
            for piece in self.others
            if len(piece.letters) < LETTERS and len(piece.words) == 1
            for at, label in self.labels.items()
            if label.line == piece.line and 0 <= label.left - piece.right <= _NUMBERED
        }

    @cached_property
    def cells(self) -> dict[int, list[Piece]]:
        """What each label has; those that have nothing are left out."""
        found: defaultdict[int, list[Piece]] = defaultdict(list)
        numbers = {id(piece) for piece in self.numbers.values()}
        for piece in self.others:
            label = None if id(piece) in numbers else self._label_of(piece)
            if label is not None:
                found[label].append(piece)
        return dict(found)

    def head(self, label: int) -> Words:
        """With the number of its box."""
        number = self.numbers.get(label)
        return [*(number.words if number else ()), *self.labels[label].words]

    def above(self, piece: Piece) -> int | None:
        """The nearest label that it stands below."""
        over = {
            at: label.top
            for at, label in self.labels.items()
            if label.top < piece.top - SAME_LINE
            and -_OUTDENTED <= piece.left - self._left(at) <= _INDENTED
        }
        return max(over, key=over.__getitem__, default=None)

    def _label_of(self, piece: Piece) -> int | None:
        """That which it stands below; else the last one before it, in its line or above."""
        if (above := self.above(piece)) is not None:
            return above
        before = {
            at: (label.line, self._left(at))
            for at, label in self.labels.items()
            if self._left(at) <= piece.left
            and (label.line == piece.line or label.top < piece.top - SAME_LINE)
        }
        return max(before, key=before.__getitem__, default=None)

    def _left(self, label: int) -> float:
        return (self.numbers.get(label) or self.labels[label]).left


def block_table(
    document: Document, pages: Sequence[Sequence[TextLine]], widths: Sequence[float]
) -> Table | None:
    """Of the blocks with the most labels. ``pages`` are all of the document, and how wide they are,
    in heights of their usual words."""
    frame = frame_of(pages, widths)
    return _table(document, frame) if frame else None


def _table(document: Document, frame: BlockFrame) -> Table | None:
    blocks = _blocks(frame)
    for _ in range(_MOST_VALUES):
        value = _value_taken_for_label(frame, blocks)
        if value is None:
            break
        labels = [label for at, label in enumerate(frame.labels) if at != value]
        frame = replace(frame, labels=labels)
        blocks = _blocks(frame)
    page = blocks[0].page
    first = {at: block for block in reversed(blocks) if block.page == page for at in block.labels}
    often = Counter(at for block in blocks for at in block.cells)
    columns = [at for at in first if often[at] >= _FILLED * len(blocks)]
    if len(columns) < LEAST_LABELS:
        return None
    columns.sort(key=lambda at: (first[at].labels[at].line, first[at].labels[at].left))
    return Table(
        page,
        tuple(_column(document, page, first[at].head(at), at, blocks) for at in columns),
        tuple(
            Row(block.page, tuple(_cell(block.cells.get(at, ())) for at in columns))
            for block in blocks
        ),
        in_blocks=True,
    )


def _blocks(frame: BlockFrame) -> list[_Block]:
    found = []
    for block, (page, _) in enumerate(frame.starts):
        labels = {at: label[block] for at, label in enumerate(frame.labels) if block in label}
        known = {id(piece) for piece in labels.values()}
        others = [piece for piece in frame.held[block] if id(piece) not in known]
        for at, label in enumerate(frame.labels):
            if at not in labels:
                others = list(_cut_out(next(iter(label.values())), others, at, labels))
        found.append(_Block(page, labels, others))
    return found


def _cut_out(
    label: Piece, pieces: Iterable[Piece], at: int, labels: dict[int, Piece]
) -> Iterator[Piece]:
    """``pieces`` of a block that lacks a label; where it stands close to something else, it is cut
    out of that, and is one of ``labels``."""
    for piece in pieces:
        found = None if at in labels else _within(label, piece)
        if found is None:
            yield piece
            continue
        start, end = found
        labels[at] = replace(piece, words=piece.words[start:end])
        for words in (piece.words[:start], piece.words[end:]):
            if words:
                yield replace(piece, words=words)


def _within(label: Piece, piece: Piece) -> tuple[int, int] | None:
    """First word, and the one behind the last."""
    if label.letters not in piece.letters:
        return None
    for start, word in enumerate(piece.words):
        if letters_of(word) and abs(word.left / piece.width - label.place) <= 2 * MOVED:
            said = ""
            for end, other in enumerate(piece.words[start:], start + 1):
                said += letters_of(other)
                if said == label.letters:
                    return start, end
    return None


def _value_taken_for_label(frame: BlockFrame, blocks: Sequence[_Block]) -> int | None:
    """What says the same in every block, below a label, and has no value of its own; or begins with
    a number, as in 4 cartons, and the label above it has none. The first one from the top."""
    often = Counter(at for block in blocks for at in block.cells)
    found = []
    for at, label in enumerate(frame.labels):
        above = Counter(block.above(block.labels[at]) for block in blocks if at in block.labels)
        upper = above.most_common(1)[0][0]
        counts = any(piece.words[0].is_number for piece in label.values())
        if upper is not None and (not often[at] or (counts and not often[upper])):
            found.append((min(piece.start for piece in label.values()), at))
    return min(found)[1] if found else None


def _cell(pieces: Iterable[Piece]) -> Cell:
    lines: defaultdict[int, Words] = defaultdict(list)
    for piece in pieces:
        lines[piece.line] += piece.words
    return tuple(_line(lines[line]) for line in sorted(lines))


def _line(words: Words) -> Line:
    return tuple(word.index for word in sorted(words, key=lambda word: word.left))


def _column(
    document: Document, page: int, head: Words, at: int, blocks: Iterable[_Block]
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
