"""A document before it is printed, copied or scanned: its PDF and its truth.

One function a document type; all chance comes from the ``Random`` that is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from appliance.samples import invoice
from appliance.samples.languages import LANGUAGES
from appliance.samples.layouts import banner, grid, sidebar, twin, window
from appliance.samples.layouts.base import Layout, Order
from appliance.samples.sheet import Sheet
from appliance.samples.truth import Truth

INVOICE_LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (banner.LAYOUT, window.LAYOUT, grid.LAYOUT, sidebar.LAYOUT, twin.LAYOUT)
}
_AT_HOME = dict(zip(("en", "de", "fr", "es", "pl"), INVOICE_LAYOUTS, strict=True))


@dataclass(frozen=True, slots=True)
class Draft:
    doctype: str
    lang: str
    layout: str
    pdf: bytes
    truth: Truth


def supplier_invoice(
    rng: Random, lang: str, *, layout: str = "", rows: int = 5, credit: bool = False
) -> Draft:
    """``layout`` empty takes the usual one of the language; KeyError for an unknown one."""
    language = LANGUAGES[lang]
    chosen = INVOICE_LAYOUTS[layout or _AT_HOME[lang]]
    content = invoice.invent(rng, language, rows=rows, credit=credit)
    order = Order(content, invoice.telling(content, language), language)
    pdf = _draw_twice(chosen, order)
    truth = order.telling.truth(invoice.FIELDS, invoice.COLUMNS)
    return Draft("supplier_invoice", lang, chosen.name, pdf, truth)


def _draw_twice(layout: Layout, order: Order) -> bytes:
    """The first drawing finds out the number of pages that the second one prints."""
    trial = Sheet(layout.face)
    layout.draw(trial, order)
    final = Sheet(layout.face)
    layout.draw(final, replace(order, pages=trial.pages))
    return final.pdf()


def nth_invoice(rng: Random, index: int) -> Draft:
    """Languages in turn, first each in its usual layout and later in the others'."""
    langs, layouts = list(LANGUAGES), list(INVOICE_LAYOUTS)
    return supplier_invoice(
        rng,
        langs[index % len(langs)],
        layout=layouts[(index + index // len(langs)) % len(layouts)],
        rows=rng.randint(22, 30) if index % 6 == 1 else rng.randint(2, 8),
        credit=index % 7 == 2,
    )


NTH: dict[str, Callable[[Random, int], Draft]] = {"supplier_invoice": nth_invoice}
"""For each document type the maker of its nth document."""
