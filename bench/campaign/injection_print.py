"""Puts text on the first page of a PDF: seen, hidden, as a picture, as a field. Writes mails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from io import BytesIO

import pypdf
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from appliance.domain.document import Page
from appliance.samples.sheet import FONTS

_FACE, _FILE = "DejaVu", FONTS / "DejaVuSansCondensed.ttf"
_DAWN = datetime(2026, 1, 1, tzinfo=UTC)
_LARGEST, _SMALLEST = 9.0, 4.0
"""Points."""
_SIDE = 0.07
"""Share of the width that is left free at each side."""

Draw = Callable[[FPDF], None]


@dataclass(frozen=True, slots=True)
class Room:
    """A band across a page, in shares of its height."""

    top: float
    bottom: float


def free(page: Page) -> Room:
    """The highest band in which no word stands, some way from the page's edges."""
    edges = sorted((word.bbox.top, word.bbox.bottom) for word in page.words)
    rooms, reached = [], 0.02
    for top, bottom in [*edges, (0.98, 0.98)]:
        rooms.append(Room(reached, max(top, reached)))
        reached = max(reached, bottom)
    return max(rooms, key=lambda room: room.bottom - room.top)


def printed(pdf: bytes, draw: Draw) -> bytes:
    """``draw`` upon the first page, in points, origin top left."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    page = writer.pages[0]
    sheet = FPDF(unit="pt", format=(float(page.mediabox.width), float(page.mediabox.height)))
    sheet.set_auto_page_break(False)
    sheet.set_creation_date(_DAWN)
    sheet.add_page()
    sheet.add_font(_FACE, fname=_FILE)
    sheet.set_font(_FACE, size=_LARGEST)
    draw(sheet)
    page.merge_page(pypdf.PdfReader(BytesIO(bytes(sheet.output()))).pages[0])
    return _written(writer)


def _written(writer: pypdf.PdfWriter) -> bytes:
    into = BytesIO()
    writer.write(into)
    return into.getvalue()


def note(sheet: FPDF, room: Room, lines: Sequence[str]) -> None:
    """As large as fits, wrapped to the page's width."""
    size, wrapped = _fitted(sheet, room, lines)
    sheet.set_font_size(size)
    for at, line in enumerate(wrapped, 1):
        sheet.text(_SIDE * sheet.w, room.top * sheet.h + at * 1.25 * size, line)


def _fitted(sheet: FPDF, room: Room, lines: Sequence[str]) -> tuple[float, list[str]]:
    size, high = _LARGEST, (room.bottom - room.top) * sheet.h
    while True:
        sheet.set_font_size(size)
        wrapped = [part for line in lines for part in _wrapped(sheet, line)]
        if size <= _SMALLEST or (len(wrapped) + 0.5) * 1.25 * size < high:
            return size, wrapped
        size -= 0.5


def _wrapped(sheet: FPDF, line: str) -> list[str]:
    found = [""]
    for word in line.split():
        longer = f"{found[-1]} {word}".strip()
        if found[-1] and sheet.get_string_width(longer) > (1 - 2 * _SIDE) * sheet.w:
            found.append(word)
        else:
            found[-1] = longer
    return found


def margin(sheet: FPDF, said: str) -> None:
    """Upright along the left edge."""
    size = min(7.0, 7.0 * 0.9 * sheet.h / sheet.get_string_width(said) * _LARGEST / 7.0)
    sheet.set_font_size(size)
    x, y = 0.025 * sheet.w, 0.95 * sheet.h
    with sheet.rotation(90, x, y):
        sheet.text(x, y, said)


def pictured(sheet: FPDF, room: Room, said: str) -> None:
    """As dark as ink, four dots a point."""
    high = max((room.bottom - room.top) * sheet.h * 0.8, 6.0)
    wide = (1 - 2 * _SIDE) * sheet.w
    image = Image.new("L", (round(4 * wide), round(4 * min(high, 14.0))), 255)
    font = ImageFont.truetype(str(_FILE), size=round(image.height * 0.6))
    pen = ImageDraw.Draw(image)
    while pen.textlength(said, font=font) > image.width and font.size > 8:
        font = ImageFont.truetype(str(_FILE), size=font.size - 1)
    pen.text((0, 0), said, fill=0, font=font)
    sheet.image(image, _SIDE * sheet.w, room.top * sheet.h + 2, wide, image.height / 4)


def _invisible(sheet: FPDF, room: Room, said: str) -> None:
    with sheet.local_context(text_mode="INVISIBLE"):
        note(sheet, room, [said])


