"""The daemon's part of the promise: has the champion calibrated anew when records have changed.

A process of its own makes it, so that what fits and draws never stays in the daemon's memory.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event

from appliance.domain.errors import ModelError, ToolError
from appliance.learning.models.registry import Registry
from appliance.promise.policies import PolicyStore
from appliance.settings.home import Home

BETWEEN = 20.0
"""Seconds between two looks, in which a clerk may go on."""
REST = 3.0
"""Times as long as the last calibration took, before the next begins: in a home of many documents
it takes most of a minute, and a busy day would have one after the other."""
NICE = 10
"""A document goes first."""
SLICE = 0.1
"""Seconds between two looks whether it is made, while we wait for it."""
LONGEST = 600.0
"""Seconds after which a calibration is taken for stuck."""

log = logging.getLogger(__name__)


class CalibrationScheduler:
    def __init__(
        self,
        home: Home,
        fingerprint: Callable[[str], str],
        *,
        start: Callable[[], subprocess.Popen[bytes]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``fingerprint`` of a model changes when its calibration would come out otherwise."""
        self._registry = Registry(home.models)
        self._policies = PolicyStore(home.models)
        self._fingerprint = fingerprint
        self._start = start or (lambda: _start(home))
        self._clock = clock
        self._child: subprocess.Popen[bytes] | None = None
        self._began_at = 0.0
        self._tried = ""
        self._next = 0.0

    def look(self) -> None:
        """To be called often: it costs next to nothing but every twenty seconds or less often.
        Raises ToolError when a calibration is due and does not start, StoreError."""
        now = self._clock()
        if self._child and not self._is_over(self._child, now):
            return
        if now < self._next:
            return
        self._next = now + BETWEEN
        try:
            champion = self._registry.pointer().name
        except ModelError:
            return
        wanted = self._fingerprint(champion)
        key = f"{champion} {wanted}"
        if self._policies.calibrations(champion).made_of == wanted or key == self._tried:
            return
        self._tried = key  # what fails is tried again when there is something new
        self._began_at = now
        self._child = self._start()

    def renew(self, stop: Event) -> None:
        """Looks, and waits until the calibration is made or ``stop`` is set. Raises as ``look``."""
        self.look()
        while self._child and not self._is_over(self._child, self._clock()):
            if stop.wait(SLICE):
                self.stop()

    def stop(self) -> None:
        """What is half made is nowhere to be seen."""
        if self._child:
            self._child.kill()
            self._child.wait()
            self._child = None

    def _is_over(self, child: subprocess.Popen[bytes], now: float) -> bool:
        code = child.poll()
        took = now - self._began_at
        if code is None and took <= LONGEST:
            return False
        self.stop()
        # Never for long: by a loop that looks late it took hours.
        self._next = now + min(max(BETWEEN, REST * took), LONGEST)
        if code is None:
            log.warning("computing what may be accepted took over %.0f s and was stopped", LONGEST)
        elif code:
            log.warning("what may be accepted was not computed: `appliance promise` says why")
        return True


def _start(home: Home) -> subprocess.Popen[bytes]:
    try:
        child = subprocess.Popen(
            [sys.executable, "-m", "appliance", "--home", str(home.folder), "promise"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the daemon
        )
    except OSError as error:
        raise ToolError(
            f"the promise cannot be computed: {error.strerror or error}",
            hint="free some memory and disk space",
        ) from error
    if hasattr(os, "setpriority"):
        with suppress(OSError):  # it is over already
            os.setpriority(os.PRIO_PROCESS, child.pid, NICE)
    return child
