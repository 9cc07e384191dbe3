"""Where a document says a value that a person keyed, as an answer would have to write it.

Pure. A run of chunks that is written as the label is, else in other letters, else one that has the
same value after normalisation; of those the shortest. What the grammar would refuse is no place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import Span
from appliance.extraction.chunks import Chunks, Finder
from appliance.extraction.grammar import folds
from appliance.extraction.shapes import allowed
from appliance.judgement.match import CODES, NUMBERS, normalised
from appliance.judgement.plain import bare, letters
from appliance.judgement.style import PLAIN, Style
from appliance.learning.teaching.alike import Alike, Run


@dataclass(frozen=True, slots=True)
class Place:
    text: str
    """As it stands there."""
    span: Span


def places(label: str, spec: FieldSpec, pages: Sequence[Chunks], style: Style) -> tuple[Place, ...]:
    """As ``Places`` does, for one value."""
    return Places(pages, style).of(label, spec)


class Places:
    """Looks for many values in the same pages, which are made ready once."""

    def __init__(self, pages: Sequence[Chunks], style: Style) -> None:
        self._style = style
        self._finders = [Finder(page) for page in pages]
        self._pages = [Alike(page) for page in pages]

    def of(self, label: str, spec: FieldSpec) -> tuple[Place, ...]:
        """The likeliest way of writing it first, each in reading order; none when it stands
        nowhere. Of a listed type the words that say the value."""
        label = " ".join(label.split())
        searches = (self._spans if spec.type.verbatim else self._listed)(label, spec)
        return next(filter(None, map(tuple, searches)), ())

    def _listed(self, value: str, spec: FieldSpec) -> Iterator[Iterator[Place]]:
        """By the words that the grammar lets lead to the value."""
        if value in spec.values:
            said = dict.fromkeys((value, *spec.values[value]))
            ways = [" ".join(way.split()) for way in said]
            yield self._written(ways, fold=False)
            yield self._written(filter(folds, ways), fold=True)

    def _spans(self, label: str, spec: FieldSpec) -> Iterator[Iterator[Place]]:
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

    def _written(self, ways: Iterable[str], *, fold: bool) -> Iterator[Place]:
        ways = list(ways)
        for number, finder in enumerate(self._finders):
            for way in ways:
                for text, at in finder.find(way, fold=fold):
                    yield Place(text, Span(number, at.start, at.end))

    def _same(self, label: str, spec: FieldSpec, style: Style) -> Iterator[Place]:
        """``style`` is the label's."""
        for number, page in enumerate(self._pages):
            for run in self._alike(page, label, spec, style):
                yield Place(run.text, Span(number, *page.words(run)))

    def _alike(self, page: Alike, label: str, spec: FieldSpec, style: Style) -> Sequence[Run]:
        kind = spec.type
        if kind is not FieldType.DATE and kind not in NUMBERS:
            return page.letters(label, bare if kind in CODES else letters)
        runs = page.dates if kind is FieldType.DATE else page.numbers(label)
        same = [run for run in runs if normalised(run.text, label, kind, self._style, style)]
        # "RM 9.00 SR" says no more than "9.00".
        return sorted(same, key=lambda run: len(run.text))
