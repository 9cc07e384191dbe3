"""Paper to draw on: fpdf2 in millimetres, A4 upright, origin top left, text set by its baseline.

Text that would not fit its room is set smaller, so that nothing ever runs into its neighbour.
The creation date is fixed, so that the same drawing gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Literal

from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.fonts import TTFFont

FONTS = Path(__file__).parent / "fonts"
WIDTH, HEIGHT = 210.0, 297.0
BLACK, GREY, PALE, WHITE = (20, 20, 20), (105, 105, 105), (238, 238, 238), (255, 255, 255)
Ink = tuple[int, int, int]
Align = Literal["left", "right", "centre"]
Face = Literal["SansCondensed", "SerifCondensed", "SansMono", "Helvetica", "Times", "Courier"]
"""The last three are every reader's own, and know the letters of Western Europe alone."""

_EVERYWHERE = ("Helvetica", "Times", "Courier")
_HIDDEN: Face = "SansCondensed"
_DAWN = datetime(2026, 1, 1, tzinfo=UTC)


def _blank(face: Face, size: tuple[float, float], *, unit: Literal["mm", "pt"]) -> FPDF:
    pdf = FPDF(unit=unit, format=size)
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(_DAWN)
    pdf.set_producer("sample maker")
    if face in _EVERYWHERE:
        pdf.core_fonts_encoding = "windows-1252"
    else:
        pdf.add_font(face, fname=FONTS / f"DejaVu{face}.ttf")
        pdf.add_font(face, "B", fname=FONTS / f"DejaVu{face}-Bold.ttf")
    return pdf


def _finish(pdf: FPDF) -> bytes:
    data = bytes(pdf.output())
    _close(pdf)
    return data


def _close(pdf: FPDF) -> None:
    """fpdf2 leaves the font files open."""
    for font in pdf.fonts.values():
        if isinstance(font, TTFFont):
            font.ttfont.close()


class Scan:
    """A PDF of page images, in points, with hidden text over them."""

    def __init__(self) -> None:
        self._pdf = _blank(_HIDDEN, (595, 842), unit="pt")
        self._high = 0.0

    def page(self, image: bytes, size: tuple[float, float]) -> None:
        """``image`` is a JPEG's bytes; it goes into the file as it is."""
        self._high = size[1]
        self._pdf.add_page(format=size)
        self._pdf.image(BytesIO(image), 0, 0, *size)

    def hidden(self, text: str, left: float, bottom: float, right: float, top: float) -> None:
        """In render mode 3, stretched into its box (origin bottom left)."""
        pdf = self._pdf
        pdf.set_font(_HIDDEN, size=max(1.0, 0.8 * (top - bottom)))
        pdf.set_stretching(100)
        wide = pdf.get_string_width(text)
        pdf.set_stretching(100 * (right - left) / wide if wide else 100)
        with pdf.local_context(text_mode=TextMode.INVISIBLE):
            pdf.text(left, self._high - bottom - 0.2 * (top - bottom), text)

    def pdf(self) -> bytes:
        return _finish(self._pdf)


class Sheet:
    def __init__(self, face: Face, *, size: tuple[float, float] = (WIDTH, HEIGHT)) -> None:
        self._face = face
        self._pdf = _blank(face, size, unit="mm")
        self.page()

    def page(self) -> None:
        self._pdf.add_page()

    @property
    def pages(self) -> int:
        return self._pdf.page_no()

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 9,
        bold: bool = False,
        align: Align = "left",
        colour: Ink = BLACK,
        room: float | None = None,
    ) -> None:
        """``x`` is the text's left, right or middle; ``size`` points; ``room`` in millimetres."""
        pdf = self._pdf
        pdf.set_font(self._face, "B" if bold else "", size)
        if room is not None and (wide := pdf.get_string_width(text)) > room:
            pdf.set_font_size(size * room / wide)
        wide = pdf.get_string_width(text)
        pdf.set_text_color(*colour)
        pdf.text(x - {"left": 0.0, "right": wide, "centre": wide / 2}[align], y, text)

    def lines(
        self,
        x: float,
        y: float,
        texts: Iterable[str],
        *,
        step: float = 4.4,
        size: float = 9,
        align: Align = "left",
        colour: Ink = BLACK,
        room: float | None = None,
        first_bold: bool = False,
    ) -> float:
        """One below the other, empty ones left out; gives the baseline of the line to come."""
        for place, text in enumerate(filter(None, texts)):
            bold = first_bold and place == 0
            self.text(x, y, text, size=size, bold=bold, align=align, colour=colour, room=room)
            y += step
        return y

    def rule(
        self,
        x: float,
        y: float,
        to_x: float,
        to_y: float,
        *,
        width: float = 0.2,
        colour: Ink = BLACK,
    ) -> None:
        self._pdf.set_line_width(width)
        self._pdf.set_draw_color(*colour)
        self._pdf.line(x, y, to_x, to_y)

    def box(
        self,
        x: float,
        y: float,
        wide: float,
        high: float,
        *,
        fill: Ink | None = None,
        width: float | None = 0.2,
        colour: Ink = BLACK,
    ) -> None:
        """``width`` None draws no border; without border and fill there is nothing to draw."""
        if not fill and width is None:
            return
        if fill:
            self._pdf.set_fill_color(*fill)
        if width is not None:
            self._pdf.set_line_width(width)
            self._pdf.set_draw_color(*colour)
        style = ("D" if width is not None else "") + ("F" if fill else "")
        self._pdf.rect(x, y, wide, high, style=style)

    def barcode(self, text: str, x: float, y: float, high: float) -> None:
        """Code 39: capitals and digits, 74 millimetres for 18 of them."""
        self._pdf.set_fill_color(*BLACK)
        self._pdf.code39(f"*{text}*", x, y, w=0.7, h=high)

    def width(self, text: str, *, size: float = 9, bold: bool = False) -> float:
        """Millimetres."""
        self._pdf.set_font(self._face, "B" if bold else "", size)
        return float(self._pdf.get_string_width(text))

    def stamp(
        self, text: str, x: float, y: float, *, angle: float, size: float, colour: Ink
    ) -> None:
        """In a frame around (x, y), turned by ``angle`` degrees counter-clockwise."""
        wide = self.width(text, size=size, bold=True)
        high = size * 0.35
        with self._pdf.rotation(angle, x, y):
            self.box(x - wide / 2 - 2, y - high - 1, wide + 4, high + 4, width=0.6, colour=colour)
            self.text(x, y + 0.6, text, size=size, bold=True, align="centre", colour=colour)

    def wrap(self, text: str, room: float, *, size: float = 9) -> list[str]:
        """``text`` in lines of at most ``room`` millimetres."""
        self._pdf.set_font(self._face, size=size)
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self._pdf.get_string_width(longer) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def discard(self) -> None:
        """Instead of ``pdf``, for a drawing that nobody needs."""
        _close(self._pdf)

    def pdf(self) -> bytes:
        return _finish(self._pdf)
