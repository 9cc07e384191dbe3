"""PDFs that are small and want everything."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import appliance.samples
from bench.campaign.hostile_pdf import (
    FIRST,
    Paper,
    compressed,
    form,
    stream,
    text,
    to_unicode,
    written,
)

_LINE = text("Invoice 4711, total 119.00", 60, 760)
_FONT = Path(appliance.samples.__file__).parent / "fonts"


def zeros(size: int, *, of: bytes = b" ") -> bytes:
    """Packed ``size`` times ``of``, a megabyte at a time."""
    packer, million = zlib.compressobj(9), of * (1_000_000 // len(of))
    pieces = [packer.compress(million) for _ in range(max(1, size * len(of) // 1_000_000))]
    return b"".join([*pieces, packer.flush()])


def _flate(large: int) -> bytes:
    packed = zeros(large * 40_000_000)
    return _content(zlib.compress(packed), "/Filter [/FlateDecode /FlateDecode]")


def _content(data: bytes, head: str) -> bytes:
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>"
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    own = b"<< /Type /Catalog /Pages 2 0 R >>", pages, page, stream(data, head), font
    return written(own)


def _operators(piece: bytes) -> Callable[[int], bytes]:
    return lambda large: _content(zeros(large * 100_000, of=piece), "/Filter /FlateDecode")


def _kids(large: int) -> bytes:
    """One page many times."""
    many = large * 10_000
    pages = f"<< /Type /Pages /Kids [{'3 0 R ' * many}] /Count {many} >>".encode()
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", pages, page])


def _counts(large: int) -> bytes:
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", pages, page])


def _tree(large: int) -> bytes:
    """Pages in each other, the last of which holds the first."""
    many = large * 1000
    levels = [
        f"<< /Type /Pages /Kids [{at + 1} 0 R] /Count 1 /Parent {at - 1} 0 R >>".encode()
        for at in range(2, many)
    ]
    last = b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", *levels, last])


def _stream_chain(large: int) -> bytes:
    kids = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    many = [b"<< >>"] * (large * 5000)
    own = [b"<< /Type /Catalog /Pages 2 0 R >>", kids, page, *many]
    return compressed(own, extends=len(own) + 1)


def _size_claims(large: int) -> bytes:
    whole = Paper(content=_LINE).pdf()
    return whole.replace(b"/Size 10", b"/Size 2147483647 /Prev 10 /XRefStm 10")


def _forms(large: int) -> bytes:
    """Each draws the next ten times."""
    levels = 12
    objects = [
        form(b"/X Do " * 10, f"/Resources << /XObject << /X {FIRST + at + 1} 0 R >> >>")
        for at in range(levels)
    ]
    last = form(b"0 0 9 9 re f")
    return _drawing(f"/X {FIRST} 0 R", *objects, last)


def _drawing(entry: str, *objects: bytes) -> bytes:
    return Paper(
        content=_LINE + b"/X Do", resources=f"/XObject << {entry} >>", objects=objects
    ).pdf()


def _form_in_itself(large: int) -> bytes:
    return _drawing(
        f"/X {FIRST} 0 R", form(b"/X Do", f"/Resources << /XObject << /X {FIRST} 0 R >> >>")
    )


def _deep(begin: bytes, end: bytes) -> Callable[[int], bytes]:
    def made(large: int) -> bytes:
        inside = begin * (large * 10_000) + end * (large * 10_000)
        return Paper(content=_LINE + inside, objects=(inside,), page=f"/A {FIRST} 0 R").pdf()

    return made


def _picture(head: str) -> Callable[[int], bytes]:
    """One that claims more than it has, under a page's line."""

    def made(large: int) -> bytes:
        inside = stream(
            zeros(large * 2_000_000, of=b"\0"),
            f"/Type /XObject /Subtype /Image {head} /Filter /FlateDecode",
        )
        mask = stream(
            zeros(large * 20_000_000, of=b"\0"),
            "/Type /XObject /Subtype /Image /Width 30000 /Height 30000 /BitsPerComponent 8"
            " /ColorSpace /DeviceGray /Filter /FlateDecode",
        )
        return Paper(
            content=_LINE + b"q 400 0 0 400 60 200 cm /X Do Q",
            resources=f"/XObject << /X {FIRST} 0 R >>",
            objects=(inside, mask),
        ).pdf()

    return made


def _pictured_pattern(large: int) -> bytes:
    """A picture that no list of the page's objects names."""
    inside = stream(
        zeros(large * 20_000_000, of=b"\0"),
        "/Type /XObject /Subtype /Image /Width 30000 /Height 30000 /BitsPerComponent 8"
        " /ColorSpace /DeviceGray /Filter /FlateDecode",
    )
    tile = stream(
        b"q 500 0 0 500 0 0 cm /X Do Q",
        "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 500 500] /XStep 500"
        f" /YStep 500 /Resources << /XObject << /X {FIRST} 0 R >> >>",
    )
    return Paper(
        content=_LINE + b"/Pattern cs /P scn 0 0 500 500 re f",
        resources=f"/Pattern << /P {FIRST + 1} 0 R >>",
        objects=(inside, tile),
    ).pdf()


