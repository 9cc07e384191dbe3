"""What one shift made on one machine: what its sums ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from random import Random

from appliance.samples import codes
from appliance.samples.style import round_to
from appliance.samples.truth import PrintedValue
from starter.consistent.common import clock, some
from starter.facts import Functions, Maker, Told, Vocabulary
from starter.manner import Manner
from starter.values import plain

_STARTS = {"early": (5, 6, 7), "late": (13, 14, 15), "night": (21, 22, 23)}
"""Hours."""
_HOURS = 8
_MACHINE_NUMBERS = (" #", " ##", " 0#", "-0#", " @@-##", " @#", " @-##", " ###")
_ARTICLE_NUMBERS = (" ####", " ####-@", " @@-##", " ##x##", " ##.####", " @###", " ######")


@dataclass(frozen=True, slots=True)
class _Stop:
    reason: str
    begin: int
    """Minute of the day."""
    minutes: int


def _together(rng: Random, how: Manner, rows: int, known: Vocabulary) -> Told:
    shift = rng.choice([*_STARTS])
    start = rng.choice(_STARTS[shift]) * 60
    stops = _stops(rng, start, known.words["reason"][how.locale.code], rows)
    pattern = _clock(rng, how)
    said = {
        "shift": known.value(rng, how, "shift", shift),
        "start_time": clock(start, pattern),
        "end_time": clock(start + _HOURS * 60, pattern),
        "downtime_minutes": plain(str(sum(stop.minutes for stop in stops))),
    }
    cells = [
        {
            "reason": plain(stop.reason),
            "minutes": plain(str(stop.minutes)),
            "begin": clock(stop.begin, pattern),
            "end": clock(stop.begin + stop.minutes, pattern),
        }
        for stop in stops
    ]
    return Told(said | _counts(rng, how, stops), cells)


def _counts(rng: Random, how: Manner, stops: Sequence[_Stop]) -> dict[str, PrintedValue]:
    """As many pieces as the machine could make while it ran."""
    seconds = Decimal(rng.randint(30, 900)) / 10
    ran = _HOURS * 60 - sum(stop.minutes for stop in stops)
    total = max(2, int(ran * 60 / seconds * rng.randint(80, 100) / 100))
    scrap = min(total - 1, int(total * rng.random() ** 2 * 0.12))
    target = max(1, int(_HOURS * 3600 / seconds))
    target = max(10, target // 10 * 10) if rng.random() < 0.7 else target
    grouped = rng.random() < 0.5
    pieces = {
        "good_quantity": total - scrap,
        "scrap_quantity": scrap,
        "total_quantity": total,
        "target_quantity": target,
    }
    return {
        name: how.number(Decimal(many), 0) if grouped else plain(str(many))
        for name, many in pieces.items()
    } | {
        "cycle_time": how.number(seconds, 1),
        "efficiency": how.number(round_to(Decimal(total * 100) / target, 1), 1),
    }


def _stops(rng: Random, start: int, known: Sequence[str], rows: int) -> list[_Stop]:
    """One in each part of the shift, so that none begins before the last has ended."""
    part = _HOURS * 60 // max(1, rows)
    third = max(2, part // 3)
    reasons = some(rng, known, rows)
    return [
        _Stop(reason, start + place * part + rng.randrange(third), rng.randint(2, third))
        for place, reason in enumerate(reasons)
    ]


def _clock(rng: Random, how: Manner) -> str:
    return rng.choice(how.locale.clocks)


def _begin(rng: Random, how: Manner) -> PrintedValue:
    return clock(rng.randrange(6 * 60, 12 * 60), _clock(rng, how))


def _end(rng: Random, how: Manner) -> PrintedValue:
    return clock(rng.randrange(12 * 60, 20 * 60), _clock(rng, how))


def _machine(known: Vocabulary, rng: Random, how: Manner) -> PrintedValue:
    kind = known.text(rng, how, "machine")
    return plain(kind + codes.fill(rng, rng.choice(_MACHINE_NUMBERS)))


def _article(known: Vocabulary, rng: Random, how: Manner) -> PrintedValue:
    kind = known.text(rng, how, "article")
    return plain(kind + codes.fill(rng, rng.choice(_ARTICLE_NUMBERS)))


def _makers(known: Vocabulary) -> Mapping[str, Maker]:
    return {
        "begin": _begin,
        "end": _end,
        "machine": partial(_machine, known),
        "article": partial(_article, known),
    }


FUNCTIONS = Functions(_together, _makers)
