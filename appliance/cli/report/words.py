"""Numbers of the report in words. Pure.

A rate of fewer than ``LEAST`` is not told, for it says nothing yet.
"""

from __future__ import annotations

from datetime import date

LEAST = 10
"""Of what is counted, for a rate."""


def rate(part: int, n: int, of: str) -> tuple[str, str]:
    """The share, and of how many it is."""
    return told(percent(part / n) if n >= LEAST else "", n, of)


def told(figure: str, n: int, of: str) -> tuple[str, str]:
    """Without a ``figure`` there is too little to say."""
    return (figure, f"n = {number(n)} {of}") if figure else ("–", too_little(n))


def rate_in_short(part: int, n: int) -> str:
    """Where another column says of how many."""
    return percent(part / n) if n >= LEAST else too_little(n)


def mean(seconds: float, n: int) -> str:
    return f"{seconds / n:.0f}" if n >= LEAST else too_little(n)


def too_little(n: int) -> str:
    return f"too little to say yet: n = {n}"


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def interval(low: float, high: float) -> str:
    return f"{percent(low)} to {percent(high)}"


def spoken(fieldtype: str) -> str:
    return fieldtype.replace("_", " ")


def number(n: int) -> str:
    return f"{n:,}"


def count(n: int) -> str:
    """For a cell, in which a zero is no news."""
    return number(n) if n else "·"


def many(n: int, what: str) -> str:
    return f"{number(n)} {what}{'' if n == 1 else 's'}"


def time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def size(n: int) -> str:
    """Of so many bytes."""
    for unit, one in (("GB", 1e9), ("MB", 1e6)):
        if n >= one:
            return f"{n / one:.1f} {unit}"
    return f"{n / 1e3:.0f} kB"


def day(when: date) -> str:
    return f"{when.day} {when:%B %Y}"
