"""The files of a zip that came with a mail. Pure.

One level: a zip in it is a file like others. What it says of its sizes is not believed.
"""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from appliance.domain.errors import DocumentError
from appliance.domain.limits import Limits, megabytes
from appliance.mail.message import MOST_PARTS, too_many

_BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")
_OFFICE = {"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"}
"""In what is a zip by its bytes alone: files of office programs, books, programs."""
_ENCRYPTED = 1
"""Bit of an entry's flags."""
_FAULTS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError,
    NotImplementedError, UnicodeError, KeyError, OverflowError,
)  # fmt: skip
"""Whatever a damaged one makes zipfile raise."""


@dataclass(frozen=True, slots=True)
class ZippedFile:
    name: str
    """With its folders; empty where the zip itself is at fault."""
    content: bytes = b""
    fault: str = ""
    """Why it cannot be read, in a clerk's words; empty where it can."""


def is_zip(content: bytes) -> bool:
    """And nothing else: what an office program saves is one too."""
    if not content.startswith(_BEGINNINGS):
        return False
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _OFFICE.isdisjoint(archive.namelist())
    except _FAULTS:
        return True


def files(content: bytes, limits: Limits) -> Iterator[ZippedFile]:
    """Raises DocumentError when there are too many, or more bytes than one file may have."""
    room = limits.max_bytes
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not _left_out(entry)]
            if len(entries) > MOST_PARTS:
                raise too_many()
            for entry in entries:
                found = _file(archive, entry, room)
                room -= len(found.content)
                if room < 0:
                    raise _too_large(limits)
                yield found
    except _FAULTS:
        yield ZippedFile("", fault="damaged")


def _file(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> ZippedFile:
    """One byte more than there is room for, at most."""
    if entry.flag_bits & _ENCRYPTED:
        return ZippedFile(entry.filename, fault="locked with a password")
    try:
        with archive.open(entry) as file:
            return ZippedFile(entry.filename, file.read(room + 1))
    except _FAULTS:
        return ZippedFile(entry.filename, fault="damaged")


def _left_out(entry: zipfile.ZipInfo) -> bool:
    """Folders, and what systems leave in one."""
    path = PurePosixPath(entry.filename)
    folder = entry.filename.endswith("/")  # zipfile's is_dir() fails on an empty name
    hidden = path.name.startswith(".") or path.parts[:1] == ("__MACOSX",)
    return folder or hidden or path.name in ("Thumbs.db", "desktop.ini")


def _too_large(limits: Limits) -> DocumentError:
    return DocumentError(
        f"What is zipped in the e-mail is too large: the limit is {megabytes(limits.max_bytes)}.",
        hint="Unpack it, and drop those files that are documents.",
    )
