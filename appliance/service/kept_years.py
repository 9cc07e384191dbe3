"""How long types keep their documents, and from which of them a night may learn."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from appliance.doctypes import catalogue
from appliance.domain.errors import DoctypeError
from appliance.domain.labels import LabelledKey
from appliance.domain.local_time import earlier
from appliance.settings.home import Home

LEARNABLE = 12
"""Months that a document has to stay for a night to learn from it. Else the version that serves
would go each day, with the oldest document that it knows."""


def years_kept(home: Home) -> dict[str, float]:
    """By the types that say it; one that is gone or broken says nothing."""
    found = {}
    for name in catalogue.names(home.doctypes):
        with suppress(DoctypeError):
            if years := catalogue.years_kept(name, folder=home.doctypes):
                found[name] = years
    return found


def learnable(home: Home, *, now: float) -> Callable[[LabelledKey], bool]:
    """Whether a document stays for another year: a version that learns from it serves as long."""
    before = too_old(home, now=now)
    return lambda one: one.doctype not in before or one.arrived_at > before[one.doctype]


def too_old(home: Home, *, now: float) -> dict[str, float]:
    """By type when the newest document came that is not ``learnable``, seconds since 1970; of a
    type that keeps all for ever none is."""
    return {
        name: months_ago(now, max(0, in_months(kept) - LEARNABLE))
        for name, kept in years_kept(home).items()
    }


def in_months(years: float) -> int:
    return round(12 * years)


def months_ago(now: float, months: int) -> float:
    return earlier(now, f"{months}m")
