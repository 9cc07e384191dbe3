"""Honest documents that the campaign poisons: made-up invoices and real receipts, each as a PDF.

A receipt is a picture; it lies in a PDF of one page, so that everything can be printed on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from random import Random
from typing import Any

from fpdf import FPDF
from PIL import Image

from appliance.domain.document import Document
from appliance.domain.labels import Label, Labelled
from appliance.samples import einvoice
from appliance.samples import invoice as invoices
from appliance.samples.drafts import INVOICE_LAYOUTS, draw_twice, nth_invoice
from appliance.samples.invoice import Invoice
from appliance.samples.languages import LANGUAGES
from appliance.samples.layouts.base import Order
from appliance.samples.sheet import HEIGHT
from bench import common

_ROWS = "line_items"
INVOICE, RECEIPT = "supplier_invoice", "sroie"
_POINTS = 72 / 25.4
_DAWN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Paper:
    name: str
    doctype: str
    data: bytes
    labels: Mapping[str, Any]
    """What a clerk would key; the rows under the name of their table."""
    language: str
    invoice: Invoice | None = None
    """None of a receipt."""
    layout: str = ""

    def labelled(self, document: Document) -> Labelled:
        header = [Label(name, text) for name, text in self.labels.items() if name != _ROWS]
        rows = self.labels.get(_ROWS)
        cells = [
            Label(name, text, at) for at, row in enumerate(rows or ()) for name, text in row.items()
        ]
        every, table = (*header, *cells), rows is not None
        return Labelled(document, self.doctype, every, table, None, None, 0.0, 0.0)

    def saying(self, changed: Invoice) -> bytes:
        """The same paper, of another invoice."""
        return _drawn(changed, self.language, self.layout)

    def xml(self) -> bytes:
        assert self.invoice, "a receipt has none"
        return einvoice.xml(self.invoice, LANGUAGES[self.language])


def paper(seed: int) -> Paper:
    """One of many, two of three an invoice."""
    if seed % 3 == 2:
        return receipt(seed // 3)
    return made(f"campaign/paper/{seed}", seed)


def made(name: str, index: int) -> Paper:
    """An invoice of at most eight rows, drawn by ``name``; languages and layouts in turn."""
    rng = Random(name)
    draft = nth_invoice(rng, index)
    while draft.invoice is None or len(draft.invoice.lines) > 8:
        draft = nth_invoice(rng, index + len(LANGUAGES))
        index += len(LANGUAGES)
    return Paper(
        name, INVOICE, draft.pdf, draft.truth.labels(), draft.lang, draft.invoice, draft.layout
    )


def receipt(number: int) -> Paper:
    """A real one; they begin anew after the last."""
    lines = (common.data() / "sroie" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[number % len(lines)])
    path = common.data() / "sroie" / row["file"]
    labels = row["fields"]
    return Paper(row["file"], RECEIPT, _page_of(path.read_bytes()), labels, "en")


def _page_of(picture: bytes) -> bytes:
    with Image.open(BytesIO(picture)) as image:
        wide, high = image.size
    tall = HEIGHT * _POINTS
    sheet = FPDF(unit="pt", format=(tall * wide / high, tall))
    sheet.set_auto_page_break(False)
    sheet.set_creation_date(_DAWN)
    sheet.add_page()
    sheet.image(BytesIO(picture), 0, 0, sheet.w, sheet.h)
    return bytes(sheet.output())


def _drawn(content: Invoice, code: str, layout: str) -> bytes:
    language = LANGUAGES[code]
    order = Order(content, invoices.telling(content, language), language)
    return draw_twice(INVOICE_LAYOUTS[layout], order)
