"""The words that were typed into a PDF page, in pdfium's characters, and how each one is drawn.

Whether a person can see them is decided in ``hidden``; their order in ``layout``.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as c

from appliance.domain.characters import legible
from appliance.domain.document import BBox
from appliance.domain.limits import Limits
from appliance.reading.painting import PageTransform
from appliance.reading.words import TextRun, turned

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_HYPHENS = {"\x02", "\u00ad"}  # pdfium's mark for a hyphen at a line's end; a soft hyphen
_NOTHING_PAINTED = {c.FPDF_TEXTRENDERMODE_INVISIBLE, c.FPDF_TEXTRENDERMODE_CLIP}
ASLANT = 45
"""Degrees; stands for every direction between the quarter turns."""


@dataclass(frozen=True, slots=True)
class PdfWord:
    """A word of the text layer and what the file says about its drawing."""

    text: str
    bbox: BBox
    """Shares of the page as a viewer shows it."""
    size: float
    """Points: the height of its characters' cells."""
    angle: int = 0
    """Degrees clockwise in which it runs on the page: 0, 90, 180, 270, or 45 for anything else."""
    painted: bool = True
    """False when the file says that nothing of it is painted."""
    colour: tuple[int, int, int] | None = None
    """Fill colour; None when it is drawn otherwise."""
    order: int = 0
    """Rank of its text object in the order of painting."""
    unmapped: bool = False
    """The font does not say which characters its glyphs are."""

    def loose(self, upright: int) -> TextRun:
        """On the page turned so that text of the angle ``upright`` runs to the right."""
        box = turned(self.bbox, -upright)
        return TextRun(self.text, box, turned=self.angle != upright)


@dataclass(frozen=True, slots=True)
class _Char:
    text: str
    tight: BBox
    cell: BBox
    angle: int
    """Degrees: a quarter turn, or ``ASLANT``."""
    style: tuple[bool, tuple[int, int, int] | None]
    order: int
    """Position in the order in which the page paints."""
    unmapped: bool


def typed_words(
    page: pdfium.PdfPage,
    to_view: PageTransform,
    orders: dict[int, int],
    *,
    index: int,
    limits: Limits,
) -> list[PdfWord]:
    """In the order of the file; ``orders`` ranks text objects by address, ``index`` is the page's.
    Raises DocumentError for more characters than ``limits`` allow."""
    width, height = page.get_size()
    textpage = page.get_textpage()
    try:
        limits.check_characters(textpage.count_chars(), page=index)
        chars = _characters(textpage, to_view, orders)
        return [_word(run, width, height) for run in _runs(chars, width, height)]
    finally:
        textpage.close()


def _characters(
    textpage: pdfium.PdfTextPage, to_view: PageTransform, orders: dict[int, int]
) -> Iterator[_Char | None]:
    """None stands for white space."""
    styles: dict[int, bool] = {}
    for index in range(textpage.count_chars()):
        text = _unicode(textpage, index)
        if text == "\0":  # no character, as pdfium says it
            continue
        if text.isspace() or c.FPDFText_IsGenerated(textpage, index) == 1 and text != "\x02":
            yield None
            continue
        tight, cell = _boxes(textpage, index, to_view)
        if text in _HYPHENS:
            if text == "\u00ad" and not tight.width:
                continue
            text = "-"
        text = legible(text)
        if not text:
            continue
        handle = c.FPDFText_GetTextObject(textpage, index)
        address = ctypes.addressof(handle.contents) if handle else 0
        if address not in styles:
            styles[address] = (
                not handle or c.FPDFTextObj_GetTextRenderMode(handle) not in _NOTHING_PAINTED
            )
        painted, colour = _colour(textpage, index)
        yield _Char(
            text.translate(_LIGATURES),
            tight,
            cell,
            _angle(textpage, index, to_view),
            (painted and styles[address], colour),
            orders.get(address, 0),
            c.FPDFText_HasUnicodeMapError(textpage, index) == 1,
        )


def _unicode(textpage: pdfium.PdfTextPage, index: int) -> str:
    """Of a character beyond the first plane pdfium gives both halves: it stands for the first."""
    code = c.FPDFText_GetUnicode(textpage, index)
    if 0xD800 <= code < 0xDC00:
        low = c.FPDFText_GetUnicode(textpage, index + 1)
        return chr(0x10000 + ((code - 0xD800) << 10) + (low & 0x3FF))
    return "\0" if 0xDC00 <= code < 0xE000 else chr(code)


