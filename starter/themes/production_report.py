"""What one shift made on one machine; what it prints is told in ``labels``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from appliance.domain.doctype import FieldType
from appliance.samples import codes
from appliance.samples.style import round_to
from appliance.samples.truth import PrintedValue
from starter.facts import Concept, Table, Theme, Told
from starter.labels.common import clock, plain, some
from starter.labels.production_report import (
    ARTICLES,
    COLUMNS,
    LABELS,
    MACHINES,
    PLANT,
    REASONS,
    REMARKS,
    SHIFTS,
    TITLES,
)
from starter.manner import Manner
from starter.values import code, day, enum, number, person, words

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


def _together(rng: Random, how: Manner, rows: int) -> Told:
    shift = rng.choice([*_STARTS])
    start = rng.choice(_STARTS[shift]) * 60
    stops = _stops(rng, how, start, rows)
    pattern = _clock(rng, how)
    said = {
        "shift": PrintedValue(rng.choice(SHIFTS[shift][how.locale.code]), shift, listed=True),
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


def _stops(rng: Random, how: Manner, start: int, rows: int) -> list[_Stop]:
    """One in each part of the shift, so that none begins before the last has ended."""
    part = _HOURS * 60 // max(1, rows)
    third = max(2, part // 3)
    reasons = some(rng, REASONS[how.locale.code], rows)
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


def _machine(rng: Random, how: Manner) -> PrintedValue:
    kind = rng.choice(MACHINES[how.locale.code])
    return plain(kind + codes.fill(rng, rng.choice(_MACHINE_NUMBERS)))


def _article(rng: Random, how: Manner) -> PrintedValue:
    kind = rng.choice(ARTICLES[how.locale.code])
    return plain(kind + codes.fill(rng, rng.choice(_ARTICLE_NUMBERS)))


THEME = Theme(
    name="production_report",
    titles=TITLES,
    kinds=(
        ("Production report", "What one shift made on one machine."),
        ("Shift report", "Pieces, scrap and stops of a shift."),
        ("Machine log", "Output and downtime of a machine."),
        ("Schichtprotokoll", ""),
        ("Parte de producción", "Lo que se fabricó en un turno."),
    ),
    sender=("plant", "company", "factory"),
    receiver=(),
    sender_labels=PLANT,
    computed=frozenset(
        (
            "good_quantity",
            "scrap_quantity",
            "total_quantity",
            "downtime_minutes",
            "target_quantity",
            "efficiency",
            "cycle_time",
        )
    ),
    together=_together,
    concepts=(
        Concept(
            ("report_number", "report_no", "number", "berichtsnummer", "numero_rapport"),
            FieldType.CODE,
            ("number of the report", "report number", ""),
            LABELS["report_number"],
            code("SR-{y}-####", "######", "PB {y}/###", "{m}-####", "R#####", "{y}{m}-##"),
        ),
        Concept(
            ("report_date", "date", "production_day", "datum", "fecha"),
            FieldType.DATE,
            ("day of the shift", "date of the report", ""),
            LABELS["report_date"],
            day(0, 0),
        ),
        Concept(
            ("shift", "turn", "schicht", "turno"),
            FieldType.ENUM,
            ("early, late or night shift", "which shift", ""),
            LABELS["shift"],
            enum(SHIFTS),
            values=SHIFTS,
        ),
        Concept(
            ("machine", "line", "work_centre", "maschine", "maquina"),
            FieldType.TEXT,
            ("machine or line", "which machine", ""),
            LABELS["machine"],
            _machine,
        ),
        Concept(
            ("order_number", "works_order", "production_order", "job_number", "auftrag"),
            FieldType.CODE,
            ("production order", "number of the order", ""),
            LABELS["order_number"],
            code("WO######", "######", "FA-#####", "1########", "OP-{y}-###"),
        ),
        Concept(
            ("article", "part", "product", "artikel", "pieza"),
            FieldType.TEXT,
            ("article that was made", "what was made", ""),
            LABELS["article"],
            _article,
        ),
        Concept(
            ("operator", "worker", "bediener"),
            FieldType.TEXT,
            ("who ran the machine", "operator", ""),
            LABELS["operator"],
            person(),
        ),
        Concept(
            ("shift_leader", "supervisor", "foreman", "schichtleiter"),
            FieldType.TEXT,
            ("leader of the shift", "supervisor", ""),
            LABELS["shift_leader"],
            person(),
        ),
        Concept(
            ("tool_number", "mould_number", "tool", "werkzeug"),
            FieldType.CODE,
            ("number of the tool", "mould", ""),
            LABELS["tool_number"],
            code("T-####", "W#####", "F##-##", "M-###.#"),
        ),
        Concept(
            ("material_batch", "batch", "lot", "charge"),
            FieldType.CODE,
            ("batch of the material", "lot number", ""),
            LABELS["material_batch"],
            code("{y}{m}##", "L######", "CH-#####", "@####-##"),
        ),
        Concept(
            ("start_time", "begin", "started"),
            FieldType.TEXT,
            ("when the shift began", "start", ""),
            LABELS["start_time"],
            _begin,
        ),
        Concept(
            ("end_time", "finished", "ende"),
            FieldType.TEXT,
            ("when the shift ended", "end", ""),
            LABELS["end_time"],
            _end,
        ),
        Concept(
            ("cycle_time", "cycle_seconds", "taktzeit"),
            FieldType.QUANTITY,
            ("seconds for one piece", "cycle time", ""),
            LABELS["cycle_time"],
            number(4, 90, places=1),
            unit="s",
        ),
        Concept(
            ("target_quantity", "target", "planned", "sollmenge"),
            FieldType.INTEGER,
            ("pieces that were planned", "target", ""),
            LABELS["target_quantity"],
            number(200, 9000),
        ),
        Concept(
            ("good_quantity", "good_parts", "ok_pieces", "gutmenge"),
            FieldType.INTEGER,
            ("good pieces", "how many are good", ""),
            LABELS["good_quantity"],
            number(200, 9000),
        ),
        Concept(
            ("scrap_quantity", "scrap", "rejects", "ausschuss", "rebuts"),
            FieldType.INTEGER,
            ("scrap pieces", "rejects", ""),
            LABELS["scrap_quantity"],
            number(1, 200),
        ),
        Concept(
            ("total_quantity", "total", "produced", "gesamtmenge"),
            FieldType.INTEGER,
            ("all pieces, good and scrap", "pieces in total", ""),
            LABELS["total_quantity"],
            number(200, 9000),
        ),
        Concept(
            ("downtime_minutes", "downtime", "stop_time", "stillstand"),
            FieldType.INTEGER,
            ("total downtime in minutes", "minutes lost", ""),
            LABELS["downtime_minutes"],
            number(5, 200),
        ),
        Concept(
            ("efficiency", "performance", "leistungsgrad"),
            FieldType.PERCENT,
            ("output against the target in percent", "efficiency", ""),
            LABELS["efficiency"],
            number(50, 105, places=1),
        ),
        Concept(
            ("remarks", "comments", "notes", "bemerkung"),
            FieldType.TEXT,
            ("remarks of the shift", "what was noted", ""),
            LABELS["remarks"],
            words(REMARKS),
        ),
    ),
    table=Table(
        ("downtimes", "stops", "stoppages", "stillstaende"),
        ("the stops of the machine, one a row", "downtime log", ""),
        (
            Concept(
                ("reason", "cause", "stop_reason", "grund"),
                FieldType.TEXT,
                ("why it stopped", "reason of the stop", ""),
                COLUMNS["reason"],
                words(REASONS),
            ),
            Concept(
                ("minutes", "duration", "duration_min", "dauer"),
                FieldType.INTEGER,
                ("for how many minutes", "minutes", ""),
                COLUMNS["minutes"],
                number(3, 90),
            ),
            Concept(
                ("begin", "from_time", "stopped_at", "von"),
                FieldType.TEXT,
                ("when it stopped", "from", ""),
                COLUMNS["begin"],
                _begin,
            ),
            Concept(
                ("end", "to_time", "restarted_at", "bis"),
                FieldType.TEXT,
                ("when it ran again", "to", ""),
                COLUMNS["end"],
                _end,
            ),
        ),
        rows=(0, 8),
        summed={"minutes": "downtime_minutes"},
    ),
)
