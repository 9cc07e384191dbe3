"""What became of the documents, and why some were held. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from appliance.cli.report import charts, words
from appliance.cli.report.charts import Series
from appliance.cli.report.figures import HomeReport
from appliance.cli.report.markup import Markup, element
from appliance.cli.report.parts import ROWS, figure, note, paragraph, table
from appliance.cli.report.words import LEAST
from appliance.records.statistics import HELD, Way, WayCount

BY_DAY, BY_WEEK = 62, 400
"""Days of a chart with a column a day, and a column a week; beyond it is one a month."""
WAYS = {
    Way.STRAIGHT: "delivered without a clerk",
    Way.CLERK: "delivered after a clerk approved",
    Way.PROGRAM: "delivered after a program approved",
    Way.WAITING: "waiting for a clerk",
    Way.REFUSED: "refused by a clerk",
    Way.FAILED: "could not be processed",
    Way.UNDER_WAY: "under way",
}


def documents(report: HomeReport) -> Iterator[Markup]:
    if not report.ways:
        yield paragraph("No document arrived in these days.")
        return
    unit, columns = _columns(report)
    series = [
        Series(_colour(way), [found[way] for found in columns.values()])
        for way in WAYS
        if any(found[way] for found in columns.values())
    ]
    arrived = sum(one.documents for one in report.ways)
    yield figure(
        charts.columns(
            list(columns), series, told=f"{arrived} documents by {unit} of arrival and their way"
        ),
        f"Documents by {unit} of arrival",
        element("p", *_legend(way for way in WAYS if by_way(report.ways)[way]), class_="legend"),
        table(
            [unit, *WAYS.values()],
            [[name, *(words.count(found[way]) for way in WAYS)] for name, found in columns.items()],
        ),
    )
    kinds = sorted({one.doctype for one in report.ways})
    rows = [
        _way_row(kind or "unknown", [one for one in report.ways if one.doctype == kind])
        for kind in kinds
    ]
    yield table(
        ["type", "arrived", *WAYS.values(), "straight through"],
        [*rows, *([_way_row("all", report.ways)] if len(kinds) > 1 else [])],
    )
    yield note(
        "Straight through is the share delivered without a clerk among the documents that were"
        " delivered, are held or were refused or failed. Evidence that was delivered at once and"
        " keyed later counts as straight through. Mails whose attachments are documents of their"
        " own, files joined to another and imported documents are not counted."
    )


def _way_row(name: str, counts: Sequence[WayCount]) -> list[str]:
    ways = by_way(counts)
    share = words.rate_in_short(ways[Way.STRAIGHT], decided(ways))
    return [name, words.number(ways.total()), *(words.count(ways[way]) for way in WAYS), share]


def by_way(counts: Iterable[WayCount]) -> Counter[Way]:
    found: Counter[Way] = Counter()
    for one in counts:
        found[one.way] += one.documents
    return found


def decided(ways: Counter[Way]) -> int:
    return ways.total() - ways[Way.UNDER_WAY]


def _columns(report: HomeReport) -> tuple[str, dict[str, Counter[Way]]]:
    """What a column stands for, and what is in each; one also where nothing arrived."""
    days = (report.end - report.begin).days + 1
    unit = "day" if days <= BY_DAY else "week" if days <= BY_WEEK else "month"
    found: dict[str, Counter[Way]] = {
        short(report.begin + timedelta(at), unit): Counter() for at in range(days)
    }
    for one in report.ways:
        # A clock that was set back leaves documents of days to come.
        name = short(min(date.fromisoformat(one.day), report.end), unit)
        found[name][one.way] += one.documents
    return unit, found


def short(day: date, unit: str) -> str:
    """The ``day``, ``week`` or ``month`` in which it is."""
    if unit == "month":
        return f"{day:%b %Y}"
    first = monday(day) if unit == "week" else day
    return f"{first.day} {first:%b}"


def monday(day: date) -> date:
    """Of its week."""
    return day - timedelta(day.weekday())


def _legend(ways: Iterable[Way]) -> Iterator[Markup]:
    for way in ways:
        yield element("span", element("i", class_=_colour(way)), f" {WAYS[way]}")


def _colour(way: Way) -> str:
    return way.replace(" ", "-")


def held(report: HomeReport) -> Iterator[Markup]:
    ways = by_way(report.ways)
    seen = (Way.CLERK, Way.PROGRAM, Way.WAITING, Way.REFUSED)
    n = min(HELD, sum(ways[way] for way in seen))
    if not report.reasons:
        yield paragraph("No document was held in these days.")
        return
    of_code: dict[str, Counter[str]] = {}
    for one in report.reasons:
        of_code.setdefault(one.code, Counter())[one.doctype or "unknown"] += one.documents
    ordered = sorted(of_code.items(), key=lambda item: (-item[1].total(), item[0]))
    yield table(
        ["reason", "documents", f"share of {words.number(n)} held", "", "by type"],
        [
            [
                code.replace("-", " ") or "told by another version",
                words.number(kinds.total()),
                words.rate_in_short(kinds.total(), n),
                charts.share_bar(min(1.0, kinds.total() / n)) if n >= LEAST else "",
                ", ".join(f"{kind} {number}" for kind, number in kinds.most_common()),
            ]
            for code, kinds in ordered[:ROWS]
        ],
        bars=3,
        worded=(4,),
    )
    newest = f" These are the {words.number(HELD)} newest that were held." if n == HELD else ""
    yield note(
        "A document may be held for several reasons at once, so shares add up to more than 100 %."
        + newest
    )
