"""What the evidence says of what is accepted. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from math import ceil

from appliance.cli.promise_views import (
    NAMED,
    backfilled,
    describe_unanswered,
    percent,
    senders,
    times,
)
from appliance.cli.report import words
from appliance.cli.report.figures import Promised
from appliance.cli.report.markup import Markup, element
from appliance.cli.report.parts import note, paragraph, table
from appliance.promise.bounds import interval
from appliance.promise.guarantees import Guarantee
from appliance.promise.learning_curve import LEVEL
from appliance.promise.overview import Overview, needed
from appliance.promise.threshold import ProvenThreshold


def accuracy(promised: Promised) -> Iterator[Markup]:
    every = [Overview(kind, promised.model, kept) for kind, kept in sorted(promised.types.items())]
    grants = [(found, grant) for found in every for grant in found.promises]
    if not promised.model:
        yield paragraph("No model serves, so nothing is promised: `appliance doctor` says why.")
        return
    yield element("p", f"Model {promised.model}", class_="dim")
    if not grants:
        yield paragraph(
            "What may be accepted is not computed for this model, or this version of the appliance,"
            " yet: `appliance promise` does it."
        )
        yield from (note(f"{told}.") for told in describe_unanswered(promised.unanswered))
        return
    yield table(
        [
            "type",
            "fields",
            "promised",
            "evidence",
            f"accepted values right, exact {percent(LEVEL)} interval",
            "wrong at most",
            "stands",
        ],
        [_grant_row(found, grant) for found, grant in grants],
        worded=(1, 2, 3, 4, 6),
    )
    for kind, kept in sorted(promised.types.items()):
        yield from (note(f"{kind}: {said}") for said in kept.drifted)
    if promised.backfill.goes_on:
        yield note(backfilled(promised.backfill).capitalize() + ".")
    for told in describe_unanswered(promised.unanswered):
        yield note(f"{told}.")
    yield note(
        "Evidence is keyed blind, or was imported with its values. The interval counts each value"
        " by itself. The bound under “wrong at most” is the one that the promise stands on: values"
        " of one document or one sender tell less, and it is made wider for that. When a promise"
        " was given or withdrawn before is not recorded; the table says how each stands now."
    )


def _grant_row(found: Overview, grant: Guarantee) -> list[str]:
    proven = grant.proven
    more = len(grant.fields) - NAMED
    named = ", ".join(map(words.spoken, grant.fields[:NAMED]))
    return [
        found.doctype + (f", {senders(grant)}" if found.halves else ""),
        f"{named} and {more} more" if more > 0 else named,
        f"{percent(grant.accuracy)}, {times(grant.assurance)}",
        _evidence(grant),
        _right(proven) if proven else "none accepted",
        percent(ceil(proven.bound * 1000) / 1000) if proven else "",
        _stands(grant),
    ]


def _evidence(grant: Guarantee) -> str:
    own = f"{words.many(grant.documents, 'document')}, {words.many(grant.values, 'value')}"
    return f"{own}; bounded together: {', '.join(grant.types)}" if grant.types else own


def _right(proven: ProvenThreshold) -> str:
    right = proven.n - proven.errors
    ends = interval(right, proven.n, LEVEL)
    return f"{words.number(right)} of {words.number(proven.n)}, {words.interval(*ends)}"


def _stands(grant: Guarantee) -> str:
    if grant.proven:
        since = datetime.fromtimestamp(grant.since)
        return f"given, its terms since {words.day(since.date())}" if grant.since else "given"
    if grant.withdrawn:
        return "withdrawn: too much of what was accepted was wrong"
    whole = needed(grant)
    if whole is None:
        return f"not given: too much is wrong to promise {percent(grant.accuracy)}"
    return f"not given yet: {words.number(grant.values)} of about {words.number(whole)} values"
