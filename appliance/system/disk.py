"""Whether a folder still lies on its own disk, so that nothing is written beside one that is away,
and whether there is room on it.

Where a share or a disk is not mounted, the folder on which it is mounted is there and empty: what
is written into it disappears when the disk comes back.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from appliance.domain.errors import HomeError
from appliance.system.files import write

ROOM = 1 << 20
"""Bytes without which not even the database opens, which maps a file beside it."""


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class NoRoom(HomeError):
    """Its disk is full: that ends by itself when somebody makes room."""


class Disk:
    """Of one folder: whether it lies on a disk of its own, since it was first looked at."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = _is_own(folder)

    def check(self) -> None:
        """Raises HomeError when it lay on a disk of its own, and lies on that of its parent now."""
        own = _is_own(self._folder)
        if self._own and not own:
            raise _away(self._folder)
        self._own = own


def check(folders: Sequence[Path], *, notes: Path) -> None:
    """Raises HomeError when one that lay on a disk of its own, as ``notes`` remember, does not now;
    ``notes`` are kept up to date."""
    own = {one.name for one in folders if _is_own(one)}
    known = set(notes.read_text(encoding="utf-8").split()) if notes.exists() else set()
    for folder in folders:
        if folder.name in known - own:
            raise _away(folder, hint=f"mount it; if it has moved for good, remove {notes}")
    if own != known:
        write(notes, "\n".join(sorted(own)).encode())


def check_room(folder: Path) -> None:
    """Raises NoRoom, and HomeError when ``folder`` cannot be written for another reason."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(ROOM))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        said = f"{folder} cannot be written: {error.strerror}"
        if error.errno in _FULL:
            hint = "free some space on its disk: nothing is lost, and it goes on"
            raise NoRoom(said, hint=hint) from error
        raise HomeError(said, hint="work as the user whose appliance it is") from error


def _away(folder: Path, *, hint: str = "") -> HomeError:
    hint = hint or "mount it again: nothing is lost, and it goes on"
    return HomeError(f"the disk of {folder} is away", hint=hint)


def _is_own(folder: Path) -> bool:
    """Does it lie on another disk than its parent? Not where there is no folder."""
    try:
        return _device(folder) != _device(folder.parent)
    except OSError:
        return False


def _device(folder: Path) -> int:
    return folder.stat().st_dev


def taken(path: Path) -> tuple[int, int]:
    """How many files a folder holds, or 1 of a file, and their bytes; 0 where there is none. What
    goes while it is counted, or may not be looked into, is not counted."""
    found = list(_sizes(path))
    return len(found), sum(found)


def _sizes(path: Path) -> Iterator[int]:
    if not path.is_dir():
        with suppress(OSError):
            yield path.lstat().st_size
    for folder, _, names in os.walk(path):
        for name in names:
            with suppress(OSError):
                # A Path of each takes a second for 100,000 files.
                yield os.lstat(f"{folder}{os.sep}{name}").st_size
