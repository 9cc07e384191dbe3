"""Tells the owner's programs and servers what was delivered, beside the daemon's loop.

The loop only looks whether a call is due. Calls to one destination are made one after the other in
a thread of its own, so whatever hangs delays neither documents nor other destinations. What fails
is tried again, later and later, for about two days, and then waits for a person.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from math import inf
from pathlib import Path
from threading import Event, Lock, Thread

from appliance.delivery import command, webhook
from appliance.domain.delivery import CallKind, DeliveryPlan
from appliance.domain.errors import ApplianceError, CallError
from appliance.domain.results import LONGEST
from appliance.records.calls import Call, Calls, Destination
from appliance.records.store import Store
from appliance.system.fault_points import reached

ATTEMPTS = 40
"""Of a call; some two days with the pauses between them."""
FIRST_PAUSE = 10.0
"""Seconds after the first attempt; doubled after each, up to ``LONGEST``."""
GRACE = 1.0
"""Seconds for the calls in hand when we leave."""
AFTER_ERROR = 30.0
"""Seconds of rest when a call could not be noted, so that it is not repeated at once."""
SLICE = 0.1
"""Seconds between two looks whether we are to stop, while we wait for calls."""

log = logging.getLogger(__name__)


class NotAsked(CallError):
    """The document's type no longer asks for such a call."""


def pause(attempts: int, lot: float) -> float:
    """Seconds until another attempt, after so many failed: up to half less by ``lot``, 0 to 1, so
    that what failed together does not come back together."""
    longest = min(FIRST_PAUSE * 2.0 ** (attempts - 1), LONGEST)
    return float(longest * (1 - lot / 2))


class Caller:
    def __init__(
        self,
        store: Store,
        home: Path,
        *,
        plan: Callable[[str], DeliveryPlan],
        lot: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``plan`` gives what is asked of deliveries of a type, by its name; secrets are read below
        ``home``."""
        self._calls = Calls(store)
        self._home = home
        self._plan = plan
        self._lot = lot
        self._clock = clock
        self._until = inf
        """What is due later has no turn."""
        self._threads: dict[Destination, Thread] = {}
        self._stopping = Event()
        """No further call is begun."""
        self._leave = Event()
        """Those in hand are cut off."""
        self._noting = Lock()
        self._gone = False
        """The records are no longer ours."""

    def look(self) -> None:
        """To be called often: has what is due begun, and waits for nothing. Raises StoreError."""
        for to in self._calls.due(now=self._now()):
            before = self._threads.get(to)
            if before is None or not before.is_alive():
                name = f"{to.kind} of {to.doctype}"
                self._threads[to] = Thread(target=self._work, args=(to,), name=name, daemon=True)
                self._threads[to].start()

    def finish(self, stop: Event) -> None:
        """Has each call made once that is due now, and waits for it, or until ``stop`` is set. No
        later look is needed. Raises as ``look``."""
        self._until = self._clock()
        self.look()
        while not stop.is_set() and (alive := self._alive()):
            alive[0].join(SLICE)

    def stop(self) -> None:
        """A call that is cut off is made again after the next start."""
        self._stopping.set()
        self._join(GRACE)
        self._leave.set()
        self._join(GRACE)
        with self._noting:
            self._gone = True

    def _now(self) -> float:
        return min(self._clock(), self._until)

    def _alive(self) -> list[Thread]:
        return [thread for thread in self._threads.values() if thread.is_alive()]

    def _join(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        for thread in self._alive():
            thread.join(max(0.0, until - time.monotonic()))

    def _work(self, to: Destination) -> None:
        try:
            while not self._stopping.is_set():
                call = self._calls.next(to, now=self._now())
                if call is None:
                    return
                error = self._attempt(call)
                reached("call.made")
                self._note(call, error)
                reached("call.noted")
        except ApplianceError as error:
            log.error("%s", error.in_words)
            self._stopping.wait(AFTER_ERROR)

    def _attempt(self, call: Call) -> ApplianceError | None:
        """None when it was made."""
        try:
            self._make(call, self._plan(call.doctype))
        except ApplianceError as error:
            return error
        except Exception as error:  # of this call alone: those behind it go on
            about = {"docid": call.docid}
            log.exception("a bug: please report what follows", extra=about)
            return CallError(f"an unexpected error ({type(error).__name__})")
        return None

    def _make(self, call: Call, plan: DeliveryPlan) -> None:
        if call.kind not in plan.calls:
            raise NotAsked(f"{call.doctype}.toml asks for no {call.kind} any more")
        body = call.body.encode()
        if call.kind is CallKind.COMMAND:
            command.run(plan.command, body, timeout=plan.timeout, leave=self._leave)
            return
        secret = webhook.read_secret(self._home / plan.secret_file)
        headers = webhook.signed(body, key=call.key, secret=secret, now=self._clock())
        webhook.post(plan.url, body, headers, timeout=plan.timeout, leave=self._leave)

    def _note(self, call: Call, error: ApplianceError | None) -> None:
        with self._noting:
            now = self._clock()
            if self._gone or (error and self._leave.is_set()):
                return
            if error is None:
                self._calls.finish(call, now=now)
                return
            said = error.in_full if isinstance(error, CallError) else error.in_words
            attempts, about = call.attempts + 1, {"docid": call.docid}
            if attempts < ATTEMPTS and not isinstance(error, NotAsked):
                until = now + pause(attempts, self._lot())
                self._calls.postpone(call, error=said, until=until)
                if attempts == 1:
                    told = "%s: %s; it is tried again"
                    log.warning(told, _named(call), error.in_words, extra=about)
            else:
                self._calls.fail(call, error=said, now=now)
                told = "%s failed for good: %s (`appliance deliveries --failed` lists it)"
                log.error(told, _named(call), error.in_words, extra=about)


def _named(call: Call) -> str:
    return f"the {call.kind} of {call.doctype} {call.docid[:8]}, revision {call.revision}"
