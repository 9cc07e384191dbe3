"""The door: parse a command, call the house, print what it says. Decides nothing itself."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from threading import Event
from typing import Annotated

import typer
from rich.console import Console, RenderableType
from rich.progress import track

from appliance import config, views, wiring
from appliance import doctor as checkup
from appliance.daemon import stop_on_signals
from appliance.delivery.result import result
from appliance.demo import prepare
from appliance.doctypes import catalogue
from appliance.domain.errors import ApplianceError, ConfigError, DocumentError, ToolError
from appliance.domain.results import Job, State
from appliance.home import Home
from appliance.intake.quarantine import Quarantine
from appliance.learning.evaluation import labels
from appliance.learning.registry import Registry
from appliance.learning.scoring import Counted, summarise
from appliance.pipeline import decide
from appliance.reporting import reporting
from appliance.store import Store

out = Console()
err = Console(stderr=True)

app = typer.Typer(
    help="Reads documents on this machine: what lies in the inbox becomes JSON in the outbox.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
model_app = typer.Typer(help="The models of this appliance.", no_args_is_help=True)
app.add_typer(model_app, name="model")


doctypes_app = typer.Typer(help="The document types: what is asked of which document.")
app.add_typer(doctypes_app, name="doctypes")


def main() -> None:
    """Every foreseen error ends in its message, the next step and its own exit code."""
    try:
        app()
    except ApplianceError as error:
        complain(error)
        sys.exit(error.exit_code)


def complain(error: ApplianceError, *, about: str = "") -> None:
    err.print(f"{about}: {error}" if about else str(error), markup=False, style="red")
    if error.hint:
        err.print(f"→ {error.hint}", markup=False, style="yellow")


HomeOption = Annotated[
    Path,
    typer.Option(
        "--home",
        envvar="APPLIANCE_HOME",
        help="Folder of the appliance.",
        file_okay=False,
        show_default="the current folder",
    ),
]


@app.callback()
def _door(context: typer.Context, home: HomeOption = Path()) -> None:
    context.obj = Home(home.absolute())


@app.command()
def init(context: typer.Context) -> None:
    """Make this folder an appliance's home: folders, settings, the default model."""
    home: Home = context.obj
    home.make()
    wiring.show_types(home)
    registry = Registry(home.models)
    if not registry.has_champion():
        with err.status("copying the default model"):
            registry.add_default()
    out.print(f"[green]ready:[/] {home.folder}, model {registry.champion().name}", highlight=False)
    out.print(
        "next: `appliance run`, and drop documents into the folders of inbox/", highlight=False
    )


@app.command()
def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Do what there is, then end.")] = False,
) -> None:
    """Watch the inbox until stopped."""
    home, settings = _open(context)
    _run(home, settings, once=once)


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
    """Show what would become of documents; nothing is stored or delivered."""
    home, settings = _open(context)
    name = doctype or settings.inbox.default_type
    if name is None:
        raise ConfigError("which kind of document?", hint=f"--doctype, one of {_names(home)}")
    kind = wiring.doctype(home, name)
    failures = 0
    with wiring.reader(settings) as reader, wiring.predictor(home, settings) as predictor:
        for file in files:
            try:
                docid = hashlib.sha256(file.read_bytes()).hexdigest()
                document = reader.read(file, docid=docid)
            except DocumentError as error:
                failures += 1
                complain(error, about=str(file))
                continue
            prediction, judgement, _ = decide(
                document, kind, predictor, min_score=settings.judgement.min_score
            )
            state = State.ACCEPTED if judgement.accepted else State.HELD
            job = Job(docid, kind.name, state, file.name, time.time())
            if as_json:
                print(
                    json.dumps(
                        result(
                            job,
                            document,
                            kind,
                            judgement,
                            model=prediction.model,
                            revision=1,
                            now=time.time(),
                        ),
                        ensure_ascii=False,
                    )
                )
            else:
                out.print(views.document(job, kind, judgement, notes=[views.pages(document)]))
    if failures:
        raise typer.Exit(DocumentError.exit_code)


@app.command()
def status(context: typer.Context) -> None:
    """What the appliance is doing and what it has done."""
    home, _ = _open(context)
    pid = home.daemon()
    out.print(f"running (process {pid})" if pid else "[yellow]not running[/]: `appliance run`")
    out.print(f"model {Registry(home.models).champion().name}", highlight=False)
    with opened(home) as store:
        if pid and (doing := views.in_hand(store.in_hand())):
            out.print(doing, markup=False, highlight=False)
        out.print(views.counts(store.counts()))
        if store.repeats():
            out.print(f"{store.repeats()} files were dropped again and not delivered twice")