def _tiles(large: int) -> bytes:
    tile = stream(
        b"0 0 1 1 re f",
        "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 .01 .01]"
        " /XStep 0.00001 /YStep 0.00001 /Resources << >>",
    )
    return Paper(
        content=_LINE + b"/Pattern cs /P scn 0 0 500 500 re f",
        resources=f"/Pattern << /P {FIRST} 0 R >>",
        objects=(tile,),
    ).pdf()


def _shaded(function: bytes) -> Callable[[int], bytes]:
    def made(large: int) -> bytes:
        shading = (
            "<< /ShadingType 1 /ColorSpace /DeviceGray /Domain [0 1e6 0 1e6]"
            f" /Function {FIRST + 1} 0 R >>"
        ).encode()
        return Paper(
            content=_LINE + b"/S sh",
            resources=f"/Shading << /S {FIRST} 0 R >>",
            objects=(shading, function),
        ).pdf()

    return made


def _mapped(large: int) -> bytes:
    """A font whose text is mapped again and again."""
    ranges = b"1 beginbfrange <0000> <ffff> <0000> endbfrange\n" * (large * 500)
    return _fonted(
        f"/Subtype /Type1 /BaseFont /Times-Roman /ToUnicode {FIRST + 1} 0 R", stream(ranges)
    )


def _long_names(large: int) -> bytes:
    """One letter is a million."""
    said = to_unicode({65: "1" * (large * 50_000)})
    return _fonted(
        f"/Subtype /Type1 /BaseFont /Times-Roman /ToUnicode {FIRST + 1} 0 R", said, b"AAAA" * 50
    )


def _fonted(head: str, *objects: bytes, said: bytes = b"AAAA") -> bytes:
    return Paper(
        content=_LINE + b"BT /F2 12 Tf 60 600 Td (" + said + b") Tj ET",
        fonts=f"/F2 {FIRST} 0 R",
        objects=(f"<< /Type /Font {head} >>".encode(), *objects),
    ).pdf()


def _glyph_in_itself(large: int) -> bytes:
    return _fonted(
        "/Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [.1 0 0 .1 0 0] /FirstChar 65 /LastChar 65"
        f" /Widths [9] /Encoding << /Differences [65 /a] >> /CharProcs << /a {FIRST + 1} 0 R >>"
        f" /Resources << /Font << /F2 {FIRST} 0 R >> >>",
        stream(b"9 0 d0 BT /F2 9 Tf (AAAAAAAAAA) Tj ET"),
    )


def _font_tables(value: int) -> Callable[[int], bytes]:
    """An embedded font each of whose tables claims another size and place."""

    def made(large: int) -> bytes:
        font = bytearray(next(_FONT.glob("*.ttf")).read_bytes())
        for at in range(int.from_bytes(font[4:6])):
            entry = 12 + 16 * at
            if bytes(font[entry : entry + 4]) not in (b"head", b"maxp", b"cmap"):
                font[entry + 12 : entry + 16] = value.to_bytes(4)
        return _fonted(
            "/Subtype /TrueType /BaseFont /Odd /FirstChar 32 /LastChar 126"
            f" /Widths [{'500 ' * 95}] /FontDescriptor {FIRST + 1} 0 R",
            b"<< /Type /FontDescriptor /FontName /Odd /Flags 32"
            + f" /FontFile2 {FIRST + 2} 0 R >>".encode(),
            stream(bytes(font), packed=True),
        )

    return made


def _page(entries: str, box: str = "0 0 595 842") -> Callable[[int], bytes]:
    return lambda large: Paper(content=_LINE, page=entries, box=box).pdf()


def _notes(large: int) -> bytes:
    many = f"{FIRST} 0 R " * (large * 5000)
    note = (
        b"<< /Type /Annot /Subtype /Stamp /Rect [0 0 500 500] /F 4"
        + f" /AP << /N {FIRST + 1} 0 R >> >>".encode()
    )
    return Paper(
        content=_LINE, page=f"/Annots [{many}]", objects=(note, form(b"0 0 9 9 re f"))
    ).pdf()


def _fields(large: int) -> bytes:
    """Fields of a form that are their own parents."""
    field = (
        f"<< /T (a) /Parent {FIRST} 0 R /Kids [{f'{FIRST} 0 R ' * 5000 * large}] /FT /Tx"
        " /Subtype /Widget /Rect [0 0 9 9] /F 4 >>"
    ).encode()
    return Paper(
        content=_LINE,
        page=f"/Annots [{FIRST} 0 R]",
        catalog=f"/AcroForm << /Fields [{FIRST} 0 R] /NeedAppearances true >>",
        objects=(field,),
    ).pdf()


