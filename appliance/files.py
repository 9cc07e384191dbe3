"""Files that survive a power cut: whole or not at all, and readable by owner and group only."""

from __future__ import annotations

import os
import sys
from pathlib import Path

MODE = 0o640


def write(path: Path, data: bytes) -> None:
    """Replaces ``path`` by ``data`` at once; its folders are made. Raises OSError."""
    partial = path.with_name(path.name + ".partial")
    partial.parent.mkdir(parents=True, exist_ok=True)
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.chmod(MODE)
    rename(partial, path)


def rename(old: Path, new: Path) -> None:
    """Moves within one file system, replacing ``new``; its folders are made. Raises OSError."""
    new.parent.mkdir(parents=True, exist_ok=True)
    old.replace(new)
    sync_folder(new.parent)


def sync_folder(folder: Path) -> None:
    """A rename is on the disk only once its folder is."""
    if sys.platform == "win32":  # folders cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
