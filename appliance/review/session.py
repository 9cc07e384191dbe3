"""What a station remembers between two documents: what waits, what was left, what is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from appliance.domain.corrections import QueueEntry
from appliance.records.reviews import ClerkPace
from appliance.review.loading import Loaded
from appliance.review.queue_order import JobKey, following, key


@dataclass
class StationSession:
    station: str
    order: str
    """One of ``queue_order.ORDERS``."""
    waiting: Sequence[QueueEntry] = ()
    """The oldest first, what is in hand among them."""
    pace: ClerkPace = field(default_factory=lambda: ClerkPace(0, 0.0))
    in_hand: Loaded | None = None
    ahead: Loaded | None = None
    """The next one, loaded already."""
    later: list[JobKey] = field(default_factory=list)
    """Left for later, in that order."""
    broken: dict[JobKey, float] = field(default_factory=dict)
    """An error came of them: not opened again by this station before then, by the clock of
    ``next``."""
    handed_on: set[JobKey] = field(default_factory=set)
    """Its clerk approved them as far as she may: they wait for another."""
    after: QueueEntry | None = None
    """What was in hand last."""

    def take(self, loaded: Loaded) -> None:
        self.in_hand, self.ahead = loaded, None
        self.after = loaded.waiting

    def next(self, *, now: float) -> QueueEntry | None:
        """What comes to hand after what is in hand."""
        without = {this for this, until in self.broken.items() if now < until} | self.handed_on
        if self.in_hand:
            without.add(key(self.in_hand.waiting.job))
        return following(
            self.waiting,
            self.order,
            station=self.station,
            after=self.after,
            aside=self.later,
            without=without,
        )

    def finished(self, *, approved: int = 0, refused: int = 0, sender: str | None = None) -> None:
        """What was in hand does not wait any more; counted until the records say what is done. What
        was loaded ahead is loaded anew where more is known now of its ``sender``."""
        if self.in_hand:
            if approved and self.ahead and self.ahead.learns_of(self.in_hand, sender):
                self.ahead = None
            gone = key(self.in_hand.waiting.job)
            self.waiting = [one for one in self.waiting if key(one.job) != gone]
            self.pace = replace(
                self.pace,
                documents=self.pace.documents + approved,
                refused=self.pace.refused + refused,
            )
        self.in_hand = None

    def waits(self, loaded: Loaded) -> bool:
        """For this station, or whichever is first."""
        free = (one for one in self.waiting if one.station in (None, self.station))
        return key(loaded.waiting.job) in {key(one.job) for one in free}

    def left(self, waiting: QueueEntry) -> None:
        """For later."""
        this = key(waiting.job)
        self.later = [one for one in self.later if one != this] + [this]
        self.in_hand = None

    def hand_on(self, waiting: QueueEntry) -> None:
        """To another clerk."""
        self.handed_on.add(key(waiting.job))
        self.in_hand = None

    def came_first(self, loaded: Loaded) -> None:
        """Another station has it."""
        this = key(loaded.waiting.job)
        self.waiting = [
            replace(one, station="another", since=None) if key(one.job) == this else one
            for one in self.waiting
        ]
        self.in_hand = None

    @property
    def done(self) -> int:
        """Today, by this clerk at this seat."""
        return self.pace.documents + self.pace.refused

    @property
    def at(self) -> str:
        return f"{self.done + 1} of {self.done + max(len(self.waiting), 1)}"

    @property
    def done_today(self) -> str:
        counts = {"approved": self.pace.documents, "refused": self.pace.refused}
        told = [f"{many} {what}" for what, many in counts.items() if many]
        return f"{', '.join(told) or 'nothing done'} today"

    @property
    def remaining(self) -> str:
        """What is left and how long it may take."""
        told = [f"{len(self.waiting)} waiting", self.done_today]
        if self.pace.documents:
            minutes = self.pace.seconds / self.pace.documents * len(self.waiting) / 60
            told.append(f"about {max(round(minutes), 1)} min left")
        return "  ·  ".join(told)
