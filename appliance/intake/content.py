"""The bytes of a dropped file and their fingerprint."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from appliance.domain.errors import DocumentError
from appliance.intake.folder import File, what
from appliance.intake.names import shown
from appliance.reading.limits import Limits

_CHUNK = 1 << 20


def chunks(source: Path | File) -> Iterator[bytes]:
    """Raises DocumentError, for reading alone is the file's fault."""
    try:
        with source.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise _unreadable(source, error) from error


def fingerprint(source: Path | File, *, largest: int | None) -> str:
    """The docid of a file. Raises DocumentError, before a byte is read where it is no ordinary
    file, empty, or of more than ``largest`` bytes."""
    try:
        seen = source.lstat() if isinstance(source, File) else source.stat()
    except OSError as error:
        raise _unreadable(source, error) from error
    if not stat.S_ISREG(seen.st_mode):
        raise DocumentError(f"{shown(PurePath(source.name))} is {what(seen.st_mode)}")
    if largest is not None:
        Limits(max_bytes=largest).check_bytes(seen.st_size)
    return digest(chunks(source))


def digest(chunks: Iterable[bytes]) -> str:
    """SHA-256, lower-case hex."""
    sha256 = hashlib.sha256()
    for chunk in chunks:
        sha256.update(chunk)
    return sha256.hexdigest()


def _unreadable(source: Path | File, error: OSError) -> DocumentError:
    return DocumentError(
        f"{shown(PurePath(source.name))} cannot be read: {error.strerror}",
        hint="close it in other programs, and let the appliance read it",
    )
