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
from appliance.judgement.dates import readings
from appliance.judgement.plain import unaccented

_MONEY = re.compile(
    r"[^\w.,]{0,2}(?:\w{1,3}[$€£ ]?)?-?(\d{1,3}(?:[.,' ]\d{2,3})*|\d+)([.,])\d{2}\D{0,3}"
)
_DATE = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})")

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


@dataclass(frozen=True, slots=True)
class Style:
    decimal: Literal[".", ","] | None = None
    day_first: bool | None = None
    country: str | None = None
    """ISO 3166 alpha-2 of who sent it."""


PLAIN = Style(".")
"""How labels and our own normal forms write numbers; their dates are ISO 8601."""


def style_of(document: Document, *, country: str | None = None) -> Style:
    """``country`` is the party's (ISO 3166 alpha-2), where somebody knows it."""
    return style_of_words(
        (word.text for page in document.pages for word in page.words), country=country
    )


def style_of_words(words: Iterable[str], *, country: str | None = None) -> Style:
    texts = list(words)
    return Style(_decimal_mark(texts), _day_first(texts, country), country)


def _decimal_mark(texts: list[str]) -> Literal[".", ","] | None:
    votes: Counter[str] = Counter()
    for text in texts:
        match = _MONEY.fullmatch(text)
        if match and match[2] not in match[1]:
            votes[match[2]] += 1
    if votes["."] > 2 * votes[","]:
        return "."
    return "," if votes[","] > 2 * votes["."] else None


def _day_first(texts: list[str], country: str | None) -> bool | None:
    """Another date in the document tells; else its language, else the party's country."""
    found = [readings(text) for text in texts if _DATE.search(text)]
    days = any(one.day_first and not one.month_first for one in found)
    months = any(one.month_first and not one.day_first for one in found)
    if days != months:
        return days
    if days:
        return None
    said = {unaccented(text.strip(".,:;()")) for text in texts}
    if len(said & _DAY_FIRST) >= _WORDS_NEEDED:
        return True
    return country not in _MONTH_FIRST if country else None
