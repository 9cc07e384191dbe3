"""A document before it is printed, copied or scanned: its PDF and its truth.

One function a document type; all chance comes from the ``Random`` that is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from appliance.samples import declaration, invoice, shift, till
from appliance.samples.invoice import Invoice
from appliance.samples.languages import LANGUAGES
from appliance.samples.layouts import (
    banner,
    board,
    goods_list,
    grid,
    printout,
    roll,
    sad,
    sidebar,
    tiles,
    twin,
    window,
)
from appliance.samples.layouts.base import (
    CustomsLayout,
    Filing,
    Layout,
    Order,
    Report,
    ReportLayout,
    Slip,
)
from appliance.samples.sheet import Sheet
from appliance.samples.truth import Truth

INVOICE_LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (banner.LAYOUT, window.LAYOUT, grid.LAYOUT, sidebar.LAYOUT, twin.LAYOUT)
}
_AT_HOME = dict(zip(("en", "de", "fr", "es", "pl"), INVOICE_LAYOUTS, strict=True))
CUSTOMS_LAYOUTS: dict[str, CustomsLayout] = {
    layout.name: layout for layout in (sad.LAYOUT, goods_list.LAYOUT)
}
REPORT_LAYOUTS: dict[str, ReportLayout] = {
    layout.name: layout for layout in (tiles.LAYOUT, printout.LAYOUT, board.LAYOUT)
}


@dataclass(frozen=True, slots=True)
class SampleDraft:
    doctype: str
    lang: str
    layout: str
    pdf: bytes
    truth: Truth
    invoice: Invoice | None = None
    """What an invoice says, for programs; None of another kind."""


def supplier_invoice(
    rng: Random, lang: str, *, layout: str = "", rows: int = 5, credit: bool = False
) -> SampleDraft:
    """``layout`` empty takes the usual one of the language; KeyError for an unknown one."""
    language = LANGUAGES[lang]
    chosen = INVOICE_LAYOUTS[layout or _AT_HOME[lang]]
    content = invoice.invent(rng, language, rows=rows, credit=credit)
    order = Order(content, invoice.telling(content, language), language)
    pdf = draw_twice(chosen, order)
    truth = order.telling.truth(invoice.FIELDS, invoice.COLUMNS)
    return SampleDraft("supplier_invoice", lang, chosen.name, pdf, truth, content)


def customs_declaration(
    rng: Random, lang: str, *, layout: str = "sad", rows: int = 3
) -> SampleDraft:
    """KeyError for an unknown layout or a language without words for customs."""
    language, chosen = LANGUAGES[lang], CUSTOMS_LAYOUTS[layout]
    content = declaration.invent(rng, language, rows=rows)
    told = declaration.telling(content, language, places=chosen.places)
    sheet = Sheet(chosen.face)
    chosen.draw(sheet, Filing(content, told, language))
    truth = told.truth(declaration.FIELDS, declaration.COLUMNS)
    return SampleDraft("customs_declaration", lang, layout, sheet.pdf(), truth)


def production_report(
    rng: Random, lang: str, *, layout: str = "tiles", stops: int = 3
) -> SampleDraft:
    """``stops`` up to six; KeyError for an unknown layout or a language without factory words."""
    language, chosen = LANGUAGES[lang], REPORT_LAYOUTS[layout]
    content = shift.invent(rng, language, stops=stops)
    told = shift.telling(content, language)
    sheet = Sheet(chosen.face)
    chosen.draw(sheet, Report(content, told, language))
    truth = told.truth(shift.FIELDS, shift.COLUMNS)
    return SampleDraft("production_report", lang, layout, sheet.pdf(), truth)


def receipt(rng: Random, lang: str, *, rows: int = 4) -> SampleDraft:
    """``rows`` up to eight; IndexError for a language without shops."""
    language = LANGUAGES[lang]
    content = till.invent(rng, language, rows=rows)
    told = till.telling(content, language)
    sheet = Sheet(roll.FACE, size=(roll.WIDTH, roll.height(rows)))
    roll.draw(sheet, Slip(content, told, language))
    return SampleDraft("receipt", lang, roll.NAME, sheet.pdf(), told.truth(till.FIELDS))


def draw_twice(layout: Layout, order: Order) -> bytes:
    """The first drawing finds out the number of pages that the second one prints."""
    trial = Sheet(layout.face)
    layout.draw(trial, order)
    trial.discard()
    final = Sheet(layout.face)
    layout.draw(final, replace(order, pages=trial.pages))
    return final.pdf()


def nth_invoice(rng: Random, index: int) -> SampleDraft:
    """Languages in turn, first each in its usual layout and later in the others'."""
    langs, layouts = list(LANGUAGES), list(INVOICE_LAYOUTS)
    return supplier_invoice(
        rng,
        langs[index % len(langs)],
        layout=layouts[(index + index // len(langs)) % len(layouts)],
        rows=rng.randint(22, 30) if index % 6 == 1 else rng.randint(2, 8),
        credit=index % 7 == 2,
    )


def nth_declaration(rng: Random, index: int) -> SampleDraft:
    langs = [language.code for language in LANGUAGES.values() if language.customs]
    lang, layout = langs[index % len(langs)], list(CUSTOMS_LAYOUTS)[index % len(CUSTOMS_LAYOUTS)]
    return customs_declaration(rng, lang, layout=layout, rows=rng.randint(1, 6))


def nth_report(rng: Random, index: int) -> SampleDraft:
    langs = [language.code for language in LANGUAGES.values() if language.production]
    lang, layouts = langs[index % len(langs)], list(REPORT_LAYOUTS)
    layout = layouts[(index + index // len(langs)) % len(layouts)]
    return production_report(rng, lang, layout=layout, stops=rng.randint(1, 5))


def nth_receipt(rng: Random, index: int) -> SampleDraft:
    langs = [language.code for language in LANGUAGES.values() if language.receipt]
    return receipt(rng, langs[index % len(langs)], rows=rng.randint(2, 7))


NTH: dict[str, Callable[[Random, int], SampleDraft]] = {
    "supplier_invoice": nth_invoice,
    "customs_declaration": nth_declaration,
    "production_report": nth_report,
    "receipt": nth_receipt,
}
"""For each document type the maker of its nth document."""
