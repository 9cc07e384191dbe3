"""What the page beside an e-invoice says otherwise. Pure.

Number, date, supplier, gross total and account are compared. What the page does not show at all is
no difference: it differs where it shows values of that kind, and none of them is the e-invoice's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType, FieldSpec, FieldType, display_name
from appliance.domain.document import Document, Span
from appliance.domain.einvoice import DATES, NUMBER, EInvoice, TermValue
from appliance.fields.candidates import ValueCandidate, joined, runs, shaped
from appliance.fields.folding import upper_alnum
from appliance.fields.occurrences import Occurrences
from appliance.fields.style import style_of
from appliance.tables.table import words_in

_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
"""Also one whose check digits do not fit: on the page it is a difference all the same."""

DATE, SUPPLIER, GROSS = "BT-2", "BT-27", "BT-112"
_NUMBER, _DATE = (NUMBER, "invoice number"), (DATE, "invoice date")
_SUPPLIER = SUPPLIER, "supplier"
_GROSS, _ACCOUNT = (GROSS, "gross total"), ("BT-84", "account")
_RECOGNISED = {NUMBER: FieldType.CODE, DATE: FieldType.DATE, GROSS: FieldType.AMOUNT}
_OF_SUPPLIER = {
    "BT-27": FieldType.TEXT,
    "BT-28": FieldType.TEXT,
    "BT-30": FieldType.CODE,
    "BT-31": FieldType.VAT_ID,
    "BT-32": FieldType.CODE,
    "BT-84": FieldType.IBAN,
}
"""By any of which the page names the supplier: its name may be a picture."""
_OF_BUYER = ("BT-46", "BT-47", "BT-48")


def differences(
    invoice: EInvoice, document: Document, doctype: DocType, search: Occurrences
) -> Iterator[Blocker]:
    """``search`` looks in the pages of the document."""
    page = _Page(document, search)
    for about, asks in _COMPARED:
        term, name = about
        said = [one for one in invoice.values if one.term == term]
        shown = asks(page, invoice, said) if said else None
        if shown is not None:
            spec = next((one for one in doctype.fields if one.einvoice == term), None)
            name = display_name(spec.name) if spec else name
            message = f"{name}: the e-invoice says {said[0].text}, the page {shown}"
            yield Blocker(BlockerCode.EINVOICE_DIFFERS, message, spec.name if spec else None)


def shown(invoice: EInvoice, document: Document, search: Occurrences) -> frozenset[str]:
    """Of number, date, supplier and gross total, by their terms, what the pages say as the
    e-invoice does."""
    page = _Page(document, search)
    found = {
        term
        for term, kind in _RECOGNISED.items()
        if any(page.says(text, kind) for text in invoice.says(term))
    }
    if any(page.says(one.text, _OF_SUPPLIER[one.term]) for one in _marks(invoice)):
        found.add(SUPPLIER)
    return frozenset(found)


def _marks(invoice: EInvoice) -> Iterator[TermValue]:
    """By which a page names the supplier."""
    return (one for one in invoice.values if one.term in _OF_SUPPLIER)


class _Page:
    """The pages of a document."""

    def __init__(self, document: Document, search: Occurrences) -> None:
        self._pages = document.pages
        self._style = style_of(document)
        self._search = search

    def says(self, text: str, kind: FieldType) -> bool:
        return bool(self.places(text, kind))

    def places(self, text: str, kind: FieldType) -> set[Span]:
        return {one.span for one in self._search.of(text, FieldSpec("", kind))}

    def shows(self, kind: FieldType) -> list[ValueCandidate]:
        """What has the shape of one, in reading order."""
        spec = FieldSpec("", kind)
        return [
            one
            for number, page in enumerate(self._pages)
            for one in shaped(page, number, spec, self._style)
        ]

    def accounts(self) -> list[str]:
        lines = (joined(page.words[start:end]) for page in self._pages for start, end in runs(page))
        return [found for line in lines for found in _IBAN.findall(line)]


def _number(page: _Page, invoice: EInvoice, said: Sequence[TermValue]) -> str | None:
    if not page.shows(FieldType.CODE) or page.says(said[0].text, FieldType.CODE):
        return None
    return "does not"


def _date(page: _Page, invoice: EInvoice, said: Sequence[TermValue]) -> str | None:
    """A day that stands there less often than the e-invoice names it stands for something else,
    such as the delivery, where the page shows one that the e-invoice does not name."""
    kind = FieldType.DATE
    days = [one.text for one in invoice.values if one.term in DATES]
    # An e-invoice may name one day ten thousand times.
    known = words_in(span for day in set(days) for span in page.places(day, kind))
    shown, here = page.shows(kind), page.places(said[0].text, kind)
    others = [one for one in shown if known.isdisjoint(words_in([one.span]))]
    enough = len(here) >= days.count(said[0].text) or not others
    if not shown or (here and enough):
        return None
    return f"says {(others or shown)[0].text}"


def _gross(page: _Page, invoice: EInvoice, said: Sequence[TermValue]) -> str | None:
    """The largest amount with cents, since no other is known to be the total."""
    shown = [one for one in page.shows(FieldType.AMOUNT) if "." in (one.value or "")]
    # A credit note may print below zero what its XML says above.
    ways = (said[0].text, f"-{said[0].text}") if invoice.is_credit_note else (said[0].text,)
    if not shown or any(page.says(text, FieldType.AMOUNT) for text in ways):
        return None
    return f"says {max(shown, key=lambda one: abs(Decimal(one.value or 0))).text}"


def _account(page: _Page, invoice: EInvoice, said: Sequence[TermValue]) -> str | None:
    shown = page.accounts()
    known = tuple(upper_alnum(one.text) for one in said)
    # A short word behind an account, such as BIC, may pass for its last letters.
    if not shown or any(upper_alnum(one).startswith(known) for one in shown):
        return None
    return f"says {shown[0]}"


def _supplier(page: _Page, invoice: EInvoice, said: Sequence[TermValue]) -> str | None:
    """Only where it names somebody else by a VAT id."""
    if any(page.says(one.text, _OF_SUPPLIER[one.term]) for one in _marks(invoice)):
        return None
    buyer = {upper_alnum(one.text) for one in invoice.values if one.term in _OF_BUYER}
    others = (one.text for one in page.shows(FieldType.VAT_ID))
    return next((f"says {text}" for text in others if upper_alnum(text) not in buyer), None)


_Asks = Callable[[_Page, EInvoice, Sequence[TermValue]], str | None]
"""What the page does instead; None where it agrees, or says nothing."""

_COMPARED: tuple[tuple[tuple[str, str], _Asks], ...] = (
    (_NUMBER, _number),
    (_DATE, _date),
    (_SUPPLIER, _supplier),
    (_GROSS, _gross),
    (_ACCOUNT, _account),
)

COMPARED = tuple(term for (term, _), _ in _COMPARED)
"""Terms."""
