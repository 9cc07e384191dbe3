"""What the page beside an e-invoice says otherwise. Pure.

Number, dates, kind, supplier, totals, currency and account are compared. What the page does not
show at all is no difference: it differs where it shows values of that kind, and none of them is the
e-invoice's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType, FieldSpec, FieldType, display_name
from appliance.domain.document import Document, Span
from appliance.domain.einvoice import CURRENCY, DATES, KIND, NUMBER, EInvoice, TermValue
from appliance.extraction.page_kind import agrees, page_kind
from appliance.extraction.page_totals import (
    Captions,
    PageTotals,
    other_currency,
    page_totals,
    unexplained_gross,
)
from appliance.fields.accounts import printed_accounts
from appliance.fields.candidates import ValueCandidate, shaped
from appliance.fields.folding import upper_alnum
from appliance.fields.occurrences import Occurrences
from appliance.fields.sellers import bare_id
from appliance.fields.style import style_of
from appliance.tables.table import words_in

_DUE = re.compile(
    r"\b(?:fallig\w*|zahlbar|zahlungsziel|due|echeance|vencimiento|scadenza|vervaldatum|termin"
    r"|platnosci|splatnosti|vade\w*|vencimento|pay by|payable)\b"
)
"""Words that name the day by which an invoice is to be paid."""
_VAT_LABEL = re.compile(r"\b(?:ust|vat|uid|umsatzsteuer|tva|iva|nip|nif|btw|dic|partita|vkn)")
_BUYER = re.compile(
    r"\b(?:ihre?|your|votre|vostr[ao]|su|kunde\w*|customer|buyer|client\w*|comprador|nabywc\w*|uw"
    r"|klant|empfanger|odberatel|alici|cessionario|destinatario|vas[ea])\b"
)
"""Words that name a VAT id, and such that call it the buyer's."""
_AMOUNTS = frozenset(f"BT-{number}" for number in (92, 99, *range(106, 118)))
_TO_PAY = "BT-115"

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
        self.document = document
        self._pages = document.pages
        self._style = style_of(document)
        self._search = search
        self._shown: dict[FieldType, list[ValueCandidate]] = {}

    def says(self, text: str, kind: FieldType) -> bool:
        return bool(self.places(text, kind))

    def places(self, text: str, kind: FieldType) -> set[Span]:
        return {one.span for one in self._search.of(text, FieldSpec("", kind))}

    def shows(self, kind: FieldType) -> list[ValueCandidate]:
        """What has the shape of one, in reading order."""
        if kind not in self._shown:
            spec = FieldSpec("", kind)
            self._shown[kind] = [
                one
                for number, page in enumerate(self._pages)
                for one in shaped(page, number, spec, self._style)
            ]
        return self._shown[kind]

    def heading(self, one: ValueCandidate) -> str:
        """The words that name it, without accents."""
        return self._captions.find(one.span)

    @cached_property
    def _captions(self) -> Captions:
        return Captions(self.document)

    @cached_property
    def totals(self) -> PageTotals:
        return page_totals(self.document, self.shows(FieldType.AMOUNT), self._captions)


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
    """By the words that name it, else the largest amount with cents, since no other is known to be
    the total. The amount that is left to pay may stand for it."""
    known = [*invoice.says(GROSS), *invoice.says(_TO_PAY)]
    every = [one.text for one in invoice.values if one.term in _AMOUNTS]
    if other := unexplained_gross(page.totals, known, every):
        return f"says {other}"
    return _amount(page, invoice, said)


def _amount(page: _Page, invoice: EInvoice, said: Sequence[TermValue]) -> str | None:
    shown = [one for one in page.shows(FieldType.AMOUNT) if "." in (one.value or "")]
    # A credit note may print below zero what its XML says above.
    texts = [one.text for one in said]
    ways = [*texts, *(f"-{text}" for text in texts if invoice.is_credit_note)]
    if not shown or any(page.says(text, FieldType.AMOUNT) for text in ways):
        return None
    return f"says {max(shown, key=lambda one: abs(Decimal(one.value or 0))).text}"


