"""The words of a cell, one more or one less at an edge. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from appliance.domain.document import BBox, Document, Page, Span
from appliance.fields.candidates import joined
from appliance.tables.table import Line, cell_spans


class Edge(Enum):
    LEFT = auto()
    """Of its first line."""
    RIGHT = auto()
    """Of its last line."""
    BELOW = auto()


@dataclass(frozen=True, slots=True)
class CellWords:
    """Of a cell with at least one word."""

    page: int
    lines: tuple[Line, ...]
    """From the top."""

    @property
    def spans(self) -> tuple[Span, ...]:
        return cell_spans(self.page, self.lines)

    def text(self, document: Document) -> str:
        return " ".join(joined(span.words(document)) for span in self.spans)

    @property
    def words(self) -> list[int]:
        return [at for line in self.lines for at in line]


def cell_words(document: Document, spans: Sequence[Span]) -> CellWords | None:
    """Of a cell that stands on ``spans``, on the page of the first; None when there is none."""
    here = [span for span in spans if span.page == spans[0].page]
    words = [at for span in here for at in range(span.start, span.end)]
    return _cell(document, spans[0].page, words) if words else None


def moved(document: Document, cell: CellWords, edge: Edge, by: int) -> CellWords | None:
    """Outward by a word (a line below) where ``by`` is 1, inward where it is -1; None where there
    is no word to take, or but one to give."""
    if by < 0:
        return _less(document, cell, edge)
    page = document.pages[cell.page]
    taken = _below(page, cell) if edge is Edge.BELOW else _beside(page, cell, edge)
    if not taken:
        return None
    words = (*taken, *cell.words) if edge is Edge.LEFT else (*cell.words, *taken)
    return _cell(document, cell.page, words)


def without(document: Document, cell: CellWords, words: Collection[int]) -> CellWords | None:
    """None where nothing is left."""
    left = [at for at in cell.words if at not in words]
    return _cell(document, cell.page, left) if left else None


def _less(document: Document, cell: CellWords, edge: Edge) -> CellWords | None:
    match edge:
        case Edge.LEFT:
            gone: Line = cell.lines[0][:1]
        case Edge.RIGHT:
            gone = cell.lines[-1][-1:]
        case Edge.BELOW:
            gone = cell.lines[-1]
    return without(document, cell, gone)


def _beside(page: Page, cell: CellWords, edge: Edge) -> Line:
    """The nearest word on that side."""
    right = edge is Edge.RIGHT
    box = page.words[cell.lines[-1][-1] if right else cell.lines[0][0]].bbox
    near = [
        ((one.left - box.right) if right else (box.left - one.right), at)
        for at, one in _boxes(page)
        if at not in cell.words and _same_line(one, box)
        if (one.left >= box.right - _HAIR if right else one.right <= box.left + _HAIR)
    ]
    return (min(near)[1],) if near else ()


_HAIR = 0.001


def _below(page: Page, cell: CellWords) -> Line:
    """What stands under it in the next line."""
    whole = BBox.around(page.words[at].bbox for at in cell.words)
    last = BBox.around(page.words[at].bbox for at in cell.lines[-1])
    under = [
        (at, one)
        for at, one in _boxes(page)
        if one.left < whole.right and whole.left < one.right
        if one.top > last.top and not _same_line(one, last)
    ]
    first = min((one for _, one in under), key=lambda one: one.top, default=None)
    if first is None:
        return ()
    line = [(one.left, at) for at, one in under if _same_line(one, first)]
    return tuple(at for _, at in sorted(line))


def _boxes(page: Page) -> Iterable[tuple[int, BBox]]:
    return ((at, word.bbox) for at, word in enumerate(page.words))


def _same_line(one: BBox, other: BBox) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > 0.5 * min(one.height, other.height)


def _cell(document: Document, page: int, words: Iterable[int]) -> CellWords:
    """In their order, a line wherever one goes on below the one before."""
    boxes = document.pages[page].words
    lines: list[list[int]] = []
    for at in words:
        if lines and _same_line(boxes[lines[-1][-1]].bbox, boxes[at].bbox):
            lines[-1].append(at)
        else:
            lines.append([at])
    return CellWords(page, tuple(map(tuple, lines)))
