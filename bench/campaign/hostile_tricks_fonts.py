"""Fonts that show other letters than they say, and orders that no eye follows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from random import Random

from fontTools.ttLib import TTFont

import appliance.samples
from bench.campaign.hostile_pdf import FIRST, Paper, stream, text, to_unicode

_FONT = Path(appliance.samples.__file__).parent / "fonts" / "DejaVuSansCondensed.ttf"
_LINES = (
    *(
        "Invoice 4711 of Miller Ltd, Station Road 5, Leeds",
        "Dated 3 May 2026, order 300, thank you",
    ),
    *(
        "Two boxes of paper clips and one stapler",
        "To be paid within thirty days, without discount",
    ),
    *("With many thanks for your order, and our best wishes", "Yours faithfully, J. Miller"),
)
_DIGITS = "0123456789"


def _page(shown: bytes, font: str, *objects: bytes) -> bytes:
    """``shown`` are operators; ``font`` is ``/F2``."""
    honest = b"".join(text(line, 60, 780 - 18 * at) for at, line in enumerate(_LINES))
    return Paper(
        content=honest + text("Total due", 60, 400) + shown,
        fonts=f"/F2 {FIRST} 0 R",
        objects=(font.encode(), *objects),
    ).pdf()


def _others(lie: str) -> dict[str, str]:
    """For each digit another one, for this lie."""
    rng, turned = Random(lie), list(_DIGITS)
    while any(a == b for a, b in zip(_DIGITS, turned, strict=True)):
        rng.shuffle(turned)
    return dict(zip(_DIGITS, turned, strict=True))


def _claimed(lie: str, base: str = "/Subtype /Type1 /BaseFont /Times-Roman") -> bytes:
    """Its glyphs are other digits than it says of them."""
    shows = _others(lie)
    said = to_unicode({ord(shows[digit]): digit for digit in _DIGITS} | {44: ",", 46: "."})
    shown = "".join(shows.get(letter, letter) for letter in lie)
    font = f"<< /Type /Font {base} /ToUnicode {FIRST + 1} 0 R >>"
    return _page(text(shown, 150, 400, font="F2"), font, said)


def _one_digit(lie: str) -> bytes:
    """Only its first digit is another."""
    shown = _others(lie)[lie[0]] + lie[1:]
    said = to_unicode({200: lie[0]} | {ord(one): one for one in _DIGITS + ",."})
    name = dict(zip(_DIGITS, _GLYPHS, strict=True))[shown[0]]
    font = (
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences"
        f" [200 /{name}] >> /ToUnicode {FIRST + 1} 0 R >>"
    )
    return _page(text("\xc8" + lie[1:], 150, 400, font="F2"), font, said)


_GLYPHS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def _blank(lie: str, *, x: int, y: int) -> bytes:
    """Each digit is a space."""
    codes = {digit: 200 + at for at, digit in enumerate(_DIGITS + ",.")}
    said = to_unicode({code: letter for letter, code in codes.items()})
    font = (
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [200"
        f" {'/space ' * 12}] >> /ToUnicode {FIRST + 1} 0 R >>"
    )
    shown = "".join(chr(codes[letter]) for letter in lie)
    return _page(text(shown, x, y, font="F2"), font, said)


def _embedded(lie: str, change: Callable[[TTFont, str], str], *objects: bytes) -> bytes:
    """In a font of its own, changed for this lie; ``change`` returns what is typed with it."""
    font = TTFont(_FONT, recalcTimestamp=False)
    shown = change(font, lie)
    file = BytesIO()
    font.save(file)
    head = (
        "<< /Type /Font /Subtype /TrueType /BaseFont /Odd /Encoding /WinAnsiEncoding /FirstChar 32"
        f" /LastChar 126 /Widths [{'600 ' * 95}] /FontDescriptor {FIRST + 1} 0 R >>"
    )
    about = (
        "<< /Type /FontDescriptor /FontName /Odd /Flags 32 /FontBBox [0 -200 1000 800] /Ascent 800"
        f" /Descent -200 /CapHeight 700 /StemV 80 /ItalicAngle 0 /FontFile2 {FIRST + 2} 0 R >>"
    )
    packed = stream(file.getvalue(), packed=True)
    return _page(text(shown, 150, 400, font="F2"), head, about.encode(), packed)


def _swapped(font: TTFont, lie: str) -> str:
    """Its table of letters leads to the outlines of other digits."""
    shows = _others(lie)
    for table in font["cmap"].tables:
        before = dict(table.cmap)
        for digit in _DIGITS:
            if ord(digit) in before:
                table.cmap[ord(digit)] = before[ord(shows[digit])]
    return lie


def _emptied(font: TTFont, lie: str) -> str:
    """Its digits have no outlines."""
    for digit in _GLYPHS:
        font["glyf"][digit].numberOfContours = 0
    return lie


def _moved(lie: str, order: Callable[[str], list[tuple[int, str]]]) -> bytes:
    """Its letters are typed in their order, each where ``order`` says, in places of a letter."""
    said = b"".join(text(letter, 150 + 6.7 * place, 400) for place, letter in order(lie))
    return _page(said, "null")


def _in_one_string(lie: str) -> bytes:
    """The second digit stands left of the first."""
    operators = (
        f"BT /F1 12 Tf 150 400 Td [(\u0020) ({lie[0]}) 1112 ({lie[2]}) -556 ({lie[3:]})] TJ ET"
    )
    return _page(operators.encode(), "null")


def _in_another_word(lie: str) -> bytes:
    """A program is told to read it where "paid" is printed."""
    content = f"/Span << /ActualText ({lie}) >> BDC ".encode() + text("paid", 150, 400) + b"EMC "
    return _page(content, "null")


def _drawn_glyphs(lie: str) -> bytes:
    """Each digit is drawn as a bar."""
    draws = f"/CharProcs << /bar {FIRST + 2} 0 R >>"
    codes = {digit: 97 + at for at, digit in enumerate(_DIGITS + ",.")}
    font = (
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 10 10] /FontMatrix [.1 0 0 .1 0 0]"
        f" /FirstChar 97 /LastChar 108 /Widths [{'6 ' * 12}] /Encoding << /Differences [97"
        f" {'/bar ' * 12}] >> {draws} /ToUnicode {FIRST + 1} 0 R >>"
    )
    said = to_unicode({code: letter for letter, code in codes.items()})
    shown = "".join(chr(codes[letter]) for letter in lie)
    return _page(text(shown, 150, 400, font="F2"), font, said, stream(b"6 0 d0 1 0 2 7 re f"))


FONTS: Mapping[str, Callable[[str], bytes]] = {
    "a font whose digits claim to be others": _claimed,
    "a digit that claims to be another": _one_digit,
    "digits that are spaces": lambda lie: _blank(lie, x=150, y=400),
    "digits that are spaces, over other words": lambda lie: _blank(lie, x=62, y=780),
    "a font whose table of letters lies": lambda lie: _embedded(lie, _swapped),
    "a font whose digits are empty": lambda lie: _embedded(lie, _emptied),
    "digits drawn as bars": _drawn_glyphs,
    "letters that change places": lambda lie: _moved(
        lie, lambda said: list(zip((2, 1, 0, 3, 4, 5, 6, 7), said, strict=True))
    ),
    "letters that change places in one string": _in_one_string,
    "letters on one another": lambda lie: _moved(
        lie, lambda said: [(min(at, 3), one) for at, one in enumerate(said)]
    ),
    "a word that is told otherwise": _in_another_word,
}
