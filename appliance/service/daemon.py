"""The day: look at the inbox, do the next step, wait when there is none.

One thread and one step at a time, so that the same documents give the same results whatever else
is queued. A document at fault, a dead child or a full disk never ends the loop.
"""

from __future__ import annotations

import logging
import math
import signal
import time
from collections.abc import Callable
from threading import Event
from types import FrameType

from appliance.domain.errors import ApplianceError, Leaving
from appliance.intake.intake import Intake, ScanResult
from appliance.intake.watch import InboxWatcher
from appliance.promise.evidence_answers import BackfillProgress
from appliance.records.store import Store
from appliance.service.calibration_scheduler import LONGEST
from appliance.service.night_scheduler import GRACE, NightBegun, NightEnded
from appliance.service.pipeline import Pipeline, StepResult
from appliance.service.serving import Swapped, SwapRefused
from appliance.system.watchdog import Watchdog

log = logging.getLogger(__name__)

DayEvent = (
    ScanResult | StepResult | Swapped | SwapRefused | NightBegun | NightEnded | BackfillProgress
)
"""A look at the inbox that found something, a step done, a change of the model, a night, a backfill
that begins or ends."""

Reporter = Callable[[DayEvent], None]

BEAT = 1.0
"""Seconds between two looks at the database, where clerks approve documents; one costs a few
reads of an index."""

PAUSE = 5.0
"""Seconds of rest after an error that is not a document's, so that it does not fill the disk."""


