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
    done: int = 0
    """Approved or rejected since the station was opened."""
    later: list[JobKey] = field(default_factory=list)
    """Left for later, in that order."""
    broken: dict[JobKey, float] = field(default_factory=dict)
    """An error came of them: not opened again by this station before then, by the clock of
    ``next``."""
    after: QueueEntry | None = None
    """What was in hand last."""

    def take(self, loaded: Loaded) -> None:
        self.in_hand, self.ahead = loaded, None
        self.after = loaded.waiting

    def next(self, *, now: float) -> QueueEntry | None:
        """What comes to hand after what is in hand."""
        without = {this for this, until in self.broken.items() if now < until}
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

    def finished(self, *, done: bool = True) -> None:
        """What was in hand does not wait any more; not ``done``: it comes back as another kind."""
        if self.in_hand:
            gone = key(self.in_hand.waiting.job)
            self.waiting = [one for one in self.waiting if key(one.job) != gone]
            self.done += done
        self.in_hand = None

    def left(self, waiting: QueueEntry) -> None:
        """For later."""
        this = key(waiting.job)
        self.later = [one for one in self.later if one != this] + [this]
        self.in_hand = None

    def came_first(self, loaded: Loaded) -> None:
        """Another station has it."""
        this = key(loaded.waiting.job)
        self.waiting = [
            replace(one, station="another") if key(one.job) == this else one for one in self.waiting
        ]
        self.in_hand = None

    @property
    def at(self) -> str:
        return f"{self.done + 1} of {self.done + max(len(self.waiting), 1)}"

    @property
    def spoken_pace(self) -> str:
        """Empty before the first document."""
        if not self.pace.documents:
            return ""
        return f"{self.pace.seconds / self.pace.documents:.0f} s a document"

    @property
    def remaining(self) -> str:
        """What is left and how long it may take."""
        told = [f"{len(self.waiting)} waiting", f"{self.done} done"]
        if self.pace.documents:
            minutes = self.pace.seconds / self.pace.documents * len(self.waiting) / 60
            told += [self.spoken_pace, f"about {max(round(minutes), 1)} min left"]
        return "  ·  ".join(told)
