"""The report as one HTML file that asks for nothing and runs nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from appliance.cli.report import words
from appliance.cli.report.accuracy import accuracy
from appliance.cli.report.clerks import corrections, time_of_clerks
from appliance.cli.report.documents import by_way, decided, documents, held
from appliance.cli.report.figures import HomeReport
from appliance.cli.report.fleet import sites
from appliance.cli.report.learning import brought, nights
from appliance.cli.report.machine import disk, steps
from appliance.cli.report.markup import Markup, element
from appliance.cli.report.parts import paragraph
from appliance.cli.report.style import STYLE
from appliance.cli.report.words import LEAST
from appliance.records.statistics import Way


def page(report: HomeReport) -> str:
    """The whole file."""
    title = f"Report of {report.home}"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        # No address is fetched, whatever a value could bring in.
        element(
            "meta",
            http_equiv="Content-Security-Policy",
            content="default-src 'none'; style-src 'unsafe-inline'",
        ),
        element("title", title),
        element("style", Markup(STYLE)),
    )
    body = element(
        "body",
        element("main", _heading(report, title), *_sections(report)),
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _heading(report: HomeReport, title: str) -> Markup:
    privacy = (
        "This page names senders and files of your documents. Whoever gets it reads them."
        " `appliance report --without-names` leaves them out."
        if report.names
        else "Senders and file names are left out."
    )
    period = (
        f"{words.day(report.begin)} to {words.day(report.end)},"
        f" made on {words.day(report.made_at.date())} at {report.made_at:%H:%M}"
    )
    return element(
        "header",
        element("h1", title),
        element("p", period, class_="dim"),
        paragraph(privacy, class_="notice"),
        element("dl", *_key_figures(report), class_="tiles"),
    )


def _key_figures(report: HomeReport) -> Iterator[Markup]:
    ways = by_way(report.ways)
    reviewed = sum(one.documents for one in report.clerk_time)
    seconds = sum(one.seconds for one in report.clerk_time)
    corrected = sum(one.corrected for one in report.fields)
    values = sum(one.values for one in report.fields)
    yield _tile("documents arrived", words.number(ways.total()), "")
    yield _tile(
        "delivered without a clerk", *words.rate(ways[Way.STRAIGHT], decided(ways), "decided")
    )
    mean = f"{seconds / reviewed:.0f} s" if reviewed >= LEAST else ""
    yield _tile("of a clerk's time a document", *words.told(mean, reviewed, "approved"))
    yield _tile(
        "of the values corrected that clerks looked at", *words.rate(corrected, values, "values")
    )
    earlier = report.waiting - ways[Way.WAITING]
    since = f"{words.number(earlier)} of them since before" if earlier > 0 else ""
    yield _tile("waiting for a clerk now", words.number(report.waiting), since)


def _tile(name: str, figure: str, n: str) -> Markup:
    return element(
        "div",
        element("dt", name),
        element("dd", figure, class_="figure"),
        *([element("dd", n, class_="dim")] if n else []),
    )


def _sections(report: HomeReport) -> Iterator[Markup]:
    yield _section("Documents and their way", documents(report))
    yield _section("Why documents were held", held(report))
    yield _section("Time of clerks", time_of_clerks(report))
    yield _section("What clerks corrected", corrections(report))
    yield _section("What the evidence says", accuracy(report.promised))
    yield _section("Nights", nights(report.learning, names=report.names))
    yield _section("What labels have brought", brought(report.learning))
    if report.fleet.sites:
        yield _section("Sites of the fleet", sites(report.fleet))
    yield _section("Where time goes", steps(report))
    yield _section("Room on the disk", disk(report))


def _section(title: str, content: Iterable[Markup]) -> Markup:
    return element("section", element("h2", title), *content)
