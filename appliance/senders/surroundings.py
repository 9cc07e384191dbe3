"""What stands around a value on its page, by which it is found on the next one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from appliance.domain.document import Document, Page, Span, Word
from appliance.fields.folding import fold_alnum
from appliance.fields.places import ValuePlace, apart, place_of

_LEFT = 3
"""Words of its line that may say what it is."""
_UP = 3
"""Lines above it in which the nearest word over it is looked for."""
_FAR = 400
"""Words back at most that it is looked for, so that no endless line takes long."""
_ALIKE = 85.0
"""Likeness of two captions that OCR read differently, in percent."""
_HERE, _NEAR = 0.03, 0.12
"""In shares of the page: at the same place, and where a longer table has moved it."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    left: str
    """Letters of the words before it on its line; empty where it is the first."""
    above: str
    """Letters of the words over it."""
    place: ValuePlace

    def likeness(self, other: Surroundings) -> float:
        """0-2.5; 1 for the same words on one side, and up to a half for the place."""
        away = apart(self.place, other.place)
        of_place = 0.5 if away <= _HERE else 0.25 if away <= _NEAR else 0.0
        return (
            same_caption(self.left, other.left) + same_caption(self.above, other.above) + of_place
        )


def surroundings(span: Span, document: Document) -> Surroundings:
    page = document.pages[span.page]
    return Surroundings(
        _letters(_before(page, span)), _letters(_over(page, span)), place_of(span, document)
    )


def same_caption(one: str, other: str) -> bool:
    """Whether two captions are one that OCR may have read differently; nothing is like nothing."""
    return bool(one and other) and (one == other or fuzz.ratio(one, other, score_cutoff=_ALIKE) > 0)


def _letters(words: Iterable[Word]) -> str:
    return "".join(filter(str.isalpha, fold_alnum("".join(word.text for word in words))))


def _before(page: Page, span: Span) -> list[Word]:
    line = page.words[span.start].line
    near = page.words[max(span.start - _LEFT, 0) : span.start]
    return [word for word in near if word.line == line]


def _over(page: Page, span: Span) -> list[Word]:
    """Of the nearest line above that has some with letters."""
    first = page.words[span.start]
    found: list[Word] = []
    for at in range(span.start - 1, max(span.start - 1 - _FAR, -1), -1):
        word = page.words[at]
        if word.line < first.line - _UP or (found and word.line != found[-1].line):
            break
        overlaps = word.bbox.left < first.bbox.right and first.bbox.left < word.bbox.right
        if word.line != first.line and overlaps and any(map(str.isalpha, word.text)):
            found.append(word)
    return found[::-1]
