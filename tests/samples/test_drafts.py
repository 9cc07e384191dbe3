"""Every layout in every language prints its whole truth, tidily."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from random import Random

import pypdfium2 as pdfium
import pytest
import textlayer

from appliance.doctypes import catalogue
from appliance.samples.drafts import (
    CUSTOMS_LAYOUTS,
    INVOICE_LAYOUTS,
    NTH,
    REPORT_LAYOUTS,
    SampleDraft,
    customs_declaration,
    nth_declaration,
    production_report,
    receipt,
    supplier_invoice,
)
from appliance.samples.languages import LANGUAGES


def _speaking(words: str) -> list[str]:
    return [lang for lang, language in LANGUAGES.items() if getattr(language, words)]


def _every() -> dict[str, Callable[[Random], SampleDraft]]:
    every: dict[str, Callable[[Random], SampleDraft]] = {}
    for lang, layout in product(_speaking("invoice"), INVOICE_LAYOUTS):
        for rows, credit in ((1, False), (26, False), (3, True)):
            make = partial(supplier_invoice, lang=lang, layout=layout, rows=rows, credit=credit)
            every[f"{lang}-{layout}-{rows}-{'credit' if credit else 'invoice'}"] = make
    for lang, layout, rows in product(_speaking("customs"), CUSTOMS_LAYOUTS, (1, 6)):
        make = partial(customs_declaration, lang=lang, layout=layout, rows=rows)
        every[f"{lang}-{layout}-{rows}"] = make
    for lang, layout, stops in product(_speaking("production"), REPORT_LAYOUTS, (0, 6)):
        make = partial(production_report, lang=lang, layout=layout, stops=stops)
        every[f"{lang}-{layout}-{stops}"] = make
    for lang in _speaking("receipt"):
        every[f"{lang}-roll"] = partial(receipt, lang=lang, rows=5)
    return every


EVERY = _every()


@pytest.mark.parametrize("name", EVERY)
def test_every_text_of_the_truth_stands_on_the_page_and_no_words_collide(name):
    draft = EVERY[name](Random(name))
    page = textlayer.text(draft.pdf)
    assert [text for text in draft.truth.texts() if text not in page] == []
    assert textlayer.collisions(draft.pdf) == []


@pytest.mark.parametrize("doctype", NTH)
def test_the_truth_has_the_fields_of_the_shipped_document_type(doctype):
    labels = NTH[doctype](Random(1), 0).truth.labels()
    shipped = catalogue.find(doctype, folder=None)
    assert shipped.items is None or shipped.items.name in labels
    rows = labels.pop(shipped.items.name) if shipped.items else []
    assert set(labels) == {field.name for field in shipped.fields}
    assert all(set(row) == {field.name for field in shipped.items.fields} for row in rows)


@pytest.mark.parametrize("layout", ["window", "banner", "grid", "sidebar"])
def test_an_invoice_over_two_pages_carries_its_sum_over(layout):
    draft = supplier_invoice(Random(2), "de", layout=layout, rows=26)
    with pdfium.PdfDocument(draft.pdf) as document:
        assert len(document) == 2
    page = textlayer.text(draft.pdf)
    assert page.count("Übertrag") == 2
    assert "Seite 1 von 2" in page and "Seite 2 von 2" in page


def test_a_credit_note_has_negative_amounts_and_no_due_date():
    labels = supplier_invoice(Random(2), "fr", rows=2, credit=True).truth.labels_norm()
    assert labels["kind"] == "credit_note"
    assert labels["due_date"] is None
    assert labels["gross_total"].startswith("-")
    assert all(row["net_amount"].startswith("-") for row in labels["line_items"])


def test_a_trader_overseas_has_no_eori():
    made = [nth_declaration(Random(seed), 0).truth.labels() for seed in range(20)]
    assert any(labels["exporter_eori"] is None for labels in made)
    assert any(labels["importer_eori"] is None for labels in made)
