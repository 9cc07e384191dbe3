"""Acts on files whose outcome outlives a power cut. Errors are the system's own (OSError)."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from appliance import files
from appliance.domain.errors import DocumentError
from appliance.intake.names import shown

_CHUNK = 1 << 20
_CANNOT = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.ENOSYS}
"""What shares answer that know no fsync of a folder."""


def content(path: Path) -> Iterator[bytes]:
    """The bytes of a dropped file. Raises DocumentError, for reading alone is the file's fault."""
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise DocumentError(
            f"{shown(PurePath(path.name))} cannot be read: {error.strerror}",
            hint="close it in other programs, and let the appliance read it",
        ) from error


def digest(chunks: Iterable[bytes]) -> str:
    """SHA-256, lower-case hex."""
    sha256 = hashlib.sha256()
    for chunk in chunks:
        sha256.update(chunk)
    return sha256.hexdigest()


def write(path: Path, chunks: Iterable[bytes]) -> str:
    """Write a file that nobody looks at yet; gives the SHA-256 of what was written."""
    sha256 = hashlib.sha256()
    with path.open("wb") as file:
        for chunk in chunks:
            sha256.update(chunk)
            file.write(chunk)
        path.chmod(files.MODE)
        file.flush()
        os.fsync(file.fileno())
    return sha256.hexdigest()


def publish(partial: Path, final: Path) -> None:
    """Let a written file appear under its name, whole, in place of what stood there."""
    partial.replace(final)
    sync_folder(final.parent)


def make_folder(folder: Path) -> None:
    """Also its parents; each new one is entered durably in the one above it."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def remove(path: Path) -> None:
    """Also when it is gone already, or marked read-only, which Windows refuses to remove."""
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        if os.name == "posix":
            raise
        path.chmod(stat.S_IWRITE)
        path.unlink()


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable, where its file system knows how."""
    try:
        files.sync_folder(folder)
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
