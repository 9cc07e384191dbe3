"""A moment as a clerk reads it: the time on her clock, with the day where that is not today.

Moments are seconds since 1970; the time zone is the machine's.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta


def midnight(now: float) -> float:
    """When the day of ``now`` began."""
    begun = datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return begun.timestamp()


def earlier(now: float, span: str) -> float:
    """The moment that lies ``8y``, ``18m`` or ``90d`` before ``now``, by the calendar. Raises
    ValueError where that is no such span, or reaches too far."""
    found = re.fullmatch(r"([0-9]+)([ymd])", span)
    if not found:
        raise ValueError(span)
    number, unit = int(found[1]), found[2]
    then = datetime.fromtimestamp(now)
    try:
        if unit == "d":
            return (then - timedelta(days=number)).timestamp()
        months = 12 * number if unit == "y" else number
        year, month = divmod(12 * then.year + then.month - 1 - months, 12)
        last = monthrange(year, month + 1)[1]
        return then.replace(year=year, month=month + 1, day=min(then.day, last)).timestamp()
    except OverflowError as error:
        raise ValueError(span) from error


def day(when: float, *, now: float) -> str:
    """``today``, or ``14 Nov``; the year only where it is another."""
    return " ".join(_day(when, now)) or "today"


def clock_time(when: float, *, now: float) -> str:
    """``22:48``, or ``14 Nov 22:48``; the year only where it is another."""
    return " ".join((*_day(when, now), f"{datetime.fromtimestamp(when):%H:%M}"))


def at_time(when: float, *, now: float) -> str:
    """``at 22:48``, or ``on 14 Nov at 22:48``."""
    on = [" ".join(("on", *day)) for day in [_day(when, now)] if day]
    return " ".join((*on, f"at {datetime.fromtimestamp(when):%H:%M}"))


def _day(when: float, now: float) -> tuple[str, ...]:
    """Empty for today."""
    then, today = datetime.fromtimestamp(when), datetime.fromtimestamp(now)
    if then.date() == today.date():
        return ()
    year = () if then.year == today.year else (str(then.year),)
    return (str(then.day), f"{then:%b}", *year)
