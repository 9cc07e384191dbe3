"""The command that says how it stands, in a moment: whoever watches asks it often."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.text import Text

from appliance.cli import for_programs, model_views, promise_views, views
from appliance.cli.context import at_home, opened, out, tell
from appliance.domain.errors import HomeError
from appliance.domain.plurals import counted
from appliance.domain.results import JobState
from appliance.intake.scan import look
from appliance.learning.models.registry import Registry
from appliance.promise.evidence_answers import progress
from appliance.promise.evidence_standing import list_unanswered
from appliance.promise.policies import PolicyStore
from appliance.records.calls import Calls
from appliance.records.erasures import Erasure, ErasureChoice, Erasures
from appliance.records.store import Store
from appliance.service.night_history import look_back
from appliance.service.night_scheduler import outlook
from appliance.service.versions import answer_versions
from appliance.settings.config import Settings
from appliance.settings.home import Home

app = typer.Typer()

FEW = 5
"""Of what stays in the inbox, by name."""


@app.command()
def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as one line of JSON.")] = False,
) -> None:
    """Show what the appliance is doing and what it has done."""
    home, settings = at_home(context)
    pid = home.daemon()
    if as_json:
        with opened(home) as store:
            tell(_status(home, settings, store, pid))
        return
    out.print(_daemon(pid))
    _model(Registry(home.models), running=pid is not None)
    with opened(home) as store:
        if pid and (doing := views.in_hand(store.in_hand())):
            out.print(doing, highlight=False)
        counts = store.counts()
        out.print(views.counts(counts))
        if repeats := store.repeats():
            files = counted(repeats, "file")
            out.print(f"dropped again and not delivered twice: {files}")
        if calls := views.calls_in_short(Calls(store).open()):
            out.print(calls, highlight=False)
        stays = _stays(home, settings)
        more = [f"and {len(stays) - FEW} more stay there"] if len(stays) > FEW else []
        for told in (*stays[:FEW], *more):
            out.print(told, style="yellow", highlight=False)
        if lines := _promise(home, settings, store, counts):
            for line in lines:
                out.print(line, highlight=False)
            out.print("  → `appliance promise` says more", style="dim", highlight=False)
        for line in model_views.nights(outlook(home, settings.night, store, time.time())):
            out.print(line, highlight=False)
        if gone := _forgotten_by_type(store):
            number = counted(gone.documents, "document")
            when = views.clock_time(gone.erased_at)
            out.print(f"forgot {number} on {when}: {gone.why}", highlight=False)


def _forgotten_by_type(store: Store) -> Erasure | None:
    """The last time that types kept documents no longer."""
    every = [one for one in Erasures(store).erasures() if one.chosen is ErasureChoice.TYPE]
    return every[-1] if every else None


def _status(home: Home, settings: Settings, store: Store, pid: int | None) -> dict[str, Any]:
    """For programs."""
    registry, counts = Registry(home.models), store.counts()
    return {
        "running": pid is not None,
        "process": pid or None,
        "model": _serving(registry, running=pid is not None),
        "models_wrong": [flaw.in_words for flaw in registry.flaws(quick=True)],
        "in_hand": [job.docid for job in store.in_hand()] if pid else [],
        "documents": for_programs.counts(counts),
        "dropped_again": store.repeats(),
        "calls": for_programs.calls(Calls(store).open()),
        "stays_in_inbox": _stays(home, settings),
        "not_promised": [line.plain for line in _promise(home, settings, store, counts)],
        "night": [
            line.plain.strip()
            for line in model_views.nights(outlook(home, settings.night, store, time.time()))
        ],
        "last_night": for_programs.nights(look_back(home, store)),
        "forgotten_by_type": asdict(gone) if (gone := _forgotten_by_type(store)) else None,
    }


def _daemon(pid: int | None) -> Text:
    if pid is None:
        return Text.assemble(("not running", "yellow"), ": `appliance run`")
    if not pid:
        return Text("it waits for room on its disk", "yellow")
    return Text(f"running (process {pid})")


def _stays(home: Home, settings: Settings) -> list[str]:
    """What is not taken out of the inbox, and why; a listing tells it."""
    try:
        stays = look(home.inbox, largest=settings.reading.max_bytes).stays(now=time.time())
    except HomeError as error:
        return [error.in_words]
    return [f"stays in the inbox: {trouble.message} ({trouble.hint})" for trouble in stays]


def _model(registry: Registry, *, running: bool) -> None:
    """Which serves; and which does not though it was promoted."""
    champion, service = registry.pointer().name, registry.service()
    serves = _serving(registry, running=running)
    out.print(f"model {serves or 'none that answers'}", highlight=False)
    for flaw in registry.flaws(quick=True):
        out.print(flaw.in_words, style="yellow", highlight=False, soft_wrap=True)
    if service and service.refused == champion:
        out.print(model_views.kept(service), style="yellow", highlight=False)


def _serving(registry: Registry, *, running: bool) -> str:
    """Empty when none answers. Raises ModelError when nothing says which was promoted."""
    service = registry.service()
    return service.name if running and service else registry.pointer().name


def _promise(
    home: Home, settings: Settings, store: Store, counts: Iterable[tuple[str, JobState]]
) -> list[Text]:
    """Of the types of ``counts``, as the champion's calibrations say, which may be some seconds
    behind; nothing is computed."""
    champion, serves_on = Registry(home.models).pointer().name, answer_versions(settings)
    calibrations = PolicyStore(home.models).calibrations(champion).of(serves_on)
    doctypes = sorted({name for name, _ in counts if name})
    unanswered = list_unanswered(store, home.models, champion, serves_on, calibrations)
    return [
        *promise_views.standing(calibrations, doctypes),
        *promise_views.backfill(progress(home.models / champion), serves_on),
        *(Text(told, style="yellow") for told in promise_views.describe_unanswered(unanswered)),
    ]
