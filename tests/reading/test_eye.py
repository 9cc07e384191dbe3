"""What the real OCR sees on parts of real pages, whatever their text layer says."""

from __future__ import annotations

from pathlib import Path

import pytest
from fpdf import FPDF

from appliance.domain.document import BBox, Document, PagePart
from appliance.domain.limits import Limits
from appliance.reading.eye import part_texts
from appliance.reading.ocr import RapidOcr
from appliance.reading.read import read


def looked_at(path: Path, ocr: RapidOcr, *texts: str) -> list[str | None]:
    """Where the text of the file says ``texts``, words of its first page."""
    document: Document = read(path, docid="0" * 64, ocr=ocr)
    (page, *_) = document.pages
    boxes = [next(word.bbox for word in page.words if word.text == text) for text in texts]
    parts = [PagePart(0, page.rotation, box) for box in boxes]
    return list(part_texts(path, parts, limits=Limits(), ocr=ocr))


def test_what_stands_there_is_seen(sheet: FPDF, rapid: RapidOcr, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(sheet.output()))
    number, name = looked_at(path, rapid, "4711", "Miller")
    assert number and "4711" in number.split()
    assert name and "Miller" in name.split()


def test_a_digit_that_goes_on_beside_the_word_is_seen(
    sheet: FPDF, rapid: RapidOcr, tmp_path: Path
) -> None:
    sheet.text(100, 120, "1,190.00")
    path = tmp_path / "file"
    path.write_bytes(bytes(sheet.output()))
    (page, *_) = read(path, docid="0" * 64, ocr=rapid).pages
    (box,) = (word.bbox for word in page.words if word.text == "1,190.00")
    behind = BBox(box.left + 0.2 * box.width, box.top, box.right, box.bottom)
    (seen,) = part_texts(path, [PagePart(0, 0.0, behind)], limits=Limits(), ocr=rapid)
    assert seen and "1,190.00" in seen


@pytest.mark.parametrize("quarters", [0, 90, 270])
def test_pages_are_looked_at_as_they_stand_upright(
    quarters: int, rapid: RapidOcr, tmp_path: Path
) -> None:
    turned = FPDF(unit="pt", format="A4")
    turned.add_page()
    turned.set_font("helvetica", size=12)
    with turned.rotation(quarters, 300, 400):
        for at, line in enumerate(("Invoice 4711 of Miller Ltd", "Thirty days net, with thanks")):
            turned.text(200, 380 + 20 * at, line)
    path = tmp_path / "file"
    path.write_bytes(bytes(turned.output()))
    (seen,) = looked_at(path, rapid, "4711")
    assert seen and "4711" in seen.split()


@pytest.mark.parametrize(
    "box", [BBox(0.1, 0.1, 0.2, 0.1), BBox(0.1, 0.1, 0.1, 0.1), BBox(1.2, 2.0, 1.4, 2.1)]
)
def test_on_a_part_of_no_size_or_off_the_page_nothing_is_seen(
    box: BBox, sheet: FPDF, rapid: RapidOcr, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(sheet.output()))
    assert part_texts(path, [PagePart(0, 0.0, box)], limits=Limits(), ocr=rapid) == ("",)


def test_a_text_has_no_pages_to_be_seen(rapid: RapidOcr, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("Invoice 4711")
    parts = [PagePart(0, 0.0, BBox(0.1, 0.1, 0.2, 0.12))]
    assert part_texts(path, parts, limits=Limits(), ocr=rapid) == (None,)
