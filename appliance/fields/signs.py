"""A sign that stands apart from its number: ``- 12,00``, ``- € 12,00``, ``12,00 CR``. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.domain.document import Document, Span, Word
from appliance.fields.numbers import is_currency

_SIGNS = "-−–—‐‑"
_MARKS = f"{_SIGNS}+()"
_CREDIT = "CR"
_WIDE = 2
"""Gap of words that stand in two columns."""


def signed_apart(document: Document, span: Span) -> str | None:
    """The words of a number and what beside it makes it negative; None where nothing does, or the
    number has a sign of its own. A dash between two numbers says "to"."""
    words = document.pages[span.page].words
    start, end = span.start, span.end
    if set("".join(word.text for word in words[start:end])) & set(_MARKS):
        return None
    while _follows(words, start) and _is_mark(words[start - 1].text):
        start -= 1
    while _follows(words, end) and (_is_mark(words[end].text) or _is_credit(words[end].text)):
        end += 1
    before = "".join(word.text for word in words[start : span.start])
    behind = "".join(word.text for word in words[span.end : end])
    leads = set(before) & set(_SIGNS) and not (
        _follows(words, start) and words[start - 1].text[-1].isdigit()
    )
    trails = (set(behind) & set(_SIGNS) or _CREDIT in behind.upper()) and not _follows(words, end)
    if leads or trails or ("(" in before and ")" in behind):
        return " ".join(word.text for word in words[start:end])
    return None


def _follows(words: Sequence[Word], at: int) -> bool:
    """The word stands right behind the one before it."""
    if not 0 < at < len(words):
        return False
    return words[at].line == words[at - 1].line and words[at].gap < _WIDE


def _is_mark(text: str) -> bool:
    bare = text.strip(_MARKS)
    return not bare or is_currency(bare)


def _is_credit(text: str) -> bool:
    return text.strip(".").upper() == _CREDIT