class Daemon:
    def __init__(
        self,
        store: Store,
        intake: Intake,
        pipeline: Pipeline,
        watcher: InboxWatcher,
        *,
        listing: float,
        report: Reporter,
        refresh: Callable[[], Swapped | SwapRefused | None] = lambda: None,
        nights: Callable[[], NightBegun | NightEnded | None] = lambda: None,
        calibration: Callable[[], None] = lambda: None,
        backfill: Callable[[], bool] = lambda: False,
        calls: Callable[[], None] = lambda: None,
        watchdog: Watchdog | None = None,
        metrics: Callable[[], None] = lambda: None,
        changes: Callable[[], None] = lambda: None,
        due: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``listing`` is the most seconds between two looks at the inbox; ``refresh`` lets another
        model serve when one was promoted; ``nights`` begins a night in time, and tells of it;
        ``calibration`` has what may be accepted computed anew where that is due; ``backfill`` does
        a document's work that can wait, and says whether there was any; ``calls`` has the owner's
        software told of what was delivered; ``watchdog`` hears that the loop goes on; ``metrics``
        writes the numbers of the day where that is due; ``changes`` notes what somebody changed by
        hand; ``due`` says whether something is to be done before a start."""
        self._store = store
        self._intake = intake
        self._pipeline = pipeline
        self._watcher = watcher
        self._listing = listing
        self._report = report
        self._refresh = refresh
        self._nights_due = nights
        self._calibration = calibration
        self._backfill = backfill
        self._calls = calls
        self._watchdog = watchdog or Watchdog()
        self._metrics = metrics
        self._changes = changes
        self._due = due
        self._clock = clock
        self._next_look = 0.0
        self._shaken = True
        self._met: ApplianceError | None = None
        """What the last turn met."""

    def run(self, stop: Event) -> bool:
        """Until ``stop`` is set; the document in hand has some seconds to be finished. True when it
        ends at rest, to be started anew."""
        self._watchdog.ready()
        self._try(self._begin)
        while not stop.is_set():
            if self._turn(stop):
                continue
            if self._try(self._due):
                return True
            self._watcher.wait(max(0.0, min(self._next_look - self._clock(), BEAT)))
        self._watchdog.leaving(seconds=GRACE)
        return False

    def run_once(self, stop: Event) -> None:
        """Until the inbox is empty and nothing is left that can be done now; what may be accepted
        is known before that, and each call that is due is made once after it. Raises, at the end,
        what the last turn met and no job waits for."""
        self._try(self._begin)
        with self._watchdog.granted(LONGEST):
            self._try(lambda: self._hear(self._calibration))
        since = self._clock()
        left = self._left(since)
        while not stop.is_set():
            worked = self._turn(stop, once=True)
            if worked:
                since = self._clock()
            before, left = left, self._left(since)
            # A job that meets an error waits, and another one is tried, or it costs an attempt;
            # where neither came of it, it would come again for ever.
            if worked is False or worked is None and left >= before:
                break
        with self._watchdog.granted(LONGEST):
            self._try(lambda: self._hear(self._calls))
        if self._met:
            raise self._met

    def wake(self) -> None:
        """Ends a wait for files; safe in a signal handler."""
        self._watcher.wake()

    def _turn(self, stop: Event, *, once: bool = False) -> bool | None:
        """One look, when it is time, the promoted model, and one step, or what can wait where there
        is none; True when there was work, None when there was none but a step that met an error.

        Each on its own: a share that is away does not keep what has arrived from going on.
        """
        self._met = None
        found = self._try(lambda: self._look(force=once))
        served = self._try(lambda: self._hear(self._refresh))
        if not once:
            self._try(lambda: self._hear(self._nights_due))
            self._try(lambda: self._hear(self._calibration))
            self._try(lambda: self._hear(self._calls))
        self._try(lambda: self._hear(self._metrics))
        self._try(lambda: self._hear(self._changes))
        moved = False if stop.is_set() else self._try(self._step)
        if moved is False and not (found or stop.is_set()):
            moved = self._try(self._backfill)
        if None in (found, served, moved) and not once:
            stop.wait(PAUSE)
        return True if found else moved

    def _try(self, work: Callable[[], bool]) -> bool | None:
        """None when it met an error."""
        self._watchdog.beat()
        try:
            if self._shaken:
                # Whatever was in hand is nobody's now: after a start, and after an error.
                self._store.end_leases()
                self._shaken = False
            return work()
        except Leaving as error:
            log.warning("%s; it goes on from there at the next start", error)
        except ApplianceError as error:
            log.error("%s", error.in_words)
            self._met = error
        except Exception as error:
            log.exception("a bug: please report what follows")
            self._met = ApplianceError(f"an unexpected error ({type(error).__name__})")
        self._shaken = True
        return None

    def _begin(self) -> bool:
        self._store.end_waits()
        return False

    def _left(self, since: float) -> tuple[float, int]:
        """How many jobs could be tried at ``since``, what was given back later left out, and the
        attempts that are counted, as a negative number: the pair becomes smaller with each attempt.
        Infinite if the database cannot say."""
        try:
            return self._store.free(now=since), -self._store.attempts()
        except ApplianceError:
            return math.inf, 0

    def _step(self) -> bool:
        moved = self._pipeline.step()
        if moved:
            self._report(moved)
        return moved is not None

    def _hear(self, news: Callable[[], DayEvent | None]) -> bool:
        told = news()
        if told:
            self._report(told)
        return told is not None

    def _look(self, *, force: bool) -> bool:
        now = self._clock()
        # A clock that was set back must not stop the looks for as long.
        due = not 0 < self._next_look - now <= self._listing
        if not (self._watcher.woken() or due or force):
            return False
        self._next_look = now + self._listing
        look = self._intake.look(now=now)
        if look.again_at is not None:
            self._next_look = min(self._next_look, look.again_at)
        if look.taken or look.troubles:
            self._report(look)
        return bool(look.taken)


def stop_on_signals(stop: Event, wake: Callable[[], None]) -> None:
    """systemd sends SIGTERM, a terminal SIGINT: finish the document in hand, then leave.

    A second Ctrl-C ends at once, which loses nothing either.
    """

    def leave(number: int, frame: FrameType | None) -> None:
        stop.set()
        wake()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
