"""When the night is: a span of local time, over midnight and through changes of the clock. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Window:
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
        """The one that begins on ``day``, in UTC's steady time."""
        after = day if self.end > self.begin else day + timedelta(days=1)
        return _at(day, self.begin, zone), _at(after, self.end, zone)


def _at(day: date, hour: time, zone: tzinfo | None) -> datetime:
    local = datetime.combine(day, hour, tzinfo=zone)
    # An hour that a change of the clock leaves out or repeats is taken as if it had not.
    return datetime.fromtimestamp(local.timestamp(), tz=zone).astimezone(UTC)
