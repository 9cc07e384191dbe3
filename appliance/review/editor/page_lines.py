"""A page by its lines as the eye sees them: the words that stand beside each other.

Pure. Reading puts cells that go on in the line below into one line, and reads blocks beside each
other one after the other; a table is looked at without that. Lengths are in points.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from appliance.domain.document import BBox, Page
from appliance.fields.folding import fold_alnum

WordIndices = tuple[int, ...]
"""Of words on their page, by line and from the left."""

NEAR, WIDE = 0.6, 1.2
"""Gaps in heights: within a cell at most, between cells surely."""

_HIGH = 2.5
"""Heights of a watermark."""
_HEAD = re.compile(r"[-+]?\d{1,3}")
_GROUP = re.compile(r"\d{3}(?!\d)")
"""What follows the head of a number whose groups stand apart."""


class PageLines:
    def __init__(self, page: Page) -> None:
        self.page = page

    @cached_property
    def boxes(self) -> list[BBox]:
        """Of each word."""
        wide, high = self.page.width, self.page.height
        return [
            BBox(box.left * wide, box.top * high, box.right * wide, box.bottom * high)
            for box in (word.bbox for word in self.page.words)
        ]

    @cached_property
    def lines(self) -> list[list[int]]:
        """Words from the left, lines from the top; without turned words and watermarks."""
        boxes = self.boxes
        lines: list[list[int]] = []
        for at in sorted(self._upright(), key=lambda at: boxes[at].top + boxes[at].bottom):
            line = next((one for one in lines[:-5:-1] if _beside(boxes[one[0]], boxes[at])), None)
            if line is None:
                lines.append([at])
            else:
                line.append(at)
        for line in lines:
            line.sort(key=lambda at: boxes[at].left)
        return sorted(lines, key=lambda line: boxes[line[0]].bottom)

    def _upright(self) -> list[int]:
        highest = _HIGH * median([box.height for box in self.boxes] or [0.0])
        return [
            at
            for at, box in enumerate(self.boxes)
            if box.height <= highest and (len(self.text(at)) <= 3 or box.height <= 1.4 * box.width)
        ]

    @cached_property
    def line_of(self) -> dict[int, int]:
        return {at: number for number, line in enumerate(self.lines) for at in line}

    @cached_property
    def digits(self) -> list[str]:
        """Of each word, to find equal numbers by."""
        return [digits(word.text) for word in self.page.words]

    def text(self, at: int) -> str:
        return self.page.words[at].text

    def box(self, words: Iterable[int]) -> BBox:
        return BBox.around(self.boxes[at] for at in words)

    def middle(self, line: int) -> float:
        """Its height on the page."""
        return median(self.boxes[at].top + self.boxes[at].bottom for at in self.lines[line]) / 2

    def nearest(self, middle: float, *, within: float) -> int | None:
        """The line at that height; None when there is none."""
        lines = range(len(self.lines))
        near = min(lines, key=lambda one: abs(self.middle(one) - middle), default=None)
        found = near is not None and abs(self.middle(near) - middle) <= within
        return near if found else None

    def said(self, line: int) -> str:
        """Its letters and digits."""
        return fold_alnum("".join(map(self.text, self.lines[line])))

    def by_line(self, words: Iterable[int]) -> list[list[int]]:
        found: dict[int, list[int]] = {}
        for at in words:
            if at in self.line_of:
                found.setdefault(self.line_of[at], []).append(at)
        return [sorted(found[n], key=lambda at: self.boxes[at].left) for n in sorted(found)]

    def pieces(self, words: Sequence[int], edges: Sequence[float] = ()) -> list[WordIndices]:
        """Words of a line that surely are of one cell: numbers stand alone, and so does what
        begins at one of ``edges``."""
        found: list[list[int]] = []
        for at in words:
            if found and self._goes_on(found[-1][-1], at, edges):
                found[-1].append(at)
            else:
                found.append([at])
        return [tuple(one) for one in found]

    def _goes_on(self, before: int, at: int, edges: Sequence[float]) -> bool:
        box = self.boxes[at]
        if box.left - self.boxes[before].right > NEAR * box.height:
            return False
        if _HEAD.fullmatch(self.text(before)) and _GROUP.match(self.text(at)):
            return True
        if is_number(self.text(before)) or is_number(self.text(at)):
            return False
        return not any(abs(box.left - edge) < 0.3 * box.height for edge in edges)


def _beside(one: BBox, other: BBox) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > 0.5 * min(one.height, other.height)


def is_number(text: str) -> bool:
    """Whatever its mark."""
    core = text.strip("€$£%*()+-–±.,:")
    return any(map(str.isdigit, core)) and not any(map(str.isalpha, core))


def digits(text: str) -> str:
    """Equal for equal numbers."""
    return "".join(filter(str.isdigit, text)).strip("0")


NUMBER, LETTERS, MIXED, MARKS = "number", "letters", "mixed", "marks"


@dataclass(frozen=True, slots=True)
class WordShape:
    kind: str
    """NUMBER, LETTERS, MIXED of both, or MARKS alone."""
    decimals: int | None
    """None where the last mark may part thousands."""

    @staticmethod
    def of(text: str) -> WordShape:
        if not any(map(str.isdigit, text)):
            return WordShape(LETTERS if any(map(str.isalpha, text)) else MARKS, 0)
        found = re.search(r"[.,](\d+)\D*$", text)
        behind = len(found[1]) if found else 0
        kind = MIXED if any(map(str.isalpha, text)) else NUMBER
        return WordShape(kind, None if behind == 3 else behind)

    def __add__(self, other: WordShape) -> WordShape:
        """Of both texts, one behind the other."""
        return WordShape(self.kind if self.kind == other.kind else MIXED, other.decimals)
