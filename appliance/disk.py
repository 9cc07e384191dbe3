"""Whether a folder still lies on its own disk, so that nothing is written beside one that is away.

Where a share or a disk is not mounted, the folder on which it is mounted is there and empty: what
is written into it disappears when the disk comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from appliance.domain.errors import HomeError
from appliance.files import write


class Disk:
    """Of one folder, as it was when it was first looked at."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._device = _device(folder)

    def check(self) -> None:
        """Raises HomeError when the folder lies on another disk now."""
        device = _device(self._folder)
        if self._device is None:
            self._device = device  # it has been made since
        elif device is not None and device != self._device:
            raise _away(self._folder)


def check(folders: Sequence[Path], *, beside: Path, notes: Path) -> None:
    """Raises HomeError when one that lay on a disk of its own, as ``notes`` remember, lies
    ``beside`` now; ``notes`` are kept up to date."""
    own = {one.name for one in folders if _device(one) not in (None, _device(beside))}
    known = set(notes.read_text(encoding="utf-8").split()) if notes.exists() else set()
    for folder in folders:
        if folder.name in known - own:
            raise _away(folder, hint=f"mount it; if it has moved for good, remove {notes}")
    if own != known:
        write(notes, "\n".join(sorted(own)).encode())


def _away(folder: Path, *, hint: str = "") -> HomeError:
    hint = hint or "mount it again: nothing is lost, and it goes on"
    return HomeError(f"the disk of {folder} is away", hint=hint)


def _device(folder: Path) -> int | None:
    """None where there is no folder."""
    try:
        return folder.stat().st_dev
    except OSError:
        return None
