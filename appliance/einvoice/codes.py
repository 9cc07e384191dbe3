"""Whether the codes of an e-invoice agree: its kind with its root, its amounts with its currency.

The rules are BR-4, BR-5, BR-CL-01 and BR-CL-03 of EN 16931, and that of UBL and CII by which every
amount is in the currency of the document.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from appliance.domain.einvoice import (
    CREDIT_NOTES,
    CURRENCY,
    INVOICES,
    KIND,
    TAX_CURRENCY,
    EInvoice,
    Syntax,
)

_TAX_TOTALS = {"TaxAmount": "TaxTotal", "TaxTotalAmount": ""}
"""Elements that may state the tax in another currency, by the element in which they have to lie."""


def failed_codes(root: etree._Element, said: EInvoice) -> Iterator[str]:
    """Describe for a clerk each code that is missing or contradicts another one."""
    yield from _check_kind(root, said)
    yield from _check_currencies(root, said)


def _check_kind(root: etree._Element, said: EInvoice) -> Iterator[str]:
    codes = said.says(KIND)
    if not codes:
        yield "It does not state whether it is an invoice or a credit note (BR-4)."
        return
    name, known = "an invoice or a credit note", INVOICES | CREDIT_NOTES
    if said.syntax is Syntax.UBL:
        is_credit_note = etree.QName(root).localname == "CreditNote"
        name = "a credit note" if is_credit_note else "an invoice"
        known = CREDIT_NOTES if is_credit_note else INVOICES
    for code in codes:
        if code not in known:
            yield f"Its type code {code} is not one of {name} (BR-CL-01)."


def _check_currencies(root: etree._Element, said: EInvoice) -> Iterator[str]:
    currency = next(iter(said.says(CURRENCY)), "")
    if not currency:
        yield "It does not state its currency (BR-5)."
        return
    of_tax = said.says(TAX_CURRENCY)
    told: set[tuple[str, str]] = set()
    for element in root.iter():
        other = element.get("currencyID")
        if other is None or other == currency or (other in of_tax and _is_tax_total(element)):
            continue
        name = etree.QName(element).localname
        if (name, other) not in told:
            told.add((name, other))
            what = f"Its {name} is in {other or 'no currency'}"
            yield f"{what}, the invoice in {currency} (BR-CL-03)."


def _is_tax_total(element: etree._Element) -> bool:
    parent = element.getparent()
    within = _TAX_TOTALS.get(etree.QName(element).localname)
    if within is None or parent is None:
        return False
    return not within or etree.QName(parent).localname == within
