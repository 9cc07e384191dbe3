"""On real documents the table that a person reads is among the likeliest candidates."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from appliance.domain.limits import Limits
from appliance.reading.read import read
from appliance.tables.find import find_tables
from appliance.tables.table import Table
from tests.tables.drawn import heads

DATA = os.environ.get("APPLIANCE_DATA", "")

pytestmark = pytest.mark.skipif(not DATA, reason="APPLIANCE_DATA names no real documents")


class NoOcr:
    def recognise(self, image: object) -> list[object]:
        raise AssertionError("these documents hold their text")


@pytest.mark.parametrize(
    ("file", "header", "rows"),
    [
        ("MustangRE-20171118_506_ZUGFeRD1and2.pdf", ["Menge", "Produkt", "Preis"], 3),
        ("ZUGFeRD_1p0_COMFORT_Rabatte.pdf", ["Artikelbeschreibung", "Menge", "Entgelt"], 4),
        ("Facture_FR_EN16931.pdf", ["Description", "Quantité", "Prix HT"], 3),
    ],
)
def test_the_items_are_found_whole(file: str, header: list[str], rows: int) -> None:
    path = Path(DATA) / "invoices_de_fr" / file
    document = read(path, docid="0" * 64, limits=Limits(), ocr=NoOcr())  # type: ignore[arg-type]

    def asked(table: Table) -> bool:
        return set(header) <= set(heads(document, table)) and len(table.rows) == rows

    assert any(asked(table) for table in find_tables(document)[:3])
