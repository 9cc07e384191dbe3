"""PDF files written object by object, so that each can be as wrong as one likes."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

FIRST = 10
"""Number of the first object that a paper adds; those before are the page's own."""


def stream(content: bytes, head: str = "", *, packed: bool = False) -> bytes:
    """An object with bytes; ``packed`` by Flate."""
    if packed:
        content, head = zlib.compress(content), f"{head} /Filter /FlateDecode"
    return f"<< {head} /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One page. Its fonts are ``/F1`` (Helvetica) and those among ``fonts``."""

    content: bytes
    fonts: str = ""
    """Entries of the page's fonts."""
    resources: str = ""
    page: str = ""
    """More entries of the page."""
    catalog: str = ""
    objects: tuple[bytes, ...] = ()
    """From number ``FIRST`` on."""
    box: str = "0 0 595 842"

    def pdf(self) -> bytes:
        page = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{self.box}] /Contents 4 0 R {self.page}"
            f" /Resources << /Font << /F1 5 0 R {self.fonts} >> {self.resources} >> >>"
        )
        own = [
            f"<< /Type /Catalog /Pages 2 0 R {self.catalog} >>".encode(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page.encode(),
            stream(self.content),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        ]
        return written([*own, *[b"null"] * (FIRST - 1 - len(own)), *self.objects])


def written(objects: Sequence[bytes], *, root: int = 1, trailer: str = "") -> bytes:
    """A file of ``objects``, numbered from 1, with a cross-reference table."""
    out = BytesIO(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    out.seek(0, 2)
    places = []
    for number, one in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + one + b"\nendobj\n")
    start = out.tell()
    out.write(f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode())
    out.writelines(f"{place:010} 00000 n \n".encode() for place in places)
    out.write(f"trailer << /Size {len(places) + 1} /Root {root} 0 R {trailer} >>\n".encode())
    out.write(f"startxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def compressed(
    objects: Sequence[bytes], streams: Sequence[bytes] = (), *, extends: int = 0
) -> bytes:
    """``objects`` lie in one object stream and are found by a cross-reference stream; ``streams``
    have the numbers after theirs. With ``extends`` the object stream goes on in that object."""
    heads, body = "", b""
    for number, one in enumerate(objects, 1):
        heads += f"{number} {len(body)} "
        body += one + b" "
    own = len(objects) + len(streams) + 1
    more = f"/Extends {extends} 0 R" if extends else ""
    head = f"/Type /ObjStm /N {len(objects)} /First {len(heads)} {more}"
    rows = [(0, 0, 255)] + [(2, own, index) for index in range(len(objects))]
    out = BytesIO(b"%PDF-1.7\n")
    out.seek(0, 2)
    packed = stream(heads.encode() + body, head, packed=True)
    for number, one in enumerate([*streams, packed], len(objects) + 1):
        rows.append((1, out.tell(), 0))
        out.write(f"{number} 0 obj\n".encode() + one + b"\nendobj\n")
    start = out.tell()
    rows.append((1, start, 0))
    data = b"".join(bytes([kind]) + at.to_bytes(4) + low.to_bytes(4) for kind, at, low in rows)
    head = f"/Type /XRef /Size {len(rows)} /W [1 4 4] /Root 1 0 R"
    out.write(f"{own + 1} 0 obj\n".encode() + stream(data, head, packed=True) + b"\nendobj\n")
    out.write(f"startxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def text(said: str, x: float, y: float, *, size: float = 12, font: str = "F1") -> bytes:
    """As an operator of a page's content."""
    plain = said.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /{font} {size} Tf {x} {y} Td ({plain}) Tj ET\n".encode("latin-1", "replace")


def to_unicode(claims: Mapping[int, str]) -> bytes:
    """A stream that says which text each code of a font is."""
    pairs = " ".join(
        f"<{code:02x}> <{said.encode('utf-16-be').hex()}>" for code, said in claims.items()
    )
    return stream(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n"
        + f"{len(claims)} beginbfchar {pairs} endbfchar\n".encode()
        + b"endcmap CMapName currentdict /CMap defineresource pop end end"
    )


def image(picture: Image.Image, more: str = "", *, coded: str = "FlateDecode") -> bytes:
    """An image of a page: grey or RGB, by Flate, JPEG (``DCTDecode``) or JPEG 2000."""
    colours = "DeviceGray" if picture.mode == "L" else "DeviceRGB"
    if coded == "FlateDecode":
        data = zlib.compress(picture.tobytes())
    else:
        file = BytesIO()
        picture.save(file, {"DCTDecode": "JPEG", "JPXDecode": "JPEG2000"}[coded])
        data = file.getvalue()
    return stream(
        data,
        f"/Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height}"
        f" /BitsPerComponent 8 /ColorSpace /{colours} /Filter /{coded} {more}",
    )


def form(content: bytes, more: str = "") -> bytes:
    """A piece of a page that pages and other pieces draw."""
    head = f"/Type /XObject /Subtype /Form /BBox [0 0 595 842] {more}"
    return stream(content, head)
