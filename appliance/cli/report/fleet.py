"""The sites of a hub, in its report. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from appliance.cli.promise_views import percent
from appliance.cli.report.figures import Fleet
from appliance.cli.report.markup import Markup
from appliance.cli.report.parts import note, table
from appliance.domain.fleet import FleetSite, SiteAccuracy
from appliance.domain.plurals import counted


def sites(fleet: Fleet) -> Iterator[Markup]:
    yield table(
        ["site", "last word", "serves", "to send", "waits for clerks", "evidence right"],
        [_row(one, fleet.evidence) for one in fleet.sites],
        worded=(0, 1, 2, 5),
    )
    for one in fleet.sites:
        if one.waiting:
            yield note(f"{counted(one.waiting, 'message')} of {one.name} waiting: {one.problem}")


def _row(one: FleetSite, evidence: Sequence[SiteAccuracy]) -> list[str]:
    health = one.health
    own = [said for said in evidence if said.site == one.name]
    return [
        one.name,
        _last_word(one),
        health.model if health else "",
        str(health.backlog) if health else "",
        str(health.waiting) if health else "",
        ", ".join(f"{said.doctype} {_right(said)}" for said in own),
    ]


def _last_word(one: FleetSite) -> str:
    if one.expelled_at is not None:
        return "expelled"
    if one.heard_at is None:
        return "never"
    return datetime.fromtimestamp(one.heard_at).strftime("%Y-%m-%d %H:%M")


def _right(said: SiteAccuracy) -> str:
    if not said.values:
        return "nothing yet"
    return f"{percent(round(said.right / said.values, 4))} of {said.values}"
