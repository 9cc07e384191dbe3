"""The ways in which a document reaches an inbox: typed, as a searchable scan, as a bad scan.

A searchable scan is the page's image with an invisible text layer (render mode 3) as a scanner's
own software writes it, mistakes included. A bad scan is an image only, as PDF or JPEG.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import pypdfium2 as pdfium
from PIL import Image

from appliance.samples.misread import misread
from appliance.samples.sheet import Scan
from appliance.samples.wear import LIGHT, heavy, jpeg, worn

RENDERINGS = ("clean", "searchable", "degraded")
TURNED = "turned"
"""Degraded, and the page lies on its side."""
DPI = 200
"""Dots an inch of a scan."""


@dataclass(frozen=True, slots=True)
class Copy:
    data: bytes
    suffix: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A word and its box in points, origin bottom left."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


def render(pdf: bytes, rendering: str, *, rng: Random) -> Copy:
    """ValueError for an unknown rendering."""
    if rendering == "clean":
        return Copy(pdf, ".pdf")
    if rendering == "searchable":
        return _searchable(pdf, rng)
    if rendering in ("degraded", TURNED):
        return _degraded(pdf, rng, turned=rendering == TURNED)
    raise ValueError(f"no such rendering: {rendering}")


def _searchable(pdf: bytes, rng: Random) -> Copy:
    scan = Scan()
    with pdfium.PdfDocument(pdf) as document:
        for page in document:
            image = worn(_picture(page), LIGHT, seed=rng.randrange(2**32))
            scan.page(jpeg(image, quality=LIGHT.quality, dpi=DPI), page.get_size())
            placed = list(words(page))
            texts = misread([word.text for word in placed], rng)
            for word, text in zip(placed, texts, strict=True):
                scan.hidden(text, word.left, word.bottom, word.right, word.top)
    return Copy(scan.pdf(), ".pdf")


def _degraded(pdf: bytes, rng: Random, *, turned: bool) -> Copy:
    wear = heavy(rng, turned=turned)
    with pdfium.PdfDocument(pdf) as document:
        images = [worn(_picture(page), wear, seed=rng.randrange(2**32)) for page in document]
    files = [jpeg(image, quality=wear.quality, dpi=DPI) for image in images]
    if len(files) == 1 and rng.random() < 0.5:
        return Copy(files[0], ".jpg")
    scan = Scan()
    for image, file in zip(images, files, strict=True):
        scan.page(file, (image.width * 72 / DPI, image.height * 72 / DPI))
    return Copy(scan.pdf(), ".pdf")


def _picture(page: pdfium.PdfPage) -> Image.Image:
    image: Image.Image = page.render(scale=DPI / 72, grayscale=True).to_pil()
    return image


def words(page: pdfium.PdfPage) -> Iterator[Placed]:
    """Runs of characters without white space of a page's text layer, in its own order."""
    layer = page.get_textpage()
    every = layer.get_text_range()
    start = 0
    for end in range(len(every) + 1):
        if end == len(every) or every[end].isspace():
            if end > start:
                boxes = [layer.get_charbox(at, loose=True) for at in range(start, end)]
                left, bottom, right, top = zip(*boxes, strict=True)
                yield Placed(every[start:end], min(left), min(bottom), max(right), max(top))
            start = end + 1
