"""What is a number on a page, in any language: digits with their marks and no letters. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

_AROUND = "€$£%*()+-±−–.,:;'"
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_CURRENCIES = frozenset({"EUR", "USD", "R$", "CHF", "GBP"})
_GROUP = re.compile(r"\d{3}(?:[.,]\d+)?")
_FIRST_GROUP = re.compile(r"[-−+(]?\d{1,3}")

Kind = Literal["number", "words", "mixed"]


@lru_cache(8192)
def is_number(text: str) -> bool:
    """A date or a code without letters is one too."""
    core = text.strip(_AROUND)
    return bool(_DIGIT.search(core)) and not _LETTER.search(core)


def goes_on(before: str, text: str) -> bool:
    """Whether the second word belongs to the first, both numbers: thousands that stand apart, or
    what follows a comma."""
    return before.endswith(",") or bool(_FIRST_GROUP.fullmatch(before) and _GROUP.fullmatch(text))


def number_in(texts: Sequence[str]) -> tuple[int, int] | None:
    """Where the first number among words begins and ends (exclusive); thousands may stand apart."""
    for start, text in enumerate(texts):
        if not is_number(text):
            continue
        end = start + 1
        if _FIRST_GROUP.fullmatch(text):
            while end < len(texts) and _GROUP.fullmatch(texts[end]):
                end += 1
                if not texts[end - 1].isdigit():
                    break
        return start, end
    glued = next((at for at, text in enumerate(texts) if _DIGIT.match(text)), None)
    return None if glued is None else (glued, glued + 1)


def kind_of(texts: Iterable[str]) -> Kind:
    """Of the words of a cell, marks and currencies aside; of none it is ``number``."""
    said = [
        text
        for text in texts
        if any(character.isalnum() for character in text) and text.upper() not in _CURRENCIES
    ]
    figures = sum(map(is_number, said))
    if figures == len(said):
        return "number"
    return "mixed" if figures else "words"
