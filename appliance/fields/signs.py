"""A sign that stands apart from its number: ``- 12,00``, ``- € 12,00``, ``12,00 CR``. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.domain.document import Document, Span, Word
from appliance.fields.candidates import joined
from appliance.fields.numbers import is_currency, readings

_MARKS = "-−–—‐‑+()"
_MOST = 3
"""Words of marks on one side; more are a line that is drawn."""
_WIDE = 2
"""Gap of words that stand in two columns."""


def signed_apart(document: Document, span: Span) -> Span | None:
    """The number and what beside it makes it negative; None where nothing does, or the number has a
    sign of its own. A dash between two numbers says "to"."""
    words = document.pages[span.page].words
    start, end = span.start, span.end
    while span.start - start < _MOST and _follows(words, start) and _is_mark(words[start - 1]):
        start -= 1
    while end - span.end < _MOST and _follows(words, end) and _is_mark(words[end]):
        end += 1
    if _follows(words, start) and words[start - 1].text[-1].isdigit():
        start = span.start
    if _follows(words, end) and not words[end - 1].text.endswith(")"):
        end = span.end  # a sign behind a number ends what is said there
    signed = Span(span.page, start, end)
    return signed if _is_negative(document, signed) > _is_negative(document, span) else None


def _follows(words: Sequence[Word], at: int) -> bool:
    """The word stands right behind the one before it."""
    if not 0 < at < len(words):
        return False
    return words[at].line == words[at - 1].line and words[at].gap < _WIDE


def _is_mark(word: Word) -> bool:
    bare = word.text.strip(_MARKS)
    return not bare or is_currency(bare) or bare.strip(".").upper() == "CR"


def _is_negative(document: Document, span: Span) -> bool:
    return any(number < 0 for number in readings(joined(span.words(document))))
