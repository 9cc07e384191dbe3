"""Other processes of this machine."""

from __future__ import annotations

import psutil


def runs(process: int) -> bool:
    """Whether there is one of this number, perhaps another than once was."""
    return bool(psutil.pid_exists(process))
