"""The numbers that a sentence says, in order: tests assert on them, and not on its words."""

from __future__ import annotations

import re


def figures(said: str) -> list[str]:
    """As they are written, signs left out: ``"8 fixed of 48.5 documents"`` is ``["8", "48.5"]``."""
    return re.findall(r"\d+(?:\.\d+)?", said)