def _attached(large: int) -> bytes:
    """An e-invoice that unpacks to everything."""
    file = stream(zeros(large * 40_000_000), "/Type /EmbeddedFile /Filter /FlateDecode")
    spec = f"<< /Type /Filespec /F (factur-x.xml) /UF (factur-x.xml) /EF << /F {FIRST} 0 R >> >>"
    names = f"/Names << /EmbeddedFiles << /Names [(factur-x.xml) {FIRST + 1} 0 R] >> >>"
    return Paper(content=_LINE, catalog=names, objects=(file, spec.encode())).pdf()


def _names(large: int) -> bytes:
    """A tree of attached files that grows out of itself."""
    tree = f"<< /Kids [{f'{FIRST} 0 R ' * 10}] /Limits [(a) (z)] >>".encode()
    return Paper(
        content=_LINE, catalog=f"/Names << /EmbeddedFiles {FIRST} 0 R >>", objects=(tree,)
    ).pdf()


_SAMPLED = stream(
    b"\0" * 1000,
    "/FunctionType 0 /Domain [0 1 0 1] /Range [0 1] /Size [2147483 2147483] /BitsPerSample 32",
)
_COMPUTED = stream(
    b"{ " + b"dup mul " * 20_000 + b"}", "/FunctionType 4 /Domain [0 1 0 1] /Range [0 1]"
)
_MASKED = f"/Width 10 /Height 10 /BitsPerComponent 8 /ColorSpace /DeviceGray /SMask {FIRST + 1} 0 R"

BOMBS: Mapping[str, Callable[[int], bytes]] = {
    "PDF: Flate within Flate": _flate,
    "PDF: boxes without end": _operators(b"0 0 1 1 re f "),
    "PDF: states without end": _operators(b"q "),
    "PDF: letters without end": _operators(b"BT /F1 9 Tf 9 9 Td (12345.67) Tj ET "),
    "PDF: words all over the page": _operators(
        b"BT /F1 4 Tf 1 0 0 1 1 1 Tm (1 2 3 4) Tj ET 1.001 0 0 1.0003 .1 .1 cm "
    ),
    "PDF: pieces of a path": _operators(b"1 1 l 500 700 l "),
    "PDF: dashes": lambda large: Paper(
        content=_LINE + b"[0.00001] 0 d 100 w 0 0 m 595 842 l S " * large
    ).pdf(),
    "PDF: one page often": _kids,
    "PDF: pages that are not there": _counts,
    "PDF: pages in pages": _tree,
    "PDF: an object stream that goes on in itself": _stream_chain,
    "PDF: a table of everything": _size_claims,
    "PDF: forms in forms": _forms,
    "PDF: a form in itself": _form_in_itself,
    "PDF: arrays in arrays": _deep(b"[", b"]"),
    "PDF: dictionaries in dictionaries": _deep(b"<</A ", b">>"),
    "PDF: a picture of 900 million dots": _picture(
        "/Width 30000 /Height 30000 /BitsPerComponent 8 /ColorSpace /DeviceGray"
    ),
    "PDF: a mask of 900 million dots": _picture(_MASKED),
    "PDF: a picture of 2^62 dots": _picture(
        "/Width 2147483647 /Height 2147483647 /BitsPerComponent 16 /ColorSpace /DeviceCMYK"
    ),
    "PDF: a pattern of a large picture": _pictured_pattern,
    "PDF: a pattern of dust": _tiles,
    "PDF: a sampled function": _shaded(_SAMPLED),
    "PDF: a computed function": _shaded(_COMPUTED),
    "PDF: letters mapped again and again": _mapped,
    "PDF: a letter of a million": _long_names,
    "PDF: a letter drawn by itself": _glyph_in_itself,
    "PDF: tables of a font, huge": _font_tables(2**32 - 1),
    "PDF: tables of a font, empty": _font_tables(0),
    "PDF: a page as large as a town": _page("/UserUnit 1000000", "0 0 1000000 1000000"),
    "PDF: a page like a thread": _page("", "0 0 1 1000000"),
    "PDF: a page of nothing": _page("/CropBox [5 5 5 5]", "0 0 0 0"),
    "PDF: a page turned inside out": _page(
        "/Rotate 45 /CropBox [9e9 9e9 -9e9 -9e9]", "595 842 0 0"
    ),
    "PDF: notes without end": _notes,
    "PDF: fields that are their own parents": _fields,
    "PDF: an e-invoice that unpacks to everything": _attached,
    "PDF: names that grow out of themselves": _names,
}