@app.command()
def queue(context: typer.Context) -> None:
    """Documents that wait for a clerk, the oldest first, and why."""
    home, _ = _open(context)
    with opened(home) as store:
        out.print(views.jobs(store.jobs(State.HELD), empty="nothing waits for a clerk"))


@app.command()
def show(
    context: typer.Context,
    docid: Annotated[str, typer.Argument(help="The first letters of a docid.")],
) -> None:
    """One document: its fields, and why it was delivered, held or failed."""
    home, _ = _open(context)
    with opened(home) as store:
        for job in _found(store, docid):
            out.print(_view(home, store, job))


@app.command()
def retry(
    context: typer.Context,
    docid: Annotated[str, typer.Argument(help="The first letters of a docid.")],
    doctype: Annotated[
        str | None, typer.Option("--doctype", "-t", help="Process it as this kind of document.")
    ] = None,
) -> None:
    """Process a held, failed or delivered document again; it is delivered as a new revision."""
    home, _ = _open(context)
    if doctype is not None:
        wiring.doctype(home, doctype)
    with opened(home) as store:
        jobs = _found(store, docid)
        if len(jobs) > 1:
            kinds = ", ".join(job.doctype for job in jobs)
            raise ConfigError(f"{docid} is more than one: {kinds}", hint="write more letters")
        job = jobs[0]
        if job.state not in (State.HELD, State.FAILED, State.DELIVERED):
            raise ConfigError(
                f"{job.source} is still being processed", hint="see `appliance status`"
            )
        if not any(
            other.state is State.FAILED for other in _found(store, job.docid) if other != job
        ):
            Quarantine(home.failed).remove(job.source, job.docid)
        store.restart(job, state=State.ARRIVED, doctype=doctype)
        out.print(f"{job.source} will be processed again", markup=False, highlight=False)


@app.command()
def doctor(context: typer.Context) -> None:
    """Check model, OCR, folders, memory and disk, and say what to do."""
    home, settings = _open(context)
    wrong = 0
    for check in checkup.checks(home, settings):
        wrong += not check.ok
        out.print("[green]ok[/]   " if check.ok else "[red]wrong[/]", end=" ")
        out.print(f"{check.name}: {check.found}", markup=False, highlight=False)
        if check.hint:
            out.print(f"      → {check.hint}", markup=False, highlight=False, style="yellow")
    if wrong:
        raise typer.Exit(1)


@app.command()
def verify(context: typer.Context) -> None:
    """Check every stored file against its fingerprint, and every row against its files."""
    home, _ = _open(context)
    with opened(home) as store, err.status("reading every stored file"):
        problems = wiring.verify(home, store)
    for problem in problems:
        style = "dim" if problem.harmless else "yellow"
        out.print(f"{problem.where} {problem.message}", markup=False, highlight=False, style=style)
        out.print(f"  → {problem.hint}", markup=False, highlight=False, style="dim")
    if any(not problem.harmless for problem in problems):
        raise typer.Exit(1)
    out.print("[green]all files and rows agree[/]")


