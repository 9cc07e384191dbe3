"""Texts reduced to what counts when two are compared."""

from __future__ import annotations

import unicodedata

_LONE = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d"})


def squeezed(text: str) -> str:
    """NFC, runs of white space as one space, ends trimmed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def letters(text: str) -> str:
    """NFKC, case folded, letters and digits of any script only."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Folding can leave a character that NFKC takes apart again (ŉ, ᾳ ...).
    return "".join(c for c in unicodedata.normalize("NFKC", folded) if c.isalnum())


def bare(text: str) -> str:
    """Upper case without white space and punctuation: codes, IBAN, VAT id."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())


def unaccented(text: str) -> str:
    """Case folded and without accents, for words that OCR may have bared."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_LONE))
    return "".join(c for c in parts if not unicodedata.combining(c))
