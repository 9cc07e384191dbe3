"""Commands of the day: make a home, watch the inbox, try a file, see the demo."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli import demo as demonstration
from appliance.cli import views
from appliance.cli.context import at_home, complain, err, opened, out, tell, tell_done
from appliance.cli.json_log import noting
from appliance.cli.reporting import reporting
from appliance.delivery.result import result
from appliance.doctypes import catalogue
from appliance.domain.errors import ConfigError, DocumentError, HomeError, ToolError
from appliance.domain.plurals import counted
from appliance.domain.results import ENDS, Job, JobState
from appliance.intake.archive import fingerprint
from appliance.intake.claim import Claims
from appliance.intake.folder import shown
from appliance.learning.models.registry import Registry
from appliance.promise.policies import PolicyStore
from appliance.records.proof import Proof
from appliance.senders.directory import SenderDirectory
from appliance.senders.history import sender_history
from appliance.senders.identity import SentPage
from appliance.service import model_files, wiring
from appliance.service.daemon import stop_on_signals
from appliance.service.decide import decide_on
from appliance.service.versions import answer_versions
from appliance.settings import config
from appliance.settings.home import Home
from appliance.system.watchdog import ServiceManager, Watchdog

if TYPE_CHECKING:
    from appliance.review.scripted import KnownValues
    from appliance.samples.make import MadeDocument

app = typer.Typer()


@app.command()
def init(context: typer.Context) -> None:
    """Make a home for the appliance: folders, settings, the default model."""
    home: Home = context.obj
    home.make()
    wiring.show_types(home)
    registry = Registry(home.models)
    registry.begin_seals()
    if not registry.has_champion():
        with err.status("making the default model"):
            model_files.add_default(registry)
    champion = registry.champion()
    if not registry.sound(champion):
        with err.status("making its model again"):
            model_files.restore(
                registry, champion, threads=wiring.threads(config.load(home.folder, os.environ))
            )
    tell_done("ready", f"{home.folder}, model {champion.name}")
    out.print(
        "next: `appliance run`, and drop documents into the folders of inbox/;"
        " `appliance review` corrects what is held",
        highlight=False,
    )


@app.command()
def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="End when nothing is left to do.")] = False,
) -> None:
    """Watch the inbox until stopped."""
    home, settings = at_home(context)
    watchdog = _watchdog(home)

    def wait(seconds: float) -> None:
        watchdog.beat()
        time.sleep(seconds)

    with home.locked(wait=None if once else wait):
        _run(home, settings, once=once)
        if once:
            _check_done(home)


def _watchdog(home: Home) -> Watchdog:
    return Watchdog(
        ServiceManager(os.environ), note=lambda seconds: home.expect(by=time.time() + seconds)
    )


def _check_done(home: Home) -> None:
    """Raises HomeError where something is left to do, so that whoever started us hears of it."""
    if taken := Claims(home.inbox).pending():
        raise HomeError(
            f"{shown(taken[0].relative)} was taken out of the inbox and is not archived yet",
            hint="close it in other programs, and let the appliance read it: the next run goes on",
        )
    with opened(home) as store:
        left = [job for job in store.jobs() if job.state not in ENDS]
    if left:
        why = left[0].reason or "the next run goes on with them"
        raise HomeError(
            f"{counted(len(left), 'document')} left: {why}", hint="`appliance queue --all` says why"
        )


@app.command()
def process(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(help="Files to read.", exists=True, dir_okay=False)
    ],
    doctype: Annotated[
        str | None,
        typer.Option("--doctype", "-t", metavar="TYPE", help="Document type of the files."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each result as one line of JSON.")
    ] = False,
) -> None:
    """Show what would become of files if they were dropped now; stores nothing."""
    home, settings = at_home(context)
    name = doctype or settings.inbox.default_type
    if name is None:
        raise ConfigError("which kind of document?", hint=f"--doctype, one of {_names(home)}")
    kind = wiring.doctype(home, name)
    failures, policies, versions = 0, PolicyStore(home.models), answer_versions(settings)
    with (
        opened(home) as store,
        wiring.reader(settings) as reader,
        wiring.predictor(home, settings) as predictor,
    ):
        directory = SenderDirectory(store)
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
            lookup = directory.who_sent(SentPage(document))
            prediction, judgement, _ = decide_on(
                document,
                kind,
                predictor,
                policy=lambda model: policies(model, kind.name, versions),
                history=sender_history(Proof(store), docid, kind.name, lookup),
                new_sender=settings.promise.new_sender,
                approved=partial(Proof(store).approved, kind.name),
                seen_before=partial(store.seen_before, job),
                look=partial(reader.look, file, docid=docid),
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
                        versions=versions,
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
    clerk: Annotated[
        bool,
        typer.Option("--clerk", help="Let a script play the clerk for nine of the documents."),
    ] = False,
) -> None:
    """Make a home with fifteen made-up documents and process them."""
    try:
        from appliance.samples import make  # fpdf2, which serving does not need
    except ImportError as error:
        raise ToolError(
            "the documents cannot be made: fpdf2 is missing",
            hint="pip install 'edge-document-appliance[samples]'",
        ) from error
    home: Home = context.obj
    if folder or home.folder == Path.cwd():
        home = Home((folder or Path("demo")).absolute())
    samples: list[MadeDocument] = []

    def made(into: Path) -> list[Path]:
        mail, others = make.demo_mail(into), make.demo(into)
        samples.extend([*others, mail.enclosed])
        return [mail.path, *(one.path for one in (*make.demo_einvoices(into), *others))]

    with err.status("making documents"):
        number = demonstration.prepare(home, made, scripted=clerk)
        registry = Registry(home.models)
        registry.begin_seals()
        model_files.add_default(registry)
    _say(f"{number} documents lie in {home.inbox}")
    settings = config.load(home.folder, os.environ)
    with home.locked(wait=None):
        _run(home, settings, once=True)
        _show_demo(home, samples)
        if clerk:
            _show_clerk(home, settings, demonstration.known_values(samples))
            _run(home, settings, once=True)
    _say_next(home)


def _show_demo(home: Home, samples: list[MadeDocument]) -> None:
    with opened(home) as store:
        found = {job: answer.standing for job in store.jobs() if (answer := store.answer(job))}
        values = demonstration.count_right(store, partial(wiring.doctype, home), samples)
    out.print(views.overview(found.items()))
    out.print()
    for line in demonstration.describe_first_day(values, Counter(job.state for job in found)):
        _say(line)
    out.print()
    for job, judgement in found.items():
        if job.source in demonstration.SHOWN:
            out.print(views.values(job, wiring.doctype(home, job.doctype), judgement))


def _show_clerk(home: Home, settings: config.Settings, known: Mapping[str, KnownValues]) -> None:
    _say(
        f"A script plays the clerk for {len(known)} of the documents. The script knows what they"
        " say and presses the keys of the station:"
    )
    with err.status("a script is at the station"):
        reviews = demonstration.play_clerk(home, settings, known)
    out.print(views.reviews(reviews))
    _say(
        f"{sum(review.keys for review in reviews)} keys in all. The reviews are recorded as those"
        f" of {demonstration.CLERK}: none is evidence for a promise, and no night learns from them."
    )


def _say_next(home: Home) -> None:
    """What was delivered, and three commands to go on with."""
    with opened(home) as store:
        jobs = list(store.jobs())
        delivered = [(job, store.deliveries(job)[-1].path) for job in jobs if store.deliveries(job)]
    if delivered:
        job, path = delivered[0]
        results = counted(len(delivered), "result")
        _say(f"{results} in {home.outbox}; one of them is {home.outbox / path}")
    else:
        job = jobs[0]
        _say("Nothing is delivered yet: what may be accepted is proven on what clerks keyed.")
    held = [job for job in jobs if job.state is JobState.HELD]
    begin = demonstration.command(home)
    _say(f"next: `{begin} review`, to be the clerk of the {counted(len(held), 'document')} held")
    _say(f"      `{begin} run --once`, to deliver what you approved")
    _say(f"      `{begin} show {job.docid[:8]}`, to see all about {job.source}")


def _say(text: str) -> None:
    out.print(text, highlight=False, soft_wrap=True)


def _run(home: Home, settings: config.Settings, *, once: bool) -> None:
    stop, watchdog = Event(), _watchdog(home)
    watchdog.beat()
    anew = True
    with (
        reporting(home, out, values=settings.log.values) as board,
        noting(home.log, settings.log, board) as report,
    ):
        while anew:
            with wiring.daemon(
                home, settings, report=report, stop=stop, watchdog=watchdog, once=once
            ) as daemon:
                stop_on_signals(stop, daemon.wake)
                if once:
                    daemon.run_once(stop)
                anew = not once and daemon.run(stop)


def _names(home: Home) -> str:
    return ", ".join(catalogue.names(home.doctypes))
