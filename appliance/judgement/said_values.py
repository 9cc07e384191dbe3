"""Which of a field's listed values a document says. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import Document, Span
from appliance.fields.chunks import chunks
from appliance.fields.occurrences import Occurrences
from appliance.fields.style import PLAIN

_Ways = tuple[tuple[str, tuple[str, ...]], ...]


def others_said(document: Document, spec: FieldSpec, value: str) -> tuple[str, ...]:
    """Words of the document that say another value than ``value``, one of each; not words among
    those that say ``value``, as the invoice in a *factura rectificativa*."""
    said = _said(document, tuple((name, tuple(ways)) for name, ways in spec.values.items()))
    own = [span for _, span in said.get(value, ())]
    found = []
    for name, places in said.items():
        apart = [words for words, span in places if not _within(span, own)]
        if name != value and apart:
            found.append(apart[0])
    return tuple(found)


@lru_cache(maxsize=16)
def _said(document: Document, ways: _Ways) -> Mapping[str, tuple[tuple[str, Span], ...]]:
    """Each value with the words that say it and where they stand. Judged is at a clerk's every key,
    so the last documents are kept."""
    spec = FieldSpec("", FieldType.ENUM, values=dict(ways))
    look = Occurrences([chunks(page.words) for page in document.pages], PLAIN)
    return {name: tuple((one.text, one.span) for one in look.of(name, spec)) for name, _ in ways}


def _within(span: Span, others: Iterable[Span]) -> bool:
    return any(
        one.page == span.page and one.start <= span.start and span.end <= one.end for one in others
    )
