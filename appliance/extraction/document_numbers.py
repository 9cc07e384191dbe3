"""The numbers of a document, as it writes them.

Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from decimal import Decimal

from appliance.domain.doctype import FieldSpec
from appliance.domain.prediction import Field
from appliance.extraction.table_numbers import unit
from appliance.fields.chunks import Chunks
from appliance.fields.style import WritingStyle
from appliance.fields.types import normalise
from appliance.tables.table import WordKey, words_in

_GROUPS = 5
"""Chunks of a number at most: ``1 234 567,80`` is three and two blanks."""
_GROUP = re.compile(r"\d{3}(?!\d)")


class DocumentNumbers:
    """How a document writes its numbers."""

    def __init__(self, whole: Sequence[Chunks], rows: Set[WordKey], style: WritingStyle) -> None:
        """``whole`` are the chunks of its pages; ``rows`` are words of the rows of its table."""
        self.style = style
        self._rows = rows
        self._written = [
            (_digits(text), text, (number, word) in rows)
            for number, page in enumerate(whole)
            for word, text in _numbers_of(page)
        ]

    def only_rows_say(self, field: Field) -> bool:
        """Every place of its text lies in the rows."""
        return bool(field.spans) and words_in(field.spans) <= self._rows

    def text_of(self, wanted: Decimal, spec: FieldSpec) -> str | None:
        """Where it first stands."""
        begins = _digits(f"{wanted.normalize():f}")
        like = (text for digits, text, _ in self._written if digits.startswith(begins))
        return next((text for text in like if number_of(text, spec, self.style) == wanted), None)

    def written_alike(self, spec: FieldSpec) -> list[dict[Decimal, str]]:
        """Those that do not stand in rows and are not 0, and how they are written; together with
        as many decimals."""
        found: defaultdict[Decimal, dict[Decimal, str]] = defaultdict(dict)
        for _, text, in_rows in self._written:
            value = None if in_rows else number_of(text, spec, self.style)
            if value:
                found[unit(value)].setdefault(value, text)
        return list(found.values())


def _numbers_of(page: Chunks) -> Iterator[tuple[int | None, str]]:
    """The word that each number begins in, and its text."""
    for at, first in enumerate(page.texts):
        if _digits(first) and not any(map(str.isalpha, first)):
            for text in _numbers(page.texts[at : at + _GROUPS]):
                yield page.words[at], text


def _numbers(texts: Sequence[str]) -> Iterator[str]:
    """The first chunk, and with the groups of three behind it."""
    yield texts[0]
    for end in range(2, len(texts), 2):
        if texts[end - 1].strip() or not _GROUP.match(texts[end]):
            return
        yield "".join(texts[: end + 1])


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def number_of(text: str | None, spec: FieldSpec, style: WritingStyle) -> Decimal | None:
    """None where it says no number, or one that may be two."""
    value = normalise(text, spec, style).value if text else None
    return Decimal(value) if value else None
