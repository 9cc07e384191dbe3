"""What clerks did: how long it took, and what they corrected. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from appliance.cli.report import charts, words
from appliance.cli.report.charts import Series
from appliance.cli.report.documents import monday, short
from appliance.cli.report.figures import HomeReport
from appliance.cli.report.markup import Markup, element
from appliance.cli.report.parts import ROWS, figure, note, paragraph, table
from appliance.cli.report.words import LEAST
from appliance.records.statistics import ClerkTime


def time_of_clerks(report: HomeReport) -> Iterator[Markup]:
    documents = sum(one.documents for one in report.clerk_time)
    if report.by_programs:
        approved = words.many(report.by_programs, "document")
        yield note(f"Programs approved {approved}; that is no clerk's time.")
    if not documents:
        yield paragraph("No clerk approved a document in these days.")
        return
    arrived: Counter[str] = Counter()
    for way in report.ways:
        arrived[monday(date.fromisoformat(way.day)).isoformat()] += way.documents
    weeks: dict[str, tuple[int, float]] = {}
    week = monday(report.begin)
    while week <= report.end:
        weeks[week.isoformat()] = _sums(
            one for one in report.clerk_time if one.monday == week.isoformat()
        )
        week += timedelta(7)
    yield figure(
        charts.columns(
            [short(date.fromisoformat(week), "week") for week in weeks],
            [Series("clerk", [s / n if n >= LEAST else 0 for n, s in weeks.values()])],
            told=f"seconds with a clerk a document, by week, over {documents} documents",
        ),
        "Seconds with a clerk, a document that she approved, by week",
        table(
            [
                "week from",
                "approved",
                "hours",
                "seconds a document",
                "arrived",
                "a document arrived",
            ],
            [
                [
                    week,
                    words.count(n),
                    f"{seconds / 3600:.1f}",
                    words.mean(seconds, n),
                    words.count(arrived[week]),
                    words.mean(seconds, arrived[week]),
                ]
                for week, (n, seconds) in weeks.items()
            ],
        ),
    )
    kinds = sorted({one.doctype for one in report.clerk_time})
    yield table(
        ["type", "approved", "hours", "seconds a document"],
        [
            [kind, words.number(n), f"{seconds / 3600:.1f}", words.mean(seconds, n)]
            for kind in kinds
            for n, seconds in [_sums(o for o in report.clerk_time if o.doctype == kind)]
        ],
    )
    yield note(
        "Time with the document in hand, without pauses. The first week may be cut short, and no"
        f" column stands for a week of fewer than {LEAST} documents."
    )


def _sums(times: Iterable[ClerkTime]) -> tuple[int, float]:
    every = list(times)
    return sum(one.documents for one in every), sum(one.seconds for one in every)


def corrections(report: HomeReport) -> Iterator[Markup]:
    if not report.fields:
        yield paragraph("No clerk looked at an answer in these days.")
        return
    yield element("h3", "By field")
    yield table(
        ["type", "field", "corrected", "looked at", "share", ""],
        [
            [
                one.doctype,
                f"{words.spoken(one.fieldtype)}, in rows"
                if one.row
                else words.spoken(one.fieldtype),
                *_corrected(one.corrected, one.values),
            ]
            for one in report.fields[:ROWS]
        ],
        bars=5,
        worded=(1,),
    )
    yield from _and_more(len(report.fields), "fields")
    yield element("h3", "By sender")
    if not report.names:
        yield paragraph(f"{words.many(len(report.senders), 'sender')}, whose names are left out.")
        return
    yield table(
        ["sender", "documents", "corrected", "looked at", "share", ""],
        [
            [
                one.sender or "unknown",
                words.number(one.documents),
                *_corrected(one.corrected, one.values),
            ]
            for one in report.senders[:ROWS]
        ],
        bars=5,
    )
    yield from _and_more(len(report.senders), "senders")
    yield note(
        "Values that a clerk stood on, was asked about or decided; corrected means changed, added"
        " or removed. Documents that no clerk saw are not among them, so this is no accuracy."
    )


def _corrected(corrected: int, values: int) -> list[str]:
    return [
        words.number(corrected),
        words.number(values),
        words.rate_in_short(corrected, values),
        charts.share_bar(corrected / values) if values >= LEAST else "",
    ]


def _and_more(number: int, what: str) -> Iterator[Markup]:
    if number > ROWS:
        yield note(f"The {ROWS} most corrected of {words.number(number)} {what}.")
