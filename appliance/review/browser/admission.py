"""The browsers that were let in, and for how long.

Who is let in gets a pass, made here and never taken from anybody. The clock is an argument.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

QUIET = 4 * 3600.0
"""Seconds without a key or a page after which an admission ends: those after which a station asks
for a name again."""
WHOLE = 16 * 3600.0
"""Seconds after which it ends in any case: a long day's work."""
MOST = 16
"""Admissions at once; one more ends the one that was quiet for longest."""
_PASS_BYTES = 32
_SEAT_BYTES = 9


@dataclass(slots=True, eq=False)
class Admission:
    """One browser that was let in."""

    seat: str
    """By which its clerk is known again, also after the server's next start."""
    began: float
    heard: float


class Admissions:
    """No two have one seat: a browser that comes in anew leaves what it had."""

    def __init__(
        self,
        *,
        quiet: float = QUIET,
        whole: float = WHOLE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._quiet, self._whole, self._clock = quiet, whole, clock
        self._by_pass: dict[str, Admission] = {}

    def admit(self, seat: str | None) -> tuple[str, Admission]:
        """Its pass, and what the pass stands for. ``seat`` is None for a browser that is new."""
        now = self._clock()
        new = Admission(seat or secrets.token_urlsafe(_SEAT_BYTES), now, now)
        stay = [one for one in self._by_pass.items() if self.left(one[1]) and one[1].seat != seat]
        stay.sort(key=lambda one: one[1].heard, reverse=True)
        said = secrets.token_urlsafe(_PASS_BYTES)
        self._by_pass = {said: new, **dict(stay[: MOST - 1])}
        return said, new

    def find(self, said: str) -> Admission | None:
        """What a browser has that shows this pass."""
        right = [one for key, one in self._by_pass.items() if same(said, key)]
        return right[0] if right and self.left(right[0]) else None

    def hear(self, admission: Admission) -> None:
        """Somebody is at it."""
        admission.heard = self._clock()

    def left(self, admission: Admission) -> float:
        """Seconds until it ends, if nothing is heard; 0 once it has ended."""
        if admission not in self._by_pass.values():
            return 0.0
        end = min(admission.heard + self._quiet, admission.began + self._whole)
        return max(end - self._clock(), 0.0)


def same(said: str, right: str) -> bool:
    """In a time that tells nothing of ``right``."""
    return secrets.compare_digest(said.encode(errors="replace"), right.encode())
