"""Is a text layer what the page shows, or garbage of a font that nobody can decode? Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_MOJIBAKE = re.compile(r"Ã[\u0080-\u00bf€‚ƒ„…†‡‰Š‹Œ‘’“”•–—™š›œŸ¼¶¤Ÿ©¨]|â€|Â[\u00a0-\u00bf]|ï»¿")
_LATIN = re.compile(r"[a-z]")
_VOWEL = re.compile(r"[aeiouy]")


def garbled(words: Sequence[str], *, unmapped: int = 0) -> bool:
    """``unmapped`` of the words come from fonts that do not name their characters."""
    text = "".join(words)
    if not text:
        return False
    strange = sum(map(_strange, text))
    mojibake = len(_MOJIBAKE.findall(text))
    return (
        strange > 0.1 * len(text)
        or mojibake > max(3.0, 0.02 * len(text))
        or unmapped > 0.3 * len(words)
        or _without_vowels(text)
    )


def _strange(character: str) -> bool:
    return character == "\ufffd" or unicodedata.category(character) in {"Co", "Cn", "Cc", "Cs"}


def _without_vowels(text: str) -> bool:
    """Latin letters in numbers, nearly all consonants: each was shifted by the font."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = len(_LATIN.findall(plain))
    return letters >= 100 and len(_VOWEL.findall(plain)) < 0.12 * letters
