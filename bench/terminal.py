"""A program in a terminal of its own, as a person has it: press a key, see what stands there.

Linux and macOS. Times run from the key's byte to the last byte that it made the program write.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence

import pyte

STILL = 0.04
"""Seconds without output after which a screen counts as drawn; it is not part of the time."""


class Terminal:
    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        columns: int = 120,
        rows: int = 40,
    ) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.process, self._pty = pty.fork()
        if self.process == 0:
            os.execvpe(command[0], list(command), dict(environment))
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._pty, termios.TIOCSWINSZ, size)

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def press(self, key: bytes, *, at_most: float = 2.0) -> float | None:
        """Milliseconds until its last output; None when it caused none."""
        self._drain(0.0)
        start = time.perf_counter()
        os.write(self._pty, key)
        last = self._settle(at_most)
        return None if last is None else (last - start) * 1000

    def wait_for(self, shown: Callable[[str], bool], *, at_most: float) -> None:
        """Raises TimeoutError with what stood there instead."""
        end = time.perf_counter() + at_most
        while not shown(self.text):
            if time.perf_counter() > end:
                raise TimeoutError(f"not shown within {at_most} s:\n{self.text}")
            self._drain(0.1)

    def close(self) -> None:
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self._pty)

    def _settle(self, at_most: float) -> float | None:
        """When the last byte came, with ``STILL`` seconds of silence behind it."""
        end, last = time.perf_counter() + at_most, None
        wait = at_most
        while (heard := self._drain(wait)) is not None:
            last = heard
            if last > end:
                break
            wait = STILL
        return last

    def _drain(self, wait: float) -> float | None:
        """When something came within ``wait`` seconds; drawing it here takes time of its own."""
        ready, _, _ = select.select([self._pty], [], [], wait)
        if not ready:
            return None
        heard = time.perf_counter()
        try:
            self._stream.feed(os.read(self._pty, 1 << 16))
        except OSError:  # Linux's way to say that the program has ended
            return None
        return heard
