"""A page of a file as a picture, upright exactly as the boxes of its words are.

Turned as ``reading`` turned it, but nothing is read again. pdfium can crash on a hostile file: run
this in a child process.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from appliance.domain.limits import Limits
from appliance.reading import pdf
from appliance.reading.image import frame
from appliance.reading.painting import painting, view
from appliance.reading.signature import Signature, signature


def page_picture(
    path: Path, index: int, rotation: float, *, longest: int, limits: Limits
) -> Image.Image | None:
    """RGB; ``index`` counts from 0, ``rotation`` is the page's, degrees clockwise.

    ``longest`` is the most pixels of a side before the page is straightened, which adds up to a
    tenth. None when the file is plain text. Raises DocumentError when the file is at fault,
    IndexError when it has no such page, OSError when it cannot be opened.
    """
    match signature(path):
        case Signature.PDF:
            image = _pdf_page(path, index, longest, limits)
        case Signature.PICTURE:
            image = frame(path, index, limits=limits).image
            image.thumbnail((longest, longest))
        case Signature.TEXT:
            return None
    return straightened(image, rotation)


def straightened(image: Image.Image, rotation: float) -> Image.Image:
    """``image`` turned by ``rotation`` degrees clockwise: first the quarters, then the skew."""
    quarters = round(rotation / 90)
    if quarters % 4:
        image = image.rotate(-90 * quarters, expand=True)
    skew = rotation - 90 * quarters
    if skew:
        image = image.rotate(
            -skew, Image.Resampling.BICUBIC, expand=True, fillcolor=(255, 255, 255)
        )
    return image


def _pdf_page(path: Path, index: int, longest: int, limits: Limits) -> Image.Image:
    with pdf.opened(path) as document:
        if index >= len(document):
            raise IndexError(f"there is no page {index + 1}")
        page = pdf.page_at(document, index)
        try:
            for picture in painting(page, view(page)).pictures:
                limits.check_pixels(picture.pixels, page=index)
            return pdf.rendered(page, longest=longest)
        finally:
            page.close()
