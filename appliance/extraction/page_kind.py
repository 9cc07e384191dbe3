"""What a page calls itself: an invoice, a credit note, the correction of an invoice. Pure.

A title begins a run of words, and holds nothing else than a number, a date and what names these.
Of several titles the largest letters count, and of equal ones the first. In German, Gutschrift is
also what a buyer writes for the seller, and a code of UNTDID 1001 tells which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from appliance.domain.document import Document, Page, Word
from appliance.domain.einvoice import CORRECTED, CREDIT_NOTES, KIND, SELF_BILLED, EInvoice
from appliance.fields.candidates import joined, runs
from appliance.fields.folding import unaccented

_ALIKE = 1.15
"""Times the letters of another title, from which on a title is larger than it."""
_ENOUGH = 8
"""Words of the longest title."""


class PageKind(StrEnum):
    """What titles name."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit note"
    CREDIT_OR_SELF_BILLED = "Gutschrift"
    CORRECTION = "correction"


_TITLES = {
    PageKind.CORRECTION: """rechnungskorrektur|rechnungs-korrektur|korrekturrechnung
        |rechnungsberichtigung|stornorechnung|storno|factura rectificativa|facture rectificative
        |faktura korygujaca|korekta faktury|korekta|corrected invoice|corrective invoice
        |fattura rettificativa|gecorrigeerde factuur|fatura retificativa|fatura de correcao
        |opravny danovy doklad|opravna faktura|duzeltme faturasi""",
    PageKind.CREDIT_NOTE: """credit note|credit memo|credit invoice|avoir|note de credit
        |facture d'avoir|nota de credito|factura de abono|abono|nota di credito|nota credito
        |creditnota|creditfactuur|nota kredytowa|nota uznaniowa|dobropis|iade faturasi
        |alacak dekontu|nota kredit""",
    PageKind.CREDIT_OR_SELF_BILLED: r"""gutschrift|rechnungsgutschrift|gutschriftsanzeige""",
    PageKind.INVOICE: """tax invoice|commercial invoice|sales invoice|invoice|rechnung
        |schlussrechnung|teilrechnung|abschlagsrechnung|anzahlungsrechnung|handelsrechnung
        |facture|factura|faktura vat|faktura|fattura|factuur|fatura|invois|self-billed invoice
        |self-billing invoice|danovy doklad""",
}
_PATTERNS = {
    kind: re.compile(r"(?:" + r"|".join(part.strip() for part in words.split("|")) + r")\b[\s:#]*")
    for kind, words in _TITLES.items()
}
_MORE = re.compile(
    r"(?:\S*\d\S*|nr|no|num|number|numero|nummer|n[°ºo]|nº|№|c|cislo|sayi|vom|von|of|du|de|del|di"
    r"|from|date|dated|datum|z|dnia|den|original|kopie|copy|copie|duplikat|[^\w\s]+)[.:°º]*"
)


def page_kind(document: Document) -> tuple[PageKind, str] | None:
    """Return what the first page with a title calls itself, and the title."""
    for page in document.pages:
        best: tuple[float, PageKind, str] | None = None
        for height, kind, text in _titles(page):
            if best is None or height > _ALIKE * best[0]:
                best = height, kind, text
        if best:
            return best[1], best[2]
    return None


def agrees(kind: PageKind, invoice: EInvoice) -> bool:
    """Return whether the code of the e-invoice is one that such a title has."""
    (code, *_) = (*invoice.says(KIND), "")
    is_credit = code in CREDIT_NOTES
    match kind:
        case PageKind.INVOICE:
            return not is_credit or code == "81"
        case PageKind.CREDIT_NOTE:
            return is_credit or (code == CORRECTED and _is_taken_back(invoice))
        case PageKind.CREDIT_OR_SELF_BILLED:
            self_billed = code == SELF_BILLED
            return is_credit or self_billed or (code == CORRECTED and _is_taken_back(invoice))
        case PageKind.CORRECTION:
            return is_credit or code == CORRECTED or _is_taken_back(invoice)


def _is_taken_back(invoice: EInvoice) -> bool:
    """Its gross total is below zero."""
    try:
        return any(Decimal(text) < 0 for text in invoice.says("BT-112"))
    except InvalidOperation:
        return False


def _titles(page: Page) -> Iterator[tuple[float, PageKind, str]]:
    """The height of the letters of each title, its kind and its words."""
    for start, end in runs(page):
        words = page.words[start:end]
        if len(words) <= _ENOUGH:
            kind = _kind_of(words)
            before = page.words[start - 1] if start else None
            behind = page.words[end] if end < len(page.words) else None
            begins = before is None or before.line != words[0].line
            is_row = behind is not None and behind.line == words[0].line and not begins
            if kind and not is_row and not _has_amount_behind(page, end, words[0].line):
                yield max(word.bbox.height for word in words[:2]), kind, joined(words)


def _has_amount_behind(page: Page, end: int, line: int) -> bool:
    """What stands there is a row, such as a bonus that is credited."""
    behind = (word for word in page.words[end:] if word.line == line)
    return any(re.search(r"\d[.,]\d\d\b", word.text) for word in behind)


def _kind_of(words: tuple[Word, ...]) -> PageKind | None:
    text = unaccented(joined(words))
    text = re.sub(r"\b(?:\w ){4,}\w\b", lambda match: match[0].replace(" ", ""), text)
    for kind, pattern in _PATTERNS.items():
        if found := pattern.match(text):
            rest = text[found.end() :].split()
            if all(_MORE.fullmatch(word) for word in rest):
                return kind
    return None
