"""How the writer of one document writes: language, numbers, days and money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from appliance.samples.style import round_to
from appliance.samples.truth import PrintedValue
from starter.locales import COUNTRIES, Country, Locale

_FIRST = date(2019, 1, 1)
_DAYS = 3000
_SPACED = 0.08
"""Share of the documents that part thousands by a space, whatever their language does."""


@dataclass(frozen=True, slots=True)
class Manner:
    locale: Locale
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
    """See ``Locale.days``."""
    today: date
    """On which it is written."""

    def number(self, number: Decimal, places: int) -> PrintedValue:
        exact = round_to(number, places)
        whole, _, rest = f"{exact:,f}".partition(".")
        text = whole.replace(",", self.thousands)
        return PrintedValue(f"{text}{self.point}{rest}" if rest else text, f"{exact:f}")

    def date(self, day: date) -> PrintedValue:
        locale = self.locale
        text = self.day.format(
            d=day.day,
            m=day.month,
            y=day.year,
            yy=day.year % 100,
            month=locale.months[day.month - 1],
            mon=locale.short_months[day.month - 1],
            MON=locale.short_months[day.month - 1].upper(),
        )
        return PrintedValue(text, day.isoformat())


def manner(rng: Random, locale: Locale, *, country: str = "") -> Manner:
    """The usual ways most of the time; ``country`` where it is given."""
    usual = rng.random() < 0.8
    country = country or rng.choice(locale.countries)
    its = COUNTRIES.get(country, Country())
    currency, mark = its.money or locale.currencies[0]
    if not usual:
        currency, mark = rng.choice(locale.currencies)
    mark = rng.choice((mark, mark, currency))
    point, thousands = locale.numbers[0] if usual else rng.choice(locale.numbers)
    if rng.random() < _SPACED:
        thousands = " "
    days = its.days if its.days and rng.random() < 0.7 else locale.days
    near = f"{mark}{{}}" if len(mark) == 1 else f"{mark} {{}}"
    return Manner(
        locale,
        country,
        currency,
        mark,
        rng.choice(("{}", "{}", f"{mark} {{}}", f"{{}} {mark}", near)),
        point,
        thousands,
        rng.choice(days),
        _FIRST + timedelta(days=rng.randrange(_DAYS)),
    )
