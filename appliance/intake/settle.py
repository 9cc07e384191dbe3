"""Which files of the inbox count, and when one of them is whole. Pure: no files, no clock.

A file is whole when its size and time did not change for a while. Inode numbers are left out:
some network shares give a new one at every look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_FOREIGN = {
    ".ds_store", ".fseventsd", ".localized", ".spotlight-v100", ".stfolder", ".stversions",
    ".taken", ".temporaryitems", "@eadir", "__macosx", "desktop.ini", "thumbs.db",
}  # fmt: skip
_FOREIGN_BEGINNINGS = ("._", ".nfs", ".smbdelete", ".trash")
_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".filepart")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes when somebody writes."""

    size: int
    """Bytes."""
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Sight:
    """A file as it was seen, again and again, since a moment."""

    stamp: Stamp
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
    before: Mapping[Path, Sight], seen: Mapping[Path, Stamp], *, now: float
) -> dict[Path, Sight]:
    """The sights after a look: a file that did not change keeps its ``since``.

    A clock that was set back starts the wait again, else a file could wait for hours.
    """
    after = {}
    for path, stamp in seen.items():
        old = before.get(path)
        same = old is not None and old.stamp == stamp and old.since <= now
        after[path] = old if old is not None and same else Sight(stamp, now)
    return after


def settled(
    sights: Mapping[Path, Sight], *, now: float, settle: float, empty_after: float
) -> list[Path]:
    """Files unchanged for ``settle`` seconds (empty ones: ``empty_after``), the oldest first."""
    ripe = [
        path
        for path, sight in sights.items()
        if now >= _ripe_at(sight, settle=settle, empty_after=empty_after)
    ]
    return sorted(ripe, key=lambda path: (sights[path].stamp.mtime_ns, path))


def ripens_at(sights: Iterable[Sight], *, settle: float, empty_after: float) -> float | None:
    """When the first of them will have settled, seconds since 1970; None when there is none."""
    return min(
        (_ripe_at(sight, settle=settle, empty_after=empty_after) for sight in sights), default=None
    )


def _ripe_at(sight: Sight, *, settle: float, empty_after: float) -> float:
    return sight.since + (settle if sight.stamp.size else empty_after)
