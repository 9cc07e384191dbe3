"""What lies in the inbox: one listing, which is the truth where file events are only a hint.

Links and special files are never followed or opened: they stay where they are and are reported.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import Path

from appliance.domain.errors import HomeError
from appliance.intake.folder import DEEPEST, Folder, opened, what
from appliance.intake.names import shown
from appliance.intake.settle import Stamp, foreign, ignored
from appliance.reading.limits import megabytes

ABANDONED = 600.0
"""Seconds without a change after which nobody is at work on a half-done file any more."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that stays in the inbox until a person has seen to it."""

    path: Path
    """Relative to the inbox."""
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    files: dict[Path, Stamp] = field(default_factory=dict)
    """By path relative to the folder."""
    ignored: dict[Path, Stamp] = field(default_factory=dict)
    """Hidden and half-done ones; not what systems leave."""
    troubles: list[Trouble] = field(default_factory=list)

    def stays(self, *, now: float) -> list[Trouble]:
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


def look_in(folder: Folder, *, largest: int | None = None) -> Listing:
    """Raises OSError."""
    listing = Listing()
    _walk(folder, Path(), listing, largest)
    return listing


def _walk(folder: Folder, below: Path, listing: Listing, largest: int | None) -> None:
    for name in folder.names():
        if not foreign(name):
            _see(folder, below / name, listing, largest)


def _see(folder: Folder, path: Path, listing: Listing, largest: int | None) -> None:
    try:
        seen = folder.lstat(path.name)
        is_folder, stamp = stat.S_ISDIR(seen.st_mode), Stamp(seen.st_size, seen.st_mtime_ns)
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
            Trouble(path, f"{shown(path)} cannot be read: {error.strerror}", hint)
        )


def _not_a_file(path: Path, mode: int) -> Trouble:
    hint = "drop the document itself into the inbox"
    return Trouble(path, f"{shown(path)} is {what(mode)}", hint)


def _too_deep(path: Path) -> Trouble:
    hint = "move what is in it further up"
    return Trouble(path, f"{shown(path)} lies in more than {DEEPEST} folders", hint)


def _too_large(path: Path, largest: int) -> Trouble:
    # Without its own size, which grows while it comes: it is told once.
    return Trouble(
        path,
        f"{shown(path)} is too large: the limit is {megabytes(largest)}",
        "scan it with a lower resolution or split it; `max_megabytes` in appliance.toml sets the"
        " limit",
    )


def _never_taken(path: Path) -> Trouble:
    message = f"{shown(path)} is not taken: it is named like something hidden or half done"
    return Trouble(path, message, "give it another name, or remove it")
