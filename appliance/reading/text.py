"""Plain text files as pages of a typewriter: every character in its cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.characters import legible, stealthy
from appliance.domain.document import BBox, Page, Word
from appliance.domain.errors import DocumentError
from appliance.reading.blocks import cuts

_LINES = 66
_COLUMNS = 80
"""Lines and characters of a typewritten page."""
_LONGEST = 1000
"""Characters of a line; a paragraph without line ends is torn."""
_TOLD = 12
"""Words of which a clerk is told."""
_CELL = (7.2, 12.0)
"""Points: width and height of a character at ten characters and six lines an inch."""
_ROW = re.compile(rf".{{1,{_LONGEST}}}(?!\S)|.{{{_LONGEST}}}", re.DOTALL)
_LINE_ENDS = ("\n", "\r", "\v", "\x85", "\u2028", "\u2029")
"""At which a text is cut into lines; form feeds cut it into pages."""
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decoded(data: bytes) -> str:
    """Raises DocumentError when the bytes are no text."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _BINARY.search(text):
            return text
    raise DocumentError(
        "This kind of file cannot be read.",
        hint="Send it as PDF, TIFF, JPEG, PNG, WEBP, HEIC, BMP or plain text.",
    )


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8-sig", "cp1252")


def at_least(text: str) -> int:
    """Pages that it has at least, counted without making them."""
    lines = sum(map(text.count, _LINE_ENDS)) - text.count("\r\n")
    return max(text.count("\f") + 1, lines // _LINES)


def text_sheets(text: str) -> Iterator[list[str]]:
    """The lines of each page, as legible. Form feeds and every 66 lines begin one; too long a line
    goes on in the next, torn at white space if there is any.
    """
    for sheet in text.split("\f"):
        lines = [
            part
            for line in sheet.splitlines()
            for part in _ROW.findall(legible(line.expandtabs())) or [""]
        ]
        for start in range(0, max(len(lines), 1), _LINES):
            yield lines[start : start + _LINES]


def tricks(text: str) -> tuple[Blocker, ...]:
    """Nobody types what cannot be seen into a number or a Latin word."""
    found = stealthy(text)
    if not found:
        return ()
    said = ", ".join(found[:_TOLD]) + (" ..." if len(found) > _TOLD else "")
    return (Blocker(BlockerCode.HIDDEN_TEXT, f"characters that nobody can see stand in {said}"),)


def text_page(lines: Sequence[str]) -> Page:
    """At most 66 ``lines``; the page is as wide as the longest."""
    columns = max([_COLUMNS, *map(len, lines)])
    words = [word for row, line in enumerate(lines) for word in _words(line, row, columns)]
    return Page(columns * _CELL[0], _LINES * _CELL[1], tuple(words), "text")


def _words(line: str, row: int, columns: int) -> Iterator[Word]:
    """With the parts of glued words, as in every other kind of file."""
    top, bottom = row / _LINES, (row + 1) / _LINES
    before = 0
    for match in re.finditer(r"\S+", line):
        word, start = match.group(), match.start()
        gap = 1 if start - before < 2 else 2
        ends = [*cuts(word), len(word)]
        for begin, end in zip([0, *ends], ends, strict=False):
            box = BBox((start + begin) / columns, top, (start + end) / columns, bottom)
            yield Word(word[begin:end], box, row, gap=0 if begin else gap)
        before = match.end()
