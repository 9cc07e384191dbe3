"""Invents production reports of one shift whose counts and minutes add up. No drawing here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from appliance.samples import codes
from appliance.samples.language import Language
from appliance.samples.truth import PrintedValue, Telling

FIELDS = (
    "report_number",
    "report_date",
    "shift",
    "machine",
    "order_number",
    "article",
    "operator",
    "good_quantity",
    "scrap_quantity",
    "total_quantity",
    "downtime_minutes",
)
COLUMNS = ("reason", "minutes")
STARTS = {"early": 6, "late": 14, "night": 22}
HOURS = 8
"""Of a shift."""


@dataclass(frozen=True, slots=True)
class Stop:
    reason: str
    begin: datetime
    minutes: int

    @property
    def end(self) -> datetime:
        return self.begin + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class ProductionShift:
    number: str
    day: date
    name: str
    """early, late or night."""
    machine: str
    order: str
    article: str
    operator: str
    leader: str
    target: int
    """Pieces."""
    hourly: tuple[int, ...]
    """Pieces in each hour, good and scrap together."""
    scrap: int
    """Pieces."""
    stops: tuple[Stop, ...]

    @property
    def total(self) -> int:
        return sum(self.hourly)

    @property
    def downtime(self) -> int:
        return sum(stop.minutes for stop in self.stops)

    def hour(self, place: int) -> str:
        """``06-07`` for the first hour of the early shift."""
        start = (STARTS[self.name] + place) % 24
        return f"{start:02}-{(start + 1) % 24:02}"


def invent(rng: Random, language: Language, *, stops: int) -> ProductionShift:
    day = date(2026, 1, 5) + timedelta(days=rng.randrange(330))
    name = rng.choice(list(STARTS))
    pace = rng.randint(40, 420)
    hourly = tuple(rng.randint(pace * 7 // 10, pace) for _ in range(HOURS))
    shapes = language.numbers
    operator, leader = rng.sample(language.people, 2)
    return ProductionShift(
        number=codes.fill(rng, shapes["report"].format(y=day.year, m=f"{day.month:02}")),
        day=day,
        name=name,
        machine=rng.choice(language.machines),
        order=codes.fill(rng, shapes["works_order"]),
        article=rng.choice(language.articles),
        operator=operator,
        leader=leader,
        target=pace * HOURS,
        hourly=hourly,
        scrap=rng.randint(3, pace // 4),
        stops=_stops(rng, language, datetime.combine(day, time(STARTS[name])), stops),
    )


def telling(shift: ProductionShift, language: Language) -> Telling:
    write = language.style.plain_dates()
    fields = {
        "report_number": _plain(shift.number),
        "report_date": write.date(shift.day),
        "shift": PrintedValue(language.production[shift.name], shift.name, listed=True),
        "machine": _plain(shift.machine),
        "order_number": _plain(shift.order),
        "article": _plain(shift.article),
        "operator": _plain(shift.operator),
        "good_quantity": _plain(str(shift.total - shift.scrap)),
        "scrap_quantity": _plain(str(shift.scrap)),
        "total_quantity": _plain(str(shift.total)),
        "downtime_minutes": _plain(str(shift.downtime)),
    }
    rows = [
        {"reason": _plain(stop.reason), "minutes": _plain(str(stop.minutes))}
        for stop in shift.stops
    ]
    return Telling(fields, table="downtimes", rows=rows)


def _plain(text: str) -> PrintedValue:
    return PrintedValue(text, text)


def _stops(rng: Random, language: Language, start: datetime, count: int) -> tuple[Stop, ...]:
    """One in each part of the shift, so that none begins before the last has ended."""
    reasons = rng.sample(language.stoppages, count)
    part = HOURS * 60 // max(1, count)
    return tuple(
        Stop(
            reason,
            start + timedelta(minutes=place * part + rng.randrange(part // 3)),
            rng.randint(4, part // 3),
        )
        for place, reason in enumerate(reasons)
    )
