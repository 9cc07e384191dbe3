"""Signs of life from the daemon's own loop, to systemd and to whoever looks at the home.

No thread gives them: a loop that hangs gives none. Work that may take long says before how long.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from math import inf

WITHIN = 300.0
"""Seconds to the next sign of life where no more were granted: taking in the largest file from a
slow share takes minutes, and all else seconds."""
LONGEST = 24 * 3600.0
"""Seconds that can be granted; an owner may have set any time."""
SPARSE = 1.0
"""Seconds between two signs that say nothing new, at least."""


class ServiceManager:
    """systemd, where it started this process and asked to hear from it; else nobody hears."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        microseconds = environment.get("WATCHDOG_USEC", "")
        ours = environment.get("WATCHDOG_PID") in (None, str(os.getpid()))
        self.within = int(microseconds) / 1e6 if ours and microseconds.isdecimal() else None
        """Seconds within which it wants signs of life; None when it wants none."""

    def tell(self, *said: str) -> None:
        """Never waits, and never fails: one that is being restarted hears the next."""
        if not self._address.startswith(("/", "@")):
            return
        # An abstract socket, which no file stands for, is written with @ and named with a zero.
        address = self._address.replace("@", "\0", 1) if self._address[0] == "@" else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
            way.setblocking(False)
            way.sendto("\n".join(said).encode(), address)


class Watchdog:
    def __init__(
        self,
        manager: ServiceManager | None = None,
        *,
        note: Callable[[float], object] = lambda seconds: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``note`` is told within how many seconds the next sign of life comes."""
        self._manager = manager or ServiceManager({})
        self._note = note
        self._clock = clock
        self._within = self._manager.within or WITHIN
        self._expected = self._within
        self._told_at = -inf

    def ready(self) -> None:
        """The loop begins."""
        self._manager.tell("READY=1")
        self.beat()

    def beat(self) -> None:
        """It goes on."""
        if self._expected != self._within or self._clock() - self._told_at >= SPARSE:
            self._expect(self._within)

    @contextmanager
    def granted(self, seconds: float) -> Iterator[None]:
        """What is done meanwhile may take so long."""
        self._expect(self._within + max(0.0, min(seconds, LONGEST)))
        try:
            yield
        finally:
            self._expect(self._within)

    def leaving(self, *, seconds: float) -> None:
        """The loop has ended; what was begun has so many ``seconds`` to end."""
        self._manager.tell("STOPPING=1")
        self._note(seconds)

    def _expect(self, seconds: float) -> None:
        microseconds = int(seconds * 1e6)
        said = [f"EXTEND_TIMEOUT_USEC={microseconds}"]  # of a start, which loads a model
        if self._manager.within and seconds != self._expected:
            said.append(f"WATCHDOG_USEC={microseconds}")
        elif self._manager.within:
            said.append("WATCHDOG=1")
        self._manager.tell(*said)
        self._note(seconds)
        self._expected, self._told_at = seconds, self._clock()
