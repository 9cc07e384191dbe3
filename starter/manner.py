"""How the writer of one document writes: language, numbers, days and money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from appliance.samples.style import round_to
from appliance.samples.truth import Value
from starter.tongue import Tongue

_FIRST = date(2019, 1, 1)
_DAYS = 3000


@dataclass(frozen=True, slots=True)
class Manner:
    tongue: Tongue
    country: str
    """ISO 3166-1, of the writer."""
    currency: str
    """ISO 4217."""
    mark: str
    """As amounts carry it."""
    point: str
    thousands: str
    day: str
    """See ``Tongue.days``."""
    today: date
    """On which it is written."""

    def number(self, number: Decimal, places: int) -> Value:
        exact = round_to(number, places)
        whole, _, rest = f"{exact:,f}".partition(".")
        text = whole.replace(",", self.thousands)
        return Value(f"{text}{self.point}{rest}" if rest else text, f"{exact:f}")

    def date(self, day: date) -> Value:
        tongue = self.tongue
        text = self.day.format(
            d=day.day,
            m=day.month,
            y=day.year,
            month=tongue.months[day.month - 1],
            mon=tongue.mons[day.month - 1],
        )
        return Value(text, day.isoformat())


def manner(rng: Random, tongue: Tongue) -> Manner:
    """The usual ways most of the time."""
    usual = rng.random() < 0.7
    currency, mark = tongue.currencies[0] if usual else rng.choice(tongue.currencies)
    point, thousands = tongue.numbers[0] if usual else rng.choice(tongue.numbers)
    return Manner(
        tongue,
        rng.choice(tongue.countries),
        currency,
        rng.choice((mark, currency)),
        point,
        thousands,
        rng.choice(tongue.days),
        _FIRST + timedelta(days=rng.randrange(_DAYS)),
    )
