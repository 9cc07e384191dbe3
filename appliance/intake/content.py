"""The bytes of a dropped file and their fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from appliance.domain.errors import DocumentError
from appliance.intake.folder import File
from appliance.intake.names import shown

_CHUNK = 1 << 20


def chunks(source: Path | File) -> Iterator[bytes]:
    """Raises DocumentError, for reading alone is the file's fault."""
    try:
        with source.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise DocumentError(
            f"{shown(PurePath(source.name))} cannot be read: {error.strerror}",
            hint="close it in other programs, and let the appliance read it",
        ) from error


def digest(chunks: Iterable[bytes]) -> str:
    """SHA-256, lower-case hex."""
    sha256 = hashlib.sha256()
    for chunk in chunks:
        sha256.update(chunk)
    return sha256.hexdigest()
