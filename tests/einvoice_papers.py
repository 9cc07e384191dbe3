"""An e-invoice and the page beside it, and a type that names its terms."""

from __future__ import annotations

from dataclasses import replace

from typed_pages import words

from appliance.domain.doctype import Check, DocType, FieldSpec, FieldType, TableSpec, Term
from appliance.domain.document import Document, Page
from appliance.domain.einvoice import EInvoice, Level, Syntax, TermValue

NUMBER = FieldSpec("number", FieldType.CODE, required=True, einvoice="BT-1")
KIND = FieldSpec(
    "kind",
    FieldType.ENUM,
    values={"invoice": ("invoice", "Rechnung"), "credit_note": ("credit note", "Gutschrift")},
    einvoice="BT-3",
)
TYPE = DocType(
    "invoice",
    "Invoice",
    (
        KIND,
        NUMBER,
        FieldSpec("date", FieldType.DATE, einvoice="BT-2"),
        FieldSpec("due", FieldType.DATE, einvoice="BT-9"),
        FieldSpec("supplier", einvoice="BT-27"),
        FieldSpec("iban", FieldType.IBAN, einvoice="BT-84"),
        FieldSpec("net", FieldType.AMOUNT, einvoice="BT-109"),
        FieldSpec("gross", FieldType.AMOUNT, einvoice="BT-112"),
    ),
    TableSpec(
        "rows",
        (
            FieldSpec("what", einvoice="BT-153"),
            FieldSpec("quantity", FieldType.QUANTITY, einvoice="BT-129"),
            FieldSpec("amount", FieldType.AMOUNT, einvoice="BT-131"),
        ),
        einvoice="BG-25",
    ),
    party=("supplier",),
    number="number",
    gross="gross",
    checks=(
        Check(
            "sum(rows.amount) == net",
            (Term("amount", function="sum"),),
            "==",
            (Term("net"),),
        ),
    ),
)

PAGE = """\
Muster GmbH
Rechnung RE-1042 vom 31.01.2026
1.500 Bolzen 900,00
2 Muttern 100,00
Rabatt -50,00
Netto 950,00
Gesamt 1.130,50
IBAN DE02 1203 0000 0000 2020 51
"""

SAID = {
    "BT-1": "RE-1042",
    "BT-2": "2026-01-31",
    "BT-3": "380",
    "BT-27": "Muster GmbH",
    "BT-31": "DE123456788",
    "BT-84": "DE02120300000000202051",
    "BT-109": "950.00",
    "BT-112": "1130.50",
}
LINES = (
    {"BT-129": "1.500", "BT-131": "900.00", "BT-153": "Bolzen"},
    {"BT-129": "2", "BT-131": "100.00", "BT-153": "Muttern"},
)


def terms(said: dict[str, str], where: str = "/Invoice") -> tuple[TermValue, ...]:
    return tuple(TermValue(term, text, f"{where}/{term}") for term, text in said.items())


INVOICE = EInvoice(
    Syntax.CII,
    "urn:cen.eu:en16931:2017",
    Level.LINES,
    terms(SAID),
    tuple(terms(line, f"/Invoice/Line[{at}]") for at, line in enumerate(LINES, 1)),
)


def saying(**changed: str) -> EInvoice:
    """With other values, ``BT_112="191.00"``; an empty one is not said."""
    said = SAID | {name.replace("_", "-"): text for name, text in changed.items()}
    return replace(INVOICE, values=terms({term: text for term, text in said.items() if text}))


def hybrid(page: str = PAGE, invoice: EInvoice | None = INVOICE) -> Document:
    return Document("0" * 64, (Page(595, 842, words(page), "text"),), einvoice=invoice)
