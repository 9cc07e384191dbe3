"""Named moments between two acts, at which a test has the process die as by SIGKILL.

Whoever wants it says so by ``APPLIANCE_DIES_AT=claim.archived:3``: the third time that a process
comes to that moment. Children inherit it, and count for themselves. Else nothing ever happens here.
A name says what is done by then, and what follows it is not begun.
"""

from __future__ import annotations

import os
import signal

DIES_AT = "APPLIANCE_DIES_AT"

_left: dict[str, int] = {}
"""By the point at which this process is to die: passages until then."""


def die_at(point: str) -> None:
    """``claim.archived:3``, or of the first passage ``claim.archived``; empty for nowhere."""
    _left.clear()
    name, _, passage = point.partition(":")
    if name:
        _left[name] = int(passage or 1)


def reached(point: str) -> None:
    if point in _left:
        _left[point] -= 1
        if not _left[point]:
            # Windows has no SIGKILL, and its SIGTERM is one.
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


die_at(os.environ.get(DIES_AT, ""))
