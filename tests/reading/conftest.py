"""What the tests of reading ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF

from appliance.domain.document import Document
from appliance.domain.limits import Limits
from appliance.reading.ocr import Ocr
from appliance.reading.read import read


@pytest.fixture
def sheet() -> FPDF:
    """An A4 page in points with one visible line; add to it, then ``reading`` it."""
    pdf = FPDF(unit="pt", format="A4")
    pdf.set_auto_page_break(False)
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.text(60, 80, "Invoice 4711 of Miller Ltd, thirty days net, with many thanks for your order")
    return pdf


@pytest.fixture
def reading(tmp_path: Path) -> Callable[..., Document]:
    def read_it(content: FPDF | bytes, ocr: Ocr, limits: Limits = Limits()) -> Document:  # noqa: B008
        path = tmp_path / "file"
        path.write_bytes(bytes(content.output()) if isinstance(content, FPDF) else content)
        return read(path, docid="d", limits=limits, ocr=ocr)

    return read_it
