"""Finds texts and values on the pages of the document in hand.

Pure: it keeps what it once found, for it is asked at every key.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import Document, Span
from appliance.extraction.chunks import Finder, chunks
from appliance.extraction.grounding import label_words, words_beside
from appliance.judgement.match import CODES, NUMBERS
from appliance.judgement.normalize import normalize
from appliance.judgement.plain import letters
from appliance.judgement.style import Style
from appliance.review.draft.compare import equal
from appliance.review.draft.shapes import Shaped, implausible, joined, shaped

_BY_VALUE = {FieldType.DATE, *NUMBERS, *CODES}


class Lookup:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._kept: dict[tuple[object, ...], tuple[Shaped, ...]] = {}
        self._near: dict[tuple[int, int], frozenset[str]] = {}

    def find(self, text: str, spec: FieldSpec, style: Style) -> tuple[Span, ...]:
        """Where a text stands, beside the field's label first: as it is written, else as its value
        or, of a text, in other letters. Empty when nowhere."""
        exact = self.places(text, spec)
        if exact:
            return exact
        if spec.type in _BY_VALUE:
            value = normalize(text, spec, style).value
            said = self.of_type(spec, style) if value is not None else ()
            return tuple(one.span for one in said if equal(spec, text, value, one.text, one.value))
        return self.places(text, spec, fold=True)

    def places(self, text: str, spec: FieldSpec, *, fold: bool = False) -> tuple[Span, ...]:
        """Where it stands as written; ``fold`` ignores case."""
        found = dict.fromkeys(
            Span(number, place.start, place.end)
            for number, page in enumerate(self._finders)
            for _, place in page.find(text, fold=fold)
        )
        return tuple(sorted(found, key=lambda span: -self.beside(span, spec)))

    def of_type(self, spec: FieldSpec, style: Style) -> tuple[Shaped, ...]:
        """What reads as a value of the field's type, beside its label first, else as it is read."""
        key = (spec.name, spec.description, spec.type, spec.pattern, _regarded(spec, style))
        if key not in self._kept:
            found = self._said(spec) if spec.values else self._shaped(spec, style)
            ranked = sorted(
                found, key=lambda one: (implausible(one, spec), -self.beside(one.span, spec))
            )
            self._kept[key] = tuple(ranked)
        return self._kept[key]

    def says(self, span: Span, text: str) -> bool:
        """The words of ``span`` hold ``text``, whatever their punctuation."""
        words = joined(span.words(self._document))
        return bool(letters(text)) and letters(text) in letters(words)

    def text(self, spans: Iterable[Span]) -> str:
        return " ".join(joined(span.words(self._document)) for span in spans)

    def _shaped(self, spec: FieldSpec, style: Style) -> tuple[Shaped, ...]:
        """Shared by fields of one shape; the shape of a code may hang on its name."""
        name = spec.name if spec.type is FieldType.CODE else ""
        key = (spec.type, spec.pattern, name, _regarded(spec, style))
        if key not in self._kept:
            pages = enumerate(self._document.pages)
            self._kept[key] = tuple(
                one for number, page in pages for one in shaped(page, number, spec, style)
            )
        return self._kept[key]

    def _said(self, spec: FieldSpec) -> Iterable[Shaped]:
        """The words by which a document says one of the listed values."""
        for value, ways in spec.values.items():
            for way in dict.fromkeys((value, *ways)):
                for span in self.places(way, spec, fold=True):
                    yield Shaped(value, span, value)

    def beside(self, span: Span, spec: FieldSpec) -> int:
        """How many words of the field's label stand beside ``span``."""
        start = (span.page, span.start)
        if start not in self._near:
            self._near[start] = words_beside(self._document, span)
        return len(label_words(spec) & self._near[start])

    @cached_property
    def _finders(self) -> tuple[Finder, ...]:
        return tuple(Finder(chunks(page.words)) for page in self._document.pages)


def _regarded(spec: FieldSpec, style: Style) -> object:
    """What of the style changes how a text of this type is read."""
    match spec.type:
        case FieldType.DATE:
            return style.day_first
        case FieldType.VAT_ID:
            return style.country
        case kind if kind in NUMBERS:
            return style.decimal
        case _:
            return None
