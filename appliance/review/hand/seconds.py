"""How long a document was in hand: time between keystrokes, long pauses cut. Pure."""

from __future__ import annotations

from dataclasses import dataclass

IDLE = 60.0
"""Seconds; a longer pause is no work on the document and counts as this long."""


@dataclass(frozen=True, slots=True)
class Worked:
    seconds: float
    last: float
    """When she last did something, on the caller's clock."""

    def touched(self, now: float) -> Worked:
        return Worked(self.seconds + min(max(now - self.last, 0.0), IDLE), now)


def begin(now: float, spent: float = 0.0) -> Worked:
    """``spent`` in seconds, when she had it in hand before."""
    return Worked(spent, now)