@app.command()
def evaluate(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(help="Documents with a labels.jsonl.", exists=True, file_okay=False)
    ],
    doctype: Annotated[str, typer.Option("--doctype", "-t", help="Which kind of document.")],
    as_json: Annotated[bool, typer.Option("--json", help="All figures as JSON.")] = False,
    limit: Annotated[int | None, typer.Option(help="Only the first so many.", min=1)] = None,
    fold_case: Annotated[
        bool, typer.Option("--fold-case", help="Exact match that does not mind case.")
    ] = False,
) -> None:
    """Compare what the appliance says with labelled documents."""
    home, settings = _open(context)
    kind = wiring.doctype(home, doctype)
    counted = Counted(fold_case=fold_case)
    total = len(labels(folder)[:limit])
    scores = []
    with wiring.evaluation(home, settings, folder, kind, counted, limit) as (model, progress):
        for scored in track(progress, "reading and asking", total=total, console=err):
            scores.append(scored)
            if scored.error:
                err.print(f"{scored.name}: {scored.error}", markup=False, style="red")
    found = summarise(scores, kind, model=model.name, parties=frozenset(model.parties))
    if as_json:
        print(json.dumps(asdict(found) | {"rows_f1": found.rows_f1}, ensure_ascii=False))
    else:
        out.print(views.evaluation(found))


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Argument(help="A new folder; an earlier demo in it is replaced.")
    ] = Path("demo"),
) -> None:
    """The main job on twelve made-up documents, from an empty folder to the table of results."""
    try:
        from appliance.samples.make import demo as make  # fpdf2, which serving does not need
    except ImportError as error:
        raise ToolError(
            "the documents cannot be made: fpdf2 is missing",
            hint="pip install 'edge-document-appliance[samples]'",
        ) from error
    home = Home(folder.absolute())
    with err.status("making documents"):
        number = prepare(home, lambda into: [sample.path for sample in make(into)])
    out.print(f"{number} documents lie in {home.inbox}", highlight=False)
    _run(home, config.load(home.folder, os.environ), once=True)
    with opened(home) as store:
        for job in store.jobs():
            out.print(_view(home, store, job))
        out.print(views.counts(store.counts()))
    out.print(
        f"next: `appliance --home {folder} queue`, and the JSON in {home.outbox}", highlight=False
    )


@model_app.command("list")
def model_list(context: typer.Context) -> None:
    """The models of this home; the arrow shows the one that serves."""
    home, _ = _open(context)
    registry = Registry(home.models)
    champion = registry.champion().name if registry.has_champion() else None
    out.print(views.models(registry.versions(), champion=champion))


@model_app.command("add")
def model_add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A GGUF file.")],
) -> None:
    """Copy a GGUF model in and serve with it from the daemon's next start on."""
    home, settings = _open(context)
    registry = Registry(home.models)
    with err.status("copying and trying the model"):
        version = registry.add(file)
        checkup.try_model(version, settings)
        registry.promote(version)
    out.print(f"[green]serves:[/] {version.name}", highlight=False)


@doctypes_app.callback(invoke_without_command=True)
def doctypes_list(context: typer.Context) -> None:
    """The document types of this home."""
    if context.invoked_subcommand is None:
        home: Home = context.obj
        names = catalogue.names(home.doctypes)
        out.print(views.doctypes(wiring.doctype(home, name) for name in names))


@doctypes_app.command("check")
def doctypes_check(
    file: Annotated[Path, typer.Argument(help="A document type.", exists=True, dir_okay=False)],
) -> None:
    """Say everything that is wrong with a document type's file."""
    problems = catalogue.problems(file)
    for problem in problems:
        out.print(f"{file}: {problem}", markup=False, highlight=False)
    if problems:
        raise typer.Exit(ConfigError.exit_code)
    out.print(f"[green]fine:[/] {catalogue.load(file).title}", highlight=False)


def _run(home: Home, settings: config.Settings, *, once: bool) -> None:
    stop = Event()
    with (
        home.locked(),
        reporting(home, out) as report,
        wiring.daemon(home, settings, report=report, once=once) as daemon,
    ):
        stop_on_signals(stop, daemon.wake)
        if once:
            daemon.run_once(stop)
        else:
            daemon.run(stop)


def _open(context: typer.Context) -> tuple[Home, config.Settings]:
    home: Home = context.obj
    return home, config.load(home.folder, os.environ)


def opened(home: Home) -> closing[Store]:
    return closing(Store(home.database))


def _found(store: Store, docid: str) -> list[Job]:
    jobs = store.find(docid)
    if not jobs:
        raise ConfigError(f"no document starts with {docid}", hint="`appliance queue` lists them")
    if len({job.docid for job in jobs}) > 1:
        raise ConfigError(f"{docid} fits several documents", hint="write more letters")
    return jobs


def _view(home: Home, store: Store, job: Job) -> RenderableType:
    answer = store.answer(job)
    document = store.document(job.docid)
    notes = [f"dropped as {', '.join(store.arrivals(job.docid))}"]
    notes += [views.pages(document)] if document else []
    notes += [f"answered by {answer.prediction.model} in {answer.seconds:.1f} s"] if answer else []
    notes += [
        f"delivered as outbox/{delivery.path}, revision {delivery.revision}"
        for delivery in store.deliveries(job)
    ]
    kind = wiring.doctype(home, job.doctype) if job.doctype else None
    return views.document(job, kind, answer.judgement if answer else None, notes=notes)


def _names(home: Home) -> str:
    return ", ".join(catalogue.names(home.doctypes))
