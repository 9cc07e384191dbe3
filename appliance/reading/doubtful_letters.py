"""Letters of which the recogniser is not sure, decided by what stands around them. Pure.

A recogniser of many languages looks at each letter by itself: dirt above an A makes it an Á, and a
worn 0 behind two digits an O. Where the next likely letter fits in better, that one is meant. What
the recogniser is sure of stays, however odd it looks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

_DIGITS = {
    letter: digit for digit, letters in {"0": "OoDQU", "1": "Il"}.items() for letter in letters
}
"""By the letter that is taken for it."""
_LETTERS = {"0": "Oo", "1": "Ili", "5": "Ss", "9": "g"}
"""By the digit that they are taken for."""
_LIKELY = 0.1
"""Probability from which a letter among digits is a digit, or a digit among letters a letter. Of
codes such as WT1 the recogniser is surer."""
_SLIM = 0.08
"""Likewise of a capital I for the slim letters l and i within a word."""
_SURE = 0.98
"""Probability from which an accent is one: 7 of 10 of real accents on bad scans reach it, and 2 of
38 that dirt made."""
_BARE = 0.01
"""Probability of the letter without its accent, from which that may be meant."""
_ACCENTS = 2
"""Sure ones on a page that is written with accents."""
_DOUBT = "\ue000"
"""Stands behind an accent that the page decides on; no recogniser writes it."""
_DOUBTED = re.compile(f"(.){_DOUBT}")
_WORD = re.compile(r"[^\W_]{3,}")
_FRACTION = re.compile(r"[.,]\d")


@dataclass(frozen=True, slots=True)
class SeenLetter:
    text: str
    """The likeliest."""
    likely: Mapping[str, float]
    """Probabilities, 0-1, of the likeliest few."""


def line_text(letters: Sequence[SeenLetter]) -> str:
    """With each accent marked that ``page_texts`` is to decide on."""
    texts = [one.text for one in letters]
    whole = "".join(text[:1] for text in texts)
    for word in _WORD.finditer(whole):
        here = slice(word.start(), word.end())
        is_amount = bool(_FRACTION.match(whole, word.end()))
        texts[here] = _fitting(texts[here], letters[here], is_amount=is_amount)
    return "".join(map(_marked, texts, letters))


def page_texts(lines: Iterable[str]) -> list[str]:
    """Each line as it is meant."""
    lines = list(lines)
    bare = _DOUBTED.sub("", "".join(lines))
    accented = sum(_without_accent(letter) is not None for letter in bare) >= _ACCENTS
    return [_DOUBTED.sub(r"\1" if accented else _bare, line) for line in lines]


def _fitting(texts: list[str], letters: Sequence[SeenLetter], *, is_amount: bool) -> list[str]:
    """Of one word; ``is_amount``: a fraction stands behind it."""
    digits = [at for at, text in enumerate(texts) if text.isdigit()]
    others = [at for at in range(len(texts)) if at not in digits]
    if len(others) < len(digits):
        _replace(texts, letters, others, lambda text: _DIGITS.get(text, ""))
    elif len(digits) < len(others) and not is_amount:
        _replace(texts, letters, digits, lambda text: _LETTERS.get(text, ""))
    for at in range(1, len(texts) - 1):
        if texts[at] == "I" and texts[at + 1].islower():
            texts[at] = max("Ili", key=lambda slim: _weight(letters[at], slim))
    return texts


def _replace(
    texts: list[str],
    letters: Sequence[SeenLetter],
    odd: Sequence[int],
    meant: Callable[[str], str],
) -> None:
    """In place: all of those that are odd, or none."""
    found = [
        max(meant(texts[at]), key=lambda one: letters[at].likely.get(one, 0.0), default="")
        for at in odd
    ]
    if all(letters[at].likely.get(one, 0.0) >= _LIKELY for at, one in zip(odd, found, strict=True)):
        for at, one in zip(odd, found, strict=True):
            texts[at] = one


def _weight(letter: SeenLetter, slim: str) -> float:
    likely = letter.likely.get(slim, 0.0)
    return likely if slim != "I" else _SLIM


def _marked(text: str, letter: SeenLetter) -> str:
    bare = _without_accent(text)
    doubtful = (
        bare is not None
        and letter.likely.get(text, 0.0) < _SURE
        and letter.likely.get(bare, 0.0) >= _BARE
    )
    return text + _DOUBT if doubtful else text


def _bare(found: re.Match[str]) -> str:
    return _without_accent(found[1]) or found[1]


def _without_accent(letter: str) -> str | None:
    """None of a letter that has none, or that is not Latin."""
    parts = unicodedata.normalize("NFD", letter)
    return parts[0] if len(parts) > 1 and parts[0].isascii() else None
