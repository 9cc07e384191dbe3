"""The day of one document, a step at a time: read, extract and judge, deliver.

Every step claims one job, computes, and writes the result with the new state. A step that is
repeated after a crash gives the same end. Nothing here waits, watches or prints.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import Any, Protocol

from appliance.delivery.beside import files_beside
from appliance.delivery.outbox import Outbox, written
from appliance.delivery.result import differ, result
from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.delivery import NO_PLAN, DeliveryPlan
from appliance.domain.doctype import AccuracyTarget, DocType
from appliance.domain.document import Document, PagePart
from appliance.domain.errors import (
    ApplianceError,
    DoctypeError,
    DocumentError,
    HomeError,
    TimeoutExceeded,
    Unfinished,
    WorkerError,
)
from appliance.domain.mail import Attachment, Mail, document_of
from appliance.domain.plurals import counted
from appliance.domain.prediction import NO_MODEL, AnswerVersions, Judgement
from appliance.domain.results import Job, JobState
from appliance.domain.sections import UNTOLD, EvidenceNeed, keyed_fields
from appliance.extraction.einvoice_answer import answers
from appliance.intake.archive import Archive, digest
from appliance.intake.quarantine import Quarantine
from appliance.judgement.eyesight import nobody_looks
from appliance.judgement.policy import AcceptancePolicy
from appliance.learning.importing.labels_to_review import einvoice_to_review
from appliance.records.audit import APPLIANCE
from appliance.records.calls import Calls
from appliance.records.documents import joined
from appliance.records.evidence import EvidenceDraws, SamplingPlan, lot_of
from appliance.records.imports import Imports
from appliance.records.mails import MailedFile, Mails
from appliance.records.proof import Proof
from appliance.records.reviews import Reviews
from appliance.records.store import Delivery, Store, StoredAnswer
from appliance.senders.directory import SenderDirectory
from appliance.senders.history import sender_history
from appliance.senders.identity import SentPage
from appliance.service.decide import AnsweringModel, decide_on
from appliance.service.joining import Joining
from appliance.system.fault_points import reached
from appliance.system.files import inside

log = logging.getLogger(__name__)

AHEAD = 2
"""Documents that are read while another one is extracted."""

LEASE = 3600.0
"""Seconds; longer than any step may take, which is a turn of a document that takes long."""

OURS_AGAIN_AFTER = 30.0
"""Seconds that a job waits after an error that is the appliance's own."""

EVIDENCE = SamplingPlan()
"""What is drawn where nobody says otherwise."""


class EvidenceNeeds(Protocol):
    """As ``PolicyStore.need``, of the model that serves."""

    def __call__(self, doctype: str, *, known: bool) -> EvidenceNeed: ...


def ordinary_terms(doctype: str) -> AccuracyTarget:
    return AccuracyTarget()


def untold_need(doctype: str, *, known: bool) -> EvidenceNeed:
    return UNTOLD


EINVOICE = "e-invoice"
"""The clerk and the station of what an e-invoice says."""

WHICH_KIND = Blocker(
    BlockerCode.WHICH_KIND,
    "which kind of document? Say it with `appliance retry DOCID --doctype TYPE`",
)


class PrefetchingReader(Protocol):
    def begin(self, path: Path, *, docid: str) -> None: ...
    def open(self, path: Path, *, docid: str) -> Document | Mail: ...


class LookAtFile(Protocol):
    """As ``Reader.look``."""

    def __call__(
        self, path: Path, parts: Sequence[PagePart], *, docid: str
    ) -> Sequence[str | None]: ...


