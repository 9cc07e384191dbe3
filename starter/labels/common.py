"""What the themes with sums share: tax rates, telephones, banks, times of day, counts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import TypeVar

from appliance.samples import codes
from appliance.samples.truth import PrintedValue
from starter.facts import Maker
from starter.locales import COUNTRIES, Country
from starter.manner import Manner

Thing = TypeVar("Thing")

_PHONES = (
    "+{dial} ## ### ####",
    "+{dial} ### ######",
    "+{dial} (0) ### #####",
    "+{dial}-##-#######",
    "0## ### ####",
    "0### / ### ##",
    "(0###) ######",
    "0##-#######",
)
_BOXES = ("info", "sales", "office", "billing", "accounts")


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


def code_of(rng: Random, how: Manner, shape: str) -> PrintedValue:
    return plain(codes.fill(rng, shape.format(y=how.today.year, m=f"{how.today.month:02}")))


def phone() -> Maker:
    def make(rng: Random, how: Manner) -> PrintedValue:
        shape = rng.choice(_PHONES).format(dial=COUNTRIES.get(how.country, Country()).dial)
        return plain(codes.fill(rng, shape))

    return make


def bank(rng: Random, how: Manner) -> PrintedValue:
    pattern = rng.choice(how.locale.banks)
    place = re.split(r",| \(|/| - ", how.locale.town(rng))[0].strip()
    return plain(pattern.format(stem=rng.choice(how.locale.stems), town=place))


def bic(rng: Random, how: Manner) -> PrintedValue:
    shape = f"@@@@{how.country}{rng.choice(('2@', '3@', '##', '@#'))}"
    return plain(codes.fill(rng, shape + rng.choice(("", "", "XXX", "###"))))


def email(rng: Random, how: Manner) -> PrintedValue:
    folded = unicodedata.normalize("NFKD", rng.choice(how.locale.stems).lower())
    host = "".join(one for one in folded if one.isascii() and (one.isalnum() or one == "-"))
    end = rng.choice(("com", "eu", how.country.lower()))
    return plain(f"{rng.choice(_BOXES)}@{host}-{rng.choice(('group', 'shop', 'net'))}.{end}")


def plain(text: str) -> PrintedValue:
    return PrintedValue(text, text)
