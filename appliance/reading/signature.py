"""What a file is, by its first bytes; its name says nothing."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

_SUFFIX_BY_PICTURE = {
    re.compile(rb"\x89PNG\r\n\x1a\n"): ".png",
    re.compile(rb"\xff\xd8\xff"): ".jpg",
    re.compile(rb"II[*+]\0|MM\0[*+]"): ".tif",
    re.compile(rb"RIFF.{4}WEBP", re.DOTALL): ".webp",
    re.compile(rb"\0.{3}ftyp(hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL): ".heic",
    # The length of its second head as well: a letter of BMW begins with BM.
    re.compile(rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0", re.DOTALL): ".bmp",
}
"""What a file's name ends with, by how a picture begins."""

MAIL = "an e-mail"
_FOREIGN = {
    MAIL: re.compile(
        rb"(From .*\n)?([!-9;-~]+:.*\n([ \t].*\n)*)*?"
        rb"(MIME-Version:|Message-ID:|Received: from .* by )",
        re.I,
    ),
    "a web page": re.compile(rb"\s*<(!doctype html|html)\b", re.I),
    "a file of a word processor": re.compile(rb"\s*\{\\rtf", re.I),
    "a file for a printer": re.compile(rb"%!PS|\x1b%-12345X"),
}
"""Text by its bytes, but none that a person reads so; by how it begins."""
HEAD = 1 << 16
"""Bytes that tell; what servers write above a mail's own head takes tens of thousands."""


class Signature(StrEnum):
    PDF = "pdf"
    PICTURE = "picture"
    TEXT = "text"
    """Or nothing that we can read."""


def signature(path: Path) -> Signature:
    """Raises OSError when the file cannot be opened."""
    return signature_of(_head(path, 1024))


def signature_of(head: bytes) -> Signature:
    """By the first 1024 bytes, or all there are."""
    if b"%PDF-" in head[:1024]:
        return Signature.PDF
    return Signature.PICTURE if picture_suffix(head) else Signature.TEXT


def picture_suffix(head: bytes) -> str | None:
    """Return what the name of such a picture ends with, None if it is no picture."""
    kinds = _SUFFIX_BY_PICTURE.items()
    return next((suffix for begins, suffix in kinds if begins.match(head)), None)


def foreign(path: Path) -> str | None:
    """What a text file is in truth, in a clerk's words; None when it is plain text."""
    return foreign_in(_head(path, HEAD))


def foreign_in(head: bytes) -> str | None:
    return next((name for name, begins in _FOREIGN.items() if begins.match(head)), None)


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)