@dataclass(frozen=True, slots=True)
class StepResult:
    """A step was done: ``job`` as it was before, its state now, and what to tell about it."""

    job: Job
    state: JobState
    note: str = ""
    seconds: float = 0.0
    """That the step took."""
    blockers: tuple[Blocker, ...] = ()
    """Why it is held; not in the note, for they say what stands on the document."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    attempts: int
    """After so many failures that nobody can explain, the document goes to failed/."""
    retry_after: float
    """Seconds."""


class Pipeline:
    def __init__(
        self,
        store: Store,
        archive: Archive,
        outbox: Outbox,
        quarantine: Quarantine,
        *,
        reader: PrefetchingReader,
        predictor: AnsweringModel,
        doctype: Callable[[str], DocType],
        versions: AnswerVersions,
        policy: Callable[[str, str, AnswerVersions], AcceptancePolicy],
        new_sender: int = 0,
        patience: RetryPolicy,
        evidence: SamplingPlan = EVIDENCE,
        terms: Callable[[str], AccuracyTarget] = ordinary_terms,
        need: EvidenceNeeds = untold_need,
        directory: SenderDirectory | None = None,
        plan: Callable[[str], DeliveryPlan] = lambda name: NO_PLAN,
        look: LookAtFile | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``versions`` are those on which ``reader`` and ``predictor`` work; ``policy`` says, by
        the names of model and type, what may be accepted on them, ``terms`` what is promised of a
        type, and ``need`` how badly more evidence of what serves is needed; the first
        ``new_sender`` documents of a sender are held; ``directory`` says who sent a page, by
        default what the records tell; ``plan`` gives what is asked of deliveries of a type, by its
        name; without ``look`` nobody compares what is accepted with what the page shows."""
        self._store = store
        self._archive = archive
        self._outbox = outbox
        self._quarantine = quarantine
        self._reader = reader
        self._predictor = predictor
        self._doctype = doctype
        self._versions = versions
        self._policy = policy
        self._new_sender = new_sender
        self._mails = Mails(store)
        self._joining = Joining(store, clock=clock)
        self._proof = Proof(store)
        self._directory = directory or SenderDirectory(store)
        self._plan = plan
        self._look = look
        self._calls = Calls(store)
        self._patience = patience
        self._evidence = EvidenceDraws(store, evidence)
        self._terms = terms
        self._need = need
        self._imports = Imports(store, evidence)
        self._reviews = Reviews(store)
        self._clock = clock

    def step(self) -> StepResult | None:
        """Delivers what there is, then goes on with the oldest document, unless others are to go
        first; None when there is nothing to do.

        Raises ApplianceError when the appliance is at fault, not the document; the job waits.
        """
        works = {
            JobState.ACCEPTED: self._deliver,
            JobState.READ: self._extract,
            JobState.ARRIVED: self._read,
        }
        for states in ([JobState.ACCEPTED], [JobState.READ, JobState.ARRIVED]):
            job = self._store.claim(*states, now=self._clock(), lease=LEASE)
            if job:
                return self._try(job, works[job.state])
        return None

    def _try(self, job: Job, work: Callable[[Job], StepResult]) -> StepResult:
        start = self._clock()
        try:
            return self._attempt(job, work)
        except Unfinished as error:
            self._wait(job, job.attempts - 1, str(error), error.again_after)
            return StepResult(job, job.state, str(error), self._clock() - start)
        except ApplianceError as error:
            # Not the document's fault: the attempt does not count.
            self._wait(job, job.attempts - 1, error.in_words, OURS_AGAIN_AFTER)
            raise
        except Exception as error:
            # A bug, which the loop reports; a document that meets it each time fails in the end.
            # Where that end is what meets it, no more is counted.
            why = f"an unexpected error ({type(error).__name__})"
            tried = min(job.attempts, self._patience.attempts)
            self._wait(job, tried, why, self._patience.retry_after)
            raise

    def _attempt(self, job: Job, work: Callable[[Job], StepResult]) -> StepResult:
        if job.attempts > self._patience.attempts:
            return self._fail(job, _gave_up(self._patience.attempts, job.reason))
        try:
            return work(job)
        except DocumentError as error:
            return self._fail(job, error)
        except DoctypeError as error:
            return self._hold(job, Blocker(BlockerCode.WRONG_DOCTYPE, str(error)))
        except TimeoutExceeded as error:
            return self._fail(job, _too_long(error))
        except WorkerError as error:
            if job.attempts >= self._patience.attempts:
                return self._fail(job, _gave_up(job.attempts, str(error)))
            return self._postpone(job, error)

    def _read(self, job: Job) -> StepResult:
        if not job.doctype:
            self._leave_quarantine(job)
            return self._hold(job, WHICH_KIND)
        found, seconds = self._read_now(job.docid)
        if isinstance(found, Mail) and found.attachments:
            return self._open(job, found, seconds)
        document = document_of(found)
        if isinstance(found, Mail):
            self._mails.note(job, found.origin, ())
        reached("reading.answered")
        self._leave_quarantine(job)
        reading = self._versions.reading
        self._store.keep_document(job, document, reading=reading, seconds=seconds)
        reached("reading.kept")
        return StepResult(job, JobState.READ, counted(len(document.pages), "page"), seconds)

    def _read_now(self, docid: str) -> tuple[Document | Mail, float]:
        """A file as today's version reads it, and the seconds that it took to read."""
        found: Document | Mail | None
        found = self._store.file(docid, reading=self._versions.reading)
        start = time.perf_counter()
        if found is None:
            found = self._reader.open(self._archive.original(docid), docid=docid)
        return found, time.perf_counter() - start

    def _open(self, job: Job, mail: Mail, seconds: float) -> StepResult:
        """Each attachment arrives as a document of the kind that the mail was dropped as."""
        attachments, unread = self._taken_in(job, mail)
        docids = [digest([one.content]) for one in attachments]
        self._mails.note(job, mail.origin, docids)
        reached("mail.noted")
        for one in attachments:
            self._archive.put_bytes(one.content, one.name)
            reached("mail.archived")
        self._leave_quarantine(job)
        names = [_beside(job.source, one.name) for one in attachments]
        note = "; ".join(filter(None, (counted(len(set(docids)), "document"), _not_read(unread))))
        self._mails.open(job, map(MailedFile, docids, names), reason=note)
        reached("mail.opened")
        return StepResult(job, JobState.OPENED, note, seconds)

    def _taken_in(self, job: Job, mail: Mail) -> tuple[list[Attachment], list[str]]:
        """And what is not: a mail within a mail is opened, one within that is not."""
        if not self._mails.came_in_another(job):
            return list(mail.attachments), list(mail.unread)
        inner = [one.name for one in mail.attachments if one.is_mail]
        taken = [one for one in mail.attachments if not one.is_mail]
        if not taken:
            raise DocumentError(
                "It came in an e-mail, and holds nothing but another one.",
                hint="Open it in your mail program, save the innermost e-mail, and drop that.",
            )
        return taken, [*mail.unread, *inner]

    def _leave_quarantine(self, job: Job) -> None:
        """It failed before, and does so no more."""
        with suppress(OSError):  # `verify` tells of what is left there
            if self._quarantine.find(job.source, job.docid) and not any(
                other.state is JobState.FAILED for other in self._store.find(job.docid)
            ):
                self._quarantine.remove(job.source, job.docid)

    def _extract(self, job: Job) -> StepResult:
        doctype = self._doctype(job.doctype)
        document = self._asked_about(job)
        self._read_ahead()
        goes_on = self._joining.join(job, document, doctype)
        reached("joining.done")
        if goes_on and goes_on.docid != job.docid:
            return StepResult(job, JobState.JOINED, f"one document with {goes_on.source}")
        if goes_on:
            document = self._asked_about(job)
        lookup = self._directory.who_sent(SentPage(document))
        keyed: Collection[str] = ()
        if not answers(document, doctype):
            blind = self._evidence.draw(
                job,
                accuracy=self._terms(job.doctype).strictest,
                need=self._need(job.doctype, known=lookup.party is not None),
                now=self._clock(),
                rows=doctype.items is not None,
            )
            names = [spec.name for spec in doctype]
            keyed = keyed_fields(names, blind, lot_of(self._store, job.docid))
            reached("evidence.drawn")
        start = time.perf_counter()
        prediction, judgement, twin = decide_on(
            document,
            doctype,
            self._predictor,
            policy=lambda model: self._policy(model, job.doctype, self._versions),
            history=sender_history(self._proof, job.docid, job.doctype, lookup),
            new_sender=self._new_sender,
            approved=partial(self._proof.approved, job.doctype),
            seen_before=partial(self._store.seen_before, job),
            keyed=keyed,
            look=partial(self._shown, job),
        )
        seconds = time.perf_counter() - start
        reached("judgement.made")
        whole = document.einvoice if prediction.model == NO_MODEL else None
        # In one, or an e-invoice that a cut left accepted would never teach.
        with self._store.database.writing():
            self._store.keep_answer(
                job,
                prediction,
                judgement,
                versions=self._versions,
                lookup=lookup,
                twin=twin,
                seconds=seconds,
                now=self._clock(),
            )
            if judgement.accepted and whole and whole.embedded:
                self._learn(job, doctype, judgement)
        reached("judgement.kept")
        state = JobState.ACCEPTED if judgement.accepted else JobState.HELD
        return StepResult(job, state, seconds=seconds, blockers=judgement.blockers)

    def _learn(self, job: Job, doctype: DocType, judgement: Judgement) -> None:
        """An e-invoice says what its page does: it teaches as what was imported does."""
        if not self._imports.labelled(job.docid, job.doctype):
            review = einvoice_to_review(doctype, judgement)
            now = self._clock()
            self._reviews.note(job, EINVOICE, EINVOICE, review, who=APPLIANCE, now=now)

    def _shown(self, job: Job, parts: Sequence[PagePart]) -> Sequence[str | None]:
        """Nothing where nobody can look: then a clerk does, and the answer is not lost."""
        if self._look is None:
            return nobody_looks(parts)
        docid, *_ = self._store.files(job.docid)
        try:
            return self._look(self._archive.original(docid), parts, docid=docid)
        except (DocumentError, WorkerError) as error:
            said = "%s: no OCR could look at its values: %s"
            log.warning(said, job.docid[:8], error, extra={"docid": job.docid})
            return [""] * len(parts)

    def _asked_about(self, job: Job) -> Document:
        """What is asked about."""
        return joined(job.docid, *map(self._as_read, self._store.files(job.docid)))

    def _as_read(self, docid: str) -> Document:
        """A file, read once more where another version read it."""
        reading = self._versions.reading
        is_read = self._store.is_read(docid, reading=reading)
        document = self._store.file(docid) if is_read else None
        if document is None:
            found, seconds = self._read_now(docid)
            document = document_of(found)
            self._store.keep_reading(document, reading=reading, seconds=seconds)
        return document

    def _read_ahead(self) -> None:
        """Has what comes next read meanwhile."""
        for job in self._store.coming(now=self._clock(), most=AHEAD):
            if not job.doctype or self._store.is_read(job.docid, reading=self._versions.reading):
                continue
            with suppress(DocumentError, HomeError):  # as its own step will tell
                self._reader.begin(self._archive.original(job.docid), docid=job.docid)

    def _deliver(self, job: Job) -> StepResult:
        deliveries = self._store.deliveries(job)
        last = deliveries[-1] if deliveries else None
        plan = self._plan(job.doctype)
        # Earlier versions noted some whose path leaves the outbox: those are begun anew.
        begun = last if last and last.delivered_at is None and inside(PurePath(last.path)) else None
        if begun and self._outbox.is_staged(PurePath(begun.path)):
            delivery = begun
            told = self._result(job, revision=delivery.revision)
            self._stage(PurePath(delivery.path), told, plan)
            self._store.renew_delivery(delivery)
        elif begun and self._says_what_stands(begun, job):
            delivery = begun  # before a crash: it has appeared
            told = self._result(job, revision=delivery.revision)
        else:
            if begun:  # it has appeared, and what stood then does no more
                self._store.note_appeared(begun, now=self._clock())
            path = self._outbox.path_of(job)
            told = self._result(job, revision=len(deliveries) + 1)
            self._stage(path, told, plan)
            reached("delivery.staged")
            delivery = self._store.begin_delivery(job, path=path.as_posix())
        reached("delivery.noted")
        self._outbox.publish(PurePath(delivery.path))
        reached("delivery.renamed")
        # In one, or a delivery that a cut left finished would never be told of.
        with self._store.database.writing():
            self._store.finish_delivery(job, delivery, now=self._clock())
            self._calls.note(delivery, plan.calls, written(told).decode(), now=self._clock())
        reached("delivery.finished")
        return StepResult(job, JobState.DELIVERED, delivery.path)

    def _says_what_stands(self, delivery: Delivery, job: Job) -> bool:
        held = self._store.held_by(delivery)
        return held is not None and not differ(held, self._answer(job).standing)

    def _stage(self, path: PurePath, told: Mapping[str, Any], plan: DeliveryPlan) -> None:
        doctype = self._doctype(told["doctype"])
        self._outbox.stage(path, told, files_beside(told, doctype, plan))

    def _result(self, job: Job, *, revision: int) -> dict[str, Any]:
        answer = self._answer(job)
        return result(
            job,
            self._read_document(job),
            self._doctype(job.doctype),
            answer.standing,
            model=answer.prediction.model,
            versions=answer.versions,
            mail=next(iter(self._mails.origins(job.docid)), None),
            joined=self._joining.joined(job),
            revision=revision,
            now=self._clock(),
        )

    def _read_document(self, job: Job) -> Document:
        document = self._store.document(job.docid)
        if document is None:
            raise WorkerError("what was read of the document is gone from the database")
        return document

    def _answer(self, job: Job) -> StoredAnswer:
        answer = self._store.answer(job)
        if answer is None:
            raise WorkerError("the answer is gone from the database")
        return answer

    def _fail(self, job: Job, error: DocumentError) -> StepResult:
        # Without its original there is nothing to show beside the reason; `verify` tells of it.
        with suppress(DocumentError):
            self._quarantine.put(
                self._archive.path(job.docid),
                name=job.source,
                docid=job.docid,
                error=error,
                now=self._clock(),
            )
        reached("failing.shown")
        self._store.fail(job, reason=str(error))
        reached("failing.noted")
        return StepResult(job, JobState.FAILED, str(error))

    def _hold(self, job: Job, blocker: Blocker) -> StepResult:
        self._store.hold(job, blocker)
        return StepResult(job, JobState.HELD, blockers=(blocker,))

    def _postpone(self, job: Job, error: WorkerError) -> StepResult:
        self._wait(job, job.attempts, str(error), self._patience.retry_after)
        return StepResult(job, job.state, f"attempt {job.attempts}: {error}")

    def _wait(self, job: Job, attempts: int, reason: str, seconds: float) -> None:
        until = self._clock() + seconds
        self._store.give_back(job, attempts=attempts, until=until, reason=reason)


def _not_read(unread: Sequence[str]) -> str:
    return f"not read: {', '.join(unread)}" if unread else ""


def _beside(source: str, name: str) -> str:
    """In the folder in which the mail was dropped."""
    folder, between, _ = source.rpartition("/")
    return f"{folder}{between}{name}"


def _too_long(error: TimeoutExceeded) -> DocumentError:
    return DocumentError(
        f"It could not be processed: {error}.",
        hint="Split it into single documents, or scan it again darker.",
    )


def _gave_up(attempts: int, why: str) -> DocumentError:
    return DocumentError(
        f"It could not be processed in {attempts} attempts; the last time: {why}.",
        hint="Print it to a new PDF and drop that, or key it by hand.",
    )
