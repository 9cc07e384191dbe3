"""What a file is, by its first bytes; its name says nothing."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


_FOREIGN = {
    "an e-mail": re.compile(
        rb"([!-9;-~]+:.*\n([ \t].*\n)*)*?(MIME-Version:|Message-ID:|Received: from .* by )", re.I
    ),
    "a web page": re.compile(rb"\s*<(!doctype html|html)\b", re.I),
    "a file of a word processor": re.compile(rb"\s*\{\\rtf", re.I),
    "a file for a printer": re.compile(rb"%!PS|\x1b%-12345X"),
}
"""Text by its bytes, but none that a person reads so; by how it begins."""


class Signature(StrEnum):
    PDF = "pdf"
    PICTURE = "picture"
    TEXT = "text"
    """Or nothing that we can read."""


def signature(path: Path) -> Signature:
    """Raises OSError when the file cannot be opened."""
    with path.open("rb") as file:
        head = file.read(1024)
    if b"%PDF-" in head:
        return Signature.PDF
    return Signature.PICTURE if head.startswith(_PICTURES) else Signature.TEXT


def foreign(path: Path) -> str | None:
    """What a text file is in truth, in a clerk's words; None when it is plain text."""
    with path.open("rb") as file:
        head = file.read(16384)
    return next((name for name, begins in _FOREIGN.items() if begins.match(head)), None)