def _boxes(textpage: pdfium.PdfTextPage, index: int, to_view: PageTransform) -> tuple[BBox, BBox]:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    c.FPDFText_GetCharBox(textpage, index, left, right, bottom, top)
    cell = c.FS_RECTF()
    c.FPDFText_GetLooseCharBox(textpage, index, cell)
    return (
        to_view.box(left.value, bottom.value, right.value, top.value),
        to_view.box(cell.left, cell.bottom, cell.right, cell.top),
    )


def _colour(textpage: pdfium.PdfTextPage, index: int) -> tuple[bool, tuple[int, int, int] | None]:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not c.FPDFText_GetFillColor(textpage, index, red, green, blue, alpha):
        return True, None
    return alpha.value > 8, (red.value, green.value, blue.value)


def _angle(textpage: pdfium.PdfTextPage, index: int, to_view: PageTransform) -> int:
    matrix = c.FS_MATRIX()
    if not c.FPDFText_GetMatrix(textpage, index, matrix):
        return 0
    x0, y0 = to_view.point(0, 0)
    x1, y1 = to_view.point(matrix.a, matrix.b)
    degrees = math.degrees(math.atan2(y1 - y0, x1 - x0)) % 360
    quarter = round(degrees / 90) * 90
    return quarter % 360 if abs(degrees - quarter) < 20 else ASLANT


def _runs(chars: Iterable[_Char | None], width: float, height: float) -> Iterator[list[_Char]]:
    run: list[_Char] = []
    for char in chars:
        if run and (char is None or _apart(run[-1], char, width, height)):
            yield run
            run = []
        if char is not None:
            run.append(char)
    if run:
        yield run


def _apart(before: _Char, after: _Char, width: float, height: float) -> bool:
    """Another style, another line, or white space that the file does not spell out."""
    if before.style != after.style or before.angle != after.angle:
        return True
    if before.angle == ASLANT:
        return False
    scale = (width, height, width, height)
    a, b = (_facing(char.cell, char.angle, scale) for char in (before, after))
    ink_a, ink_b = (_facing(char.tight, char.angle, scale) for char in (before, after))
    size = min(a.height, b.height)
    # Between monospaced digits and commas there is much air, but no room between their cells.
    gap = min(b.left - a.right, ink_b.left - ink_a.right)
    off = abs(a.top + a.bottom - b.top - b.bottom) / 2
    return gap > 0.15 * size or gap < -1.5 * size or off > 0.6 * size


def _facing(box: BBox, angle: int, scale: tuple[float, float, float, float]) -> BBox:
    """In points, turned so that its text runs to the right."""
    left, top, right, bottom = (
        side * unit
        for side, unit in zip((box.left, box.top, box.right, box.bottom), scale, strict=True)
    )
    if angle == 90:
        return BBox(top, -right, bottom, -left)
    if angle == 180:
        return BBox(-right, -bottom, -left, -top)
    if angle == 270:
        return BBox(-bottom, left, -top, right)
    return BBox(left, top, right, bottom)


def _word(run: list[_Char], width: float, height: float) -> PdfWord:
    first = run[0]
    cell = BBox.around(char.cell for char in run)
    tight = BBox.around(char.tight for char in run)
    sideways = first.angle in (90, 270)
    size = cell.width * width if sideways else cell.height * height
    ink = tight.width * width if sideways else tight.height * height
    # Cells of a font with a broken ascent are far from its ink.
    odd = ink and (size > 3 * ink and size > 30 or size < 0.5 * ink)
    return PdfWord(
        text="".join(char.text for char in run),
        bbox=tight if odd else _trimmed(cell, tight, sideways),
        size=ink if odd else size,
        angle=first.angle,
        painted=first.style[0],
        colour=first.style[1],
        order=first.order,
        unmapped=any(char.unmapped for char in run),
    )


def _trimmed(cell: BBox, tight: BBox, sideways: bool) -> BBox:
    """The font's height, the ink's length."""
    if sideways:
        return BBox(cell.left, tight.top, cell.right, tight.bottom)
    return BBox(tight.left, cell.top, tight.right, cell.bottom)


def upright_angle(words: Iterable[PdfWord]) -> int:
    """The angle in which most characters run; 0 when there are none."""
    votes: Counter[int] = Counter()
    for word in words:
        if word.angle != ASLANT:
            votes[word.angle] += len(word.text)
    return max(votes, key=lambda angle: (votes[angle], -angle), default=0)
