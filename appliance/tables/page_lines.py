"""A page as lines of words beside each other, measured in heights of its usual word. Pure.

Reading order puts wrapped cells and blocks together; a table needs the lines as they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from statistics import median

from appliance.domain.document import Page
from appliance.tables.numbers import goes_on, is_number

MOST_WORDS = 6000
"""Of a page; one with more is no page that anybody wrote, and is not searched."""
WIDE = 0.95
"""Heights; a gap as wide lies between two cells."""
_USUAL_GAP = 0.55
_LINES_BACK = 4
"""How many lines a word may belong to, from the lowest."""


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """Lengths in heights of the page's usual word, from the page's upper left corner."""

    index: int
    """On its page."""
    text: str
    left: float
    top: float
    right: float
    bottom: float
    is_number: bool = False

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


Words = list[PlacedWord]


@dataclass(frozen=True)
class TextLine:
    words: tuple[PlacedWord, ...]
    """From the left, at least one."""
    gap: float
    """Heights; two words with a wider gap between them are hardly of one cell."""

    @cached_property
    def pieces(self) -> list[Words]:
        """Parted where a gap is wider."""
        return parted(self.words, self.gap)

    @cached_property
    def cells(self) -> int:
        """How many surely stand apart."""
        return len(parted(self.words, WIDE))

    @cached_property
    def runs(self) -> list[Words]:
        """Words that surely are of one cell: a number stands alone beside a number, unless it goes
        on there, as in 1 794,38."""
        return list(chain.from_iterable(self.runs_of_pieces))

    @cached_property
    def runs_of_pieces(self) -> list[list[Words]]:
        """The runs of each piece."""
        return [_runs(piece) for piece in self.pieces]

    @cached_property
    def top(self) -> float:
        return median(word.top for word in self.words)

    @cached_property
    def base(self) -> float:
        return median(word.bottom for word in self.words)

    @cached_property
    def height(self) -> float:
        return median(word.height for word in self.words)

    @property
    def left(self) -> float:
        return self.words[0].left

    @cached_property
    def right(self) -> float:
        return max(word.right for word in self.words)

    @cached_property
    def numbers(self) -> float:
        """Share of its words, 0-1."""
        return sum(word.is_number for word in self.words) / len(self.words)


def _runs(piece: Words) -> list[Words]:
    found = [piece[:1]]
    for before, word in pairwise(piece):
        apart = word.is_number and before.is_number
        if apart and not goes_on(before.text, word.text):
            found.append([word])
        else:
            found[-1].append(word)
    return found


def lines_of(page: Page) -> tuple[TextLine, ...]:
    """From the top; none of a page with more words than ``MOST_WORDS``."""
    words = _upright(page)
    if len(words) > MOST_WORDS:
        return ()
    lines = _in_lines(words)
    gap = _word_gap(lines)
    found = [TextLine(tuple(line), gap) for line in lines]
    return tuple(sorted(found, key=lambda line: line.base))


def parted(words: Sequence[PlacedWord], gap: float) -> list[Words]:
    """Words of a line, parted where a gap is wider than ``gap`` heights."""
    parts: list[Words] = []
    for word in words:
        if parts and near(parts[-1][-1], word, gap):
            parts[-1].append(word)
        else:
            parts.append([word])
    return parts


def near(before: PlacedWord, word: PlacedWord, gap: float) -> bool:
    """Whether no more than ``gap`` heights of the lower one lie between two words of a line."""
    return word.left - before.right <= gap * min(word.height, before.height)


def width_of(page: Page) -> float:
    """In heights of its usual word; 0 where it has none."""
    usual = _usual_height(page)
    return page.width / usual if usual > 0 else 0.0


def _usual_height(page: Page) -> float:
    heights = [word.bbox.height * page.height for word in page.words]
    return median(heights) if heights else 0.0


def _upright(page: Page) -> list[PlacedWord]:
    """Without words that are written upwards and without what is far larger than the text."""
    usual = _usual_height(page)
    if usual <= 0:
        return []
    across, down = page.width / usual, page.height / usual
    upwards: set[tuple[float, float]] = set()  # edges of long words, which short ones share
    found = []
    for index, word in enumerate(page.words):
        box = word.bbox
        placed = PlacedWord(
            index,
            word.text,
            box.left * across,
            box.top * down,
            box.right * across,
            box.bottom * down,
            is_number(word.text),
        )
        if len(word.text) >= 3 and placed.height > 1.4 * (placed.right - placed.left):
            upwards.add((placed.left, placed.right))
        elif 0 < placed.height < 4.5:
            found.append(placed)
    return [word for word in found if (word.left, word.right) not in upwards]


@dataclass(slots=True)
class _Growing:
    words: Words
    top: float
    bottom: float

    def takes(self, word: PlacedWord) -> bool:
        """More than half of the lower one's height is shared, and nothing stands there yet."""
        shared = min(self.bottom, word.bottom) - max(self.top, word.top)
        if len(self.words) == _MOST_IN_LINE:
            return False
        if shared <= 0.55 * min(self.bottom - self.top, word.height):
            return False
        return not any(
            min(other.right, word.right) - max(other.left, word.left)
            > 0.5 * min(other.right - other.left, word.right - word.left)
            for other in self.words
        )

    def add(self, word: PlacedWord) -> None:
        self.words.append(word)
        if len(self.words) <= _LONG:
            self.top = median(other.top for other in self.words)
            self.bottom = median(other.bottom for other in self.words)


_MOST_IN_LINE = 200
"""Words; a longer one is cut, so that no page takes long."""
_LONG = 30
"""Words after which a line's height is known."""


def _in_lines(words: Sequence[PlacedWord]) -> list[Words]:
    lines: list[_Growing] = []
    for word in sorted(words, key=lambda word: (word.middle, word.left, word.index)):
        line = next((line for line in lines[: -_LINES_BACK - 1 : -1] if line.takes(word)), None)
        if line is None:
            lines.append(_Growing([word], word.top, word.bottom))
        else:
            line.add(word)
    return [sorted(line.words, key=lambda word: word.left) for line in lines]


def _word_gap(lines: Sequence[Words]) -> float:
    """By the page's own word spaces: typewriters have wide ones."""
    gaps = sorted(gap for gap in _gaps(lines) if 0.08 < gap < 1.0)
    if len(gaps) <= 10:
        return _USUAL_GAP
    return min(max(0.5, 1.45 * gaps[len(gaps) // 2]), 0.9)


def _gaps(lines: Sequence[Words]) -> Iterator[float]:
    for line in lines:
        for before, word in zip(line, line[1:], strict=False):
            yield (word.left - before.right) / min(before.height, word.height)
