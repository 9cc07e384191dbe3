"""Where things are painted on a PDF page, and in which order.

Places are shares of the page as a viewer shows it: turned by its rotation flag, cut to its crop
box.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as c

from appliance.domain.document import BBox

_FINE = 1_000_000
"""Steps of the grid on which pdfium answers where a point lies."""


@dataclass(frozen=True, slots=True)
class PageTransform:
    """Takes points of PDF space to shares of the page as a viewer shows it."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def box(self, left: float, bottom: float, right: float, top: float) -> BBox:
        x0, y0 = self.point(left, bottom)
        x1, y1 = self.point(right, top)
        return BBox(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def view(page: pdfium.PdfPage) -> PageTransform:
    # pdfium knows how crop box, media box and rotation combine; three points give the whole map.
    e, f = _device(page, 0.0, 0.0)
    ax, ay = _device(page, 100.0, 0.0)
    cx, cy = _device(page, 0.0, 100.0)
    return PageTransform((ax - e) / 100, (ay - f) / 100, (cx - e) / 100, (cy - f) / 100, e, f)


def _device(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    at_x, at_y = ctypes.c_int(), ctypes.c_int()
    c.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, at_x, at_y)
    return at_x.value / _FINE, at_y.value / _FINE


@dataclass(frozen=True, slots=True)
class PaintedArea:
    """Something painted that hides what lies under it, unless it is transparent."""

    bbox: BBox
    order: int
    """Rank in the order of painting, counted with the texts."""


@dataclass(frozen=True, slots=True)
class PaintedImage(PaintedArea):
    """An image."""

    pixels: int
    """Width times height of the picture as the file holds it."""


@dataclass(frozen=True, slots=True)
class Painting:
    """What is painted on a page and in which order."""

    pictures: tuple[PaintedImage, ...]
    fills: tuple[PaintedArea, ...]
    """Filled paths and shadings."""
    texts: dict[int, int]
    """Rank in the order of painting by the address of the text object."""


_Matrix = tuple[float, float, float, float, float, float]


def painting(page: pdfium.PdfPage, to_view: PageTransform) -> Painting:
    pictures: list[PaintedImage] = []
    fills: list[PaintedArea] = []
    texts: dict[int, int] = {}
    for order, (raw, kind, matrix) in enumerate(_objects(page, None, (1, 0, 0, 1, 0, 0), 0)):
        if kind == c.FPDF_PAGEOBJ_TEXT:
            texts[ctypes.addressof(raw.contents)] = order
        elif kind == c.FPDF_PAGEOBJ_IMAGE:
            pictures.append(_picture(raw, order, matrix, to_view))
        elif kind == c.FPDF_PAGEOBJ_SHADING or (kind == c.FPDF_PAGEOBJ_PATH and _is_filled(raw)):
            fills.append(PaintedArea(_bounds(raw, matrix, to_view), order))
    return Painting(tuple(pictures), tuple(fills), texts)


def _is_filled(raw: Any) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(raw, mode, stroke)
    return bool(mode.value != c.FPDF_FILLMODE_NONE)


def _bounds(raw: Any, matrix: _Matrix, to_view: PageTransform) -> BBox:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    c.FPDFPageObj_GetBounds(raw, left, bottom, right, top)
    return _box((left.value, right.value), (bottom.value, top.value), matrix, to_view)


def _objects(
    page: pdfium.PdfPage, form: Any, matrix: _Matrix, depth: int
) -> Iterator[tuple[Any, int, _Matrix]]:
    count = c.FPDFFormObj_CountObjects(form) if form else c.FPDFPage_CountObjects(page)
    for index in range(count):
        raw = c.FPDFFormObj_GetObject(form, index) if form else c.FPDFPage_GetObject(page, index)
        kind = c.FPDFPageObj_GetType(raw)
        if kind == c.FPDF_PAGEOBJ_FORM and depth < 8:
            yield from _objects(page, raw, _times(_own_matrix(raw), matrix), depth + 1)
        else:
            yield raw, kind, matrix


def _own_matrix(raw: Any) -> _Matrix:
    m = c.FS_MATRIX()
    c.FPDFPageObj_GetMatrix(raw, m)
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _times(m: _Matrix, n: _Matrix) -> _Matrix:
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _picture(raw: Any, order: int, matrix: _Matrix, to_view: PageTransform) -> PaintedImage:
    m = _times(_own_matrix(raw), matrix)  # an image fills the unit square of its own space
    width, height = ctypes.c_uint(), ctypes.c_uint()
    c.FPDFImageObj_GetImagePixelSize(raw, width, height)
    return PaintedImage(_box((0, 1), (0, 1), m, to_view), order, width.value * height.value)


def _box(
    across: tuple[float, float], up: tuple[float, float], m: _Matrix, to_view: PageTransform
) -> BBox:
    """Around a rectangle of the space that ``m`` takes to the page."""
    corners = [
        to_view.point(x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5])
        for x in across
        for y in up
    ]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return BBox(min(xs), min(ys), max(xs), max(ys))
