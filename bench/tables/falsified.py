"""A document in which one digit of one word is another. Pure."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from appliance.domain.document import Document

Place = tuple[int, int]
"""Page and word."""


def has_digit(text: str) -> bool:
    return any(character.isdecimal() for character in text)


def falsified(document: Document, place: Place, rng: Random) -> Document:
    """The word at ``place`` holds a digit; its box and its confidence stay."""
    at, index = place
    page = document.pages[at]
    words = list(page.words)
    words[index] = replace(words[index], text=_other_digit(words[index].text, rng))
    pages = list(document.pages)
    pages[at] = replace(page, words=tuple(words))
    return replace(document, pages=tuple(pages))


def _other_digit(text: str, rng: Random) -> str:
    at = rng.choice([at for at, character in enumerate(text) if character.isdecimal()])
    other = rng.choice([digit for digit in "123456789" if digit != text[at]])
    return text[:at] + other + text[at + 1 :]
