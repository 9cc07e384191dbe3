"""What on the pages could be a value of a type: its text, its place, its normal form.

Pure. Single chunks and short runs of them are tried, the shortest that reads as a value wins; a
text is what stands between two wide gaps of a line. ``Lookup`` keeps what it once found, for the
station asks it at every key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby

from appliance.domain.blockers import AMBIGUOUS
from appliance.domain.doctype import CODES, NUMBERS, FieldSpec, FieldType
from appliance.domain.document import Document, Page, Span, Word
from appliance.fields import dates
from appliance.fields.chunks import Finder, chunks, cut
from appliance.fields.comparison import equal
from appliance.fields.dates import MONTHS
from appliance.fields.folding import fold_alnum, unaccented
from appliance.fields.grounding import label_words, words_beside
from appliance.fields.style import WritingStyle
from appliance.fields.types import SHAPES, folds, normalise

WIDE = 2
"""The gap of a word that stands apart from the one before it."""

_LONGEST = {FieldType.DATE: 6, FieldType.IBAN: 9, FieldType.VAT_ID: 5}
"""Chunks of a value; of all others one, of numbers more when their groups stand apart."""
_BEGINS = {
    FieldType.IBAN: re.compile(r"[A-Za-z]{2}\d\d"),
    FieldType.VAT_ID: re.compile(r"[A-Za-z]{2,3}|\d"),
}
_DIGIT = re.compile(r"\d")
_GROUPED = re.compile(r"[-+]?\d{1,3}( \d{3})+([.,]\d+)?-?")
_NUMBERED = re.compile(r"\s*\(\d+\)?$")
_NO_CODE = re.compile(r"\d{1,2}:\d\d(:\d\d)?|[\d,.]*[.,]\d\d|\d{1,4}([-/.])\d{1,2}\2\d{2,4}")
"""A time, an amount, a day."""
_SHORTEST_CODE = 3
"""Characters of a code that has no pattern."""
_CENTS = 2
"""Decimals of an amount of money."""


@dataclass(frozen=True, slots=True)
class ValueCandidate:
    text: str
    span: Span
    value: str | None
    """Normal form; None when it may be read in two ways."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    text: str
    word: int
    """Index of its word on the page."""
    apart: bool
    """A blank stands before it."""


def shaped(
    page: Page, number: int, spec: FieldSpec, style: WritingStyle
) -> Iterator[ValueCandidate]:
    """In reading order. Listed types have no shape: there is nothing for them."""
    for start, end in runs(page):
        if spec.type is FieldType.TEXT:
            yield from _texts(page, number, start, end)
        elif spec.type.verbatim:
            yield from _values(_chunks(page.words, start, end), number, spec, style)


def implausible(one: ValueCandidate, spec: FieldSpec) -> bool:
    """Of an amount: a whole number; of a text: more figures than letters."""
    if spec.type is FieldType.AMOUNT:
        return "." not in (one.value or ".")
    return spec.type is FieldType.TEXT and implausible_text(one.text)


def implausible_text(text: str) -> bool:
    """More figures than letters."""
    return 2 * sum(map(str.isalpha, text)) < sum(map(str.isalnum, text))


def _decimals(value: str) -> int:
    return len(value.partition(".")[2])


def unnumbered(text: str) -> str:
    """Without a number in brackets behind it: ACME (133903)."""
    return _NUMBERED.sub("", text)


def runs(page: Page) -> Iterator[tuple[int, int]]:
    """First and last word (exclusive) of each stretch of a line without a wide gap."""
    for _, line in groupby(range(len(page.words)), key=lambda at: page.words[at].line):
        found = list(line)
        cuts = [at for at in found[1:] if page.words[at].gap >= WIDE]
        yield from zip([found[0], *cuts], [*cuts, found[-1] + 1], strict=True)


def joined(words: Sequence[Word]) -> str:
    """As an answer would write them: a blank between words, none where one was cut in two."""
    pieces = [words[0].text] if words else []
    for before, word in zip(words, words[1:], strict=False):
        glued = word.gap == 0 and word.line == before.line
        pieces.append(word.text if glued else f" {word.text}")
    return "".join(pieces)


