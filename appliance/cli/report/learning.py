"""What nights decided, and what labels have brought. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from appliance.cli.promise_views import percent
from appliance.cli.report import charts, words
from appliance.cli.report.charts import Estimate
from appliance.cli.report.figures import Learning
from appliance.cli.report.markup import Markup
from appliance.cli.report.parts import ROWS, figure, note, paragraph, table
from appliance.cli.report.words import LEAST
from appliance.domain.nights import EndedNight, LeftOutDocument, NightEnd
from appliance.domain.results import GateOutcome, ModelVersion
from appliance.learning.night.standing import NEXT_STEP, describe_end, describe_unlearned
from appliance.promise.learning_curve import ENOUGH, LEVEL, MIXED, MORE

VERDICTS = {
    GateOutcome.PROMOTED: "proven better",
    GateOutcome.NOT_PROVEN: "not proven better, so kept aside",
    GateOutcome.WORSE: "worse, so kept aside",
}


def nights(learning: Learning, *, names: bool) -> Iterator[Markup]:
    yield from _ended(learning, names=names)
    if not learning.nights:
        yield paragraph("No night has come to a verdict yet.")
        return
    yield table(
        ["decided", "model", "documents learned from", "documents compared on", "verdict"],
        [
            [
                datetime.fromtimestamp(one.decided_at).strftime("%Y-%m-%d"),
                one.candidate,
                _learned_from(learning.versions.get(one.candidate)),
                words.count(one.documents),
                f"{VERDICTS[one.outcome]}: {_said(one.reason, names)}",
            ]
            for one in learning.nights[:ROWS]
        ],
        worded=(1, 4),
    )
    if len(learning.nights) > ROWS:
        yield note(f"The {ROWS} latest of {words.number(len(learning.nights))} verdicts.")
    yield note(
        "Fixed are documents with more values right than under the model that served, broken those"
        " with fewer. ? stands for a model that is gone."
    )


def _ended(learning: Learning, *, names: bool) -> Iterator[Markup]:
    """How the last one ended, which came to no verdict, and what could not be learned from."""
    standing = learning.standing
    if standing.last is None:
        return
    said = _said(standing.last.said, names)
    yield paragraph(f"The last one {describe_end(standing.last)} on {_when(standing.last)}: {said}")
    if standing.is_troubled:
        told = describe_unlearned(standing)
        yield paragraph(f"{told[0].upper()}{told[1:]}. Next: {NEXT_STEP}.", class_="notice")
    if broken := [one for one in learning.ended if one.end is not NightEnd.DONE]:
        yield table(
            ["night without a verdict", "how it ended", "what was said"],
            [[_when(one), describe_end(one), _said(one.said, names)] for one in broken[:ROWS]],
            worded=(1, 2),
        )
    yield from _left_out(learning, standing.last, names=names)


def _left_out(learning: Learning, night: EndedNight, *, names: bool) -> Iterator[Markup]:
    if not night.left_out:
        return
    many = words.many(len(night.left_out), "document")
    yield paragraph(f"The last one could not learn from {many}, and learned from the others:")
    yield table(
        ["document", "type", "why it was left out"],
        [
            [_named(one, learning, names=names), one.doctype, one.reason]
            for one in night.left_out[:ROWS]
        ],
        worded=(1, 2),
    )


def _named(one: LeftOutDocument, learning: Learning, *, names: bool) -> str:
    short = one.docid[:12]
    return learning.sources.get(one.docid, short) if names else short


def _when(night: EndedNight) -> str:
    ended = datetime.fromtimestamp(night.ended_at)
    return f"{words.day(ended.date())} at {ended:%H:%M}"


def _learned_from(version: ModelVersion | None) -> str:
    training = version.training if version else None
    return words.number(training.documents) if training else "?"


def _said(reason: str, names: bool) -> str:
    """Without ``names`` it does not say on whose documents a candidate was worse, as verdicts of
    earlier versions do."""
    if names:
        return reason
    return re.sub(r"the documents of .*(?=: \d+ fixed)", "the documents of one sender", reason)


def brought(learning: Learning) -> Iterator[Markup]:
    yield paragraph(_promotions(learning))
    if learning.keyed < LEAST:
        yield paragraph(
            "Share of right values: too little to say yet: n ="
            f" {learning.keyed} documents keyed blind."
        )
        return
    found = learning.stretches
    yield figure(
        charts.estimates(
            [f"{one.first}–{one.last}" for one in found],
            [Estimate(one.right.share or 0, one.right.low, one.right.high) for one in found],
            told="share of values that were right, by the labels that were there, with intervals",
        ),
        "Values that were right before a clerk keyed them, by documents approved until then",
        table(
            ["approved before", "keyed blind", "right", f"share, {percent(LEVEL)} interval"],
            [
                [
                    f"{one.first} to {one.last}",
                    words.many(one.documents, "document"),
                    f"{words.number(one.right.right)} of {words.number(one.right.n)}",
                    f"{words.percent(one.right.share or 0)},"
                    f" {words.interval(one.right.low, one.right.high)}",
                ]
                for one in found
            ],
        ),
    )
    yield paragraph(_forecast(learning))
    yield note(
        "Measured on evidence alone, which is drawn by lot; whole documents are the unit. What"
        " arrives changes with time too, and this figure cannot tell that from what was learned."
    )


def _promotions(learning: Learning) -> str:
    """What the verdicts say, which count documents and no shares."""
    promoted = [one for one in learning.nights if one.outcome is GateOutcome.PROMOTED]
    if not promoted:
        return "No model that learned here was proven better yet."
    verdicts = [
        found.verdict
        for one in promoted
        if (found := learning.versions.get(one.candidate)) and found.verdict
    ]
    said = f"{words.many(len(promoted), 'model')} that learned here {_was(promoted)} proven better"
    if not verdicts:
        return f"{said}."
    fixed, broken = sum(one.fixed for one in verdicts), sum(one.broken for one in verdicts)
    documents = sum(one.documents for one in verdicts)
    return (
        f"{said}: on {words.number(documents)} documents of evidence in all,"
        f" {words.number(fixed)} came out with more values right than under the model before,"
        f" {words.number(broken)} with fewer."
    )


def _was(things: Sequence[object]) -> str:
    return "was" if len(things) == 1 else "were"


def _forecast(learning: Learning) -> str:
    found = learning.forecast
    if found is None:
        wrong = sum(one.right.n - one.right.right for one in learning.stretches)
        return (
            f"What the next {MORE} labels would bring: too little to say yet: n ="
            f" {learning.keyed} documents keyed blind with {words.many(wrong, 'wrong value')}, and"
            f" {learning.labels} approved. It takes {ENOUGH} with {MIXED} right and {MIXED} wrong"
            f" values, and {MORE}: a trend says little beyond twice what it was seen on."
        )
    said = (
        f"The next {MORE} labels would change the share of right values by"
        f" {_points(found.gain)} points ({percent(LEVEL)} interval {_points(found.low)} to"
        f" {_points(found.high)}; n = {words.number(learning.keyed)} documents keyed blind),"
        " if it goes on as until now."
    )
    if found.low < 0 < found.high:
        said += " The interval holds 0: whether it rises or falls cannot be told."
    return said


def _points(share: float) -> str:
    return f"{100 * share:+.2f}".replace("-", "−")
