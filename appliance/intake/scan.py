"""What lies in the inbox: one listing, which is the truth where file events are only a hint.

Links and special files are never followed or opened: they stay where they are and are reported. A
file is whole when its size and time did not change for a while; inode numbers are left out, since
some network shares give a new one at every look. Whether another program still writes a file Linux
tells; where nobody knows (a file of another user, most shares) the claim is refused instead.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from appliance.domain.errors import HomeError
from appliance.domain.limits import megabytes
from appliance.intake.folder import DEEPEST, File, OpenFolder, opened, shown, what
from appliance.system.mounts import mount_of

_FOREIGN = {
    ".ds_store", ".fseventsd", ".localized", ".spotlight-v100", ".stfolder", ".stversions",
    ".taken", ".temporaryitems", "@eadir", "__macosx", "desktop.ini", "thumbs.db",
}  # fmt: skip
_FOREIGN_BEGINNINGS = ("._", ".nfs", ".smbdelete", ".trash")
_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".filepart")


@dataclass(frozen=True, slots=True)
class FileStat:
    """What changes when somebody writes."""

    size: int
    """Bytes."""
    mtime_ns: int
    """Nanoseconds since 1970."""


@dataclass(frozen=True, slots=True)
class FileSnapshot:
    """A file as it was seen, again and again, since a moment."""

    stamp: FileStat
    since: float
    """Seconds since 1970."""


def foreign(name: str) -> bool:
    """True for what operating systems and NAS boxes leave in a folder, and for what is ours."""
    lower = name.casefold()
    return lower in _FOREIGN or lower.startswith(_FOREIGN_BEGINNINGS)


def ignored(name: str, *, folder: bool = False) -> bool:
    """True for what is foreign, hidden or a half-done copy."""
    lower = name.casefold()
    if foreign(name) or lower.startswith((".", "~$")):
        return True
    return not folder and lower.endswith(_UNFINISHED)


def compare(
    before: Mapping[Path, FileSnapshot], seen: Mapping[Path, FileStat], *, now: float
) -> dict[Path, FileSnapshot]:
    """The sights after a look: a file that did not change keeps its ``since``.

    A clock that was set back starts the wait again, else a file could wait for hours.
    """
    after = {}
    for path, stamp in seen.items():
        old = before.get(path)
        same = old is not None and old.stamp == stamp and old.since <= now
        after[path] = old if old is not None and same else FileSnapshot(stamp, now)
    return after


def settled(
    sights: Mapping[Path, FileSnapshot], *, now: float, settle: float, empty_after: float
) -> list[Path]:
    """Files unchanged for ``settle`` seconds (empty ones: ``empty_after``), the oldest first."""
    ripe = [
        path
        for path, sight in sights.items()
        if now >= _ripe_at(sight, settle=settle, empty_after=empty_after)
    ]
    return sorted(ripe, key=lambda path: (sights[path].stamp.mtime_ns, path))


def ripens_at(sights: Iterable[FileSnapshot], *, settle: float, empty_after: float) -> float | None:
    """When the first of them will have settled, seconds since 1970; None when there is none."""
    return min(
        (_ripe_at(sight, settle=settle, empty_after=empty_after) for sight in sights), default=None
    )


def _ripe_at(sight: FileSnapshot, *, settle: float, empty_after: float) -> float:
    return sight.since + (settle if sight.stamp.size else empty_after)


ABANDONED = 600.0
"""Seconds without a change after which nobody is at work on a half-done file any more."""


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """Something that stays in the inbox until a person has seen to it."""

    path: Path
    """Relative to the inbox."""
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    files: dict[Path, FileStat] = field(default_factory=dict)
    """By path relative to the folder."""
    ignored: dict[Path, FileStat] = field(default_factory=dict)
    """Hidden and half-done ones; not what systems leave."""
    troubles: list[SkippedFile] = field(default_factory=list)

    def stays(self, *, now: float) -> list[SkippedFile]:
        """All that is not taken, as far as a listing tells; what is ignored may soon be done."""
        old = (now - ABANDONED) * 1e9
        forgotten = [path for path, stamp in self.ignored.items() if stamp.mtime_ns < old]
        return [*self.troubles, *map(_never_taken, forgotten)]


def look(folder: Path, *, largest: int | None = None) -> Listing:
    """List ``folder`` and all below it; files of more than ``largest`` bytes are a trouble. Raises
    HomeError when it is not there."""
    try:
        with opened(folder) as root:
            return look_in(root, largest=largest)
    except OSError as error:
        raise HomeError(
            f"{folder} cannot be listed: {error.strerror}",
            hint="is the share mounted, and may the appliance read it? It looks again by itself",
        ) from error


def look_in(folder: OpenFolder, *, largest: int | None = None) -> Listing:
    """Raises OSError."""
    listing = Listing()
    _walk(folder, Path(), listing, largest)
    return listing


def _walk(folder: OpenFolder, below: Path, listing: Listing, largest: int | None) -> None:
    for name in folder.names():
        if not foreign(name):
            _see(folder, below / name, listing, largest)


def _see(folder: OpenFolder, path: Path, listing: Listing, largest: int | None) -> None:
    try:
        seen = folder.lstat(path.name)
        is_folder, stamp = stat.S_ISDIR(seen.st_mode), FileStat(seen.st_size, seen.st_mtime_ns)
        if ignored(path.name, folder=is_folder):
            listing.ignored[path] = stamp
        elif is_folder and len(path.parts) > DEEPEST:
            listing.troubles.append(_too_deep(path))
        elif is_folder:
            with folder.below(path.name) as inner:
                _walk(inner, path, listing, largest)
        elif not stat.S_ISREG(seen.st_mode):
            listing.troubles.append(_not_a_file(path, seen.st_mode))
        elif largest is not None and seen.st_size > largest:
            listing.troubles.append(_too_large(path, largest))
        else:
            listing.files[path] = stamp
    except (FileNotFoundError, NotADirectoryError):
        return  # taken away since, or something else by now
    except OSError as error:
        hint = "give the appliance the right to read it"
        listing.troubles.append(
            SkippedFile(path, f"{shown(path)} cannot be read: {error.strerror}", hint)
        )


def _not_a_file(path: Path, mode: int) -> SkippedFile:
    hint = "drop the document itself into the inbox"
    return SkippedFile(path, f"{shown(path)} is {what(mode)}", hint)


def _too_deep(path: Path) -> SkippedFile:
    hint = "move what is in it further up"
    return SkippedFile(path, f"{shown(path)} lies in more than {DEEPEST} folders", hint)


def _too_large(path: Path, largest: int) -> SkippedFile:
    # Without its own size, which grows while it comes: it is told once.
    return SkippedFile(
        path,
        f"{shown(path)} is too large: the limit is {megabytes(largest)}",
        "scan it with a lower resolution or split it; `max_megabytes` in appliance.toml sets the"
        " limit",
    )


def _never_taken(path: Path) -> SkippedFile:
    message = f"{shown(path)} is not taken: it is named like something hidden or half done"
    return SkippedFile(path, message, "give it another name, or remove it")


if sys.platform == "linux":
    import fcntl
    import signal

    def being_written(file: File) -> bool:
        """True while somebody has it open for writing. Raises OSError when it does not open."""
        handle = file.handle()
        try:
            # Whoever opens the file in this instant makes the kernel signal us. Its default,
            # SIGIO, would end the process; SIGURG is ignored by all.
            fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
            # A read lease is refused while anybody has the file open for writing.
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        except OSError as error:
            # NFS and SMB refuse it whenever the server has not delegated the file.
            return error.errno == errno.EAGAIN and not _on_share(file.path)
        finally:
            os.close(handle)
        return False

    def _on_share(path: Path) -> bool:
        mount = mount_of(path.parent)
        return mount is None or mount.network

else:

    def being_written(file: File) -> bool:
        """False: unknown here. Raises OSError when it does not open."""
        with file.open("rb"):
            return False
