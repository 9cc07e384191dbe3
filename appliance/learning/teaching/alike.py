"""Runs of a page's chunks that may have the value of a label, in whatever way they write it. Pure.

What is asked of a page again and again is computed once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from appliance.domain.doctype import FieldType
from appliance.extraction.chunks import Chunks
from appliance.extraction.shapes import SHAPES

_LONGEST = 12
"""Chunks of a date or number: Fri, 25 Dec 2018."""
_DATE = re.compile(SHAPES[FieldType.DATE])
_NUMBER = re.compile(SHAPES[FieldType.AMOUNT])


@dataclass(frozen=True, slots=True)
class Run:
    """The chunks ``start`` to ``end`` (exclusive)."""

    text: str
    start: int
    end: int


class Alike:
    def __init__(self, page: Chunks) -> None:
        self._page = page
        self._reduced: dict[Callable[[str], str], _Reduced] = {}

    def words(self, run: Run) -> tuple[int, int]:
        """In which it begins and ends (exclusive)."""
        owners = [at for at in self._page.words[run.start : run.end] if at is not None]
        return owners[0], owners[-1] + 1

    @cached_property
    def dates(self) -> Sequence[Run]:
        """Of the shape of a date."""
        return [run for run in self._runs if _DATE.fullmatch(run.text)]

    def numbers(self, label: str) -> Sequence[Run]:
        """Of the shape of a number, with the digits of ``label``."""
        same = self._by_digits.get(_digits(label), ())
        return [run for run in same if _NUMBER.fullmatch(run.text)]

    def letters(self, label: str, reduce: Callable[[str], str]) -> Sequence[Run]:
        """Equal when both are reduced; with the marks that stand around both."""
        if reduce not in self._reduced:
            self._reduced[reduce] = _Reduced(self._page.texts, reduce)
        found = self._reduced[reduce].find(reduce(label))
        return [self._with_marks(label, start, end) for start, end in found]

    def _with_marks(self, label: str, start: int, end: int) -> Run:
        """Also the mark that the label ends in, where it stands there: ``JOHOR.``"""
        texts = self._page.texts
        first, last = label[:1], label[-1:]
        if end < len(texts) and texts[end] == last and not last.isalnum():
            end += 1
        if start and texts[start - 1] == first and not first.isalnum():
            start -= 1
        return self._run(start, end)

    @cached_property
    def _runs(self) -> Sequence[Run]:
        """Those that hold a digit and neither begin nor end with a blank."""
        return list(self._with_digits())

    def _with_digits(self) -> Iterator[Run]:
        texts = self._page.texts
        blank = [text.isspace() for text in texts]
        digits = [at for at, text in enumerate(texts) if any(map(str.isdigit, text))]
        for start in range(len(texts)):
            nearest = bisect_left(digits, start)
            if blank[start] or nearest == len(digits):
                continue
            for end in range(digits[nearest] + 1, min(start + _LONGEST, len(texts)) + 1):
                if not blank[end - 1]:
                    yield self._run(start, end)

    @cached_property
    def _by_digits(self) -> dict[str, list[Run]]:
        found: defaultdict[str, list[Run]] = defaultdict(list)
        for run in self._runs:
            found[_digits(run.text)].append(run)
        return dict(found)

    def _run(self, start: int, end: int) -> Run:
        return Run("".join(self._page.texts[start:end]), start, end)


class _Reduced:
    """A page's chunks, each reduced to what counts when two texts are compared."""

    def __init__(self, texts: Sequence[str], reduce: Callable[[str], str]) -> None:
        self._starts: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        pieces = []
        length = 0
        for number, piece in enumerate(map(reduce, texts)):
            if piece:
                self._starts[length] = number
                length += len(piece)
                self._ends[length] = number + 1
                pieces.append(piece)
        self._text = "".join(pieces)

    def find(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Of each run that reads so, the first chunk and the last (exclusive)."""
        at = self._text.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            if at in self._starts and end in self._ends:
                yield self._starts[at], self._ends[end]
            at = self._text.find(wanted, at + 1)


def _digits(text: str) -> str:
    """Equal for equal numbers; much quicker to compare than to parse."""
    return "".join(filter(str.isdecimal, text)).strip("0")
