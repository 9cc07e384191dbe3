from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
from figures import figures
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from papers import Reciting, picture
from PIL import Image, ImageOps

from appliance.domain.document import page_text
from appliance.domain.errors import DocumentError
from appliance.domain.limits import Limits
from appliance.reading.ocr import rows_of_tesseract
from appliance.reading.read import read


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def test_words_of_a_text_layer_come_with_boxes_and_without_doubt(sheet, reading):
    page = reading(sheet, Reciting()).pages[0]
    word = page.words[0]
    assert (word.text, word.confidence, page.source) == ("Invoice", None, "text")
    assert (page.width, page.height) == pytest.approx((595.28, 841.89), abs=0.1)
    assert word.bbox.left * page.width == pytest.approx(60, abs=2)
    assert word.bbox.top * page.height < 80 < word.bbox.bottom * page.height + 3


def test_a_page_turned_by_its_flag_is_read_as_it_is_shown(sheet, reading):
    upright = reading(sheet, Reciting()).pages[0]
    turned = _with_rotation(bytes(sheet.output()), 90)
    page = reading(turned, Reciting()).pages[0]
    assert page_text(page) == page_text(upright)
    assert page.rotation == 270
    assert page.words[0].bbox.left == pytest.approx(upright.words[0].bbox.left, abs=0.01)


def _with_rotation(pdf: bytes, degrees: int) -> bytes:
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(pdf)
    document[0].set_rotation(degrees)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


FORM = b"""%PDF-1.7
1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/DR<</Font<</F 4 0 R>>>>
/DA(/F 12 Tf 0 g)/NeedAppearances true>>>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Annots[5 0 R]/Contents 6 0 R
/Resources<</Font<</F 4 0 R>>>>>>endobj
4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
5 0 obj<</Type/Annot/Subtype/Widget/FT/Tx/T(order)/V(PO-4711)/Rect[125 95 250 115]/F 4
/DA(/F 12 Tf 0 g)/P 3 0 R>>endobj
6 0 obj<</Length 44>>stream
BT /F 12 Tf 40 100 Td (Order number) Tj ET  
endstream endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def test_a_field_filled_into_a_form_is_read(reading):
    assert page_text(reading(FORM, Reciting()).pages[0]) == "Order number PO-4711"


def test_a_note_typed_on_a_page_is_read_where_there_is_no_form(reading):
    note = b"""/Type/Annot/Subtype/FreeText/Contents(PO-4711)/Rect[125 95 250 115]/F 4
