"""One page, from a picture or from a PDF, to words in reading order.

Decides whose words count: those typed into the PDF, or those the OCR reads in its picture. A text
layer may be the garbage of a font that nobody can decode.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.document import Page
from appliance.domain.limits import Limits
from appliance.reading import hidden, pdf
from appliance.reading.layout import arrange
from appliance.reading.ocr import Ocr
from appliance.reading.painting import Painting, painting, view
from appliance.reading.pdf_text import PdfWord, typed_words, upright_angle
from appliance.reading.upright import Upright, read_upright

_MOJIBAKE = re.compile(r"Ã[\u0080-\u00bf€‚ƒ„…†‡‰Š‹Œ‘’“”•–—™š›œŸ¼¶¤Ÿ©¨]|â€|Â[\u00a0-\u00bf]|ï»¿")
_LATIN = re.compile(r"[a-z]")
_VOWEL = re.compile(r"[aeiouy]")


def garbled(words: Sequence[str], *, unmapped: int = 0) -> bool:
    """``unmapped`` of the words come from fonts that do not name their characters."""
    text = "".join(words)
    if not text:
        return False
    strange = sum(map(_strange, text))
    mojibake = len(_MOJIBAKE.findall(text))
    return (
        strange > 0.1 * len(text)
        or mojibake > max(3.0, 0.02 * len(text))
        or unmapped > 0.3 * len(words)
        or _without_vowels(text)
    )


def _strange(character: str) -> bool:
    return character == "\ufffd" or unicodedata.category(character) in {"Co", "Cn", "Cc", "Cs"}


def _without_vowels(text: str) -> bool:
    """Latin letters in numbers, nearly all consonants: each was shifted by the font."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = len(_LATIN.findall(plain))
    return letters >= 100 and len(_VOWEL.findall(plain)) < 0.12 * letters


_OCR_PIXELS = 2000
"""Longest side of a page rendered for OCR: more is scaled down by the engine again."""
_LOOK_PIXELS = 1200
"""Longest side of a page rendered to look at its ink."""
_FEW = 150
"""Characters below which a page is asked whether its ink says more than its text."""
_PICTURED = 0.5
"""Share of the page under pictures from which on that is asked of more text as well."""
_MORE = 1.5
"""Times as much as the typed text the OCR must read there: a photo has strokes too."""
_STROKES = 500
"""Dots at the edge of ink: some twenty letters at _LOOK_PIXELS."""


def picture_page(
    image: Image.Image, index: int, *, dpi: float | None, ocr: Ocr
) -> tuple[Page, tuple[Blocker, ...]]:
    """``dpi`` None leaves the page measured in pixels."""
    page = _page(read_upright(image, ocr), 72 / dpi if dpi else 1.0)
    return page, _unread(page, image, index)


def _page(read: Upright, unit: float) -> Page:
    width, height = read.width * unit, read.height * unit
    words = arrange(read.pieces, width=width, height=height)
    return Page(width, height, words, "ocr", read.rotation)


def pdf_page(
    document: pdfium.PdfDocument, index: int, *, limits: Limits, ocr: Ocr
) -> tuple[Page, tuple[Blocker, ...]]:
    """Raises DocumentError when the page is damaged or holds more than ``limits`` allow."""
    page = pdf.page_at(document, index)
    try:
        to_view = view(page)
        painted = painting(page, to_view)
        for picture in painted.pictures:
            limits.check_pixels(picture.pixels, page=index)
        words = typed_words(page, to_view, painted.texts, index=index, limits=limits)
        if hidden.is_scan(words, painted.pictures) or _broken(words):
            scan = _scan(page, ocr)
            return scan, _unread(scan, pdf.rendered(page, longest=_LOOK_PIXELS), index)
        return _typed(page, index, words, painted, ocr)
    finally:
        page.close()


def _broken(words: Sequence[PdfWord]) -> bool:
    seen = [word for word in words if word.painted]
    return garbled([w.text for w in seen], unmapped=sum(w.unmapped for w in seen))


