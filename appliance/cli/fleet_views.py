"""How a fleet is, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from appliance.domain.fleet import FleetSite, SiteAccuracy
from appliance.domain.local_time import at_time, clock_time
from appliance.domain.plurals import counted
from appliance.records.fleet_site import FleetHub


def sites(
    every: Sequence[FleetSite], accuracies: Sequence[SiteAccuracy], *, now: float
) -> RenderableType:
    """What the hub knows of its sites."""
    table = Table(
        "site",
        "last word",
        "serves",
        Column("to send", justify="right"),
        Column("for clerks", justify="right"),
        "evidence right",
        box=None,
        pad_edge=False,
    )
    for one in every:
        health = one.health
        table.add_row(
            one.name,
            _last_word(one, now),
            Text(health.model if health else ""),
            str(health.backlog) if health else "",
            str(health.waiting) if health else "",
            Text(", ".join(_accuracy(said) for said in accuracies if said.site == one.name)),
        )
    return Group(table, *(Text(told, style="red") for told in _to_do(every, now)))


def hub(known: FleetHub, backlog: int, *, now: float) -> RenderableType:
    """What a site knows of its hub."""
    if known.acknowledged_at is None:
        return Text(f"{known.name} has not acknowledged anything yet: {_waiting(backlog)}")
    when = at_time(known.acknowledged_at, now=now)
    silent = known.silent_since(now=now) is not None
    return Text(
        f"{known.name} acknowledged the last {when}: {_waiting(backlog)}"
        + (" (is `appliance fleet run` at work here, and at the hub?)" if silent else ""),
        style="red" if silent else "",
    )


def _waiting(backlog: int) -> str:
    return f"{backlog} to send" if backlog else "nothing to send"


def _last_word(one: FleetSite, now: float) -> str:
    if one.expelled_at is not None:
        return "expelled"
    return "never" if one.heard_at is None else clock_time(one.heard_at, now=now)


def _accuracy(said: SiteAccuracy) -> str:
    share = 100 * said.right / said.values if said.values else 0
    return f"{said.doctype} {share:.1f} % of {said.values}"


def _to_do(every: Sequence[FleetSite], now: float) -> list[str]:
    """Where somebody has to act, with what to do."""
    told = []
    for one in every:
        if one.expelled_at is not None:
            continue
        if one.is_silent(now=now):
            told.append(
                f"{one.name} is silent: is its machine on, and `appliance fleet run` at work there?"
            )
        if one.waiting:
            told.append(f"{counted(one.waiting, 'message')} of {one.name} waiting: {one.problem}")
    return told
