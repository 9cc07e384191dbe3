"""Where a document says a value that a person keyed, as an answer would have to write it.

Pure. A run of chunks that is written as the label is, else in other letters, else one that has the
same value after normalisation; of those the shortest. What the grammar would refuse is no place.
What is asked of a page again and again is computed once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from appliance.domain.doctype import CODES, NUMBERS, FieldSpec, FieldType
from appliance.domain.document import Span
from appliance.fields.chunks import Chunks, Finder
from appliance.fields.comparison import normalised
from appliance.fields.folding import fold_alnum, upper_alnum
from appliance.fields.style import PLAIN, WritingStyle
from appliance.fields.types import SHAPES, allowed, folds

_LONGEST = 12
"""Chunks of a date or number: Fri, 25 Dec 2018."""
_DATE = re.compile(SHAPES[FieldType.DATE])
_NUMBER = re.compile(SHAPES[FieldType.AMOUNT])


@dataclass(frozen=True, slots=True)
class ChunkRun:
    """The chunks ``start`` to ``end`` (exclusive)."""

    text: str
    start: int
    end: int
    """Indices of chunks of the page."""


class ValueSearch:
    def __init__(self, page: Chunks) -> None:
        self._page = page
        self._reduced: dict[Callable[[str], str], _Reduced] = {}

    def words(self, run: ChunkRun) -> tuple[int, int]:
        """In which it begins and ends (exclusive)."""
        owners = [at for at in self._page.words[run.start : run.end] if at is not None]
        return owners[0], owners[-1] + 1

    @cached_property
    def dates(self) -> Sequence[ChunkRun]:
        """Of the shape of a date."""
        return [run for run in self._runs if _DATE.fullmatch(run.text)]

    def numbers(self, label: str) -> Sequence[ChunkRun]:
        """Of the shape of a number, with the digits of ``label``."""
        same = self._by_digits.get(_digits(label), ())
        return [run for run in same if _NUMBER.fullmatch(run.text)]

    def letters(self, label: str, reduce: Callable[[str], str]) -> Sequence[ChunkRun]:
        """Equal when both are reduced; with the marks that stand around both."""
        if reduce not in self._reduced:
            self._reduced[reduce] = _Reduced(self._page.texts, reduce)
        found = self._reduced[reduce].find(reduce(label))
        return [self._with_marks(label, start, end) for start, end in found]

    def _with_marks(self, label: str, start: int, end: int) -> ChunkRun:
        """Also the mark that the label ends in, where it stands there: ``JOHOR.``"""
        texts = self._page.texts
        first, last = label[:1], label[-1:]
        if end < len(texts) and texts[end] == last and not last.isalnum():
            end += 1
        if start and texts[start - 1] == first and not first.isalnum():
            start -= 1
        return self._run(start, end)

    @cached_property
    def _runs(self) -> Sequence[ChunkRun]:
        """Those that hold a digit and neither begin nor end with a blank."""
        return list(self._with_digits())

    def _with_digits(self) -> Iterator[ChunkRun]:
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
    def _by_digits(self) -> dict[str, list[ChunkRun]]:
        found: defaultdict[str, list[ChunkRun]] = defaultdict(list)
        for run in self._runs:
            found[_digits(run.text)].append(run)
        return dict(found)

    def _run(self, start: int, end: int) -> ChunkRun:
        return ChunkRun("".join(self._page.texts[start:end]), start, end)


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


@dataclass(frozen=True, slots=True)
class Occurrence:
    text: str
    """As it stands there."""
    span: Span


def occurrences(
    label: str, spec: FieldSpec, pages: Sequence[Chunks], style: WritingStyle
) -> tuple[Occurrence, ...]:
    """As ``Occurrences`` does, for one value."""
    return Occurrences(pages, style).of(label, spec)


class Occurrences:
    """Looks for many values in the same pages, which are made ready once."""

    def __init__(self, pages: Sequence[Chunks], style: WritingStyle) -> None:
        self._style = style
        self._finders = [Finder(page) for page in pages]
        self._pages = [ValueSearch(page) for page in pages]

    def of(self, label: str, spec: FieldSpec) -> tuple[Occurrence, ...]:
        """The likeliest way of writing it first, each in reading order; none when it stands
        nowhere. Of a listed type the words that say the value."""
        label = " ".join(label.split())
        searches = (self._spans if spec.type.verbatim else self._listed)(label, spec)
        return next(filter(None, map(tuple, searches)), ())

    def _listed(self, value: str, spec: FieldSpec) -> Iterator[Iterator[Occurrence]]:
        """By the words that the grammar lets lead to the value."""
        if value in spec.values:
            said = dict.fromkeys((value, *spec.values[value]))
            ways = [" ".join(way.split()) for way in said]
            yield self._written(ways, fold=False)
            yield self._written(filter(folds, ways), fold=True)

    def _spans(self, label: str, spec: FieldSpec) -> Iterator[Iterator[Occurrence]]:
        searches = [
            self._written([label], fold=False),
            self._written([label], fold=True),
            self._same(label, spec, PLAIN),
        ]
        if spec.type in NUMBERS:
            # Programs write 1234.50, a clerk 1.234,50 as the document does.
            searches.append(self._same(label, spec, self._style))
        for search in searches:
            yield (place for place in search if allowed(place.text, spec))

    def _written(self, ways: Iterable[str], *, fold: bool) -> Iterator[Occurrence]:
        ways = list(ways)
        for number, finder in enumerate(self._finders):
            for way in ways:
                for text, at in finder.find(way, fold=fold):
                    yield Occurrence(text, Span(number, at.start, at.end))

    def _same(self, label: str, spec: FieldSpec, style: WritingStyle) -> Iterator[Occurrence]:
        """``style`` is the label's."""
        for number, page in enumerate(self._pages):
            for run in self._alike(page, label, spec, style):
                yield Occurrence(run.text, Span(number, *page.words(run)))

    def _alike(
        self, page: ValueSearch, label: str, spec: FieldSpec, style: WritingStyle
    ) -> Sequence[ChunkRun]:
        kind = spec.type
        if kind is not FieldType.DATE and kind not in NUMBERS:
            return page.letters(label, upper_alnum if kind in CODES else fold_alnum)
        runs = page.dates if kind is FieldType.DATE else page.numbers(label)
        same = [run for run in runs if normalised(run.text, label, kind, self._style, style)]
        # "RM 9.00 SR" says no more than "9.00".
        return sorted(same, key=lambda run: len(run.text))