def _texts(page: Page, number: int, start: int, end: int) -> Iterator[ValueCandidate]:
    """The run; what stands behind a label in it; without the number in brackets behind it."""
    words = page.words
    colons = [at for at in range(start, end - 1) if words[at].text.endswith(":")]
    begins = dict.fromkeys((colons[0] + 1 if colons else start, start))
    for begin in begins:
        text = joined(words[begin:end])
        if (named := unnumbered(text)) and named != text:
            last = end - (_NUMBERED.fullmatch(words[end - 1].text) is not None)
            yield ValueCandidate(named, Span(number, begin, last), named)
        yield ValueCandidate(text, Span(number, begin, end), text)


def _chunks(words: Sequence[Word], start: int, end: int) -> list[_Chunk]:
    return [
        _Chunk(text, at, part == 0 and at > start and words[at].gap > 0)
        for at in range(start, end)
        for part, text in enumerate(_cut(words[at].text))
    ]


@lru_cache(maxsize=8192)
def _cut(word: str) -> tuple[str, ...]:
    return tuple(cut(word))


def _values(
    chunks: Sequence[_Chunk], page: int, spec: FieldSpec, style: WritingStyle
) -> Iterator[ValueCandidate]:
    at = 0
    while at < len(chunks):
        found = _value(chunks, at, spec, style)
        if found is None:
            at += 1
            continue
        text, end, value = found
        for later in range(at + 1, end if spec.type is FieldType.VAT_ID else 0):
            # Letters before it are no part of it: TVA client : FR96 343085148.
            inner = _value(chunks, later, spec, style)
            if inner and inner[2] == value and value is not None:
                at, (text, end, _) = later, inner
        yield ValueCandidate(text, Span(page, chunks[at].word, chunks[end - 1].word + 1), value)
        at = end


def _value(
    chunks: Sequence[_Chunk], at: int, spec: FieldSpec, style: WritingStyle
) -> tuple[str, int, str | None] | None:
    """Text, end and normal form of the value that begins here; None when none does."""
    first = chunks[at].text
    named = spec.type is FieldType.DATE and unaccented(first) in MONTHS
    if not (named or _BEGINS.get(spec.type, _DIGIT).search(first)):
        return None
    for end in _ends(chunks, at, spec.type):
        text = _text(chunks[at:end])
        if spec.type is FieldType.CODE and spec.pattern is None and _no_code(text):
            continue
        normal = normalise(text, spec, style)
        if normal.problem is None or normal.code in AMBIGUOUS:
            behind = _text(chunks[at + 1 : end])
            if named and dates.readings(behind).possible:
                return None  # Gen. 6/1/2020
            return text, end, normal.value
    return None


def _no_code(text: str) -> bool:
    return len(text) < _SHORTEST_CODE or _NO_CODE.fullmatch(text) is not None


def _ends(chunks: Sequence[_Chunk], at: int, kind: FieldType) -> Iterable[int]:
    """Where a value may end, the likeliest first."""
    if kind not in NUMBERS:
        last = min(at + _LONGEST.get(kind, 1), len(chunks))
        return range(at + 1, last + 1)
    end = at + 1
    while end < len(chunks) and _GROUPED.fullmatch(_text(chunks[at : end + 1])):
        end += 1
    return (end, at + 1)


def _text(chunks: Sequence[_Chunk]) -> str:
    return "".join(
        f" {one.text}" if one.apart and at else one.text for at, one in enumerate(chunks)
    )


_BY_VALUE = {FieldType.DATE, *NUMBERS, *CODES}


