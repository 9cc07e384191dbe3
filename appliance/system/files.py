"""Files that survive a power cut: whole or not at all, and closed to all but owner and group.

Errors are the system's own (OSError); whoever calls says them in its own words.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePath
from typing import IO

from appliance.system.fault_points import reached

MODE = 0o640
FOLDER = 0o750
_OTHERS = 0o007
"""Modes of new files and folders, and the bits that are for others."""

_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:[.:]|$)", re.IGNORECASE
)
"""Whatever follows the point."""

_NO_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.ENOSYS}
"""What network shares answer that know no fsync of a folder, and Windows of what is only read."""


def keep_private() -> None:
    """Of this process and its children: what they make, also a library's, nobody else may read."""
    os.umask(os.umask(0o077) | (0o777 - FOLDER))


def narrow(path: Path) -> None:
    """Closes to others what an earlier version left open to them; it may be gone, or not ours."""
    with suppress(OSError):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & _OTHERS:
            path.chmod(mode & ~_OTHERS)


def inside(path: PurePath) -> bool:
    """Does it stay in the folder to which it is relative?"""
    return path.name != "" and not path.anchor and ".." not in path.parts


def of_no_device(name: str) -> str:
    """``name``, with a stroke in front where Windows would open a device instead of a file."""
    return f"_{name}" if _DEVICE.match(name) else name


def write(path: Path, data: bytes, *, mode: int = MODE) -> None:
    """Replaces ``path`` by ``data`` at once; its folders are made."""
    partial = path.with_name(path.name + ".partial")
    make_folder(partial.parent)
    pour(partial, [data], mode=mode)
    publish(partial, path)


def pour(path: Path, chunks: Iterable[bytes], *, mode: int = MODE) -> str:
    """Writes a file that nobody looks at yet; gives the SHA-256 of what was written."""
    sha256 = hashlib.sha256()
    # Never open further than it will be: whoever opens a file can read what comes later.
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        for chunk in chunks:
            sha256.update(chunk)
            file.write(chunk)
        _set_mode(path, mode)
        file.flush()
        os.fsync(file.fileno())
    return sha256.hexdigest()


def publish(partial: Path, final: Path) -> None:
    """Lets a written file appear under its name, whole, in place of what stood there.

    Both on one file system; the folders of ``final`` are made.
    """
    make_folder(final.parent)
    reached("file.poured")
    partial.replace(final)
    reached("file.named")
    sync_folder(final.parent)


def make_folder(folder: Path, *, like: Path | None = None) -> None:
    """Also its parents; each new one is entered durably in the one above it.

    Open to whom ``like`` is, a folder that is there and that its owner may share; else closed to
    others.
    """
    if not folder.is_dir():
        mode = stat.S_IMODE(like.stat().st_mode) if like else None
        make_folder(folder.parent)
        folder.mkdir(mode=FOLDER, exist_ok=True)
        if mode is not None:
            _set_mode(folder, mode)
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


def sync_file(path: Path) -> None:
    """Makes durable what another program wrote, and readable as all our files are."""
    _set_mode(path, MODE)
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _set_mode(path: Path, mode: int) -> None:
    with suppress(PermissionError):  # what a stick or a share without modes answers
        path.chmod(mode)


def sync_folder(folder: Path) -> None:
    """Makes the names in ``folder`` durable; Windows opens no folder, some shares know it not."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        sync_handle(handle)
    finally:
        os.close(handle)


def sync_handle(handle: int) -> None:
    """Of a file or folder that is open for reading, where the system can do it."""
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def append(path: Path, line: bytes) -> None:
    """A line at the end, durably; cut short by a power cut it is followed by a new line."""
    with path.open("ab+") as file:
        if file.tell() and not _ends_a_line(file):
            file.write(b"\n")
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _ends_a_line(file: IO[bytes]) -> bool:
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"
