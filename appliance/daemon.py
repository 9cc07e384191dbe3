"""The day: look at the inbox, do the next step, wait when there is none.

One thread and one step at a time, so that the same documents give the same results whatever else
is queued. A document at fault, a dead child or a full disk never ends the loop.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from threading import Event
from types import FrameType

from appliance.domain.errors import ApplianceError
from appliance.intake.intake import Intake, Look
from appliance.intake.watch import Waker
from appliance.pipeline import Moved, Pipeline
from appliance.store import Store

log = logging.getLogger(__name__)

Report = Callable[[Look | Moved], None]
"""Told of every look at the inbox that found something, and of every step done."""

PAUSE = 5.0
"""Seconds of rest after an error that is not a document's, so that it does not fill the disk."""


class Daemon:
    def __init__(
        self,
        store: Store,
        intake: Intake,
        pipeline: Pipeline,
        waker: Waker,
        *,
        listing: float,
        report: Report,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``listing`` is the most seconds between two looks at the inbox."""
        self._store = store
        self._intake = intake
        self._pipeline = pipeline
        self._waker = waker
        self._listing = listing
        self._report = report
        self._clock = clock
        self._next_look = 0.0

    def run(self, stop: Event) -> None:
        """Until ``stop`` is set; the step in hand is finished first."""
        self._store.end_leases()
        while not stop.is_set():
            if not self._turn(stop):
                self._waker.wait(max(0.0, min(self._next_look - self._clock(), self._listing)))

    def run_once(self, stop: Event) -> None:
        """Until the inbox is empty and nothing is left to do."""
        self._store.end_leases()
        while not stop.is_set() and self._turn(stop, look=True):
            pass

    def wake(self) -> None:
        """Ends a wait for files; safe in a signal handler."""
        self._waker.wake()

    def _turn(self, stop: Event, *, look: bool = False) -> bool:
        """One look, when it is time, and one step; True when either found work.

        Each on its own: a share that is away does not keep what has arrived from going on.
        """
        found = self._try(stop, lambda: self._look(force=look))
        moved = self._try(stop, self._step)
        return found or moved

    def _try(self, stop: Event, work: Callable[[], bool]) -> bool:
        try:
            return work()
        except ApplianceError as error:
            log.error("%s%s", error, f" ({error.hint})" if error.hint else "")
        except Exception:  # the only broad catch in the house
            log.exception("a bug: please report what follows")
        stop.wait(PAUSE)
        return False

    def _step(self) -> bool:
        moved = self._pipeline.step()
        if moved:
            self._report(moved)
        return moved is not None

    def _look(self, *, force: bool) -> bool:
        now = self._clock()
        if not (force or self._waker.woken() or now >= self._next_look):
            return False
        self._next_look = now + self._listing
        look = self._intake.look(now=now)
        if look.again_at is not None:
            self._next_look = min(self._next_look, look.again_at)
        if look.taken or look.troubles:
            self._report(look)
        return bool(look.taken)


def stop_on_signals(stop: Event, wake: Callable[[], None]) -> None:
    """systemd sends SIGTERM, a terminal SIGINT: finish the document in hand, then leave."""

    def leave(number: int, frame: FrameType | None) -> None:
        stop.set()
        wake()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