class Lookup:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._kept: dict[tuple[object, ...], tuple[ValueCandidate, ...]] = {}
        self._near: dict[tuple[int, int], frozenset[str]] = {}
        self._money: dict[object, bool] = {}

    def find(self, text: str, spec: FieldSpec, style: WritingStyle) -> tuple[Span, ...]:
        """Where a text stands, beside the field's label first: as it is written, else as its value
        or, of a text, in other letters. Empty when nowhere."""
        exact = self.places(text, spec)
        if exact:
            return exact
        if spec.type in _BY_VALUE:
            value = normalise(text, spec, style).value
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

    def of_type(self, spec: FieldSpec, style: WritingStyle) -> tuple[ValueCandidate, ...]:
        """What reads as a value of the field's type, beside its label first, else as it is read."""
        key = _asked(spec, style)
        if key not in self._kept:
            found = self._said(spec) if spec.values else self.shaped(spec, style)
            self._kept[key] = tuple(
                sorted(
                    found,
                    key=lambda one: (
                        implausible(one, spec),
                        not self.fits(one.text, one.value, spec, style),
                        -self.beside(one.span, spec),
                    ),
                )
            )
        return self._kept[key]

    def fitting(self, spec: FieldSpec, style: WritingStyle) -> tuple[ValueCandidate, ...]:
        """Those ``of_type`` that have its shape, beside the most words of the label first."""
        every = self.of_type(spec, style)
        key = ("fitting", *_asked(spec, style))
        if key not in self._kept:
            found = (one for one in every if self.fits(one.text, one.value, spec, style))
            self._kept[key] = tuple(sorted(found, key=lambda one: -self.beside(one.span, spec)))
        return self._kept[key]

    def fits(self, text: str, value: str | None, spec: FieldSpec, style: WritingStyle) -> bool:
        """``text`` has the shape of the field's type; an amount has cents where most amounts of the
        document have them."""
        if not spec.type.verbatim:
            return True
        if not re.fullmatch(SHAPES[spec.type], text):
            return False
        if spec.type in NUMBERS and spec.type is not FieldType.AMOUNT and text[:1].isalpha():
            return False  # IM-07 is no quantity
        cents = spec.type is FieldType.AMOUNT and value is not None and self._cents(spec, style)
        return not cents or _decimals(value or "") == _CENTS

    def _cents(self, spec: FieldSpec, style: WritingStyle) -> bool:
        mark = _regarded(spec, style)
        if mark not in self._money:
            decimals = [_decimals(one.value or "") for one in self.shaped(spec, style)]
            self._money[mark] = 2 * decimals.count(_CENTS) > len(decimals) - decimals.count(0)
        return self._money[mark]

    def says(self, span: Span, text: str) -> bool:
        """The words of ``span`` hold ``text``, whatever their punctuation."""
        words = joined(span.words(self._document))
        return bool(fold_alnum(text)) and fold_alnum(text) in fold_alnum(words)

    def text(self, spans: Iterable[Span]) -> str:
        return " ".join(joined(span.words(self._document)) for span in spans)

    def shaped(self, spec: FieldSpec, style: WritingStyle) -> tuple[ValueCandidate, ...]:
        """What has the shape of the field's type, as it is read. Shared by fields of one shape; the
        shape of a code may hang on its name."""
        name = spec.name if spec.type is FieldType.CODE else ""
        key = (spec.type, spec.pattern, name, _regarded(spec, style))
        if key not in self._kept:
            pages = enumerate(self._document.pages)
            self._kept[key] = tuple(
                one for number, page in pages for one in shaped(page, number, spec, style)
            )
        return self._kept[key]

    def _said(self, spec: FieldSpec) -> Iterable[ValueCandidate]:
        """The words by which a document says one of the listed values."""
        for value, ways in spec.values.items():
            for way in dict.fromkeys((value, *ways)):
                for span in self.places(way, spec, fold=folds(way)):
                    yield ValueCandidate(value, span, value)

    def beside(self, span: Span, spec: FieldSpec) -> int:
        """How many words of the field's label stand beside ``span``."""
        start = (span.page, span.start)
        if start not in self._near:
            self._near[start] = words_beside(self._document, span)
        return len(label_words(spec) & self._near[start])

    @cached_property
    def _finders(self) -> tuple[Finder, ...]:
        return tuple(Finder(chunks(page.words)) for page in self._document.pages)


def _asked(spec: FieldSpec, style: WritingStyle) -> tuple[object, ...]:
    return (spec.name, spec.description, spec.type, spec.pattern, _regarded(spec, style))


def _regarded(spec: FieldSpec, style: WritingStyle) -> object:
    """What of the style changes how a text of this type is read."""
    match spec.type:
        case FieldType.DATE:
            return style.day_first, style.custom
        case FieldType.VAT_ID:
            return style.country
        case kind if kind in NUMBERS:
            return style.decimal
        case _:
            return None
