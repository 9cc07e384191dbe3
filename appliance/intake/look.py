"""What lies in the inbox: one listing, which is the truth where file events are only a hint.

Links and special files are never followed or opened: they stay where they are and are reported.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from appliance.domain.errors import HomeError
from appliance.intake.names import shown
from appliance.intake.settle import Stamp, ignored


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
    troubles: list[Trouble] = field(default_factory=list)


def look(folder: Path) -> Listing:
    """List ``folder`` and all below it. Raises HomeError when it is not there."""
    listing = Listing()
    try:
        _walk(folder, Path(), listing)
    except OSError as error:
        raise HomeError(
            f"{folder} cannot be listed: {error.strerror}",
            hint="is the share mounted, and may the appliance read it? It looks again by itself",
        ) from error
    return listing


def _walk(folder: Path, below: Path, listing: Listing) -> None:
    with os.scandir(folder / below) as entries:
        for entry in entries:
            if not ignored(entry.name, folder=entry.is_dir(follow_symlinks=False)):
                _see(folder, below / entry.name, listing)


def _see(folder: Path, path: Path, listing: Listing) -> None:
    try:
        # Not the scan's own answer: on Windows that one is late while a file is being written.
        seen = (folder / path).lstat()
        if stat.S_ISDIR(seen.st_mode):
            _walk(folder, path, listing)
        elif stat.S_ISREG(seen.st_mode):
            listing.files[path] = Stamp(seen.st_size, seen.st_mtime_ns)
        else:
            listing.troubles.append(_not_a_file(path, link=stat.S_ISLNK(seen.st_mode)))
    except FileNotFoundError:
        return  # taken away since the scan
    except OSError as error:
        hint = "give the appliance the right to read it"
        listing.troubles.append(
            Trouble(path, f"{shown(path)} cannot be read: {error.strerror}", hint)
        )


def _not_a_file(path: Path, *, link: bool) -> Trouble:
    what = "a link" if link else "not an ordinary file"
    return Trouble(path, f"{shown(path)} is {what}", "drop the document itself into the inbox")
