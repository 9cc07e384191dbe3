"""What stands apart from a number and changes it: a sign, ``- € 12,00`` or ``12,00 CR``, and a
word that makes it another number, ``2 lakh`` or ``DR 12,00``. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.domain.document import Document, Span, Word
from appliance.fields.candidates import joined
from appliance.fields.numbers import books, is_currency, multiplies, multiplies_money, readings

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


def changed_apart(document: Document, span: Span) -> Span | None:
    """Return the number with the word beside it that makes it another number; None where there is
    none. What the page means by it a person has to say."""
    words = document.pages[span.page].words
    start, end = span.start, span.end
    if _follows(words, end):
        behind = words[end].text
        money = any(_has_currency(word.text) for word in words[max(start - 1, 0) : end])
        if multiplies(behind) or (money and multiplies_money(behind)):
            return Span(span.page, start, end + 1)
        if books(behind) and behind.strip(".").casefold() == "dr":
            return Span(span.page, start, end + 1)
    if _follows(words, start) and books(words[start - 1].text):
        return Span(span.page, start - 1, end)
    return None


def _has_currency(text: str) -> bool:
    return is_currency("".join(one for one in text if not one.isdigit() and one not in ".,'"))


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
