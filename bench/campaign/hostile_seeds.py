"""Files as people send them, of which hostile ones are made: our own, and small ones of the real
folders where there are any."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from random import Random

import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFont

from appliance.samples import einvoice
from appliance.samples.drafts import NTH
from appliance.samples.languages import LANGUAGES
from bench.campaign.hostile_pdf import (
    FIRST,
    Paper,
    compressed,
    form,
    image,
    stream,
    text,
    to_unicode,
)
from bench.mails import Paper as MailedPaper
from bench.mails import internet_mail
from bench.outlook import OutlookFile, OutlookMail

_LARGEST = 60_000
"""Bytes of a real file: a small one is mutated where it matters more often."""
_REAL = 12
"""Files of each real folder."""
LINES = ["Invoice 4711", "Date 2026-05-03", "Total 1,190.00 EUR"]


@cache
def pdfs() -> Sequence[bytes]:
    made = [NTH[kind](Random(7), index).pdf for kind in NTH for index in range(2)]
    return (*made, _hybrid(), *_features(), *_of_the_folders(".pdf", _short))


def _hybrid() -> bytes:
    """An invoice with what it says to programs."""
    spec = f"<< /Type /Filespec /F (factur-x.xml) /UF (factur-x.xml) /EF << /F {FIRST} 0 R >> >>"
    return Paper(
        content=b"".join(text(line, 60, 760 - 20 * at) for at, line in enumerate(LINES)),
        catalog=f"/Names << /EmbeddedFiles << /Names [(factur-x.xml) {FIRST + 1} 0 R] >> >>",
        objects=(stream(xmls()[0], "/Type /EmbeddedFile", packed=True), spec.encode()),
    ).pdf()


@cache
def pictures() -> Sequence[bytes]:
    """PNG and JPEG that are read, and kinds that are refused."""
    page = picture(LINES)
    made = [_saved(page.convert(mode), "PNG") for mode in ("1", "L", "P", "RGB", "RGBA", "I;16")]
    made.append(_saved(page, "PNG", save_all=True, append_images=[page.rotate(90)] * 3))
    made += [_saved(page, "JPEG", quality=80, dpi=(200, 200)), _saved(page.convert("CMYK"), "JPEG")]
    made += [
        _saved(page.convert("L"), "JPEG", progressive=True),
        _saved(page, "JPEG", exif=_turned()),
    ]
    made += [_saved(page, kind) for kind in ("WEBP", "BMP", "GIF", "JPEG2000", "PPM", "TGA", "ICO")]
    return (*made, *_of_the_folders(".jpg", _shrunk))


@cache
def tiffs() -> Sequence[bytes]:
    page = picture(LINES)
    bits = ("group3", "group4", "packbits", "tiff_ccitt")
    made = [_tiff(page.convert("1"), how) for how in bits]
    made += [_tiff(page, how) for how in ("raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg")]
    made += [_tiff(page.convert(mode), "raw") for mode in ("L", "P", "RGBA", "CMYK", "I;16", "F")]
    return (*made, _tiff(page, "raw", big_tiff=True))


@cache
def xmls() -> Sequence[bytes]:
    made = []
    for index in range(4):
        draft = NTH["supplier_invoice"](Random(f"7/{index}"), index)
        assert draft.invoice is not None
        language = LANGUAGES[draft.lang]
        made += [
            einvoice.xml(draft.invoice, language, profile=profile)
            for profile in (einvoice.EN16931, einvoice.XRECHNUNG)
        ]
    return (*made, *_of_the_folders(".xml", _as_it_is))


@cache
def mails() -> Sequence[bytes]:
    papers = _papers()
    return tuple(internet_mail(at, papers[at % 3 :], Random(at)).content for at in range(24))


@cache
def outlook_mails() -> Sequence[bytes]:
    inner = _outlook("Inner", files=(OutlookFile("b.pdf", _papers()[0].content),))
    made = []
    for paper in _papers():
        files = OutlookFile(paper.name, paper.content), OutlookFile("inner.msg", inner)
        made.append(_outlook("Invoice", files=files).saved())
        made.append(_outlook("Invoice", html="<p>Hello <b>you</b></p>", files=files[:1]).saved())
    return tuple(made)


def _outlook(subject: str, *, html: str = "", files: tuple[OutlookFile, ...] = ()) -> OutlookMail:
    said = "" if html else "Hello,\nplease find our invoice attached."
    return OutlookMail("Ann", "ann@acme.example", subject, said, html, files=files)


def _papers() -> list[MailedPaper]:
    page = picture(LINES)
    return [
        MailedPaper("invoice.pdf", Paper(content=text("Invoice 4711", 60, 760)).pdf()),
        MailedPaper("Łódź.png", _saved(page, "PNG")),
        MailedPaper("scan.tif", _tiff(page.convert("1"), "group4")),
        MailedPaper("letter.txt", "\n".join(LINES).encode()),
    ]


def picture(lines: Sequence[str]) -> Image.Image:
    """Small, so that its OCR is quick: black on white, one line below the other."""
    found = Image.new("RGB", (260, 12 + 26 * len(lines)), "white")
    draw = ImageDraw.Draw(found)
    for at, line in enumerate(lines):
        draw.text((8, 6 + 26 * at), line, fill="black", font=ImageFont.load_default(size=18))
    return found


def _features() -> list[bytes]:
    """What PDFs can be made of, in small: forms in forms, patterns, fonts of all kinds, layers,
    notes, form fields, pictures in every coding, object streams."""
    page = picture(LINES)
    content = b"".join(text(line, 60, 760 - 20 * at) for at, line in enumerate(LINES))
    coded = "".join(f"/I{at} {FIRST + 6 + at} 0 R " for at in range(3))
    paper = Paper(
        content=content
        + text("Total 7.00", 60, 500, font="F2")
        + b"BT /F3 12 Tf 60 450 Td (aa) Tj ET q 200 0 0 80 300 300 cm /I0 Do Q /X1 Do "
        + b"q 200 0 0 80 300 100 cm /I1 Do Q q 200 0 0 80 60 100 cm /I2 Do Q "
        + b"/Pattern cs /P1 scn 50 50 100 30 re f /OC /L1 BDC 0.5 g 10 10 20 20 re f EMC "
        + b"q 20 0 0 20 500 20 cm BI /W 4 /H 4 /BPC 8 /CS /G ID 0123456789abcdef EI Q",
        fonts=f"/F2 {FIRST} 0 R /F3 {FIRST + 2} 0 R",
        resources=f"/XObject << /X1 {FIRST + 4} 0 R {coded} >> /Pattern << /P1 {FIRST + 9} 0 R >>"
        f" /Properties << /L1 {FIRST + 10} 0 R >>",
        page=f"/Annots [{FIRST + 11} 0 R {FIRST + 12} 0 R]",
        catalog=f"/OCProperties << /OCGs [{FIRST + 10} 0 R] /D << /OFF [{FIRST + 10} 0 R] >> >>"
        f" /AcroForm << /Fields [{FIRST + 12} 0 R] /DA (/F1 10 Tf) >>",
        objects=(
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman"
            + f" /ToUnicode {FIRST + 1} 0 R >>".encode(),
            to_unicode({code: chr(code) for code in range(32, 127)}),
            b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 10 10] /FontMatrix [.1 0 0 .1 0 0]"
            b" /FirstChar 97 /LastChar 97 /Widths [10] /Encoding << /Differences [97 /a] >>"
            + f" /CharProcs << /a {FIRST + 3} 0 R >> >>".encode(),
            stream(b"10 0 0 0 10 10 d1 0 0 8 8 re f"),
            form(b"/X2 Do", f"/Resources << /XObject << /X2 {FIRST + 5} 0 R >> >>"),
            form(text("within a form", 60, 400), "/Resources << /Font << /F1 5 0 R >> >>"),
            *(image(page, coded=how) for how in ("FlateDecode", "DCTDecode", "JPXDecode")),
            stream(
                b"0 0 5 5 re f",
                "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 10 10]"
                " /XStep 10 /YStep 10 /Resources << >>",
            ),
            b"<< /Type /OCG /Name (layer) >>",
            b"<< /Type /Annot /Subtype /Stamp /Rect [300 700 400 720] /Contents (paid) /F 4"
            + f" /AP << /N {FIRST + 5} 0 R >> >>".encode(),
            b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (total) /V (99.00) /F 4"
            b" /Rect [300 600 400 620] >>",
        ),
    )
    kids = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
        b" /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    ]
    return [paper.pdf(), compressed(kids, [stream(content, packed=True)])]


def _turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def _saved(page: Image.Image, kind: str, **more: object) -> bytes:
    file = BytesIO()
    page.save(file, kind, **more)
    return file.getvalue()


def _tiff(page: Image.Image, how: str, **more: object) -> bytes:
    """Of three pages."""
    others = [page, page.rotate(180)]
    return _saved(page, "TIFF", compression=how, save_all=True, append_images=others, **more)


def _of_the_folders(suffix: str, small: Callable[[Path], bytes | None]) -> list[bytes]:
    """As ``small`` makes them; nothing where there are none."""
    folder = Path(os.environ.get("APPLIANCE_DATA") or os.devnull)
    found: list[bytes] = []
    for one in sorted(folder.iterdir()) if folder.is_dir() else ():
        made = (small(path) for path in sorted(one.rglob(f"*{suffix}")))
        found += islice(filter(None, made), _REAL)
    return found


def _as_it_is(path: Path) -> bytes | None:
    return path.read_bytes() if path.stat().st_size <= _LARGEST else None


def _short(path: Path) -> bytes | None:
    content = _as_it_is(path)
    return content if content and _is_short(content) else None


def _is_short(content: bytes) -> bool:
    document = pdfium.PdfDocument(content)
    try:
        return len(document) <= 2
    finally:
        document.close()


def _shrunk(path: Path) -> bytes:
    with Image.open(path) as file:
        file.thumbnail((360, 360))
        return _saved(file, "JPEG", quality=70)
