"""How much memory the system has to give, and how much of it this process took."""

from __future__ import annotations

import re
import sys
from pathlib import Path

FACTS = Path("/proc/meminfo")
OF_PROCESS = "/proc/{}/status"


def available() -> int | None:
    """Bytes that nobody needs; None where the system does not say."""
    try:
        facts = FACTS.read_text()
    except FileNotFoundError:
        return None
    return 1024 * int(re.findall(r"^MemAvailable:\s+(\d+)", facts, re.MULTILINE)[0])


def peak() -> int:
    """Bytes that this process held at most; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows has no such module
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


def peak_of(process: int) -> int:
    """Bytes that the process of that id held at most; 0 where the system does not say."""
    try:
        facts = Path(OF_PROCESS.format(process)).read_text()
    except OSError:
        return 0
    most = re.search(r"^VmHWM:\s+(\d+)", facts, re.MULTILINE)
    return 1024 * int(most[1]) if most else 0
