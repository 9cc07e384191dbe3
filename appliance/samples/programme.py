"""What the demo shows: twelve documents, each with something of its own, two e-invoices, a mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from appliance.samples.drafts import (
    SampleDraft,
    customs_declaration,
    production_report,
    receipt,
    supplier_invoice,
)
from appliance.samples.einvoice import HYBRID, XML
from appliance.samples.renderings import TURNED


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    rendering: str
    draft: Callable[[Random], SampleDraft]


DEMO = (
    Item("invoice-en", "clean", partial(supplier_invoice, lang="en", rows=4)),
    Item("invoice-de-two-pages", "clean", partial(supplier_invoice, lang="de", rows=18)),
    Item("credit-note-fr", "clean", partial(supplier_invoice, lang="fr", rows=2, credit=True)),
    Item("invoice-es-scan", "searchable", partial(supplier_invoice, lang="es", rows=3)),
    Item("invoice-pl-bad-scan", "degraded", partial(supplier_invoice, lang="pl", rows=3)),
    Item("declaration-en", "clean", partial(customs_declaration, lang="en", rows=2)),
    Item(
        "declaration-de-scan",
        "searchable",
        partial(customs_declaration, lang="de", layout="goods_list", rows=3),
    ),
    Item("declaration-fr-on-its-side", TURNED, partial(customs_declaration, lang="fr", rows=1)),
    Item("report-de", "clean", partial(production_report, lang="de", layout="printout", stops=3)),
    Item(
        "report-pl-scan",
        "searchable",
        partial(production_report, lang="pl", layout="board", stops=4),
    ),
    Item("report-en-bad-scan", "degraded", partial(production_report, lang="en", stops=2)),
    Item("receipt-en-bad-scan", "degraded", partial(receipt, lang="en", rows=3)),
)
MAILED = Item("receipt-by-mail", "clean", partial(receipt, lang="en", rows=2))
EINVOICES = (
    Item("einvoice-de", HYBRID, partial(supplier_invoice, lang="de", rows=3)),
    Item("xrechnung-de", XML, partial(supplier_invoice, lang="de", rows=2)),
)
