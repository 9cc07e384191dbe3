"""Where the machine's time and room go. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.cli.report import charts, words
from appliance.cli.report.figures import HomeReport
from appliance.cli.report.markup import Markup, element
from appliance.cli.report.parts import note, paragraph, table
from appliance.records.statistics import NEWEST


def steps(report: HomeReport) -> Iterator[Markup]:
    if not report.steps:
        yield paragraph("No document was read in these days.")
        return
    yield table(
        ["step", "documents", "median", "90 % within"],
        [
            [
                one.step,
                words.number(one.documents),
                words.time(one.median),
                words.time(one.ninetieth),
            ]
            for one in report.steps
        ],
    )
    yield element("h3", "The slowest")
    yield table(
        ["docid", *(["file"] if report.names else []), "type", "reading", "answering"],
        [
            [
                one.docid[:8],
                *([one.source] if report.names else []),
                one.doctype or "unknown",
                words.time(one.reading),
                words.time(one.answering) if one.answering else "not asked",
            ]
            for one in report.slowest
        ],
        worded=(1, 2) if report.names else (1,),
    )
    yield note(
        f"Of the {words.number(NEWEST)} newest documents of these days, or as many there are."
    )


def disk(report: HomeReport) -> Iterator[Markup]:
    whole = sum(one.size for one in report.folders)
    yield table(
        ["of the home", "files", "size", "share", ""],
        [
            [
                one.name,
                words.number(one.files),
                words.size(one.size),
                words.percent(one.size / max(whole, 1)),
                charts.share_bar(one.size / max(whole, 1)),
            ]
            for one in report.folders
        ],
        bars=4,
    )
    yield element(
        "p", f"{words.size(whole)} in all; {words.size(report.free)} are free on its disk."
    )
