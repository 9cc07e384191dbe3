"""The door: parse a command, call the house, print what it says. Decides nothing itself."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from contextlib import closing
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from threading import Event
from typing import Annotated

import typer
from rich.console import Console, RenderableType
from rich.progress import track

from appliance import __version__, config, views, wiring
from appliance import doctor as checkup
from appliance.daemon import stop_on_signals
from appliance.delivery.result import result
from appliance.demo import prepare
from appliance.doctypes import catalogue
from appliance.domain.doctype import DocType
from appliance.domain.errors import (
    ApplianceError,
    ConfigError,
    DoctypeError,
    DocumentError,
    HomeError,
    ToolError,
)
from appliance.domain.results import ENDS, Job, State
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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # Windows writes pipes in a code page of its own
            stream.reconfigure(encoding="utf-8", errors="replace")
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


def _version(asked: bool) -> None:
    if asked:
        print(__version__)
        raise typer.Exit


@app.callback()
def _door(
    context: typer.Context,
    home: HomeOption = Path(),
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
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
    with opened(home) as store:
        left = [job for job in store.jobs() if job.state not in ENDS]
    if once and left:
        why = left[0].reason or "the next run goes on with them"
        raise HomeError(f"{len(left)} documents are left: {why}", hint="see `appliance status`")


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
def queue(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also what is done.")] = False,
) -> None:
    """Documents that wait for a clerk, the oldest first, and why."""
    home, _ = _open(context)
    with opened(home) as store:
        found = store.jobs() if every else store.jobs(State.HELD)
        out.print(views.jobs(found, empty="nothing waits for a clerk"))


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
        job = _meant(_found(store, docid), doctype)
        if job.state not in ENDS:
            raise ConfigError(
                f"{job.source} is still being processed", hint="see `appliance status`"
            )
        store.restart(job, doctype=doctype)
        if not any(other.state is State.FAILED for other in store.find(job.docid)):
            Quarantine(home.failed).remove(job.source, job.docid)
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
        print(json.dumps(asdict(found), ensure_ascii=False))
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
        if not list(store.jobs(State.DELIVERED)):
            out.print("Nothing was sure enough to be delivered: the model as it comes is untuned.")
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
        try:
            checkup.try_model(version, settings)
        except ApplianceError:
            registry.remove(version)
            raise
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
        wiring.daemon(home, settings, report=report, stop=stop, once=once) as daemon,
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
        raise ConfigError(
            f"no document starts with {docid}", hint="`appliance queue --all` lists them"
        )
    if len({job.docid for job in jobs}) > 1:
        raise ConfigError(f"{docid} fits several documents", hint="write more letters")
    return jobs


def _meant(jobs: list[Job], doctype: str | None) -> Job:
    """The one job, or the one of this kind."""
    of_kind = [job for job in jobs if job.doctype == doctype]
    if len(jobs) > 1 and not of_kind:
        kinds = ", ".join(job.doctype for job in jobs)
        raise ConfigError(f"it is there as {kinds}", hint="say which with --doctype")
    return (of_kind or jobs)[0]


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
    return views.document(job, _kind(home, job), answer.standing if answer else None, notes=notes)


def _kind(home: Home, job: Job) -> DocType | None:
    """None when nobody knows it, or when its file does not do any more."""
    try:
        return wiring.doctype(home, job.doctype) if job.doctype else None
    except DoctypeError:
        return None


def _names(home: Home) -> str:
    return ", ".join(catalogue.names(home.doctypes))
