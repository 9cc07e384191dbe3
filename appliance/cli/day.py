"""Commands of the day: make a home, watch the inbox, try a file, see the demo."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from appliance.cli import views
from appliance.cli.context import at_home, complain, err, opened, out, tell
from appliance.cli.demo import prepare
from appliance.cli.documents import view
from appliance.cli.reporting import reporting
from appliance.delivery.result import result
from appliance.doctypes import catalogue
from appliance.domain.errors import ConfigError, DocumentError, HomeError, ToolError
from appliance.domain.results import ENDS, Job, JobState
from appliance.intake.archive import fingerprint
from appliance.intake.claim import Claims
from appliance.intake.folder import shown
from appliance.learning.models.registry import Registry
from appliance.promise.policies import PolicyStore, party_history
from appliance.records.proof import Proof
from appliance.service import model_files, wiring
from appliance.service.daemon import stop_on_signals
from appliance.service.decide import decide
from appliance.settings import config
from appliance.settings.home import Home

app = typer.Typer()


@app.command()
def init(context: typer.Context) -> None:
    """Make this folder an appliance's home: folders, settings, the default model."""
    home: Home = context.obj
    home.make()
    wiring.show_types(home)
    registry = Registry(home.models)
    if not registry.has_champion():
        with err.status("making the default model"):
            model_files.add_default(registry)
    champion = registry.champion()
    if not registry.sound(champion):
        with err.status("making its model again"):
            model_files.restore(
                registry, champion, threads=wiring.threads(config.load(home.folder, os.environ))
            )
    out.print(f"[green]ready:[/] {home.folder}, model {champion.name}", highlight=False)
    out.print(
        "next: `appliance run`, and drop documents into the folders of inbox/;"
        " `appliance review` for what it is not sure of",
        highlight=False,
    )


@app.command()
def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Do what there is, then end.")] = False,
) -> None:
    """Watch the inbox until stopped."""
    home, settings = at_home(context)
    with home.locked(wait=None if once else time.sleep):
        _run(home, settings, once=once)
        if once:
            _check_done(home)


def _check_done(home: Home) -> None:
    """Raises HomeError where something is left to do, so that whoever started us hears of it."""
    if taken := Claims(home.inbox).pending():
        raise HomeError(
            f"{shown(taken[0].relative)} was taken out of the inbox and is not archived yet",
            hint="close it in other programs, let the appliance read it: the next run goes on",
        )
    with opened(home) as store:
        left = [job for job in store.jobs() if job.state not in ENDS]
    if left:
        why = left[0].reason or "the next run goes on with them"
        raise HomeError(
            f"{len(left)} documents are left: {why}", hint="`appliance queue --all` says why"
        )


@app.command()
def process(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Documents.", exists=True, dir_okay=False)],
    doctype: Annotated[
        str | None, typer.Option("--doctype", "-t", help="Which kind of document.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="What would be delivered, a line a document.")
    ] = False,
) -> None:
    """Show what would become of documents if they were dropped now; nothing is stored."""
    home, settings = at_home(context)
    name = doctype or settings.inbox.default_type
    if name is None:
        raise ConfigError("which kind of document?", hint=f"--doctype, one of {_names(home)}")
    kind = wiring.doctype(home, name)
    failures, bars = 0, PolicyStore(home.models)
    with (
        opened(home) as store,
        wiring.reader(settings) as reader,
        wiring.predictor(home, settings) as predictor,
    ):
        for file in files:
            now = time.time()
            try:
                docid = fingerprint(file, largest=settings.reading.max_bytes)
                document = reader.read(file, docid=docid)
            except DocumentError as error:
                failures += 1
                complain(error, about=str(file))
                continue
            job = Job(docid, kind.name, JobState.READ, file.name, now)
            prediction, judgement, _ = decide(
                document,
                kind,
                predictor,
                policy=lambda model: bars(model, kind.name),
                history=party_history(Proof(store), kind.name, before=now),
                new_sender=settings.promise.new_sender,
                approved=partial(Proof(store).approved, kind.name),
                seen_before=partial(store.seen_before, job),
            )
            job = replace(job, state=JobState.ACCEPTED if judgement.accepted else JobState.HELD)
            if as_json:
                tell(
                    result(
                        job,
                        document,
                        kind,
                        judgement,
                        model=prediction.model,
                        revision=1,
                        now=now,
                    )
                )
            else:
                out.print(views.document(job, kind, judgement, notes=[views.pages(document)]))
    if failures:
        raise typer.Exit(DocumentError.exit_code)


@app.command()
def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(
            file_okay=False,
            help="A new folder; an earlier demo in it is replaced.",
            show_default="demo, or the one that --home names",
        ),
    ] = None,
) -> None:
    """The main job on twelve made-up documents, from an empty folder to the table of results."""
    try:
        from appliance.samples.make import demo as make  # fpdf2, which serving does not need
    except ImportError as error:
        raise ToolError(
            "the documents cannot be made: fpdf2 is missing",
            hint="pip install 'edge-document-appliance[samples]'",
        ) from error
    home: Home = context.obj
    if folder or home.folder == Path.cwd():
        home = Home((folder or Path("demo")).absolute())
    with err.status("making documents"):
        number = prepare(home, lambda into: [sample.path for sample in make(into)])
    out.print(f"{number} documents lie in {home.inbox}", highlight=False)
    with home.locked(wait=None):
        _run(home, config.load(home.folder, os.environ), once=True)
    with opened(home) as store:
        for job in store.jobs():
            out.print(view(home, store, job))
        out.print(views.counts(store.counts()))
        if not list(store.jobs(JobState.DELIVERED)):
            out.print(
                "Nothing is delivered yet: what may be accepted is proven on what clerks keyed."
            )
    out.print(f"results: {home.outbox}", highlight=False, soft_wrap=True)
    then = f"next: `appliance --home {home.folder} review`, to fix what is held"
    out.print(then, highlight=False, soft_wrap=True)


def _run(home: Home, settings: config.Settings, *, once: bool) -> None:
    stop = Event()
    with (
        reporting(home, out, values=settings.log.values) as report,
        wiring.daemon(home, settings, report=report, stop=stop, once=once) as daemon,
    ):
        stop_on_signals(stop, daemon.wake)
        if once:
            daemon.run_once(stop)
        else:
            daemon.run(stop)


def _names(home: Home) -> str:
    return ", ".join(catalogue.names(home.doctypes))
