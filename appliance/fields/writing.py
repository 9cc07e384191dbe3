"""A normal form -> how a document would write it: the way back, for messages to a clerk. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from appliance.fields import dates
from appliance.fields.style import WritingStyle

# Not strftime, whose names depend on the process's locale.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_GROUPED = {",": ".", ".": ","}
"""What stands between thousands, by the decimal mark."""


def written_number(value: Decimal, style: WritingStyle, *, decimals: int | None = None) -> str:
    """``6.345,02`` or ``6,345.02``; ``6345.02`` where the decimal mark is not known. As many
    ``decimals`` as it has when None."""
    size = "f" if decimals is None else f".{decimals}f"
    if style.decimal is None:
        return format(value, size)
    whole, _, fraction = format(value, f",{size}").partition(".")
    whole = whole.replace(",", _GROUPED[style.decimal])
    return f"{whole}{style.decimal}{fraction}" if fraction else whole


def written_day(value: date) -> str:
    """``12 January 2026``, which can be read in one way only."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def plain_day(value: date, text: str | None) -> str:
    """The document's ``text`` for it, unless that can be read as another day as well."""
    return text if text and dates.readings(text).certain else written_day(value)
