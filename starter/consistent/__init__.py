"""Kinds of documents whose sums have to be right: what they leave to functions.

All else of them is data, as of every kind.
"""

from __future__ import annotations

from collections.abc import Mapping

from starter.consistent import customs_declaration, production_report, receipt, supplier_invoice
from starter.facts import Functions

FUNCTIONS: Mapping[str, Functions] = {
    "customs_declaration": customs_declaration.FUNCTIONS,
    "production_report": production_report.FUNCTIONS,
    "receipt": receipt.FUNCTIONS,
    "supplier_invoice": supplier_invoice.FUNCTIONS,
}
"""By the name by which a kind asks for them."""