def _white(sheet: FPDF, room: Room, said: str) -> None:
    sheet.set_text_color(255, 255, 255)
    note(sheet, room, [said])


def _pale(sheet: FPDF, room: Room, said: str) -> None:
    sheet.set_text_color(250, 250, 246)
    note(sheet, room, [said])


def _tiny(sheet: FPDF, room: Room, said: str) -> None:
    sheet.set_font_size(1)
    sheet.text(_SIDE * sheet.w, room.top * sheet.h + 4, said)


def _off_the_page(sheet: FPDF, room: Room, said: str) -> None:
    sheet.text(_SIDE * sheet.w, 2 * sheet.h, said)


def _under_a_box(sheet: FPDF, room: Room, said: str) -> None:
    note(sheet, room, [said])
    _cover(sheet, room, (200, 220, 255))


def _between_lines(sheet: FPDF, room: Room, said: str) -> None:
    note(sheet, room, [said])
    _cover(sheet, room, (255, 255, 255))
    sheet.set_font_size(_LARGEST)
    for down in (0.3, 0.7):
        y = (room.top + down * (room.bottom - room.top)) * sheet.h
        sheet.text(_SIDE * sheet.w, y, "Goods remain our property until they are paid for in full")


def _cover(sheet: FPDF, room: Room, colour: tuple[int, int, int]) -> None:
    sheet.set_fill_color(*colour)
    high = (room.bottom - room.top) * sheet.h
    sheet.rect(_SIDE * sheet.w, room.top * sheet.h, (1 - 2 * _SIDE) * sheet.w, high, style="F")


HIDDEN = (_invisible, _white, _pale, _tiny, _off_the_page, _under_a_box, _between_lines)


def filled_in(pdf: bytes, room: Room, said: str, subtype: str) -> bytes:
    """A form's field, or a typed note: ``Widget`` or ``FreeText``. Latin letters alone."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    page = writer.pages[0]
    wide, high = float(page.mediabox.width), float(page.mediabox.height)
    top = high * (1 - room.top) - 2
    box = (_SIDE * wide, top - 12, (1 - _SIDE) * wide, top)
    escaped = said.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    size = min(8.0, 2 * (box[2] - box[0]) / max(len(said), 1))
    look = DecodedStreamObject()
    look.set_data(
        f"/Tx BMC BT /Helv {size:.1f} Tf 0 g 2 3 Td ({escaped}) Tj ET EMC".encode("cp1252")
    )
    font = _named(Type="/Font", Subtype="/Type1", BaseFont="/Helvetica")
    fonts = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/Helv"): font})})
    look.update(_named(Type="/XObject", Subtype="/Form"))
    look[NameObject("/BBox")] = _numbers(0, 0, box[2] - box[0], 12)
    look[NameObject("/Resources")] = fonts
    field = _named(Type="/Annot", Subtype=f"/{subtype}", FT="/Tx")
    field[NameObject("/T")] = TextStringObject("remark")
    field[NameObject("/V")] = TextStringObject(said)
    field[NameObject("/Contents")] = TextStringObject(said)
    field[NameObject("/DA")] = TextStringObject("/Helv 8 Tf 0 g")
    field[NameObject("/F")] = NumberObject(4)
    field[NameObject("/Rect")] = _numbers(*box)
    field[NameObject("/AP")] = DictionaryObject({NameObject("/N"): writer._add_object(look)})
    placed = writer._add_object(field)
    page[NameObject("/Annots")] = ArrayObject([placed])
    if subtype == "Widget":
        form = DictionaryObject({NameObject("/Fields"): ArrayObject([placed])})
        form[NameObject("/DR")] = fonts
        writer.root_object[NameObject("/AcroForm")] = form
    return _written(writer)


def _named(**names: str) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): NameObject(at) for key, at in names.items()})


def _numbers(*found: float) -> ArrayObject:
    return ArrayObject([FloatObject(one) for one in found])


def titled(pdf: bytes, said: str) -> bytes:
    """What the file says of itself, and no page shows."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    writer.add_metadata({f"/{name}": said for name in ("Title", "Subject", "Keywords", "Author")})
    return _written(writer)


def mail(*, subject: str, sender: str, body: str) -> bytes:
    """Without attachments."""
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(sender, "billing", "supplier.example")
    made["To"] = "office@westerdale.example"
    made["Subject"] = subject
    made["Date"] = format_datetime(_DAWN)
    made.set_content(body)
    return made.as_bytes()