def _net(page: _Page, invoice: EInvoice, said: Sequence[TermValue]) -> str | None:
    return _part(page, page.totals.net, [said[0].text, *invoice.says("BT-106")])


def _tax(page: _Page, invoice: EInvoice, said: Sequence[TermValue]) -> str | None:
    """Of several rates the page may show the parts alone."""
    of_rates = invoice.says("BT-117") if len(invoice.says("BT-117")) > 1 else ()
    return _part(page, page.totals.tax, [said[0].text, *of_rates])


def _part(page: _Page, named: Sequence[ValueCandidate], ways: Sequence[str]) -> str | None:
    """The page names such an amount, and shows the e-invoice's nowhere."""
    signed = [*ways, *(f"-{text}" for text in ways)]
    if not named or any(page.says(text, FieldType.AMOUNT) for text in signed):
        return None
    return f"says {named[-1].text}"


def _due(page: _Page, invoice: EInvoice, said: Sequence[TermValue]) -> str | None:
    """Where words name another day as the one by which it is to be paid."""
    if any(page.says(one.text, FieldType.DATE) for one in said):
        return None
    others = [one for one in page.shows(FieldType.DATE) if _DUE.search(page.heading(one))]
    return f"says {others[0].text}" if others else None


def _currency(page: _Page, invoice: EInvoice, said: Sequence[TermValue]) -> str | None:
    other = other_currency(page.document, page.totals, said[0].text)
    return f"counts in {other}" if other else None


def _kind(page: _Page, invoice: EInvoice, said: Sequence[TermValue]) -> str | None:
    found = page_kind(page.document)
    if found is None or agrees(found[0], invoice):
        return None
    return f'calls itself "{found[1]}"'


def _account(page: _Page, invoice: EInvoice, said: Sequence[TermValue]) -> str | None:
    shown = printed_accounts(page.document)
    known = tuple(upper_alnum(one.text) for one in said)
    # A short word behind an account, such as BIC, may pass for its last letters.
    if not shown or any(upper_alnum(one).startswith(known) for one in shown):
        return None
    return f"says {shown[0]}"


def _supplier(page: _Page, invoice: EInvoice, said: Sequence[TermValue]) -> str | None:
    """Only where it names somebody else by a VAT id: also beside the supplier's name, if that VAT
    id is not called the buyer's."""
    vat_ids = {bare_id(text) for text in invoice.says("BT-31")}
    buyer = {bare_id(one.text) for one in invoice.values if one.term in _OF_BUYER}
    shown = [one for one in page.shows(FieldType.VAT_ID) if bare_id(one.text) not in buyer]
    if not shown or any(bare_id(one.text) in vat_ids for one in shown):
        return None
    if any(page.says(one.text, _OF_SUPPLIER[one.term]) for one in _marks(invoice)):
        own = [one for one in shown if one.text[:2].isalpha() and not _is_buyers(page, one)]
        shown = own if vat_ids else []
    return next((f"says {one.text}" for one in shown), None)


def _is_buyers(page: _Page, one: ValueCandidate) -> bool:
    return bool(_BUYER.search(page.heading(one))) or not _VAT_LABEL.search(page.heading(one))


_Asks = Callable[[_Page, EInvoice, Sequence[TermValue]], str | None]
"""What the page does instead; None where it agrees, or says nothing."""

_COMPARED: tuple[tuple[tuple[str, str], _Asks], ...] = (
    (_NUMBER, _number),
    (_DATE, _date),
    (_SUPPLIER, _supplier),
    (_GROSS, _gross),
    (_ACCOUNT, _account),
    ((KIND, "kind"), _kind),
    ((CURRENCY, "currency"), _currency),
    (("BT-9", "due date"), _due),
    (("BT-109", "net total"), _net),
    (("BT-110", "tax"), _tax),
)

COMPARED = tuple(term for (term, _), _ in _COMPARED[:5])
"""Terms by which two e-invoices are one."""
