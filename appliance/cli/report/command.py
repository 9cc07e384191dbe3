"""The command of the report: what the records of some days add up to, as a page for people."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from appliance.cli.context import at_home, err, opened, out
from appliance.cli.report.figures import Fleet, Folder, HomeReport, Learning, Promised
from appliance.cli.report.page import page
from appliance.domain.errors import ConfigError, ModelError
from appliance.domain.local_time import midnight
from appliance.domain.results import JobState
from appliance.learning.models.registry import Registry
from appliance.learning.night.standing import judge_nights
from appliance.promise.evidence_answers import BackfillProgress, progress
from appliance.promise.evidence_standing import list_unanswered
from appliance.promise.learning_curve import forecast, stretches
from appliance.promise.policies import PolicyStore
from appliance.records.fleet_hub import HubInbox
from appliance.records.statistics import Statistics
from appliance.records.store import Store
from appliance.service.night_history import list_nights
from appliance.service.versions import answer_versions
from appliance.settings.config import Settings
from appliance.settings.home import Home
from appliance.system import disk, files

app = typer.Typer()

DAY = 86400.0
SLOWEST = 5
"""Documents that are told of."""


@app.command()
def report(
    context: typer.Context,
    days: Annotated[
        int, typer.Option("--days", help="Of so many days, today included.", min=1, max=36500)
    ] = 30,
    to: Annotated[
        Path | None,
        typer.Option(help="File to write.", dir_okay=False, show_default="report.html in the home"),
    ] = None,
    without_names: Annotated[
        bool, typer.Option("--without-names", help="Leave out senders and names of files.")
    ] = False,
) -> None:
    """Write a page about this home: documents, clerks' time, corrections, accuracy, nights.

    The page is one file that any browser shows and prints. Nothing in it is fetched from elsewhere.
    """
    home, settings = at_home(context)
    path = to or home.report
    with opened(home) as store, err.status("adding up the records"):
        figures = gathered(
            home, settings, store, days=days, names=not without_names, now=time.time()
        )
    try:
        files.write(path.absolute(), page(figures).encode())
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}",
            hint="name a file in a folder that you may write to with --to",
        ) from error
    out.print(f"written: {path}", highlight=False, soft_wrap=True)


def gathered(
    home: Home, settings: Settings, store: Store, *, days: int, names: bool, now: float
) -> HomeReport:
    """``now`` in seconds since 1970."""
    # Noon, for a day may have an hour more or less.
    begin = midnight(midnight(now) + DAY / 2 - (days - 1) * DAY)
    statistics = Statistics(store)
    return HomeReport(
        home=home.folder.name,
        begin=datetime.fromtimestamp(begin).date(),
        end=datetime.fromtimestamp(now).date(),
        made_at=datetime.fromtimestamp(now),
        names=names,
        waiting=sum(n for (_, state), n in store.counts().items() if state is JobState.HELD),
        ways=statistics.ways(since=begin),
        reasons=statistics.reasons(since=begin),
        clerk_time=statistics.clerk_time(since=begin),
        by_programs=statistics.approved_by_programs(since=begin),
        fields=statistics.field_corrections(since=begin),
        senders=statistics.sender_corrections(since=begin),
        promised=_promised(home, settings, store),
        learning=_learning(home, store, statistics),
        fleet=Fleet(HubInbox(store).sites(), HubInbox(store).accuracies()),
        steps=statistics.steps(since=begin),
        slowest=statistics.slowest(since=begin, most=SLOWEST),
        folders=list(_folders(home)),
        free=shutil.disk_usage(home.folder).free,
    )


def _promised(home: Home, settings: Settings, store: Store) -> Promised:
    """Of the types in which documents have come, as last computed, which may be some seconds
    behind."""
    come = {kind for kind, _ in store.counts()}
    with suppress(ModelError):
        model, versions = Registry(home.models).pointer().name, answer_versions(settings)
        kept = PolicyStore(home.models).calibrations(model).of(versions)
        kept = {kind: one for kind, one in kept.items() if kind in come}
        unanswered = list_unanswered(store, home.models, model, versions, kept)
        return Promised(model, kept, progress(home.models / model), unanswered)
    return Promised("", {}, BackfillProgress())


def _learning(home: Home, store: Store, statistics: Statistics) -> Learning:
    registry, ended = Registry(home.models), list_nights(home, store)
    keyed, labels = statistics.keyed(), statistics.labels()
    left_out = {one.docid for night in ended for one in night.left_out}
    return Learning(
        nights=statistics.nights(),
        versions={version.name: version for version in registry.readable()},
        ended=ended,
        standing=judge_nights(ended),
        sources={docid: job.source for docid in left_out for job in store.find(docid)},
        labels=labels,
        keyed=len(keyed),
        stretches=stretches(keyed),
        forecast=forecast(keyed, labels),
    )


def _folders(home: Home) -> Iterator[Folder]:
    for folder in home.folders:
        yield Folder(f"{folder.name}/", *disk.taken(folder))
    parts = [disk.taken(Path(f"{home.database}{end}")) for end in ("", "-wal", "-shm")]
    yield Folder(home.database.name, sum(n for n, _ in parts), sum(size for _, size in parts))
