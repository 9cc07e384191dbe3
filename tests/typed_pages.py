"""Documents out of plain text, a line a line: every word 0.1 wide, every line 0.02 high."""

from __future__ import annotations

from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.document import BBox, Document, Page, Word

RECEIPT = DocType(
    "receipt",
    "Receipt",
    (
        FieldSpec("company", description="shop that gave the receipt"),
        FieldSpec("date", FieldType.DATE, description="date of the purchase"),
        FieldSpec("total", FieldType.AMOUNT, description="total paid, with tax"),
    ),
)
INVOICE = DocType(
    "invoice",
    "Invoice",
    (
        FieldSpec("number", FieldType.CODE, description="number of the invoice"),
        FieldSpec(
            "currency", FieldType.CURRENCY, values={"EUR": ("EUR", "€"), "PLN": ("PLN", "zł")}
        ),
    ),
    TableSpec("items", (FieldSpec("what"), FieldSpec("price", FieldType.AMOUNT))),
)


def words(text: str) -> tuple[Word, ...]:
    return tuple(
        Word(word, BBox(0.1 * at, 0.02 * line, 0.1 * at + 0.09, 0.02 * line + 0.01), line)
        for line, row in enumerate(text.splitlines())
        for at, word in enumerate(row.split())
    )


def document(*pages: str, docid: str = "0" * 64) -> Document:
    return Document(docid, tuple(Page(595, 842, words(text), "text") for text in pages))
