"""What the kinds with sums share: tax rates, times of day, counts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import TypeVar

from appliance.samples.truth import PrintedValue
from starter.locales import COUNTRIES, Country
from starter.manner import Manner
from starter.values import plain

Thing = TypeVar("Thing")


def rates(how: Manner) -> list[Decimal]:
    """Of value added or sales tax in percent, the usual one first."""
    return [Decimal(rate) for rate in COUNTRIES.get(how.country, Country()).rates]


def clock(minute: int, pattern: str, *, second: int = 0) -> PrintedValue:
    """``minute`` of the day, and beyond it of the next."""
    h, m = minute // 60 % 24, minute % 60
    noon = "AM" if h < 12 else "PM"
    return plain(pattern.format(h=h, m=m, s=second, half=(h - 1) % 12 + 1, noon=noon))


def count(how: Manner, number: Decimal, *, places: int = 0) -> PrintedValue:
    """With more decimals than ``places`` only where it needs them."""
    exponent = number.normalize().as_tuple().exponent
    return how.number(number, max(places, -int(exponent)))


def some(rng: Random, offered: Sequence[Thing], number: int) -> list[Thing]:
    """Each once before any comes again."""
    chosen: list[Thing] = []
    while len(chosen) < number:
        chosen += rng.sample(offered, len(offered))
    return chosen[:number]
