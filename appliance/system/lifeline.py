"""A child that works for long ends with the process that started it.

The parent holds the other end of the child's standard input and never writes to it: when it lets
go of it, or dies in whatever way, the child notices. That works on every system.
"""

from __future__ import annotations

import os
import signal
import stat
import sys
from collections.abc import Callable
from threading import Thread

from appliance.system.kernel import DIE_WITH_PARENT, prctl


def on_parting(leave: Callable[[], object]) -> None:
    """Calls ``leave`` in a thread of its own once nobody holds our standard input any more.

    Where it is no pipe, nobody holds it to begin with, and nothing is done.
    """
    if not stat.S_ISFIFO(os.fstat(0).st_mode):
        return

    def wait() -> None:
        # The bare handle: a thread that waits in a buffered file ends Python with a complaint.
        while os.read(0, 1):
            pass
        leave()

    Thread(target=wait, name="lifeline", daemon=True).start()


def die_with_parent() -> None:
    """At once, by the system's hand, where it offers that."""
    if sys.platform == "linux":
        prctl(DIE_WITH_PARENT, signal.SIGKILL)