def _unread(page: Page, image: Image.Image, index: int) -> tuple[Blocker, ...]:
    """Something is printed there, too dark, too pale or too odd for the OCR."""
    if page.words:
        return ()
    look = image.copy()
    look.thumbnail((_LOOK_PIXELS, _LOOK_PIXELS))
    if int(_strokes(np.asarray(look)).sum()) <= _STROKES:
        return ()
    said = f"page {index + 1} is not empty, but nothing on it can be read"
    return (Blocker(BlockerCode.UNREAD_PAGE, said),)


def _strokes(pixels: hidden.Pixels) -> NDArray[np.bool_]:
    """Where ink begins or ends; a plain area has none."""
    edges: NDArray[np.bool_] = np.abs(np.diff(pixels.astype(np.int16), axis=1)).max(axis=2) > 60
    return edges


def _scan(page: pdfium.PdfPage, ocr: Ocr) -> Page:
    image = pdf.rendered(page, longest=_OCR_PIXELS)
    return _page(read_upright(image, ocr), max(page.get_size()) / _OCR_PIXELS)


def _typed(
    page: pdfium.PdfPage,
    index: int,
    words: Sequence[PdfWord],
    painted: Painting,
    ocr: Ocr,
) -> tuple[Page, tuple[Blocker, ...]]:
    pixels = np.asarray(pdf.rendered(page, longest=_LOOK_PIXELS))
    sights = hidden.visibilities(words, pixels, painted)
    ask = hidden.worth_asking(words, sights)
    said = ocr.recognise(pdf.rendered(page, longest=_OCR_PIXELS)) if ask else []
    verdict = hidden.find_hidden(words, sights, said)
    blockers: tuple[Blocker, ...] = ()
    if verdict.told:
        blockers = (_hidden_text(verdict.told, index),)
    typed = _typed_page(page, verdict.kept)
    many = _length(typed) >= _FEW
    # Of much text that is asked of a picture on which somebody typed or stamped something.
    pictured = hidden.pictured(painted.pictures) > _PICTURED
    beside, ink = _ink(verdict.kept, pixels) if pictured or not many else (0, 0)
    if beside > _STROKES and beside > 0.8 * ink:
        scan = _scan(page, ocr)
        if _length(scan) > _length(typed) * (_MORE if many else 1):
            return scan, blockers
        blockers += _unread(typed, Image.fromarray(pixels), index)
    elif pictured and beside > _STROKES and not many:
        told = f"page {index + 1} is a picture on which somebody typed: nothing else of it is read"
        blockers += (Blocker(BlockerCode.UNREAD_PAGE, told),)
    return typed, blockers


def _typed_page(page: pdfium.PdfPage, words: Sequence[PdfWord]) -> Page:
    upright = upright_angle(words)
    width, height = page.get_size()
    if upright in (90, 270):
        width, height = height, width
    pieces = [word.loose(upright) for word in words]
    ordered = arrange(pieces, width=width, height=height)
    return Page(width, height, ordered, "text", float(-upright % 360))


def _ink(words: Sequence[PdfWord], pixels: hidden.Pixels) -> tuple[int, int]:
    """Strokes that stand beside its words, and all."""
    strokes = _strokes(pixels)
    total = int(strokes.sum())
    rows, columns = strokes.shape
    for box in (word.bbox for word in words):
        top, left = max(int(box.top * rows), 0), max(int(box.left * columns), 0)
        strokes[top : int(box.bottom * rows) + 1, left : int(box.right * columns) + 1] = False
    return int(strokes.sum()), total


def _length(page: Page) -> int:
    return sum(len(word.text) for word in page.words)


def _hidden_text(words: Sequence[str], index: int) -> Blocker:
    sample = " ".join(words[:12]) + (" ..." if len(words) > 12 else "")
    return Blocker(
        BlockerCode.HIDDEN_TEXT, f"page {index + 1} holds text that nobody can see on it: {sample}"
    )
