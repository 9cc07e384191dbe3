"""The totals of a page by the words that name them, and the currency in which it counts. Pure.

A total is an amount that its own words name: those before it on its line, or the heading above it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, takewhile

from appliance.domain.document import BBox, Document, Span, Word
from appliance.fields.candidates import ValueCandidate
from appliance.fields.folding import unaccented
from appliance.fields.grounding import heading

_GROSS = re.compile(
    r"\b(?:brutto\w*|gesamtbetrage?|rechnungsbetrag|rechnungssumme|rechnungstotal|endbetrag"
    r"|endsumme|gesamtsumme|gesamtpreis|zahlbetrag|gutschriftsbetrag|zu zahlen|summe gesamt|inkl"
    r"|ttc|montant du|total du|solde a payer|a payer|a deduire|grand total|total due|amount due"
    r"|invoice total|total amount|total payable|balance due|due payable|total credited|incl"
    r"|including|gross|total factura|total a pagar|importe total|total abono|total con iva"
    r"|totale fattura|totale documento|totale da pagare|a pagare|te betalen|factuurbedrag"
    r"|totaalbedrag|eindtotaal|do zaplaty|do zwrotu|total geral|valor total|k uhrade|s dph"
    r"|genel toplam|odenecek\w*|jumlah besar|jumlah keseluruhan)\b"
)
_TOTAL = re.compile(
    r"^(?:summe|gesamt|total|totale|totaal|suma|razem|celkem|toplam|jumlah|betrag)$"
)
"""Words that name the gross total where they stand alone."""
_NET_TO_PAY = re.compile(r"\bnet(?:to)? a (?:payer|deduire|pagare)\b")
_NO_GROSS = re.compile(
    r"\b(?:netto\w*|net|sub ?total\w*|zwischensumme|excl|exkl|zzgl|zuzuglich|ht|hors|before"
    r"|without|sin|senza|esclus[ao]|bez|haric|skonto|discount|rabatt|escompte|descuento|sconto"
    r"|korting|rabat|acompte|anzahlung|paid|capital|stammkapital)\b"
)
_NET = re.compile(
    r"\b(?:netto\w*|net|sub ?total\w*|zwischensumme|ht|hors|base imponible|imponibile|excl|exkl"
    r"|zaklad|matrah|ara toplam)\b"
)
_TAX = re.compile(
    r"\b(?:ust|mwst|umsatzsteuer|mehrwertsteuer|steuer|vat|tax|taxes|tva|iva|btw|dph|kdv|cukai)\b"
)
_NO_TAX = re.compile(
    r"\b(?:inkl|incl|including|ttc|excl|exkl|zzgl|gross|brutto\w*|netto\w*|base|before|no|nr|id|con"
    r"|s|total amount|basisbetrag|steuerbasisbetrag)\b"
)
_COLUMN = 4.0
"""Heights of a line within which one amount of a column stands below another."""
_WITH_TAX = re.compile(r"\b(?:inkl|incl|including|ttc|brutto\w*|gross)\b")
_SIGNS = {
    "€": "EUR", "euro": "EUR", "£": "GBP", "zł": "PLN", "kč": "CZK", "₺": "TRY", "tl": "TRY",
    "fr": "CHF", "sfr": "CHF", "us$": "USD", "$": "USD CAD AUD NZD SGD HKD MXN", "a$": "AUD",
    "c$": "CAD", "kr": "SEK NOK DKK ISK", "rm": "MYR", "¥": "JPY CNY", "ft": "HUF", "lei": "RON",
    "₹": "INR", "r$": "BRL",
}  # fmt: skip
"""Currencies that a sign may stand for, in small letters."""
_KNOWN = """
    AED AUD BGN BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS INR ISK JPY KRW MXN MYR NOK NZD PLN RON
    RSD SAR SEK SGD THB TRY TWD UAH USD ZAR"""
_CODES = frozenset(_KNOWN.split())
_ROW = 200
"""Words at one height that are looked at."""
_BEFORE = 40
"""Amounts among which the one above in its column is looked for."""
_LEFT = 8
"""Words left of an amount that may name it."""
_RATE = re.compile(r"[(]?\d{1,2}([.,]\d{1,2})?[%]?[):]*|%[):]*")
_NUMBER = re.compile(r"[\d.,'’+−–\-]+")
_MARKS = re.compile(r"[A-Za-z]{0,2}\$|[€£₺¥₹]|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class PageTotals:
    """Amounts with cents."""

    gross: tuple[ValueCandidate, ...]
    """Those that words name the gross total, or the total where there are no such words."""
    net: tuple[ValueCandidate, ...]
    tax: tuple[ValueCandidate, ...]
    """Those that words name the net total, a net amount, or a tax."""
    every: tuple[ValueCandidate, ...]


def page_totals(
    document: Document, amounts: Iterable[ValueCandidate], captions: Captions
) -> PageTotals:
    """Find among the ``amounts`` of the pages those with cents, and which of them the page calls
    its gross total."""
    every = tuple(one for one in amounts if "." in (one.value or ""))
    named = _named(document, every, captions)
    gross = [one for words, one in named if _names_gross(words)]
    gross = gross or [one for words, one in named if _TOTAL.fullmatch(words)]
    net = [one for words, one in named if _NET.search(words) and not _names_gross(words)]
    tax = [one for words, one in named if _TAX.search(words) and not _NO_TAX.search(words)]
    return PageTotals(tuple(gross), tuple(net), tuple(tax), every)


def _named(
    document: Document, amounts: Sequence[ValueCandidate], captions: Captions
) -> list[tuple[str, ValueCandidate]]:
    """Each with the words that name it; in a column the words above its first amount name all."""
    named: list[tuple[str, ValueCandidate]] = []
    for one in amounts:
        words = _without_currency(captions.find(one.span))
        if not words:
            above = (
                before
                for before in islice(reversed(named), _BEFORE)
                if _is_below(document, one, before[1])
            )
            words = next((said for said, _ in above), "")
        named.append((words, one))
    return named


def _is_below(document: Document, one: ValueCandidate, above: ValueCandidate) -> bool:
    if one.span.page != above.span.page:
        return False
    box, other = one.span.bbox(document), above.span.bbox(document)
    near = 0 < box.top - other.top <= _COLUMN * box.height
    return near and abs(box.right - other.right) <= box.height


def unexplained_gross(totals: PageTotals, known: Sequence[str], all_known: Sequence[str]) -> str:
    """Return a gross total of the page that is none of the ``known`` ones; empty where it agrees or
    names none. One beside a known one counts if it is larger and nothing in ``all_known``."""
    sizes = {size for text in known if (size := _size(text)) is not None}
    shown = [(abs(Decimal(one.value or 0)), one.text) for one in totals.gross]
    if not shown or not sizes:
        return ""
    if sizes.isdisjoint(size for size, _ in shown):
        return max(shown)[1]
    explained = sizes | {_size(text) for text in all_known}
    others = [one for one in shown if one[0] > max(sizes) and one[0] not in explained]
    return max(others)[1] if others else ""


def other_currency(document: Document, totals: PageTotals, currency: str) -> str:
    """Return the mark of another currency in which the page counts; empty where it counts in
    ``currency`` or names none."""
    beside = [marks for one in totals.every if (marks := _marks_beside(document, one))]
    others = [marks for marks in beside if currency not in _currencies(marks)]
    at_gross = [marks for one in totals.gross if (marks := _marks_beside(document, one))]
    if at_gross and all(currency not in _currencies(marks) for marks in at_gross):
        return at_gross[0][0]
    if 2 * len(others) > len(beside):
        return others[0][0]
    words = [word.text for page in document.pages for word in page.words]
    named = [mark for word in words for mark in _marks(word)]
    if named and currency not in _currencies(named):
        codes = [mark for mark in named if mark in _CODES]
        return codes[0] if codes else ""
    return ""


class Captions:
    """Finds the words that name what stands on the pages of a document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._rows = [
            sorted(((_middle(word.bbox), at, word) for at, word in enumerate(page.words)))
            for page in document.pages
        ]

    def find(self, span: Span) -> str:
        """Return, without accents, the words left of it at its height, whatever column they were
        read in, else those that head it."""
        box, row = span.bbox(self._document), self._rows[span.page]
        first = bisect_left(row, (_middle(box) - box.height / 2,))
        near = takewhile(lambda one: one[0] < _middle(box) + box.height / 2, row[first:][:_ROW])
        left = [word for _, _, word in near if word.bbox.right <= box.left]
        left.sort(key=lambda word: -word.bbox.left)
        said = [
            word.text
            for word in takewhile(lambda word: not _is_value(word), left[:_LEFT])
            if not _RATE.fullmatch(word.text)
        ]
        words = re.findall(r"[^\W\d_]+", unaccented(" ".join(reversed(said))))
        return " ".join(words) or unaccented(heading(self._document, span))


