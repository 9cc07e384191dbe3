"""What the command line shows of the promise: values in, rich renderables out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil

from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from appliance.cli import views
from appliance.domain.plurals import counted
from appliance.domain.prediction import AnswerVersions
from appliance.promise.evidence_answers import BackfillProgress
from appliance.promise.evidence_standing import EvidenceStanding
from appliance.promise.guarantees import Guarantee
from appliance.promise.overview import Overview, needed
from appliance.promise.policies import DoctypeCalibration

WIDTH = 16
"""Of a bar, in characters."""
NAMED = 6
"""Fields together of which each is named."""


def overview(found: Sequence[Overview], *, model: str) -> RenderableType:
    """A row for each promise."""
    if not found:
        return Text("no document has arrived yet, so there is nothing to promise", style="dim")
    table = Table(
        "type",
        "fields",
        "promised",
        "evidence, keyed blind",
        Column("accepts", no_wrap=True, justify="right"),
        Column("straight\nthrough", no_wrap=True, justify="right"),
        box=None,
        pad_edge=False,
        padding=(0, 2, 1, 0),
    )
    for one in found:
        for number, grant in enumerate(one.promises):
            first = number == 0
            table.add_row(
                Text(one.doctype if first else "", style="bold"),
                _whose(one, grant),
                _terms(grant),
                _proven(grant) if grant.proven else _held(one, grant),
                percent(round(grant.accepted, 2)) if grant.proven else "nothing",
                _straight(one) if first else "",
            )
    changed = [
        Text(f"{one.doctype}: {said}", "yellow") for one in found for said in one.kept.drifted
    ]
    changed += [
        Text(f"{one.doctype}: {said}", "dim")
        for one in found
        for said in dict.fromkeys(_enough(one))
    ]
    alone = "each promise holds by itself with its assurance, not all of them at once"
    told = Text(alone, style="dim")
    return Group(Text(f"model {model}"), Text(), table, *changed, Text(), told)


def _enough(found: Overview) -> Iterator[str]:
    """Of whom and of what less is keyed blind now."""
    both = len({one.section for one in found.kept.grants}) > 1
    for known, section in sorted(found.kept.enough, reverse=True):
        theirs = [one for one in found.kept.grants if (one.known, one.section) == (known, section)]
        if theirs:
            what = f" of the {section}" if both else ""
            whose = f" of what {senders(theirs[0])} send" if found.halves else ""
            proven = all(one.proven for one in theirs)
            why = "all is proven" if proven else "more documents like these would not prove more"
            yield f"enough evidence{what}{whose}, less of it is keyed blind: {why}"


def backfill(progress: BackfillProgress, versions: AnswerVersions) -> Iterator[Text]:
    """A line while the model is asked: a promise on ``versions`` lacks the other answers."""
    if progress.goes_on and progress.versions == versions:
        yield Text(backfilled(progress), style="yellow")


def backfilled(progress: BackfillProgress) -> str:
    verb = "is" if progress.goes_on else "was"
    documents = counted(progress.documents, "document")
    skipped = f", {progress.skipped} skipped" if progress.skipped else ""
    return (
        f"the model {verb} asked about evidence in idle time: "
        f"{progress.answered} of {documents}{skipped}"
    )


def describe_unanswered(evidence: Iterable[EvidenceStanding]) -> Iterator[str]:
    """Yield a line for each type of which some evidence does not count yet, and what happens."""
    for one in evidence:
        documents = counted(one.set_apart, "document")
        verb = "is" if one.set_apart == 1 else "are"
        said = f"{one.doctype}: {documents} {verb} set apart as evidence, {one.answered} of them"
        if one.was_asked:
            yield (
                f"{said} count: of the others the model has no answer, or they are copies of what"
                " it learned from, or older than the newest, which alone count"
            )
        else:
            yield (
                f"{said} answered by the serving model: it is asked about the others in idle time,"
                " while `appliance run` runs"
            )


def standing(
    calibrations: Mapping[str, DoctypeCalibration], doctypes: Iterable[str]
) -> Iterator[Text]:
    """A line for each type of which not everything is promised."""
    for name in doctypes:
        kept = calibrations.get(name)
        if kept is None:
            yield Text(f"{name}: holds everything, nothing is proven yet")
            continue
        found = Overview(name, "", kept)
        for known in (True, False):
            half = [one for one in kept.grants if one.known is known and not one.proven]
            if half:
                what = f"what {senders(half[0])} send" if found.halves else "everything"
                doubts = "; ".join(_doubt(found, grant) for grant in half)
                yield Text(f"{name}: holds {what}, {doubts}", style=_style(half))
        yield from (Text(f"{name}: {said}", style="yellow") for said in kept.drifted)


def _style(grants: Iterable[Guarantee]) -> str:
    return "yellow" if any(grant.withdrawn for grant in grants) else ""


def _doubt(found: Overview, grant: Guarantee) -> str:
    others = found.others(grant)
    whose = f"{_fields(grant, others=others)}: " if others else ""
    if grant.withdrawn:
        return f"{whose}in doubt, too much that was accepted was wrong"
    whole = needed(grant)
    if whole is None:
        return f"{whose}too much is wrong to promise {percent(grant.accuracy)}"
    return f"{whose}{grant.values} of {whole} evidence values"


def percent(share: float) -> str:
    return f"{share * 100:.10g} %"


def times(assurance: float) -> str:
    """``19 times in 20``."""
    share = Fraction(assurance).limit_denominator(1_000_000_000)
    return f"{share.numerator} time{'s' if share.numerator > 1 else ''} in {share.denominator}"


def bar(done: int, whole: int) -> Text:
    full = min(WIDTH, WIDTH * done // max(whole, 1))
    return Text.assemble(
        ("━" * full, "green"), ("┄" * (WIDTH - full), "dim"), f" {done} of {whole}"
    )


def _fields(grant: Guarantee, *, others: bool, named: bool = False) -> Text:
    """Of several, that they are looked at together."""
    if len(grant.fields) == 1:
        return Text(grant.fields[0])
    other = " other" if others else ""
    together = Text(f"its {len(grant.fields)}{other} fields together")
    if named:
        rest = len(grant.fields) - NAMED
        more = f" and {rest} more" if rest > 0 else ""
        together.append(f"\n{', '.join(grant.fields[:NAMED])}{more}", style="dim")
    return together


def _whose(found: Overview, grant: Guarantee) -> Text:
    fields = _fields(grant, others=found.others(grant), named=True)
    return Text.assemble(fields, (f"\nof {senders(grant)}", "dim")) if found.halves else fields


def senders(grant: Guarantee) -> str:
    if grant.together:
        return "known and new senders"
    return "known senders" if grant.known else "new senders"


def _terms(grant: Guarantee) -> Text:
    return Text.assemble(percent(grant.accuracy), (f"\n{times(grant.assurance)}", "dim"))


def _proven(grant: Guarantee) -> Text:
    found = grant.proven
    assert found
    return Text.assemble(
        (f"at most {percent(ceil(found.bound * 1000) / 1000)} wrong", "green"),
        (f", together: {', '.join(grant.types)}" if grant.types else "", "dim"),
        f"\n{counted(grant.documents, 'document')}, {counted(grant.values, 'value')}, "
        f"{found.n} of them accepted, {found.errors or 'none'} of these wrong",
    )


def _held(found: Overview, grant: Guarantee) -> Text:
    """Why nothing is accepted, and how far it is to the first promise."""
    said = [_in_doubt(found, grant)] if grant.withdrawn else []
    if not grant.values:
        said.append(_nothing_yet(found, grant))
    else:
        said.append(_far(grant))
    text = Text("\n").join(said)
    whole = needed(grant)
    return Text("\n").join([text, bar(grant.values, whole)]) if whole else text


def _in_doubt(found: Overview, grant: Guarantee) -> Text:
    since = found.since.get(grant)
    when = f" since {views.clock_time(since)}" if since else ""
    return Text(f"in doubt{when}: too much of what was accepted was wrong", style="yellow")


def _nothing_yet(found: Overview, grant: Guarantee) -> Text:
    papers = ceil((grant.missing or 0) / len(grant.fields))
    since = "nothing keyed blind yet"
    if found.set_apart and not found.kept.answered:
        since = f"{counted(found.set_apart, 'document')} set apart, none answered yet"
    return Text(
        f"holds everything, {since}: {grant.missing} values are needed,"
        f" about {counted(papers, 'document')}"
    )


def _far(grant: Guarantee) -> Text:
    now = f"{percent(grant.today)} could be promised now; " if grant.today else ""
    goal = percent(grant.accuracy)
    if grant.missing is None:
        least = needed(grant)
        far = f"{goal} takes {least} values"
        if least is None:
            far = f"more of the same would not prove {goal}"
        return Text(f"holds everything: {now}{far}")
    papers = ceil(grant.missing * grant.documents / grant.values)
    return Text(
        f"holds everything: {now}about {grant.missing} more evidence values for {goal},"
        f" some {counted(papers, 'document')}"
    )


def _straight(found: Overview) -> Text:
    told = found.straight
    if not told.documents:
        return Text("–", style="dim")
    share = percent(round(told.through / told.documents, 2))
    wrong = f"\n{told.wrong or 'none'} of them wrong" if told.through else ""
    return Text.assemble(share, (f"\n{told.through} of {told.documents}{wrong}", "dim"))
