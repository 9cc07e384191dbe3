"""How the writer of one document writes: language, numbers, days and money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from appliance.samples.style import round_to
from appliance.samples.truth import PrintedValue
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
    """Of the currency, or its code."""
    money: str
    """Pattern of an amount, with the mark or without."""
    point: str
    thousands: str
    day: str
    """See ``Tongue.days``."""
    today: date
    """On which it is written."""

    def number(self, number: Decimal, places: int) -> PrintedValue:
        exact = round_to(number, places)
        whole, _, rest = f"{exact:,f}".partition(".")
        text = whole.replace(",", self.thousands)
        return PrintedValue(f"{text}{self.point}{rest}" if rest else text, f"{exact:f}")

    def date(self, day: date) -> PrintedValue:
        tongue = self.tongue
        text = self.day.format(
            d=day.day,
            m=day.month,
            y=day.year,
            yy=day.year % 100,
            month=tongue.months[day.month - 1],
            mon=tongue.mons[day.month - 1],
            MON=tongue.mons[day.month - 1].upper(),
        )
        return PrintedValue(text, day.isoformat())


_MONEY = {
    "US": ("USD", "$"),
    "MY": ("MYR", "RM"),
    "SG": ("SGD", "S$"),
    "AU": ("AUD", "A$"),
    "IN": ("INR", "Rs."),
    "IE": ("EUR", "€"),
    "GB": ("GBP", "£"),
}
"""Of countries that share their language with others."""
_MONTH_FIRST = ("{m:02}/{d:02}/{yy:02}", "{m:02}/{d:02}/{y}", "{m}/{d}/{yy:02}", "{m}/{d}/{y}")
"""As the United States write it."""


def manner(rng: Random, tongue: Tongue, *, country: str = "") -> Manner:
    """The usual ways most of the time; ``country`` where it is given."""
    usual = rng.random() < 0.8
    country = country or rng.choice(tongue.countries)
    currency, mark = _MONEY.get(country, tongue.currencies[0])
    if not usual:
        currency, mark = rng.choice(tongue.currencies)
    mark = rng.choice((mark, mark, currency))
    point, thousands = tongue.numbers[0] if usual else rng.choice(tongue.numbers)
    days = _MONTH_FIRST if country == "US" and rng.random() < 0.7 else tongue.days
    near = f"{mark}{{}}" if len(mark) == 1 else f"{mark} {{}}"
    return Manner(
        tongue,
        country,
        currency,
        mark,
        rng.choice(("{}", "{}", f"{mark} {{}}", f"{{}} {mark}", near)),
        point,
        thousands,
        rng.choice(days),
        _FIRST + timedelta(days=rng.randrange(_DAYS)),
    )
