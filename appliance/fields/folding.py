"""Texts reduced to what counts when two are compared."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# As in https://www.unicode.org/Public/security/latest/confusables.txt (Unicode UTS #39), of what a
# keyboard types; each is one with its small letter. The records keep what `alike` makes of it: who
# changes it adds a migration like `m005_look_alikes`, which makes the kept keys anew.
_LOOK_ALIKE = (
    ("АВЕЅІЈКМНОРСТУҮХԌԚԜѴӀБЗЬ", "ABESIJKMHOPCTYYXGQWVI63B"),  # Cyrillic
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ", "ABEZHIKMNOPTYXCJ"),  # Greek
    ("ՕՏԼՍ", "OSLU"),  # Armenian
    ("OIL", "011"),
)
_ALIKE: dict[int, str] = {}
for _seen, _latin in _LOOK_ALIKE:
    for _one, _other in zip(_seen, _latin, strict=True):
        _other = {"O": "0", "I": "1", "L": "1"}.get(_other, _other)
        _ALIKE |= {ord(_one): _other, ord(_one.lower()): _other.lower()}
_LIKE_LATIN = {chr(one) for one in _ALIKE if one > 127} - {"μ"}
"""Without the micro of 10 μF, which is small in every unit and looks like no Latin letter."""
_ALPHABETS = {"CHEROKEE", "COPTIC", "LISU"}
"""With letters that look like Latin ones and are not among them."""
_LONE = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d"})


def collapse_spaces(text: str) -> str:
    """NFC, runs of white space as one space, ends trimmed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold_alnum(text: str) -> str:
    """NFKC, case folded, letters and digits of any script only."""
    if text.isascii():
        return "".join(filter(str.isalnum, text.lower()))
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Folding can leave a character that NFKC takes apart again (ŉ, ᾳ ...).
    return "".join(c for c in unicodedata.normalize("NFKC", folded) if c.isalnum())


def upper_alnum(text: str) -> str:
    """Upper case without white space and punctuation: codes, IBAN, VAT id."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())


def unaccented(text: str) -> str:
    """Case folded and without accents, for words that OCR may have bared."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_LONE))
    return "".join(c for c in parts if not unicodedata.combining(c))


@lru_cache(maxsize=4096)
def _bared(character: str) -> str:
    return (unaccented(character) or character)[:1] if character.isalpha() else character


def bared(text: str) -> str:
    """As ``unaccented``, a character for each character: Établissements begins with et."""
    if text.isascii():
        return text.lower()
    return "".join(map(_bared, text))


def alike(text: str) -> str:
    """The same for letters and figures that are taken for each other: Latin and Cyrillic A, O and
    0. To compare with, never to show."""
    return text.translate(_ALIKE)


def mixes_alphabets(text: str) -> bool:
    """Latin letters stand among letters that look like them."""
    if text.isascii():
        return False
    letters = {c for c in text + unicodedata.normalize("NFKC", text) if c.isalpha()}
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in letters}
    looks = not letters.isdisjoint(_LIKE_LATIN) or not names.isdisjoint(_ALPHABETS)
    return looks and "LATIN" in names
