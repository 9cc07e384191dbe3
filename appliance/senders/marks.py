"""By what a page may be known again as one of the same sender. Pure.

Long numbers (telephone, tax, register), bank accounts, and addresses of web and mail. Nobody knows
from one page which of them are the sender's own: what also stands on pages of others is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from appliance.domain.document import Document, Page
from appliance.fields.candidates import runs
from appliance.fields.codes import iban
from appliance.fields.folding import alike

MOST = 200
"""Marks of a document, the first on its pages; a list of articles has no end of numbers."""
_FEWEST_DIGITS, _MOST_DIGITS = 7, 24
_PIECES = 6
"""Words that one number is written in, at most."""
_PIECES_OF_ACCOUNT = 10
"""Likewise of an IBAN: up to 34 letters and digits in fours, and its label."""
_ACCOUNT = re.compile(r"(?:IBAN\W*)?[A-Z]{2}\d\d|IBAN\W*$", re.IGNORECASE)
_HOST = r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[a-z]{2,24}"
_WEB = re.compile(rf"[\w.+-]{{1,64}}@{_HOST}|(?:https?://|www\.){_HOST}", re.IGNORECASE)
"""Of bounded length, so that no page of strangers takes long."""
_PROTOCOL = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
_MOMENT = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{2,4}|\d{1,2}:\d\d")
"""A day or a time."""
_CENTS = re.compile(r"[^\d]*\d[\d.,' ]*[.,]\d\d[^\d]*")
"""An amount of money."""


def marks_of(document: Document) -> frozenset[str]:
    """Digits without anything between them, addresses in small letters, and bare IBANs."""
    found: dict[str, None] = {}
    for page in document.pages:
        for mark in _marks(page):
            found[mark] = None
            if len(found) == MOST:
                return frozenset(found)
    return frozenset(found)


def _marks(page: Page) -> Iterator[str]:
    for start, end in runs(page):
        texts = [word.text for word in page.words[start:end]]
        yield from (_PROTOCOL.sub("", one[0]).lower() for one in _WEB.finditer(" ".join(texts)))
        begun = 0
        for account, at, behind in _accounts(texts):
            yield account
            yield from _numbers(texts[begun:at])
            begun = behind
        yield from _numbers(texts[begun:])


def is_account(mark: str) -> bool:
    """It may change, and is the sender's all the same."""
    return mark[:2].isupper()


def _accounts(texts: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """IBANs whose check digits fit, each with its first word and the one behind its last."""
    at = 0
    while at < len(texts):
        last = min(at + _PIECES_OF_ACCOUNT, len(texts)) if _ACCOUNT.match(texts[at]) else at
        found = (
            (code.bare, at, end)
            for end in range(at + 1, last + 1)
            if (code := iban("".join(texts[at:end]))).valid
        )
        if one := next(found, None):
            yield one
            at = one[2]
        else:
            at += 1


def _numbers(texts: Sequence[str]) -> Iterator[str]:
    digits = [_digits(text) for text in texts]
    for start in range(len(texts)):
        said = ""
        for piece in digits[start : start + _PIECES]:
            if not piece or len(said) + len(piece) > _MOST_DIGITS:
                break
            said += piece
            if len(said) >= _FEWEST_DIGITS:
                yield said


def _digits(text: str) -> str:
    """Empty for what is no part of a lasting number."""
    if not any(map(str.isdecimal, text)) or _MOMENT.search(text) or _CENTS.fullmatch(text):
        return ""
    bare = alike(text) if sum(map(str.isdecimal, text)) * 2 > len(text) else text
    return "".join(filter(str.isdecimal, bare))
