"""Vertical lines that a PDF draws: by them a table in a grid is told from one without borders.

The appliance looks at none of them; they only sort its figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from appliance.domain.document import BBox

_THIN = 2.5
"""Points; a path that is wider is a box, and has two sides."""
_SHORT = 6.0
"""Points; less is a mark."""
_MOST_OF_PAGE = 0.8
_SIDES = 2
"""More different ones that pass a row make a grid: two are a frame."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """In shares of the page, 0-1, origin top left."""

    page: int
    x: float
    top: float
    bottom: float

    def passes(self, page: int, row: BBox) -> bool:
        """Beside all of the row's words, or between them."""
        middle = (row.top + row.bottom) / 2
        return self.page == page and self.top <= middle <= self.bottom


def rulings(path: Path) -> tuple[Ruling, ...]:
    """Of an upright page; a picture has none."""
    if path.suffix.lower() != ".pdf":
        return ()
    with pdfium.PdfDocument(path) as document:
        return tuple(ruling for at, page in enumerate(document) for ruling in _of_page(at, page))


def _of_page(at: int, page: pdfium.PdfPage) -> Iterator[Ruling]:
    width, height = page.get_size()
    for thing in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH]):
        left, bottom, right, top = thing.get_bounds()
        if top - bottom < _SHORT or right - left > width or top - bottom > height:
            continue
        sides = {left} if right - left <= _THIN else {left, right}
        for x in sides:
            yield Ruling(at, x / width, 1 - top / height, 1 - bottom / height)


def is_scan(path: Path) -> bool:
    """A picture, or a file each page of which is one."""
    if path.suffix.lower() != ".pdf":
        return True
    with pdfium.PdfDocument(path) as document:
        return all(any(_covers(page, image) for image in _images(page)) for page in document)


def _images(page: pdfium.PdfPage) -> Iterator[pdfium.PdfObject]:
    yield from page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE])


def _covers(page: pdfium.PdfPage, image: pdfium.PdfObject) -> bool:
    left, bottom, right, top = image.get_bounds()
    width, height = page.get_size()
    return bool((right - left) * (top - bottom) > _MOST_OF_PAGE * width * height)


def in_grid(rulings: Sequence[Ruling], rows: Sequence[tuple[int, BBox]]) -> bool:
    """Do lines between columns pass most of the ``rows``, each a page and the box of its
    words?"""
    passed = [
        len({round(one.x, 2) for one in rulings if one.passes(page, box)}) > _SIDES
        for page, box in rows
    ]
    return sum(passed) > len(passed) / 2
