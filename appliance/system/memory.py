"""How much memory the system has to give, and how much of it a process took."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import psutil

OF_PROCESS = "/proc/{}/status"


def available() -> int:
    """Bytes that nobody needs."""
    return int(psutil.virtual_memory().available)


def peak() -> int:
    """Bytes that this process has held at most."""
    try:
        import resource
    except ImportError:  # Windows has no such module
        return peak_of(os.getpid())
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


def peak_of(process: int) -> int:
    """Bytes that the process of that id has held at most, on macOS what it holds now; 0 when it has
    ended."""
    if sys.platform == "linux":  # whose high-water mark psutil does not read
        return _high_water(process)
    try:
        held = psutil.Process(process).memory_info()
    except psutil.Error:
        return 0
    return int(getattr(held, "peak_wset", held.rss))


def _high_water(process: int) -> int:
    try:
        facts = Path(OF_PROCESS.format(process)).read_text()
    except OSError:
        return 0
    most = re.search(r"^VmHWM:\s+(\d+)", facts, re.MULTILINE)
    return 1024 * int(most[1]) if most else 0
