"""Commands for what has arrived: what waits and why, once more."""

from __future__ import annotations

import time
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import RenderableType

from appliance.cli import for_programs, views
from appliance.cli.context import at_home, opened, out, tell, tell_each, typed, user
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import ConfigError, DoctypeError
from appliance.domain.results import ENDS, Job, JobState
from appliance.extraction.recall import recalled
from appliance.intake.quarantine import Quarantine
from appliance.judgement.assess import assess
from appliance.judgement.policy import AcceptancePolicy
from appliance.judgement.reasons import explained
from appliance.promise.policies import PolicyStore
from appliance.records.audit import Audit
from appliance.records.chain import LinkKind
from appliance.records.joined import JoinedFiles
from appliance.records.mails import Mails
from appliance.records.proof import Proof
from appliance.records.queue import ClerkQueue
from appliance.records.store import Store, StoredAnswer
from appliance.review.loading import damaged
from appliance.senders.history import sender_history
from appliance.service import wiring
from appliance.service.described import describe_document
from appliance.settings.home import Home
from appliance.system.fault_points import reached

app = typer.Typer()


@app.command()
def queue(
    context: typer.Context,
    every: Annotated[
        bool, typer.Option("--all", help="List all documents, also finished ones.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each document as one line of JSON.")
    ] = False,
) -> None:
    """List the documents that wait for a clerk, the oldest first, with the reasons."""
    home, _ = at_home(context)
    with opened(home) as store:
        waiting = ClerkQueue(store).waiting(now=time.time())
        if as_json:
            entries = {(one.job.docid, one.job.doctype): one for one in waiting}
            jobs = store.jobs() if every else (one.job for one in waiting)
            tell_each(
                for_programs.document(job, entries.get((job.docid, job.doctype))) for job in jobs
            )
            return
        if every:
            out.print(views.jobs(store.jobs(), empty="no document has arrived yet"))
            return
        out.print(views.jobs(map(views.why, waiting), empty="nothing waits for a clerk"))
    if waiting:
        out.print("next: `appliance review`", style="dim", highlight=False)


@app.command()
def show(
    context: typer.Context,
    docid: Annotated[
        str, typer.Argument(help="Docid of the document, or its first letters.", callback=typed)
    ],
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print values, places and reasons as one line of JSON."),
    ] = False,
) -> None:
    """Show one document: its values, and why it was delivered, held or failed."""
    home, _ = at_home(context)
    with opened(home) as store:
        jobs = found(store, docid)
        if as_json:
            entries = {
                (one.job.docid, one.job.doctype): one
                for one in ClerkQueue(store).waiting(now=time.time())
            }
            for job in jobs:
                entry = entries.get((job.docid, job.doctype))
                blind = entry is not None and entry.evidence
                described = describe_document(home, store, job, blind=blind)
                tell(for_programs.document(job, entry) | for_programs.values(described))
            return
        for job in jobs:
            out.print(view(home, store, job))


@app.command()
def retry(
    context: typer.Context,
    docid: Annotated[
        str, typer.Argument(help="Docid of the document, or its first letters.", callback=typed)
    ],
    doctype: Annotated[
        str | None,
        typer.Option("--doctype", "-t", metavar="TYPE", help="Process it as this document type."),
    ] = None,
) -> None:
    """Process a held, failed, delivered or imported document again and deliver it anew."""
    home, _ = at_home(context)
    if doctype is not None:
        wiring.doctype(home, doctype)
    with opened(home) as store:
        job = _meant(found(store, docid), doctype)
        if job.state not in ENDS:
            raise ConfigError(
                f"{job.source} is still being processed", hint="see `appliance status`"
            )
        if job.state is JobState.JOINED:
            raise ConfigError(
                f"{job.source} is {job.reason}",
                hint="process that again; `appliance queue --all` lists it",
            )
        # Taken for a moment if it waits, so that no clerk has it in hand meanwhile.
        queue, now = ClerkQueue(store), time.time()
        if not queue.lend(job, "retry", now=now, lease=60.0) and queue.is_lent(job, now=now):
            raise ConfigError(
                f"a clerk has {job.source} in hand",
                hint="try again when it is done, or let the station go on to the next document",
            )
        now = time.time()
        with store.database.writing():
            as_type = store.restart(job, doctype=doctype).doctype
            audit = Audit(store.database)
            audit.note(LinkKind.RETRIED, who=user(), about=as_type, docid=job.docid, now=now)
        reached("retry.restarted")
        if not any(other.state is JobState.FAILED for other in store.find(job.docid)):
            Quarantine(home.failed).remove(job.source, job.docid)
        out.print(f"{job.source} will be processed again", highlight=False)


def found(store: Store, docid: str) -> list[Job]:
    """The jobs of the one document whose docid begins so. Raises ConfigError, also for the empty
    word that a script's unset variable is, with which every docid begins."""
    if not docid:
        raise ConfigError("which document?", hint="`appliance queue --all` lists them")
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
        raise ConfigError(
            f"this document is there as {kinds}",
            hint="say which with --doctype; it cannot become a third",
        )
    return (of_kind or jobs)[0]


def view(home: Home, store: Store, job: Job) -> RenderableType:
    """Raises StoreError where what was read on it is damaged."""
    try:
        answer = store.answer(job)
    except ValidationError as error:
        raise damaged(job) from error
    document = store.document(job.docid)
    mails = Mails(store).origins(job.docid)
    notes = [f"dropped as {', '.join(store.arrivals(job.docid))}"]
    notes += map(views.mail, mails)
    if joined := JoinedFiles(store).joined(job):
        notes.append(f"one document with {joined.source} ({joined.docid[:8]})")
    notes += [views.pages(document)] if document else []
    notes += [f"answered by {answer.prediction.model} in {answer.seconds:.1f} s"] if answer else []
    notes += [
        f"delivered as outbox/{delivery.path}, revision {delivery.revision}"
        for delivery in store.deliveries(job)
    ]
    kind = _kind(home, job)
    why = _why(home, store, job, kind, document, answer) if answer and kind and document else []
    judgement = answer.standing if answer else None
    return views.document(job, kind, judgement, why=why, notes=notes)


def _why(
    home: Home, store: Store, job: Job, kind: DocType, document: Document, answer: StoredAnswer
) -> list[str]:
    """Why the appliance doubted what it doubted, whatever a clerk decided since."""
    history = sender_history(Proof(store), job.docid, kind.name, answer.lookup)
    prediction = recalled(answer.prediction, document, kind, history)
    about = assess(document, kind, prediction, history=history)
    calibrations = PolicyStore(home.models).calibrations(answer.prediction.model)
    kept = calibrations.of(answer.versions).get(kind.name)
    policy, weights = (kept.policy, kept.weights) if kept else (AcceptancePolicy(), None)
    policy = policy.toward(known=history.party is not None)
    lines = list(explained(about, answer.judgement, policy, weights))
    return ["before a clerk decided:", *lines] if lines and answer.reviewed else lines


def _kind(home: Home, job: Job) -> DocType | None:
    """None when nobody knows it, or when its file does not do any more."""
    try:
        return wiring.doctype(home, job.doctype) if job.doctype else None
    except DoctypeError:
        return None
