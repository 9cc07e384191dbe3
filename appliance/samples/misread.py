"""The mistakes that a scanner's own text recognition typically makes. Pure."""

from __future__ import annotations

from random import Random

CONFUSED = {
    "0": "O",
    "1": "l",
    "5": "S",
    "6": "b",
    "8": "B",
    "I": "l",
    "O": "0",
    "S": "5",
    "B": "8",
    "c": "e",
    "e": "c",
    "m": "rn",
    "w": "vv",
    ",": ".",
    ":": ".",
    "ü": "ii",
    "ö": "o",
    "ä": "a",
    "ß": "B",
    "é": "e",
    "è": "e",
    "ñ": "n",
    "ł": "l",
    "ó": "o",
    "ś": "s",
    "ż": "z",
}


def misread(words: list[str], rng: Random, *, share: float = 0.02) -> list[str]:
    """The words with ``share`` of their confusable characters misread, at least one of them."""
    places = [
        (index, at)
        for index, word in enumerate(words)
        for at, character in enumerate(word)
        if character in CONFUSED
    ]
    if not places:
        return words
    chosen = set(rng.sample(places, max(1, round(share * len(places)))))
    return [
        "".join(
            CONFUSED[character] if (index, at) in chosen else character
            for at, character in enumerate(word)
        )
        for index, word in enumerate(words)
    ]
