"""Where a document says a value that a person keyed, as an answer would have to write it.

Pure. A run of chunks that is written as the label is, else in other letters, else one that has the
same value after normalisation; of those the shortest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import Span
from appliance.extraction.chunks import Chunks, find
from appliance.extraction.shapes import SHAPES
from appliance.judgement.match import CODES, NUMBERS, normalised
from appliance.judgement.plain import bare, letters
from appliance.judgement.style import Style

_LONGEST = 12
"""Chunks of a date or number: Fri, 25 Dec 2018."""


@dataclass(frozen=True, slots=True)
class Place:
    text: str
    """As it stands there."""
    span: Span


def places(label: str, spec: FieldSpec, pages: Sequence[Chunks], style: Style) -> tuple[Place, ...]:
    """The likeliest way of writing it first, each in reading order; none when it stands nowhere.

    Of a listed type the words that say the value.
    """
    label = " ".join(label.split())
    ways = _ways(label, spec)
    return _first(
        lambda: _found(pages, lambda page: _as_written(page, ways, fold=False)),
        lambda: _found(pages, lambda page: _as_written(page, ways, fold=True)),
        lambda: _found(pages, lambda page: _same_value(page, label, spec, style)),
    )


def _ways(label: str, spec: FieldSpec) -> tuple[str, ...]:
    return (label, *spec.values.get(label, ())) if not spec.type.verbatim else (label,)


def _first(*searches: Callable[[], tuple[Place, ...]]) -> tuple[Place, ...]:
    return next((found for search in searches if (found := search())), ())


def _found(
    pages: Sequence[Chunks], search: Callable[[Chunks], Iterable[tuple[str, int, int]]]
) -> tuple[Place, ...]:
    return tuple(
        Place(text, Span(number, start, end))
        for number, page in enumerate(pages)
        for text, start, end in search(page)
    )


def _as_written(page: Chunks, ways: Iterable[str], *, fold: bool) -> Iterator[tuple[str, int, int]]:
    for way in ways:
        for text, place in find(way, page, fold=fold):
            yield text, place.start, place.end


def _same_value(
    page: Chunks, label: str, spec: FieldSpec, style: Style
) -> Iterator[tuple[str, int, int]]:
    kind = spec.type
    if kind is FieldType.DATE or kind in NUMBERS:
        yield from _of_shape(page, label, kind, style)
    elif kind.verbatim:
        yield from _of_letters(page, label, bare if kind in CODES else letters)


def _of_shape(
    page: Chunks, label: str, kind: FieldType, style: Style
) -> Iterator[tuple[str, int, int]]:
    shape, told = re.compile(SHAPES[kind]), _digits(label)
    found = []
    for start, end in _runs(page):
        text = "".join(page.texts[start:end])
        likely = kind is FieldType.DATE or _digits(text) == told
        if likely and shape.fullmatch(text) and normalised(text, label, kind, style):
            found.append((text, *_words(page, start, end)))
    # "RM 9.00 SR" says no more than "9.00".
    yield from sorted(found, key=lambda run: len(run[0]))


def _runs(page: Chunks) -> Iterator[tuple[int, int]]:
    digits = [any(map(str.isdigit, text)) for text in page.texts]
    for start, first in enumerate(page.texts):
        for end in range(start + 1, min(start + _LONGEST, len(page.texts)) + 1):
            if not first.isspace() and not page.texts[end - 1].isspace() and any(digits[start:end]):
                yield start, end


def _digits(text: str) -> str:
    """Equal for equal numbers; much quicker to compare than to parse."""
    return "".join(filter(str.isdecimal, text)).strip("0")


def _of_letters(
    page: Chunks, label: str, reduce: Callable[[str], str]
) -> Iterator[tuple[str, int, int]]:
    wanted = reduce(label)
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    text = ""
    for number, chunk in enumerate(page.texts):
        if piece := reduce(chunk):
            starts[len(text)] = number
            text += piece
            ends[len(text)] = number + 1
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        if at in starts and at + len(wanted) in ends:
            first, last = _with_marks(page, label, starts[at], ends[at + len(wanted)])
            yield "".join(page.texts[first:last]), *_words(page, first, last)
        at = text.find(wanted, at + 1)


def _with_marks(page: Chunks, label: str, first: int, last: int) -> tuple[int, int]:
    """Also the mark that the label ends in, where it stands there: ``JOHOR.``"""
    if last < len(page.texts) and page.texts[last] == label[-1:]:
        last += 1
    if first and page.texts[first - 1] == label[:1]:
        first -= 1
    return first, last


def _words(page: Chunks, first: int, last: int) -> tuple[int, int]:
    owners = [owner for owner in page.words[first:last] if owner is not None]
    return owners[0], owners[-1] + 1
