"""Which of several documents is the page of an e-invoice that is a file of its own. Pure.

Two files are one invoice where the page shows number, date, supplier and gross total, and says
nothing else. What came with the e-invoice, in one mail or under its name, is its page for less, so
that a page that differs from the e-invoice is held beside it and does not pass as another invoice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.einvoice import NUMBER, EInvoice
from appliance.extraction.einvoice_page import COMPARED, DATE, GROSS, SUPPLIER, differences, shown
from appliance.fields.chunks import chunks
from appliance.fields.occurrences import Occurrences
from appliance.fields.style import style_of

_WHOLE = frozenset({NUMBER, DATE, SUPPLIER, GROSS})
_MANY = 2
"""Of number, date and gross total, which the page of what came together shows."""


@dataclass(frozen=True, slots=True)
class PageCandidate:
    document: Document
    same_mail: bool
    same_name: bool
    """But for its suffix."""


def page_of(invoice: EInvoice, candidates: Iterable[PageCandidate], doctype: DocType) -> str | None:
    """Docid of the likeliest page, the first of those that are equally likely; None where none of
    ``candidates`` is."""
    best, found = 0, None
    for one in candidates:
        likely = _likely(invoice, one, doctype)
        if likely > best:
            best, found = likely, one.document.docid
    return found


def _likely(invoice: EInvoice, one: PageCandidate, doctype: DocType) -> int:
    """0 for a page of something else."""
    said = one.document.einvoice
    if said and any(said.says(term) != invoice.says(term) for term in COMPARED):
        return 0
    pages = [chunks(page.words) for page in one.document.pages]
    search = Occurrences(pages, style_of(one.document))
    seen = shown(invoice, one.document, search)
    if seen >= _WHOLE and not any(differences(invoice, one.document, doctype, search)):
        return 4 + one.same_name
    if one.same_mail and one.same_name:
        return 3
    beside = one.same_mail or one.same_name
    return 2 if beside and len(seen - {SUPPLIER}) >= _MANY else 0
