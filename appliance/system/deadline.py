"""What waits on others and may wait for ever is ended from outside, after some seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

SLICE = 0.1
"""Seconds between two looks."""


@contextmanager
def deadline(seconds: float, end: Callable[[], object], *, leave: Event) -> Iterator[Event]:
    """From when ``seconds`` are over, or ``leave`` is set, until the work within is done, ``end``
    is called again and again in a thread of its own; then the event is set."""
    over, ended = Event(), Event()
    until = time.monotonic() + seconds

    def watch() -> None:
        while not over.wait(SLICE):
            if leave.is_set() or time.monotonic() >= until:
                ended.set()
                end()

    thread = Thread(target=watch, name="deadline", daemon=True)
    thread.start()
    try:
        yield ended
    finally:
        over.set()
        thread.join()
