"""A known text looked for on a page where OCR may have misread it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from appliance.domain.document import Document, Span
from appliance.fields.folding import alike, fold_alnum

_LIKE = 0.9
"""Likeness from which on a text is taken for another, 0-1: one wrong letter of ten."""
_SHORTEST = 6
"""Letters and digits of a text that may be misread; a shorter one stands there as it is."""


@dataclass(frozen=True, slots=True)
class Likeness:
    share: float
    """0-1; 1 where the letters and digits are the same."""
    span: Span
    printed: str
    """The words of the page."""


class PageLetters:
    """Letters and digits of a document, and of which word each is."""

    def __init__(self, document: Document) -> None:
        self._pages = [
            _Page(number, tuple(word.text for word in page.words))
            for number, page in enumerate(document.pages)
        ]

    def likest(self, text: str) -> Likeness | None:
        """Whole words that say ``text``, or nearly; no digit of it is another. None where nothing
        is as like."""
        wanted = fold_alnum(text)
        found = (one for page in self._pages if wanted for one in page.like(wanted))
        return max(found, key=lambda one: one.share, default=None)


class _Page:
    def __init__(self, number: int, words: tuple[str, ...]) -> None:
        self._number = number
        self._words = words
        folded = [fold_alnum(word) for word in words]
        self._letters = "".join(folded)
        self._owners = [at for at, word in enumerate(folded) for _ in word]

    def like(self, wanted: str) -> Iterable[Likeness]:
        if len(wanted) > len(self._letters):
            return
        if len(wanted) < _SHORTEST:
            at = self._letters.find(wanted)
            if at >= 0:
                yield from self._words_at(wanted, at, at + len(wanted))
            return
        best = fuzz.partial_ratio_alignment(wanted, self._letters, score_cutoff=100 * _LIKE)
        if best is not None and best.dest_start < best.dest_end:
            yield from self._words_at(wanted, best.dest_start, best.dest_end)

    def _words_at(self, wanted: str, start: int, end: int) -> Iterable[Likeness]:
        first, last = self._owners[start], self._owners[end - 1]
        printed = " ".join(self._words[first : last + 1])
        said = fold_alnum(printed)
        share = fuzz.ratio(wanted, said) / 100
        if share >= (_LIKE if len(wanted) >= _SHORTEST else 1.0) and _same_digits(wanted, said):
            yield Likeness(share, Span(self._number, first, last + 1), printed)


def _same_digits(one: str, other: str) -> bool:
    """Letters that look like digits may count as those."""
    pairs = ((one, other), (alike(one), alike(other)))
    return any(_digits(first) == _digits(second) for first, second in pairs)


def _digits(letters: str) -> str:
    return "".join(filter(str.isdecimal, letters))
