"""How it stands with the nights that are over: how the last ended, and since when none has learned.

Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile

from appliance.domain.nights import EndedNight, NightEnd
from appliance.domain.plurals import counted

MAX_CUT_NIGHTS = 3
"""In a row that may pass without a verdict and without a failure before somebody should look."""
NEXT_STEP = (
    "`night.log` in the home says more; the next night tries again, and `appliance tune` does now"
)


@dataclass(frozen=True, slots=True)
class NightStanding:
    last: EndedNight | None = None
    """The last that ended; None before the first."""
    tried: EndedNight | None = None
    """The last that ended and was to learn from documents of this home."""
    unlearned: int = 0
    """Nights in a row, up to the last one, in which nothing was learned."""

    @property
    def is_troubled(self) -> bool:
        """Whether somebody should look after it: one failure is enough."""
        failed = self.tried is not None and self.tried.end is NightEnd.FAILED
        return failed or self.unlearned >= MAX_CUT_NIGHTS


def judge_nights(nights: Sequence[EndedNight]) -> NightStanding:
    """Return how it stands; the newest of ``nights`` comes first.

    A night that is cut by a restart and goes on in the same night is one night.
    """
    tried = [
        night for night in nights if not night.received and night.end is not NightEnd.NOT_BEGUN
    ]
    unlearned = takewhile(lambda night: night.end is not NightEnd.DONE, tried)
    return NightStanding(
        last=nights[0] if nights else None,
        tried=tried[0] if tried else None,
        unlearned=len({_evening(night.ended_at) for night in unlearned}),
    )


def describe_end(night: EndedNight) -> str:
    """Return the verb that tells how it ended."""
    verbs = {
        NightEnd.DONE: "ended",
        NightEnd.FAILED: "failed",
        NightEnd.CUT: "was cut",
        NightEnd.NOT_BEGUN: "did not begin",
    }
    return verbs[night.end]


def describe_unlearned(standing: NightStanding) -> str:
    """Return for how many nights nothing was learned, in words."""
    if standing.unlearned == 1:
        return "in the last night nothing was learned"
    return f"for {counted(standing.unlearned, 'night')} nothing has been learned"


def _evening(ended_at: float) -> date:
    """Return the day on which the night began, by the clock of the machine."""
    return (datetime.fromtimestamp(ended_at) - timedelta(hours=12)).date()
