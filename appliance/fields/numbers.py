"""A text -> the decimals that it may mean.

Knows grouping by point, comma, space and apostrophe, also the Indian one (1,23,456.00); minus
before or behind, parentheses and CR for negative ones; currency marks, percent signs and units
around the number do not count. A number with one separator and three digits behind it may be
read in two ways unless the document's decimal mark is known.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from appliance.fields.folding import unaccented

_MARKS = str.maketrans({**dict.fromkeys("−–—\u2010\u2011", "-"), **dict.fromkeys("’`´", "'")})
_CODES = (
    "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KRW "
    "KWD MAD MXN MYR NOK NZD PEN PHP PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD "
    "VND ZAR"
)
_CURRENCY = re.compile(
    rf"(?<![^\W\d_])(?:[a-z]{{0,3}}[$€£¥₹₺₽₴₩₫₱฿₦₪₸₼₾]|{_CODES.replace(' ', '|')}|rm|zł|kč|kr\.?"
    r"|s?fr\.?|rs\.?|ft|lei|tl|rp\.?|руб\.?|грн\.?|din\.?|euros?)(?![^\W\d_])",
    re.IGNORECASE,
)
_MONEY = rf"[$€£¥₹₺₽₴₩₫₱฿₦₪₸₼₾]|\b(?:{_CODES.replace(' ', '|')})\b"
_INSIDE = re.compile(rf"\d\s*(?:{_CURRENCY.pattern})\s*\d", re.IGNORECASE)
"""12€50, which is 12.50 to some."""
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = r"[^\W\d_](?:[^\W\d_]|[./%°-])*"
_MORE = r"(?:\s[^\W\d_]+\.?)?|%|°c"
_BEHIND = re.compile(
    rf"(?:\s*-?\s*|\s*x\s*)(?:{_WORD}(?:(?<=m)[23])?{_MORE})$",  # 12 m2; not 2x3
    re.IGNORECASE,
)
# Glued to the number, a 2 or 3 is the number's own: x25, Qty2500.
_BEFORE = re.compile(rf"^(?:{_WORD}(?:[23](?=[\s:]))?{_MORE})\s*:?\s*(?=[\d-])", re.IGNORECASE)
_NUMBER = re.compile(r"[\d.,' ]*\d")
_WHOLE = re.compile(r"[,.]\s?-{1,2}(?=\D*$)")
"""Behind a number without decimals: 100,- is 100."""
_MULTIPLIERS = """
k tsd tausend thousand mille mil tys tis tysiecy tysiace
mio mill mln mn million millions millionen millones milioni milion miliony milionow miljoen
milhoes milioane mrd mld bn bln billion miliard miliardi miliarde miljard
lakh lakhs lac lacs crore crores
dz dtz dutzend doz dozen docena dozijn douzaine dozzina tuzin tucet duzine dezena duzia
"""
_MANY = frozenset(_MULTIPLIERS.split())
"""Words that multiply what stands before them: no unit."""
_THOUSANDS = re.compile(
    rf"\d\s*(?:k|m|mm|b|t)\s*(?:{_MONEY})|(?:{_MONEY}).*\d\s*(?:k|m|mm|b|t)$", re.IGNORECASE
)
"""$1.5M, 20 k€: beside money such a letter multiplies, elsewhere it may be a metre."""
_BOOKED = re.compile(r"^(?:cr|dr)\b\.?\s*(?=[\d(-])|\d\s*dr\.?$", re.IGNORECASE)
"""Credit or debit: which of them is negative, the page does not say."""
_FRACTION = re.compile(r"[½⅓⅔¼¾⅛⅜⅝⅞]|\d+/\d+|\^\d+|[x×*]\s?10\^?\d*")
_NOTE = re.compile(r"\d[¹²³⁰⁴-⁹]")
"""A number with the number of a footnote."""
_GROUPED = re.compile(r"\d{1,3}(?:([ '.,])\d{3})(?:\1\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}")


def readings(text: str, *, units: bool = False) -> tuple[Decimal, ...]:
    """No, one or two decimals; of two the first reads a lone separator as the decimal mark.

    ``units`` lets words stand before or behind the number, as in 12 kg.
    """
    bare = _bared(text, units=units)
    if bare is None:
        return ()
    found = _whole(bare.digits) if bare.whole else _unsigned_readings(bare.digits)
    return tuple(-number if bare.negative and number else number for number in found)


def number(text: str, decimal: str | None, *, units: bool = False) -> Decimal | None:
    """The decimal by the document's mark; None when it is none, or ambiguous without a mark."""
    found = readings(text, units=units)
    if len(found) < 2:
        return found[0] if found else None
    if decimal is None:
        return None
    return found[0] if lone_mark(text, units=units) == decimal else found[1]


