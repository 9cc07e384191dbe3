"""Whether a night begins now, and if not, what is missing, in words. Pure.

The night is a span of local time, over midnight and through changes of the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class NightHours:
    begin: time
    end: time
    """Of the next day when it is not after ``begin``."""

    def night(self, now: datetime, zone: tzinfo | None = None) -> tuple[datetime, datetime] | None:
        """Begin and end of the night that ``now`` lies in; None by day.

        ``now`` knows its zone; ``zone`` is where the appliance stands, the machine's own when None.
        """
        today = now.astimezone(zone).date()
        nights = (self._night(today - timedelta(days=days), zone) for days in (0, 1))
        return next(((begin, end) for begin, end in nights if begin <= now < end), None)

    def opens(self, now: datetime, zone: tzinfo | None = None) -> datetime:
        """When the next one begins, after ``now``."""
        today = now.astimezone(zone).date()
        begins = (self._night(today + timedelta(days=days), zone)[0] for days in (0, 1, 2))
        return next(begin for begin in begins if begin > now)

    def _night(self, day: date, zone: tzinfo | None) -> tuple[datetime, datetime]:
        """The one that begins on ``day``, in UTC's steady time; over when the next begins, which a
        change of the clock may bring before its end."""
        tomorrow = day + timedelta(days=1)
        end = _at(day if self.end > self.begin else tomorrow, self.end, zone)
        return _at(day, self.begin, zone), min(end, _at(tomorrow, self.begin, zone))


def _at(day: date, hour: time, zone: tzinfo | None) -> datetime:
    local = datetime.combine(day, hour, tzinfo=zone)
    # An hour that a change of the clock leaves out or repeats is taken as if it had not.
    return datetime.fromtimestamp(local.timestamp(), tz=zone).astimezone(UTC)


MANY = 1000
"""Labelled documents as good as any more: none but the newest are learned from at once."""
ENOUGH = timedelta(minutes=10)
"""With less left of the window none begins any more: it would hardly have loaded the model."""


@dataclass(frozen=True, slots=True)
class NightFacts:
    labels: int
    """Documents that were labelled since the last lesson; from ``MANY`` on there may be more."""
    wanted: int
    """Of them, for a night; 0 when nights are switched off."""
    begun: bool
    """One was cut and waits to be gone on with."""
    ended_at: float | None
    """When the last one ended that was to learn and was not cut, seconds since 1970; None when
    there was none."""
    waiting: bool
    """Documents wait."""
    lacking: tuple[str, ...] = ()
    """Libraries that learning needs and that are not installed."""
    received: str = ""
    """The version of another home that is judged next; empty when none waits."""


@dataclass(frozen=True, slots=True)
class NightDue:
    why: str
    """What speaks for it, or what is missing."""
    until: float | None = None
    """When the one that begins now has to be over, seconds since 1970; None when none begins."""
    opens: float | None = None
    """When the next may begin, seconds since 1970; None when it may now, or never."""
    hint: str = ""


def due(
    now: datetime, window: NightHours, facts: NightFacts, zone: tzinfo | None = None
) -> NightDue:
    """``now`` knows its zone; ``zone`` is where the appliance stands, the machine's when None."""
    if not facts.wanted:
        return NightDue("nights are switched off (`labels = 0` under [night])")
    if facts.lacking and not facts.received:
        return NightDue(
            f"nothing is learned: {', '.join(facts.lacking)} not installed",
            hint="pip install 'edge-document-appliance[tuning]'; the day does without",
        )
    night = window.night(now, zone)
    past = night and (_ended_in(night, facts.ended_at) or night[1] - now < ENOUGH)
    opens = window.opens(now, zone).timestamp() if past or not night else None
    if not (facts.received or facts.begun) and facts.labels < facts.wanted:
        missing = f"{facts.labels} of {facts.wanted} new labelled documents"
        return NightDue(missing, opens=opens)
    why = _why(facts)
    if opens is not None or night is None:
        return NightDue(why, opens=opens)
    if facts.waiting:
        return NightDue("documents wait, and go first")
    return NightDue(why, until=night[1].timestamp())


def _ended_in(night: tuple[datetime, datetime], ended_at: float | None) -> bool:
    """One is enough, also when it failed: the same would come of it again. What ended after the
    night did so by a clock that was ahead."""
    begin, end = (moment.timestamp() for moment in night)
    return ended_at is not None and begin <= ended_at < end


def _why(facts: NightFacts) -> str:
    if facts.received:
        return f"{facts.received}, tuned elsewhere, waits to be judged"
    if facts.begun:
        return "it goes on from where it was cut"
    many = f"{facts.labels}{' or more' if facts.labels >= MANY else ''}"
    return f"{many} new labelled document{'s' if facts.labels != 1 else ''}"
