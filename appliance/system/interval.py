"""The rest between two looks at what is looked at every so often."""

from __future__ import annotations

import time
from collections.abc import Callable


class Interval:
    """Over before it is first begun."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.time) -> None:
        self._seconds = seconds
        self._clock = clock
        self._ends_at = 0.0

    def is_over(self) -> bool:
        """Also when the clock was set back, which must not stop the looks for as long."""
        return not 0 < self._ends_at - self._clock() <= self._seconds

    def begin(self) -> None:
        self._ends_at = self._clock() + self._seconds

    def end(self) -> None:
        self._ends_at = 0.0
