"""How much memory the system has to give."""

from __future__ import annotations

import re
from pathlib import Path

FACTS = Path("/proc/meminfo")


def available() -> int | None:
    """Bytes that nobody needs; None where the system does not say."""
    try:
        facts = FACTS.read_text()
    except FileNotFoundError:
        return None
    return 1024 * int(re.findall(r"^MemAvailable:\s+(\d+)", facts, re.MULTILINE)[0])
