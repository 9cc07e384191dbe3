"""What a page says and where: words with boxes, in reading order.

Coordinates are shares of the upright page, 0-1, origin top left. Pages and words count from 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from appliance.domain.blockers import Blocker
from appliance.domain.characters import uncontrolled
from appliance.domain.einvoice import EInvoice

UNNAMED = "0" * 64
"""Docid of what is only tried, and whose bytes nobody took in."""
_DOCID = re.compile(r"[0-9a-f]{64}")


def is_docid(name: str) -> bool:
    """As every file of the archive has it for its name."""
    return bool(_DOCID.fullmatch(name))


@dataclass(frozen=True, slots=True)
class BBox:
    """Shares of the upright page's width and height, 0-1, origin top left."""

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if self.left > self.right or self.top > self.bottom:
            raise ValueError(f"a box has its left before its right and its top first: {self}")

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @staticmethod
    def around(boxes: Iterable[BBox]) -> BBox:
        """The smallest box that holds all of ``boxes`` (at least one)."""
        every = list(boxes)
        return BBox(
            min(box.left for box in every),
            min(box.top for box in every),
            max(box.right for box in every),
            max(box.bottom for box in every),
        )


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without white space; what would drive a terminal is unknown in it."""

    text: str
    bbox: BBox
    line: int
    """Index of the line within the page; never falls along the reading order."""
    gap: int = 1
    """What separates it from the word before it on the same line: 0 nothing (a glued word was
    split here), 1 a space, 2 a wide gap as between columns. Meaningless on a line's first word."""
    confidence: float | None = None
    """0-1 from the OCR; None when the word was typed into the file."""

    def __post_init__(self) -> None:
        if self.text.isprintable() and self.text and " " not in self.text:
            return  # nearly all: no other space and no control character is called printable
        if not self.text or any(character.isspace() for character in self.text):
            raise ValueError(f"a word is not empty and holds no white space: {self.text!r}")
        # Made so and not refused: a reading that was kept before stays one.
        object.__setattr__(self, "text", uncontrolled(self.text))


@dataclass(frozen=True, slots=True)
class Page:
    width: float
    height: float
    """Points (1/72 inch) of the upright page; pixels where the file does not say its resolution."""
    words: tuple[Word, ...]
    """In reading order."""
    source: Literal["text", "ocr"]
    rotation: float = 0.0
    """Degrees clockwise by which the page was turned to stand upright, skew included."""


@dataclass(frozen=True, slots=True)
class Document:
    docid: str
    """SHA-256 of the file's bytes, lower-case hex."""
    pages: tuple[Page, ...]
    blockers: tuple[Blocker, ...] = ()
    """What reading found that a clerk has to see: hidden text, an unreadable page."""
    einvoice: EInvoice | None = None
    """What the file says to programs beside its pages; None where it says nothing, or where it is
    not asked for."""

    def __hash__(self) -> int:
        """Of thousands of words it would take a millisecond, whenever something kept is asked
        for."""
        return hash(self.docid)


FEWEST = 5
"""Words with digits that a document must have to be told from others by them; with fewer, all of
its words count."""


def is_number(word: str) -> bool:
    """Has it a digit?"""
    return any(map(str.isdigit, word))


def telling_words(words: Sequence[str]) -> tuple[str, ...]:
    """Of all words of a document, those that tell it from others."""
    numbers = set(filter(is_number, words))
    return tuple(sorted(numbers)) if len(numbers) >= FEWEST else tuple(words)


@dataclass(frozen=True, slots=True)
class PagePart:
    """A part of a page that is to be looked at."""

    page: int
    rotation: float
    """The page's, by which the part's box stands upright."""
    box: BBox


@dataclass(frozen=True, slots=True)
class Span:
    """The words ``start`` to ``end`` (exclusive) of one page, in reading order."""

    page: int
    start: int
    end: int

    def __post_init__(self) -> None:
        if self.page < 0 or not 0 <= self.start < self.end:
            raise ValueError(f"a span holds at least one word: {self}")

    def lies_in(self, document: Document) -> bool:
        """False of one that was found in another reading of the file."""
        return self.page < len(document.pages) and self.end <= len(document.pages[self.page].words)

    def overlaps(self, other: Span) -> bool:
        return self.page == other.page and self.start < other.end and other.start < self.end

    def words(self, document: Document) -> tuple[Word, ...]:
        return document.pages[self.page].words[self.start : self.end]

    def bbox(self, document: Document) -> BBox:
        return BBox.around(word.bbox for word in self.words(document))


def page_text(page: Page) -> str:
    """The page as the model sees it: a line a line, two spaces for a wide gap."""
    pieces: list[str] = []
    line = None
    for word in page.words:
        if word.line != line:
            pieces.append("\n" if pieces else "")
            line = word.line
        else:
            pieces.append(" " * word.gap)
        pieces.append(word.text)
    return "".join(pieces)
