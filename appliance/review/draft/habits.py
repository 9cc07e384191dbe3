"""How a document writes dates and numbers, as far as a clerk has told: asked once, she is not asked
again for the next ones. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from appliance.fields import dates, numbers
from appliance.fields.style import Style

Chosen = tuple[str, str]
"""A text that may be read in two ways, and the normal form that she chose for it."""


def told(style: Style, chosen: Iterable[Chosen]) -> Style:
    """What the document's own words tell stands."""
    for text, value in chosen:
        if style.day_first is None:
            style = replace(style, day_first=_day_first(text, value))
        if style.decimal is None:
            style = replace(style, decimal=_decimal(text, value))
    return style


def _day_first(text: str, value: str) -> bool | None:
    found = dates.readings(text)
    days = [day and day.isoformat() for day in (found.day_first, found.month_first)]
    return None if found.certain or value not in days or days[0] == days[1] else value == days[0]


def _decimal(text: str, value: str) -> Literal[".", ","] | None:
    found = numbers.readings(text, units=True)
    if len(found) != 2 or "-" in value[1:]:
        return None
    lone_is_decimal = Decimal(value) == found[0]
    return "," if (numbers.lone_mark(text, units=True) == ",") == lone_is_decimal else "."
