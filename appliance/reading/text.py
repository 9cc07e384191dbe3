"""Plain text files as pages of a typewriter: every character in its cell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from appliance.domain.document import BBox, Page, Word
from appliance.domain.errors import DocumentError

_LINES = 66
_COLUMNS = 80
_CELL = (7.2, 12.0)
"""Points: width and height of a character at ten characters and six lines an inch."""
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
        "This kind of file cannot be read.", hint="Send it as PDF, TIFF, JPEG, PNG or plain text."
    )


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8-sig", "cp1252")


def text_pages(text: str) -> Iterator[Page]:
    """Form feeds and every 66 lines begin a page; pages are as wide as their longest line."""
    for sheet in text.expandtabs().split("\f"):
        lines = sheet.splitlines()
        for start in range(0, max(len(lines), 1), _LINES):
            yield _page(lines[start : start + _LINES])


def _page(lines: list[str]) -> Page:
    columns = max([_COLUMNS, *map(len, lines)])
    words = [
        Word(
            match.group(),
            BBox(match.start() / columns, row / _LINES, match.end() / columns, (row + 1) / _LINES),
            row,
            gap=1 if _spaces_before(line, match.start()) < 2 else 2,
        )
        for row, line in enumerate(lines)
        for match in re.finditer(r"\S+", line)
    ]
    return Page(columns * _CELL[0], _LINES * _CELL[1], tuple(words), "text")


def _spaces_before(line: str, at: int) -> int:
    return at - len(line[:at].rstrip())
