"""What the command line shows of model versions: values in, rich renderables out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.table import Column, Table
from rich.text import Text

from appliance.cli import views
from appliance.domain.nights import NightEnd
from appliance.domain.plurals import counted
from appliance.domain.results import GateOutcome, ModelVersion, ServingStatus
from appliance.learning.models.received import ReceivedVersions
from appliance.learning.models.registry import Registry
from appliance.learning.night.standing import NEXT_STEP, NightStanding, describe_unlearned
from appliance.learning.trainer.tuning import TuningProgress
from appliance.service.night_scheduler import NightBegun, NightEnded, NightOutlook

if TYPE_CHECKING:  # `status` must stay quick
    from appliance.service.serving import SwapRefused

VERBS = {
    NightEnd.FAILED: "failed",
    NightEnd.CUT: "was cut",
    NightEnd.NOT_BEGUN: "did not begin",
}
"""How a night ended that came to no verdict."""
STYLES = {GateOutcome.PROMOTED: "green", GateOutcome.NOT_PROVEN: "dim", GateOutcome.WORSE: "yellow"}


def versions(found: Iterable[tuple[ModelVersion, int | None]], *, champion: str | None) -> Table:
    """Each with the bytes of its file, None when it was left out; the arrow shows the champion."""
    table = Table(
        "",
        "version",
        "made",
        *[Column(name, justify="right") for name in ("trained on", "fixes", "breaks")],
        "verdict",
        Column("size", justify="right"),
        box=None,
        pad_edge=False,
    )
    for version, size in found:
        arrow = "→" if version.name == champion else ""
        table.add_row(arrow, *_row(version), f"{size / 1e6:.0f} MB" if size else "left out")
    return table


def _row(version: ModelVersion) -> tuple[str | Text, ...]:
    made = views.clock_time(version.made_at) if version.made_at else ""
    training, verdict = version.training, version.verdict
    if training:
        papers = counted(training.documents, "document")
        papers += f" in {version.origin}" if version.origin else ""
    else:
        papers = "" if version.base is None else "?"
    if verdict is None:
        return Text(version.name), made, papers, "", "", ""
    said = Text(verdict.outcome.value, style=STYLES[verdict.outcome])
    return Text(version.name), made, papers, str(verdict.fixed), str(verdict.broken), said


def received(registry: Registry) -> Iterator[Text]:
    """What becomes of the versions of other homes that are not judged yet."""
    every = ReceivedVersions(registry)
    replaced = every.replaced()
    for one in every.every():
        what = f"{one.name} of {one.bundle.origin}"
        if one.refused:
            yield Text.assemble(("refused: ", "yellow"), f"{what}: {one.refused}")
        elif one in replaced:
            yield Text(f"waits no more: {what}, which sent a newer one", style="dim")
        else:
            yield Text(f"waits to be judged: {what}")


def kept(refused: SwapRefused | ServingStatus) -> str:
    """Why the promoted version does not serve, and what does."""
    goes_on = f"{refused.name} goes on" if refused.name else "documents wait for one that does"
    return f"{refused.refused} does not serve, {goes_on}: {refused.reason}"


def verdict(version: ModelVersion) -> Text:
    """What came of a night."""
    said = version.verdict
    if said is None:
        return Text(version.name)
    outcome = (said.outcome.value, STYLES[said.outcome])
    return Text.assemble(outcome, f": {version.name}, {said.reason}")


def told(event: NightBegun | NightEnded) -> str:
    """That a night began, or how it ended."""
    if isinstance(event, NightEnded):
        return event.news.said
    return f"begins ({event.why}), to be over {views.clock_time(event.until)}"


def nights(found: NightOutlook) -> Iterator[Text]:
    """What goes on or how the last one ended, and when the next may begin and what it lacks."""
    news = found.news
    if found.goes_on:
        doing = progress(news.progress) if news and news.progress else "beginning"
        yield Text(f"a night goes on: {doing}")
        if news and news.said:
            yield Text(f"  {news.said}", style="dim")
        return
    if news:
        # The file says nothing of the end of one that was killed.
        last = found.standing.last if news.end is None else news
        if last:
            verb = f" {VERBS[last.end]}" if last.end in VERBS else ""
            yield Text(f"last night ({views.clock_time(news.at)}){verb}: {last.said}")
    yield from _troubles(found.standing)
    when = f" (from {views.clock_time(found.next.opens)})" if found.next.opens else ""
    yield Text(f"next night{when}: {found.next.why}")
    if found.next.hint:
        yield Text(f"  → {found.next.hint}", style="yellow")


def _troubles(standing: NightStanding) -> Iterator[Text]:
    """What of the last nights somebody should know, and the next step."""
    if standing.last and (left_out := standing.last.left_out):
        documents = counted(len(left_out), "document")
        yield Text(f"  {documents} could not be learned from: `appliance report` says which")
    if standing.is_troubled:
        yield Text(f"  {describe_unlearned(standing)}", style="yellow")
        yield Text(f"  → {NEXT_STEP}", style="yellow")


def progress(now: TuningProgress) -> str:
    """How far a night is: ``training, 120 of 300, 12 min left``."""
    parts = [now.phase]
    if now.steps:
        parts.append(f"{now.done} of {now.steps}")
    if now.left is not None:
        parts.append(f"{_span(now.left)} left")
    return ", ".join(parts)


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"
