"""Documents out of plain text, a line a line, and what a clerk keyed of them."""

from __future__ import annotations

from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.labels import Label, Labelled

NUMBER = FieldSpec("number", FieldType.CODE, description="number of the invoice")
COMPANY = FieldSpec("company", description="who sent it")
DATE = FieldSpec("date", FieldType.DATE, description="day of the invoice")
TOTAL = FieldSpec("total", FieldType.AMOUNT, description="total with tax")
CURRENCY = FieldSpec(
    "currency",
    FieldType.CURRENCY,
    values={"EUR": ("EUR", "€", "Euro"), "PLN": ("PLN", "zł"), "ALL": ("ALL", "Lek")},
)
COUNTRY = FieldSpec(
    "country", FieldType.COUNTRY, values={"DE": ("Deutschland", "Germany"), "PL": ("Polska",)}
)
KIND = FieldSpec("kind", FieldType.ENUM, values={"bill": ("Rechnung",), "credit": ("Gutschrift",)})
PAID = FieldSpec("paid", FieldType.BOOLEAN, values={"yes": ("bezahlt",), "no": ("offen",)})
WHAT = FieldSpec("what", description="what was sold")
PIECES = FieldSpec("pieces", FieldType.QUANTITY)
PRICE = FieldSpec("price", FieldType.AMOUNT)

NOTE = DocType("note", "Note", (COMPANY, DATE, TOTAL))
BILL = DocType("bill", "Bill", (NUMBER, TOTAL), TableSpec("items", (WHAT, PIECES, PRICE)))


def document(*pages: str, docid: str = "0" * 64) -> Document:
    return Document(docid, tuple(Page(595, 842, _words(text), "text") for text in pages))


def labelled(
    document: Document,
    *labels: Label,
    doctype: DocType = NOTE,
    table: bool = False,
    party: str | None = None,
    at: float = 0.0,
) -> Labelled:
    return Labelled(document, doctype.name, labels, table, party, None, at, at)


def header(**values: str | None) -> list[Label]:
    return [Label(name, text) for name, text in values.items()]


def row(number: int, **values: str | None) -> list[Label]:
    return [Label(name, text, number) for name, text in values.items()]


def at(document: Document, text: str, page: int = 0) -> Span:
    """Where a word stands for the last time."""
    words = [word.text for word in document.pages[page].words]
    last = len(words) - 1 - words[::-1].index(text)
    return Span(page, last, last + 1)


def _words(text: str) -> tuple[Word, ...]:
    return tuple(
        Word(word, BBox(0.05 * at, 0.01 * line, 0.05 * at + 0.04, 0.01 * line + 0.008), line)
        for line, said in enumerate(text.splitlines())
        for at, word in enumerate(said.split())
    )
