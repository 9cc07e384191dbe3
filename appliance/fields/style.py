"""How a document writes numbers and dates: its decimal mark, day or month first, its country.

Pure. What the words do not tell is None.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from appliance.domain.document import Document
from appliance.fields.dates import readings
from appliance.fields.folding import unaccented
from appliance.fields.numbers import is_currency

_MONEY = re.compile(
    r"([^\d.,]{0,5}?)-?((?:0|[1-9]\d{0,2})(?:[.,']\d{2,3})*|[1-9]\d*)([.,])\d{2}(\D{0,4})"
)
_BEFORE_NO_MONEY = {"um", "am", "vom", "den", "bis", "at", "on", "version", "ver", "v", "rev"}
_BEHIND_NO_MONEY = {"uhr", "h", "hrs", "am", "pm", "a.m", "p.m"}
_VOTES_NEEDED = 2
"""Amounts that have to show the same decimal mark."""
_TIME = re.compile(r"(?:[01]?\d|2[0-4])\.[0-5]\d")
_DATE = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
"""With two digits of a year it may be a sort code, a version, the number of a clause."""

# US and those who follow it; everybody else who writes day, month and year puts the day first.
_MONTH_FIRST = {"US", "PH", "FM", "MH", "PW", "GU", "PR"}

# Common on business papers and no words of English: German, French, Spanish, Italian, Dutch,
# Polish, Portuguese, Czech, Turkish, Malay.
_FOREIGN = """
rechnung datum und der das fur mit von bis seite betrag menge preis strasse
facture montant quantite prix adresse avec pour livraison echeance
factura fecha cantidad precio importe calle para
fattura quantita prezzo importo scadenza della
factuur bedrag aantal prijs het een
faktura sprzedawca nabywca ilosc cena wartosc razem termin zaplaty
fatura quantidade preco valor emissao vencimento
dodavatel odberatel mnozstvi celkem splatnosti
tarih tutar miktar toplam fiyat
sdn bhd jalan taman tarikh jumlah harga
"""
_DAY_FIRST = frozenset(_FOREIGN.split())
_WORDS_NEEDED = 3
"""Such words that have to stand in a document."""


@dataclass(frozen=True, slots=True)
class WritingStyle:
    decimal: Literal[".", ","] | None = None
    day_first: bool | None = None
    country: str | None = None
    """ISO 3166 alpha-2 of who sent it."""
    custom: bool | None = None
    """Whether documents like it put the day first, which speaks where ``day_first`` is None."""


PLAIN = WritingStyle(".")
"""How labels and our own normal forms write numbers; their dates are ISO 8601."""


def style_of(document: Document, *, country: str | None = None) -> WritingStyle:
    """``country`` is the party's (ISO 3166 alpha-2), where somebody knows it."""
    return style_of_words(
        (word.text for page in document.pages for word in page.words), country=country
    )


def style_of_words(words: Iterable[str], *, country: str | None = None) -> WritingStyle:
    texts = list(words)
    return WritingStyle(_decimal_mark(texts), _day_first(texts, country), country)


def _decimal_mark(texts: list[str]) -> Literal[".", ","] | None:
    """What is unmistakable, with two marks or a currency, has two votes; one alone may be a day
    (31.12) or a version. What may be a time (14.30) counts only beside something that is none."""
    votes: Counter[str] = Counter()
    times = 0
    for before, text, behind in zip(["", *texts], texts, [*texts[1:], ""], strict=False):
        match = _MONEY.fullmatch(text)
        if match and match[3] not in match[2] and not _no_money(before, match, behind):
            if _unmistakable(before, match, behind):
                votes[match[3]] += 2
            elif _TIME.fullmatch(text):
                times += 1
            else:
                votes[match[3]] += 1
    if votes["."]:
        votes["."] += times
    if votes["."] >= _VOTES_NEEDED and votes["."] > 2 * votes[","]:
        return "."
    return "," if votes[","] >= _VOTES_NEEDED and votes[","] > 2 * votes["."] else None


def _no_money(before: str, match: re.Match[str], behind: str) -> bool:
    """A time, a day, a version, a number of something."""
    glued = match[1].strip()
    return (
        _folded(before) in _BEFORE_NO_MONEY
        or _folded(match[4] or behind) in _BEHIND_NO_MONEY
        or (match[4].startswith(".") and match[3] == ".")  # 31.12.
        or (any(map(str.isalpha, glued)) and not is_currency(glued))
    )


def _unmistakable(before: str, match: re.Match[str], behind: str) -> bool:
    near = (match[1], match[4], "" if match[1] else before, "" if match[4] else behind)
    return not match[2].isdecimal() or any(map(is_currency, near))


def _folded(word: str) -> str:
    return word.casefold().strip(".,:;()")


def _day_first(texts: list[str], country: str | None) -> bool | None:
    """Another date in the document tells; else the party's country, else its language."""
    found = [one for text in texts if _DATE.search(text) and (one := readings(text)).certain]
    days = any(one.day_first and not one.month_first for one in found)
    months = any(one.month_first and not one.day_first and not one.dotted for one in found)
    if days != months:
        return days
    if days:
        return None
    if country:
        return country not in _MONTH_FIRST
    said = {unaccented(text.strip(".,:;()")) for text in texts}
    return True if len(said & _DAY_FIRST) >= _WORDS_NEEDED else None