def lone_mark(text: str, *, units: bool = False) -> Literal[".", ","]:
    """The separator of a number that has two readings."""
    bare = _bared(text, units=units)
    return "," if bare and "," in bare.digits else "."


def multiplies(text: str) -> bool:
    """Return whether a word right behind a number makes it another number: 2 lakh, 1 1/2."""
    words = [unaccented(word) for word in _LETTERS.findall(text)]
    return bool(_FRACTION.fullmatch(text)) or (
        len(words) == 1 and words[0] in _MANY and not any(map(str.isdigit, text))
    )


def multiplies_money(text: str) -> bool:
    """Return whether a word right behind an amount of money makes it another amount: $1.5 M."""
    return text.strip(".").casefold() in {"k", "m", "mm", "b"}


def books(text: str) -> bool:
    """Return whether a word right before a number says on which side it is booked: CR, DR."""
    return text.strip(".").casefold() in {"cr", "dr"}


def is_currency(text: str) -> bool:
    """A mark or a code alone: €, US$, EUR, zł."""
    return bool(_CURRENCY.fullmatch(text.strip(" .,:;()*")))


def written(value: Decimal) -> str:
    """With a point, no grouping, no exponent, and the decimals that it has."""
    return format(value, "f")


@dataclass(frozen=True, slots=True)
class _Bare:
    """A number without what stands around it."""

    digits: str
    """And separators."""
    negative: bool
    whole: bool
    """It says that it has no decimals."""


def _bared(text: str, *, units: bool) -> _Bare | None:
    """None when it is no number."""
    if _NOTE.search(text):
        return None
    said = unicodedata.normalize("NFKC", text.translate(_MARKS)).strip()
    if _INSIDE.search(said) or _THOUSANDS.search(said) or _BOOKED.search(said):
        return None
    plain, negative = _unsigned(said)
    if units:
        plain = _BEFORE.sub("", plain)
        unit = _BEHIND.search(plain)
        if unit and _MANY & {unaccented(word) for word in _LETTERS.findall(unit[0])}:
            return None
        plain = _BEHIND.sub("", plain)
    if plain.startswith("-") and not negative:
        plain, negative = plain[1:].strip(), True
    whole = bool(_WHOLE.search(said.strip("* :;")))
    return _Bare(plain, negative, whole) if _NUMBER.fullmatch(plain) else None


def _unsigned(text: str) -> tuple[str, bool]:
    """Takes marks, signs and ornaments off; says whether it was negative."""
    plain = _WHOLE.sub("", text.strip("* :;"))
    negative = False
    if re.search(r"\d.*\bcr\.?$|\dcr\.?$", plain, re.IGNORECASE):
        plain, negative = re.sub(r"\s*cr\.?$", "", plain, flags=re.IGNORECASE), True
    plain = _CURRENCY.sub("", plain).strip("* :;%").strip()
    if plain.startswith("(") and plain.endswith(")"):
        plain, negative = plain[1:-1].strip(), True
    plain = _CURRENCY.sub("", plain).strip()
    if plain.endswith("-"):
        plain, negative = plain[:-1].strip(), True
    if plain.startswith("-"):
        plain, negative = plain[1:].strip(), True
    return plain.removeprefix("+").rstrip(".,").strip(), negative


def _unsigned_readings(plain: str) -> tuple[Decimal, ...]:
    last = max(plain.rfind("."), plain.rfind(","))
    if last < 0:
        return _whole(plain)
    mark, before, behind = plain[last], plain[:last], plain[last + 1 :]
    fraction: tuple[Decimal, ...] = ()
    if mark not in before and behind.isdecimal():
        fraction = tuple(Decimal(f"{whole}.{behind}") for whole in _whole(before or "0"))
    whole = _whole(plain)
    lone_zero = before == "0"  # 0.500 has no groups
    return fraction if fraction and (lone_zero or not whole) else (*fraction, *whole)


def _whole(plain: str) -> tuple[Decimal, ...]:
    if plain.isdecimal() or _GROUPED.fullmatch(plain):
        return (Decimal(re.sub(r"\D", "", plain)),)
    return ()
