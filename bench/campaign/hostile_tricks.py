"""Pages on which a value stands that nobody sees, each made in another way.

Pure. ``@`` in a content stands for the operators that draw the lie.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from PIL import Image

from bench.campaign.hostile_pdf import FIRST, Paper, form, image, stream, text
from bench.campaign.hostile_tricks_fonts import FONTS
from bench.campaign.hostile_tricks_texts import TEXTS

X, Y = 60, 400
"""Where the lie stands, in points."""
_HONEST = (
    *("Invoice 4711 of Miller Ltd", "Station Road 5, Leeds", "Dated 3 May 2026, order 300"),
    *(
        "Two boxes of paper clips and one stapler",
        "To be paid within thirty days, without discount",
    ),
    *("With many thanks for your order, and our best wishes", "Yours faithfully, J. Miller"),
    "Registered in England, company 0815",
)


@dataclass(frozen=True, slots=True)
class Trick:
    make: Callable[[str], bytes]
    """Of a lie, such as ``1,190.00``."""
    shown: bool = True
    """It is a page, so that can be looked at what an eye sees of it."""


def honest() -> bytes:
    """Lines that everybody sees, as operators."""
    return b"".join(text(line, 60, 780 - 18 * at) for at, line in enumerate(_HONEST))


_STATES = (
    "/A0 << /ca 0 >> /A1 << /ca 0.02 >> /A3 << /ca 0.03 /CA 0.03 >>"
    f" /Ma << /SMask << /S /Luminosity /G {FIRST} 0 R >> >>"
)
_FONT = "/Resources << /Font << /F1 5 0 R >> >>"


def _objects(said: bytes) -> tuple[bytes, ...]:
    """Of every page, whether it draws them or not; ``said`` are the operators of the lie."""
    return (
        form(b"", "/Group << /S /Transparency /CS /DeviceGray >>"),
        image(Image.effect_noise((120, 40), 90).convert("RGB")),
        b"<< /Type /OCG /Name (off) >>",
        f"<< /Type /OCMD /OCGs [{FIRST + 2} 0 R] /P /AllOn >>".encode(),
        form(b"1 g 50 390 300 30 re f"),
        b"<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 0] /Extend [true true]"
        b" /Function << /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [1] /N 1 >> >>",
        stream(
            b"1 g 0 0 9 9 re f",
            "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9"
            " /YStep 9 /Resources << >>",
        ),
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 100 10] /FontMatrix [.1 0 0 .1 0 0]"
        b" /FirstChar 66 /LastChar 66 /Widths [100] /Encoding << /Differences [66 /box] >>"
        + f" /CharProcs << /box {FIRST + 8} 0 R >> >>".encode(),
        stream(b"100 0 d0 1 g 0 -3 100 14 re f"),
        form(said, _FONT),
        form(said, f"/OC {FIRST + 2} 0 R {_FONT}"),
        b"[/Separation /White /DeviceGray"
        b" << /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [1] /N 1 >>]",
        image(Image.new("RGB", (30, 10), "white")),
        stream(b"1 g 0 0 9 9 re f", "/Type /XObject /Subtype /Form /BBox [0 0 9 9]"),
    )


_RESOURCES = (
    f"/ExtGState << {_STATES} >> /XObject << /Noise {FIRST + 1} 0 R /White {FIRST + 4} 0 R"
    f" /Said {FIRST + 9} 0 R /Off {FIRST + 10} 0 R /Pale {FIRST + 12} 0 R >>"
    f" /Properties << /O {FIRST + 2} 0 R /M {FIRST + 3} 0 R >>"
    f" /Shading << /S {FIRST + 5} 0 R >> /Pattern << /P {FIRST + 6} 0 R >>"
    f" /ColorSpace << /Sep {FIRST + 11} 0 R >>"
)
_LAYERS = f"/OCProperties << /OCGs [{FIRST + 2} 0 R] /D << /OFF [{FIRST + 2} 0 R] /Order [] >> >>"


def _drawn(lie: str, *, content: str, page: str = "", box: str = "0 0 595 842") -> bytes:
    said = text(lie, X, Y)
    return Paper(
        content=honest() + content.encode("latin-1").replace(b"@", said),
        fonts=f"/Box {FIRST + 7} 0 R",
        resources=_RESOURCES,
        page=page,
        catalog=_LAYERS,
        box=box,
        objects=_objects(said),
    ).pdf()


_INK = "0 g " + " ".join(f"{X} {Y + step} 80 1 re f" for step in range(-1, 10, 3)) + " "
"""Lines where the lie stands, so that there is something to be seen."""
_NOTE = f"/Rect [{X - 6} {Y - 5} {X + 70} {Y + 12}] /F 4"

_CONTENTS: Mapping[str, str] = {
    "no paint": "q 3 Tr @ Q",
    "only a clip": "q 7 Tr @ Q",
    "white": "q 1 g @ Q",
    "nearly white": "q .985 g @ Q",
    "white of four inks": "q 0 0 0 0 k @ Q",
    "white of an ink of its own": "q /Sep cs 1 scn @ Q",
    "white of a pattern": "q /Pattern cs /P scn @ Q",
    "white outlines": "q 1 Tr 1 G @ Q",
    "white inside and outside": "q 2 Tr 1 G 1 g @ Q",
    "no opacity": "q /A0 gs @ Q",
    "hardly any opacity": "q /A1 gs @ Q",
    "a mask of nothing": "q /Ma gs @ Q",
    "a point high": f"BT /F1 1 Tf {X} {Y} Td (%) Tj ET",
    "two points high": f"BT /F1 2.2 Tf {X} {Y} Td (%) Tj ET",
    "shrunk": f"BT /F1 12 Tf .05 0 0 .05 {X} {Y} Tm (%) Tj ET",
    "squeezed": f"BT /F1 12 Tf 3 Tz {X} {Y} Td (%) Tj ET 100 Tz",
    "flattened": f"BT /F1 12 Tf 1 0 0 .03 {X} {Y} Tm (%) Tj ET",
    "left of the page": f"BT /F1 12 Tf -200 {Y} Td (%) Tj ET",
    "below the page": "BT /F1 12 Tf 60 -50 Td (%) Tj ET",
    "half off the page": f"BT /F1 12 Tf -30 {Y} Td (%) Tj ET",
    "clipped": "q 10 10 5 5 re W n @ Q",
    "clipped to nothing": f"q {X} {Y} 0 0 re W n @ Q",
    "clipped to a sliver": f"q {X} {Y} 200 1.2 re W n @ Q",
    "clipped in the middle": f"q {X + 20} {Y - 5} 200 30 re W n @ Q",
    "clipped, over lines": f"{_INK} q 10 10 5 5 re W n @ Q",
    "under white": "@ q 1 g 50 390 300 30 re f Q",
    "under white in a frame": f"@ q 1 g 0 G {X - 1} {Y - 3} 90 14 re B Q",
    "under white that just covers it": f"@ q 1 g {X} {Y - 1} 48 11 re f Q",
    "under black": f"@ q 0 g {X - 5} {Y - 5} 80 20 re f Q",
    "under black that just covers it": f"@ q 0 g {X} {Y - 1} 48 11 re f Q",
    "under a thick white line": f"@ q 1 G 30 w {X - 10} {Y + 4} m 300 {Y + 4} l S Q",
    "under a white letter": f"@ BT /Box 12 Tf {X - 5} {Y} Td (B) Tj ET",
    "under a picture": f"@ q 300 0 0 40 50 {Y - 10} cm /Noise Do Q",
    "under a picture that just covers it": f"@ q 48 0 0 12 {X} {Y - 2} cm /Noise Do Q",
    "under a white picture": f"@ q 300 0 0 40 50 {Y - 10} cm /Pale Do Q",
    "under a picture within the page": (
        f"@ q 300 0 0 40 50 {Y - 10} cm BI /W 1 /H 1 /BPC 8 /CS /G ID \xff EI Q"
    ),
    "under a form": "@ /White Do",
    "under a shading": f"@ q 50 {Y - 10} 300 40 re W n /S sh Q",
    "under a pattern": f"@ q /Pattern cs /P scn 50 {Y - 10} 300 40 re f Q",
    "its beginning under white": f"@ q 1 g {X - 2} {Y - 4} 12 18 re f Q",
    "its end under white": f"@ q 1 g {X + 24} {Y - 4} 40 18 re f Q",
    "under white, and typed anew": f"@ /White Do BT /F1 12 Tf {X} {Y} Td (3.00) Tj ET",
    "under a white line, and typed anew": (
        f"@ q 1 G 30 w {X - 10} {Y + 4} m 300 {Y + 4} l S Q BT /F1 12 Tf {X} {Y} Td (333.33) Tj ET"
    ),
    "black on black": f"q 0 g 50 {Y - 10} 300 30 re f @ Q",
    "grey on grey": f"q .5 g 50 {Y - 10} 300 30 re f .51 g @ Q",
    "white, over lines": f"{_INK} q 1 g /A0 gs @ Q",
    "no opacity, over a picture": f"q 300 0 0 40 50 {Y - 10} cm /Noise Do Q q /A0 gs @ Q",
    "hardly any opacity, over a picture": f"q 300 0 0 40 50 {Y - 10} cm /Noise Do Q q /A3 gs @ Q",
    "a layer that is off": "/OC /O BDC @ EMC",
    "a layer that is off by rule": "/OC /M BDC @ EMC",
    "a form of a layer that is off": "/Off Do",
    "a layer that is off, over lines": f"{_INK} /OC /O BDC @ EMC",
    "a mask of nothing, over lines": f"{_INK} q /Ma gs @ Q",
    "white in a form": "q 1 g /Said Do Q",
    "turned, white": f"q 1 g BT /F1 12 Tf 0 1 -1 0 300 {Y} Tm (%) Tj ET Q",
    "turned, under white": f"BT /F1 12 Tf 0 1 -1 0 300 {Y} Tm (%) Tj ET 1 g 250 350 90 200 re f",
    "aslant, under white": (
        f"BT /F1 12 Tf .9 .4 -.4 .9 {X} {Y} Tm (%) Tj ET q 1 g 40 350 200 200 re f Q"
    ),
    "backwards": f"BT /F1 12 Tf -1 0 0 1 {X + 90} {Y} Tm (%) Tj ET",
    "outlines of no width, white": f"q 1 Tr 0 w 1 G BT /F1 12 Tf {X} {Y} Td (%) Tj ET Q",
}
_NOTES: Mapping[str, str] = {
    "under a note": f"/Subtype /Square {_NOTE} /IC [1 1 1] /C [1 1 1]",
    "under a stamp": f"/Subtype /Stamp {_NOTE} /AP << /N {FIRST + 13} 0 R >>",
    "under an ink": f"/Subtype /Ink {_NOTE} /AP << /N {FIRST + 13} 0 R >>",
    "under a form field": f"/Subtype /Widget /FT /Tx /T (a) {_NOTE} /AP << /N {FIRST + 13} 0 R >>",
}


def _content(template: str) -> Callable[[str], bytes]:
    return lambda lie: _drawn(lie, content=template.replace("(%)", f"({lie})"))


TRICKS: Mapping[str, Trick] = {
    **{name: Trick(_content(content)) for name, content in _CONTENTS.items()},
    **{
        name: Trick(partial(_drawn, content="@", page=f"/Annots [<< /Type /Annot {note} >>]"))
        for name, note in _NOTES.items()
    },
    "outside of what is shown": Trick(
        partial(_drawn, content="@", page="/CropBox [0 450 595 842]")
    ),
    **{name: Trick(make) for name, make in FONTS.items()},
    **{name: Trick(make, shown=False) for name, make in TEXTS.items()},
}
