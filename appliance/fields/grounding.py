"""Where a value stands: every run of words that reads it, the likeliest meant first.

Pure. A header value is meant where the words left of it or above it say its field's name or
description.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from appliance.domain.doctype import FieldSpec
from appliance.domain.document import Document, Page, Span, Word
from appliance.fields.chunks import Chunks, find

_LEFT = 6
"""Words left of a value that may be its label."""
_LINE = 100
"""Words before a value among which those of the line above it are looked for."""
_EMPTY = {"the", "and", "with", "that", "which", "from", "for", "was", "are"}


def spans(text: str, pages: Sequence[Chunks]) -> tuple[Span, ...]:
    """Every place in reading order."""
    return tuple(
        dict.fromkeys(
            Span(number, place.start, place.end)
            for number, page in enumerate(pages)
            for _, place in find(text, page)
        )
    )


def by_label(document: Document, found: Iterable[Span], spec: FieldSpec) -> tuple[Span, ...]:
    """Those beside the most words of the field's label first, else in reading order."""
    return tuple(sorted(found, key=lambda span: -beside_label(document, span, spec)))


def beside_label(document: Document, span: Span, spec: FieldSpec) -> int:
    """How many words of the field's name and description stand left of ``span`` or above it."""
    return len(label_words(spec) & words_beside(document, span))


def words_beside(document: Document, span: Span) -> frozenset[str]:
    """Words left of ``span`` or above it that may label it, case folded."""
    page = document.pages[span.page]
    return words_of(_joined([*_left(page, span), *_above(page, span)]))


def heading(document: Document, span: Span) -> str:
    """The words before ``span`` on its line, from the last one with a digit on; where there are
    none, those above it. Case folded, without marks; empty where nothing heads it."""
    page = document.pages[span.page]
    left = takewhile(_has_no_digit, reversed(_left(page, span)))
    if said := _plain(reversed([*left])):
        return said
    box, line = span.bbox(document), page.words[span.start].line
    near = page.words[max(span.start - _LINE, 0) : span.start]
    above = (
        word
        for word in near
        if word.line == line - 1 and word.bbox.left < box.right and box.left < word.bbox.right
    )
    return _plain(filter(_has_no_digit, above))


def _has_no_digit(word: Word) -> bool:
    return not any(map(str.isdigit, word.text))


def _plain(words: Iterable[Word]) -> str:
    return " ".join(re.findall(r"[^\W\d_]+", _joined(words).casefold()))


def label_words(spec: FieldSpec) -> frozenset[str]:
    """By which a document may label the field, case folded."""
    return words_of(f"{spec.name} {spec.description}")


def row_line(
    document: Document, cells: Sequence[Sequence[Span]], *, after: tuple[int, int] | None
) -> tuple[int, int] | None:
    """Page and line on which most of the cells begin; None for a row of no spans."""
    lines = [{_line(document, span) for span in found} for found in cells]
    every = sorted(set().union(*lines))
    if not every:
        return None
    floor = after or (-1, -1)
    return max(
        every, key=lambda line: (sum(line in held for held in lines), line > floor, _up(line))
    )


def _up(line: tuple[int, int]) -> tuple[int, int]:
    return -line[0], -line[1]


def _line(document: Document, span: Span) -> tuple[int, int]:
    return span.page, document.pages[span.page].words[span.start].line


def _left(page: Page, span: Span) -> list[Word]:
    line = page.words[span.start].line
    near = page.words[max(span.start - _LEFT, 0) : span.start]
    return [word for word in near if word.line == line]


def _above(page: Page, span: Span) -> list[Word]:
    first = page.words[span.start]
    found = []
    for at in range(span.start - 1, -1, -1):
        word = page.words[at]
        if word.line < first.line - 1:
            break
        overlaps = word.bbox.left < first.bbox.right and first.bbox.left < word.bbox.right
        if word.line == first.line - 1 and overlaps:
            found.append(word)
    return found


def _joined(words: Iterable[Word]) -> str:
    return " ".join(word.text for word in words)


def words_of(text: str) -> frozenset[str]:
    found = re.findall(r"[^\W\d_]{3,}", text.casefold())  # of, to and is label nothing
    return frozenset(found) - _EMPTY
