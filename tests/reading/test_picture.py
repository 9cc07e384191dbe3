"""A page's picture stands as the boxes of its words do, whatever the file was."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import papers
import pytest
from fpdf import FPDF
from PIL import Image

from appliance.domain.document import Page, Word
from appliance.domain.errors import DocumentError
from appliance.domain.limits import Limits
from appliance.reading.picture import page_picture
from appliance.reading.read import read
from appliance.reading.words import TextRun
from appliance.samples.make import make

LINES = ("Invoice 4711 of Miller Ltd", "net 100.00", "tax 19.00", "gross 119.00 to be paid", "soon")


class Particular(papers.Reciting):
    """Reads only what is higher than wide, as a letter is."""

    def recognise(self, image: Image.Image) -> list[TextRun]:
        said = super().recognise(image)
        upright = image.height > image.width
        return said if upright else [TextRun(p.text, p.bbox, 0.1) for p in said]


def letter(*, askew: float = 0.0, quarters: int = 0) -> Image.Image:
    """Of text enough for its skew to be seen; turned clockwise."""
    page = Image.new("RGB", (800, 1100), "white")
    page.paste(papers.picture(*LINES, *LINES, *LINES), (20, 100))
    page = page.rotate(-askew, Image.Resampling.BICUBIC, fillcolor="white")
    return page.rotate(-90 * quarters, expand=True)


def scan(*pictures: Image.Image) -> bytes:
    pdf = FPDF(unit="pt")
    for picture in pictures:
        pdf.add_page(format=picture.size)
        pdf.image(picture, 0, 0, *picture.size)
    return bytes(pdf.output())


def saved(kind: str, *pictures: Image.Image) -> bytes:
    out = BytesIO()
    more = {"save_all": True, "append_images": pictures[1:]} if pictures[1:] else {}
    pictures[0].save(out, kind, **more)
    return out.getvalue()


def picture(path: Path, page: int, rotation: float, *, longest: int = 2000) -> Image.Image:
    drawn = page_picture(path, page, rotation, longest=longest, limits=Limits())
    assert drawn is not None
    return drawn


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean of the grey levels by which they differ."""
    assert one.size == other.size
    pixels = [np.asarray(image.convert("L"), dtype=np.int16) for image in (one, other)]
    return float(np.abs(pixels[0] - pixels[1]).mean())


@pytest.mark.parametrize(("askew", "quarters"), [(0.0, 0), (2.0, 0), (-3.0, 1), (2.0, 3)])
@pytest.mark.parametrize("kind", ["scan", "PNG", "JPEG", "TIFF"])
def test_she_sees_what_the_ocr_saw(tmp_path: Path, kind: str, askew: float, quarters: int) -> None:
    page = letter(askew=askew, quarters=quarters)
    path = tmp_path / "file"
    path.write_bytes(scan(page) if kind == "scan" else saved(kind, page))
    ocr = Particular("Invoice", "4711")
    read_page = read(path, docid="d", ocr=ocr).pages[0]
    assert (read_page.rotation != 0) == bool(askew or quarters)
    assert difference(picture(path, 0, read_page.rotation), ocr.pictures[-1]) < 0.5


def test_every_page_of_a_tiff_has_its_own_picture(tmp_path: Path) -> None:
    path = tmp_path / "file"
    pages = [letter(), letter(quarters=1), papers.picture("the third")]
    path.write_bytes(saved("TIFF", *pages))
    for index, page in enumerate(pages):
        assert difference(picture(path, index, 0.0), page) == 0


def ink_beside(image: Image.Image, page: Page) -> tuple[int, list[str]]:
    """Dark dots outside of all words, and the words without a dark dot inside."""
    dark = np.asarray(image.convert("L")) < 128
    rows, columns = dark.shape
    empty = []
    left_over = dark.copy()
    for word in page.words:
        box = word.bbox
        at = (
            slice(int(box.top * rows) - 1, int(box.bottom * rows) + 2),
            slice(int(box.left * columns) - 1, int(box.right * columns) + 2),
        )
        if not dark[at].any():
            empty.append(word.text)
        left_over[at] = False
    return int(left_over.sum()), empty


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_ink_of_a_typed_page_lies_in_the_boxes_of_its_words(tmp_path: Path, turn: int) -> None:
    pdf = FPDF(unit="pt", format=(400, 600))
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    with pdf.rotation(turn, x=200, y=300):
        for number, line in enumerate(LINES * 3):
            pdf.text(110, 200 + 14 * number, line)
    path = tmp_path / "file"
    path.write_bytes(bytes(pdf.output()))
    page = read(path, docid="d", ocr=papers.Reciting()).pages[0]
    assert page.source == "text" and len(page.words) > 30
    assert ink_beside(picture(path, 0, page.rotation), page) == (0, [])


def test_the_words_of_a_real_form_lie_on_its_ink(tmp_path: Path) -> None:
    sample = make(tmp_path, doctypes=["supplier_invoice"], number=1, renderings=["clean"])[0]
    page = read(sample.path, docid="d", ocr=papers.Reciting()).pages[0]
    image = picture(sample.path, 0, page.rotation).convert("L")
    assert ink_of(image, page.words) > 0.99


def ink_of(image: Image.Image, words: Sequence[Word]) -> float:
    """Share of the words whose box holds contrast."""
    found = 0
    for word in words:
        box = word.bbox
        left, top = round(box.left * image.width), round(box.top * image.height)
        right, bottom = round(box.right * image.width), round(box.bottom * image.height)
        low, high = image.crop((left, top, right, bottom)).getextrema()
        found += high - low > 60
    return found / len(words)


def test_plain_text_has_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("net 100.00")
    assert page_picture(path, 0, 0.0, longest=100, limits=Limits()) is None


@pytest.mark.parametrize("kind", ["scan", "TIFF"])
def test_a_page_that_is_not_there_is_said_to_be_missing(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(scan(letter()) if kind == "scan" else saved(kind, letter()))
    with pytest.raises(IndexError):
        picture(path, 1, 0.0)


@pytest.mark.parametrize("kind", ["scan", "PNG"])
def test_the_limits_of_reading_hold_for_pictures_too(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(scan(letter()) if kind == "scan" else saved(kind, letter()))
    with pytest.raises(DocumentError, match="too large"):
        page_picture(path, 0, 0.0, longest=100, limits=Limits(max_pixels=1000))


def test_a_large_picture_is_made_small(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(saved("PNG", letter()))
    assert max(picture(path, 0, 0.0, longest=300).size) == 300