/DA(/F 12 Tf 0 g)/AP<</N 7 0 R>>/P 3 0 R>>endobj
7 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 125 20]
/Resources<</Font<</F 4 0 R>>>>/Length 37>>stream
BT /F 12 Tf 2 5 Td (PO-4711) Tj ET   
endstream endobj"""
    start, end = FORM.index(b"/Type/Annot"), FORM.index(b"6 0 obj")
    form = FORM.index(b"/AcroForm"), FORM.index(b">>endobj")
    noted = FORM[: form[0]] + b">>endobj" + FORM[form[1] + 8 : start] + note + b"\n" + FORM[end:]
    assert b"AcroForm" not in noted
    assert page_text(reading(noted, Reciting()).pages[0]) == "Order number PO-4711"


def test_a_page_of_outlines_is_read_by_ocr(reading):
    pdf = FPDF(unit="pt", format="A4")
    pdf.add_page()
    for row in range(30):
        for column in range(40):
            pdf.rect(60 + 11 * column, 60 + 20 * row, 6, 9, style="F")
    page = reading(pdf, Reciting("drawn", "letters")).pages[0]
    assert page.source == "ocr"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_pictures_are_read_whatever_their_name(kind, reading):
    document = reading(saved(picture("x"), kind, dpi=(200, 200)), Reciting("Total", "9.00"))
    (page,) = document.pages
    assert page_text(page) == "Total  9.00"
    assert page.width == pytest.approx(760 * 72 / 200, abs=1)
    assert page.words[0].confidence == 0.95


def test_each_frame_of_a_tiff_is_a_page(reading):
    frames = [picture("one"), picture("two"), picture("three")]
    tiff = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    assert len(reading(tiff, Reciting("word")).pages) == 3


def test_a_photo_is_turned_as_its_camera_says(reading):
    exif = Image.Exif()
    exif[0x0112] = 6
    ocr = Reciting("word")
    reading(saved(picture("x"), "JPEG", exif=exif), ocr)
    assert ocr.pictures[0].height > ocr.pictures[0].width


@pytest.mark.parametrize("exif", [b"Exif\0\0MM\0*\0", b"Exif\0\0no tags at all", b"Exif\0\0II*\0"])
def test_a_photo_with_damaged_tags_is_read_as_it_lies(exif, reading):
    ocr = Reciting("word")
    assert reading(saved(picture("x"), "JPEG", exif=exif, dpi=(200, 200)), ocr).pages
    assert ocr.pictures[0].width > ocr.pictures[0].height


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_a_picture_is_turned_as_pillow_would_turn_it(kind, orientation, reading):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(picture("x"), kind, exif=exif)
    ocr = Reciting("word")
    reading(data, ocr)
    turned = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    assert ocr.pictures[0].tobytes() == turned.tobytes()


def test_clear_parts_of_a_picture_are_white(reading):
    ocr = Reciting("word")
    reading(saved(Image.new("RGBA", (90, 90), (0, 0, 0, 0)), "PNG"), ocr)
    assert ocr.pictures[0].getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_scan_of_sixteen_bits_is_read(order, reading):
    grey = np.full((200, 760), 65535, dtype=f"{order}u2")
    tiff = io.BytesIO()
    Image.frombytes("I;16" if order == "<" else "I;16B", (760, 200), grey.tobytes()).save(
        tiff, "TIFF"
    )
    ocr = Reciting("word")
    reading(tiff.getvalue(), ocr)
    assert ocr.pictures[0].getpixel((5, 5)) == (255, 255, 255)


def test_a_fax_of_few_lines_an_inch_is_made_as_high_as_it_was(reading):
    ocr = Reciting("word")
    (page,) = reading(
        saved(Image.new("RGB", (1728, 1100), "white"), "TIFF", dpi=(204, 98)), ocr
    ).pages
    assert ocr.pictures[0].size == (1728, 2290)
    assert page.height == pytest.approx(1100 / 98 * 72, abs=1)


def test_a_page_that_cannot_be_read_among_others_is_told(reading):
    dark = Image.effect_noise((800, 600), 200).convert("RGB")
    blank = Image.new("RGB", (800, 600), "white")
    first, *_ = frames = [picture("x"), dark, blank]
    tiff = saved(first, "TIFF", save_all=True, append_images=frames[1:])
    document = reading(tiff, OnlyFirst("Total"))
    assert [len(page.words) for page in document.pages] == [1, 0, 0]
    (blocker,) = document.blockers
    assert (blocker.code, figures(blocker.message)) == ("unread-page", ["2"])


class OnlyFirst(Reciting):
    """Reads nothing on the pages after the first."""

    def recognise(self, image):
        found = super().recognise(image)
        return found if len(self.pictures) == 1 else []


@pytest.mark.parametrize(
    "text",
    [
        "Receipt: 4711\nTotal: 18.50\nReceived: 20.00\nChange: 1.50\n",
        "Order: 77\nReceived: from ACME Tools\n\nMIME-Version: of no interest\n",
        "From: ACME\nTo: us\nSubject: Invoice 7\n\nTotal 9.00\n",
    ],
)
def test_a_text_that_looks_somewhat_like_a_mail_is_read(text, reading):
    assert reading(text.encode(), Reciting()).pages[0].words


def test_dots_that_are_no_faxs_are_left_as_they_are(reading):
    ocr = Reciting("word")
    scan = Image.new("RGB", (800, 600), "white")
    reading(saved(scan, "TIFF", dpi=(300, 72)), ocr)
    assert ocr.pictures[0].size == (800, 600)


def test_plain_text_keeps_its_lines_and_columns(reading):
    document = reading("Lieferschein Nr. 7\r\n\r\nMenge    Größe\r\n".encode("cp1252"), Reciting())
    assert page_text(document.pages[0]) == "Lieferschein Nr. 7\nMenge  Größe"


def test_d1_what_drives_a_terminal_is_read_as_unknown_characters(reading):
    text = "\x1bcACME\x1b]2;PWNED\x1b\\ GmbH\nNo.\x9b2J \x84 7\n"
    document = reading(text.encode(), Reciting())
    said = "\ufffdcACME\ufffd]2;PWNED\ufffd\\ GmbH\nNo.\ufffd2J \ufffd 7"
    assert page_text(document.pages[0]) == said


def test_d6_invisible_characters_are_not_read_and_in_a_number_they_are_told(reading):
    text = "Invoice INV\u200b-47\u200d11 \U000e0041\u2060\nfor שלום\u200f Ltd\n"
    document = reading(text.encode(), Reciting())
    assert page_text(document.pages[0]) == "Invoice INV-4711\nfor שלום\u200f Ltd"
    (told,) = document.blockers
    assert told.code == "hidden-text" and "INV-4711" in told.message


def test_d1_what_an_ocr_reads_holds_no_control():
    table = "level\n" + "\t".join([*["5"] * 6, "1", "1", "9", "9", "90", "IN\x1bV\u200b-7"])
    (word,) = rows_of_tesseract(table, width=100, height=100)
    assert word.text == "IN\ufffdV-7"


def test_a_long_line_of_text_goes_on_below_and_loses_nothing(reading):
    words = [f"word{number}" for number in range(400)]
    page = reading(" ".join(words).encode(), Reciting()).pages[0]
    assert [word.text for word in page.words] == words
    assert [word.line for word in page.words][:: len(words) - 1] == [0, 3]
    endless = reading(b"x" * 2500, Reciting()).pages[0]
    assert [len(word.text) for word in endless.words] == [1000, 1000, 500]


def test_a_glued_word_of_plain_text_falls_apart(reading):
    page = reading(b"Order 7  21/05/2018TIME: noon", Reciting()).pages[0]
    assert [(word.text, word.gap) for word in page.words][2:] == [
        *(("21/05/2018", 2), ("TIME:", 0), ("noon", 1))
    ]


@pytest.mark.parametrize("end", [b"\f", b"\n", b"\r", b"\r\n", b"\v", "\u2028".encode()])
def test_an_endless_text_is_refused_before_its_pages_are_made(end, reading):
    with pytest.raises(DocumentError, match=r"\b2\b"):
        reading(end * 10_000_000 + b"a", Reciting(), Limits(max_pages=2))


def locked() -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_encryption(owner_password="o", user_password="u")
    return bytes(pdf.output())


def without_palette() -> bytes:
    """A picture of numbered colours whose colours are gone."""
    whole = saved(Image.new("P", (9, 9)), "PNG")
    chunk = whole.index(b"PLTE") - 4
    return whole[:chunk] + whole[chunk + 12 + int.from_bytes(whole[chunk : chunk + 4], "big") :]


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 60,000 dots wide and high."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        mark = zlib.crc32(kind + body).to_bytes(4, "big")
        return len(body).to_bytes(4, "big") + kind + body + mark

    size = (60_000).to_bytes(4, "big") * 2
    header = chunk(b"IHDR", size + bytes([1, 0, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


NO_PAGES = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (locked(), "password"),
        (b"%PDF-1.7\nnothing of the sort", "damaged"),
        (NO_PAGES, "has no pages"),
        (b"PK\x03\x04 an office file \x00\x01", "cannot be read"),
        (saved(picture("x"), "JPEG")[:300], "damaged"),
        (saved(picture("x"), "PNG")[:90], "damaged"),
        (without_palette(), "damaged"),
        (b"II*\x00 no tiff", "damaged"),
        (bomb(), "too large"),
        (b"\r\n \r\n", "Nothing can be read"),
        (b"From: a@b.example\nSubject: Invoice\nMIME-Version: 1.0\n\nSee there", "an e-mail"),
        (b"<!DOCTYPE html>\n<html><body>Total</body></html>", "a web page"),
        (b"{\\rtf1\\ansi Total}", "word processor"),
        (b"%!PS-Adobe-3.0\n(Total) show", "for a printer"),
    ],
)
def test_a_file_at_fault_is_refused_in_plain_words(content, said, reading):
    with pytest.raises(DocumentError, match=said) as caught:
        reading(content, Reciting())
    assert caught.value.hint


def test_of_too_many_frames_nobody_asks_how_many(reading):
    frame = saved(Image.new("1", (8, 8)), "TIFF")
    start = int.from_bytes(frame[4:8], "little")
    end = start + 2 + 12 * int.from_bytes(frame[start : start + 2], "little")
    # The first frame leads to itself at another place, whose next frame is none at all.
    second = len(frame)
    tiff = frame[:end] + second.to_bytes(4, "little") + frame[end + 4 :]
    tiff += frame[start:end] + (second + 10_000).to_bytes(4, "little") + bytes(9_000)
    with pytest.raises(DocumentError, match="more pages than the limit of 1"):
        reading(tiff, Reciting(), Limits(max_pages=1))


def test_a_picture_that_is_drawn_again_and_again_is_refused(reading):
    whole = saved(picture("x"), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    with pytest.raises(DocumentError, match="drawn 1"):
        reading(whole[:last] + whole[last:-2] * 100 + whole[-2:], Reciting("x"))


def test_what_begins_as_one_picture_is_not_read_as_another(reading):
    tall = (2).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    photo = b"\x89PNG\r\n\x1a\n" + bytes(2040) + b"PCD_OPA" + tall + bytes(1_800_000)
    with pytest.raises(DocumentError, match="damaged"):
        reading(photo, Reciting("x"))


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(max_bytes=100), "limit is"),
        (Limits(max_pages=1), r"\b1\b"),
        (Limits(max_pixels=1000), "too large"),
        (Limits(max_characters=70), "Page 1 holds 76 characters, the limit is 70"),
    ],
)
def test_a_file_beyond_the_limits_is_refused(limits, said, sheet, reading):
    sheet.image(picture("x"), x=50, y=300, w=200)
    sheet.add_page()
    with pytest.raises(DocumentError, match=said):
        reading(sheet, Reciting(), limits)


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_pdf_is_read_or_refused_and_never_raises_anything_else(tmp_path_factory, data):
    pdf = bytearray(_two_pages())
    for _ in range(data.draw(st.integers(1, 30))):
        pdf[data.draw(st.integers(8, len(pdf) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("hurt") / "file.pdf"
    path.write_bytes(pdf)
    try:
        read(path, docid="d", ocr=Reciting("word"))
    except DocumentError as error:
        assert str(error)


def _two_pages() -> bytes:
    pdf = FPDF()
    pdf.set_font("helvetica", size=12)
    for number in (1, 2):
        pdf.add_page()
        pdf.cell(text=f"Page {number} of the delivery note 4711 for Miller Ltd")
    return bytes(pdf.output())


def test_a_file_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "gone.pdf", docid="d", ocr=Reciting())


def test_a_picture_of_which_nothing_is_read_is_told(sheet, reading):
    sheet.add_page()
    sheet.image(Image.effect_noise((600, 400), 200), x=50, y=100, w=400, h=300)
    document = reading(sheet, Reciting())
    assert [bool(page.words) for page in document.pages] == [True, False]
    (blocker,) = document.blockers
    assert figures(blocker.message) == ["2"]


@pytest.mark.parametrize(
    ("limit", "size", "said"),
    [
        (100_000_000, 2_147_483_648, "2147.5 MB.* 100 MB"),
        (100_000_000, 100_000_001, "100.1 MB.* 100 MB"),
        (500_000, 600_000, "0.6 MB.* 0.5 MB"),
    ],
)
def test_e_the_limit_is_said_in_the_megabytes_of_the_settings(
    limit: int, size: int, said: str
) -> None:
    with pytest.raises(DocumentError, match=said):
        Limits(max_bytes=limit).check_bytes(size)
