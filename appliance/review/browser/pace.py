"""How fast a browser may speak: so much at once, then so much a second.

A person and a scanner stay far below; whoever does not is heard more slowly, since a station keeps
all keys that it has not come to yet.
"""

from __future__ import annotations


class Pace:
    def __init__(self, *, burst: float, rate: float) -> None:
        """``burst`` in bytes, ``rate`` in bytes a second."""
        self._burst, self._rate = burst, rate
        self._ahead = 0.0
        self._at = 0.0

    def wait(self, amount: float, *, now: float) -> float:
        """Seconds to wait before more is heard, after these bytes; ``now`` in seconds."""
        self._ahead = max(self._ahead - (now - self._at) * self._rate, 0.0) + amount
        self._at = now
        return max(self._ahead - self._burst, 0.0) / self._rate
