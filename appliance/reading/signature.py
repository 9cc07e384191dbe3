"""What a file is, by its first bytes; its name says nothing."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


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
