"""How long a document was in hand: the time between keystrokes, long pauses cut. Pure."""

from __future__ import annotations

from dataclasses import dataclass

IDLE = 60.0
"""Seconds; a longer pause is no work on the document and counts as this long."""


@dataclass(frozen=True, slots=True)
class TimeOnTask:
    seconds: float
    """So far, also when she had it in hand before."""
    last: float
    """When she last did something, on the caller's clock."""

    def touched(self, now: float) -> TimeOnTask:
        return TimeOnTask(self.seconds + min(max(now - self.last, 0.0), IDLE), now)