def _middle(box: BBox) -> float:
    return (box.top + box.bottom) / 2


def _is_value(word: Word) -> bool:
    return any(map(str.isdigit, word.text)) and not _RATE.fullmatch(word.text)


def _size(text: str) -> Decimal | None:
    return abs(Decimal(text)) if re.fullmatch(r"[+-]?\d{1,20}(\.\d{1,10})?", text) else None


def _names_gross(words: str) -> bool:
    words = _NET_TO_PAY.sub("a payer", words)
    if not _GROSS.search(words):
        return False
    return bool(_WITH_TAX.search(words)) or not _NO_GROSS.search(words)


def _without_currency(words: str) -> str:
    return " ".join(one for one in words.split() if one.upper() not in _CODES and one != "euro")


def _marks_beside(document: Document, one: ValueCandidate) -> list[str]:
    words, span = document.pages[one.span.page].words, one.span
    line = words[span.start].line
    inside = [word.text for word in words[span.start : span.end]]
    near = [at for at in (span.start - 1, span.end) if 0 <= at < len(words)]
    around = [words[at].text for at in near if words[at].line == line]
    return [mark for text in (*inside, *around) for mark in _marks(text)]


def _marks(word: str) -> list[str]:
    """Signs and codes of currencies that the word holds, besides a number."""
    found = _MARKS.findall(_NUMBER.sub(" ", word))
    return [mark for mark in found if mark in _CODES or mark.casefold() in _SIGNS]


def _currencies(marks: Sequence[str]) -> set[str]:
    return {
        code
        for mark in marks
        for code in ([mark] if mark in _CODES else _SIGNS[mark.casefold()].split())
    }
