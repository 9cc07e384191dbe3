"""An appliance in the hands of a program of the same machine: files in, results out, approvals.

It works on the folders and records of a home, beside its daemon or without one. It reads no
document and loads no model: the daemon does that.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from pydantic import ValidationError

from appliance.api.values import Held, Result, State, Ticket
from appliance.domain.corrections import QueueEntry
from appliance.domain.document import is_docid
from appliance.domain.errors import ConfigError, HomeError, RefusedError, TakenError
from appliance.domain.results import Job, JobState
from appliance.intake.archive import Archive, fingerprint
from appliance.intake.drop import drop, lying
from appliance.records.joined import JoinedFiles
from appliance.records.mails import Mails
from appliance.records.queue import ClerkQueue
from appliance.records.reviews import PROGRAM, Reviews
from appliance.records.store import Delivery, Store
from appliance.review.draft.places import ActionRefused
from appliance.review.draft.program_values import Values, check_ready, filled
from appliance.service import wiring
from appliance.service.described import BLIND, describe_document
from appliance.settings import config
from appliance.settings.home import Home

LOOK_AGAIN = 0.5
"""Seconds between two looks at the records."""


class Appliance:
    """One home. Threads may share it; close it, or use it in a ``with`` statement.

    Whatever is foreseen to go wrong is an ApplianceError, whose ``hint`` says the next step.
    """

    def __init__(
        self,
        home: Path | str,
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        """``home`` is the folder that ``appliance init`` made; ``clock`` and ``pause`` take and
        give seconds. Raises HomeError, ConfigError, StoreError."""
        self._home = Home(Path(home).absolute())
        if not self._home.inbox.is_dir():
            raise HomeError(
                f"{self._home.folder} is no home of an appliance",
                hint=f"`appliance --home {self._home.folder} init` makes it one",
            )
        self._settings = config.load(self._home.folder, os.environ)
        self._store = Store(self._home.database)
        self._clock = clock
        self._pause = pause

    def __enter__(self) -> Appliance:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection to the records; what was submitted goes on."""
        self._store.close()

    def submit(self, path: Path | str, doctype: str) -> Ticket:
        """Drops a copy of the file into the inbox. It is durable there when this returns.

        The same bytes twice are the same document, which is not processed again unless it had
        failed: the ticket says so. Raises DoctypeError, DocumentError for a file that would not be
        taken, HomeError.
        """
        path, kind = Path(path), wiring.doctype(self._home, doctype).name
        docid = fingerprint(path, largest=self._settings.reading.max_bytes)
        folder = self._home.inbox / kind
        known = any(job.doctype == kind for job in self._store.find(docid))
        arrivals = len(self._store.arrivals(docid, kind))
        there = lying(path, folder, docid)
        name = there or drop(path, folder, docid)
        return Ticket(docid, kind, name, known or there is not None, arrivals)

    def wait(
        self, document: Ticket | str, timeout: float = 60.0, *, doctype: str | None = None
    ) -> State:
        """Looks twice a second until the document is delivered, held or failed, for ``timeout``
        seconds at most; then it tells how far it is.

        ``document`` is a ticket or a docid, ``doctype`` says which is meant where the same bytes
        are there as several. A ticket waits until its own file was taken: a document that failed
        before is failed until then. Raises ConfigError.
        """
        until = self._clock() + timeout
        while not (state := self._state(document, doctype)).ended:
            left = until - self._clock()
            if left <= 0:
                break
            self._pause(min(LOOK_AGAIN, left))
        return state

    def results(
        self, doctype: str | None = None, since: datetime | None = None
    ) -> Iterator[Result]:
        """What was delivered later than ``since``, of each document its newest revision, the
        earliest first. What somebody took out of the outbox is left out. Raises HomeError."""
        if since is not None and since.tzinfo is None:
            raise ConfigError("`since` has no time zone", hint="datetime.now(UTC) has one")
        # Records know parts of a microsecond, which a datetime does not.
        seconds = since.timestamp() - 1e-5 if since else 0.0
        for delivery in self._store.last_deliveries(doctype=doctype, since=seconds):
            result = self._result(delivery)
            if result and (since is None or result.delivered_at > since):
                yield result

    def held(self) -> list[Held]:
        """Return what waits for a clerk, the oldest first, with the values that were read, their
        places and the reasons; of what is keyed blind nothing that follows from the model's answer.
        """
        return [self._describe(entry) for entry in self._waiting()]

    def approve(
        self,
        docid: str,
        values: Values,
        *,
        clerk: str,
        because: str = "",
        doctype: str | None = None,
    ) -> None:
        """Approves a held document as a clerk does, with ``values``: the daemon delivers it, and
        the appliance learns from it.

        Every field that needs a clerk needs a value; a value that is not given stays as it is read.
        Numbers have a decimal point, dates are ISO 8601. Rows are given all of them. ``clerk`` is
        under whose name it is kept, ``because`` why it is right although a check fails.
        Raises RefusedError in a clerk's words, also for evidence, which a person has to key, and
        for what is said of the document as a whole; TakenError when a clerk has it in hand.
        """
        if not clerk.strip():
            raise ConfigError("nobody is named as the clerk", hint="say whose program it is")
        entry, began = self._held(docid, doctype), self._clock()
        job = entry.job
        if entry.evidence:
            raise _keyed_blind(job)
        with wiring.desk(self._home, self._settings, station=PROGRAM, clerk=clerk.strip()) as desk:
            loaded = desk.load(entry)
            if loaded.draft is None:
                raise RefusedError(
                    f"nothing was read of {job.source} that could be approved: {job.reason}",
                    hint="`appliance show` says more, `appliance retry` processes it again",
                )
            if loaded.draft.blind:  # it was, and is opened again
                raise _keyed_blind(job)
            if not desk.open(loaded):
                raise TakenError(
                    f"{job.source} {desk.whereabouts(loaded)}", hint="try again when it is free"
                )
            draft = filled(loaded.draft, values)
            check_ready(draft, because)
            try:
                desk.approve(loaded, draft, self._clock() - began, because)
            except ActionRefused as error:
                raise RefusedError(str(error), hint="`appliance review`") from error

    def _describe(self, entry: QueueEntry) -> Held:
        job = entry.job
        described = describe_document(self._home, self._store, job, blind=entry.evidence)
        return Held(
            job.docid,
            job.doctype,
            job.source,
            datetime.fromtimestamp(job.arrived_at, UTC),
            BLIND if entry.evidence else job.reason,
            entry.evidence,
            entry.station,
            Archive(self._home.archive).path(job.docid),
            described,
        )

    def _state(self, document: Ticket | str, doctype: str | None) -> State:
        ticket = document if isinstance(document, Ticket) else None
        docid = ticket.docid if ticket else str(document)
        if not is_docid(docid):
            raise ConfigError(f"{docid!r} is no docid", hint="it is the SHA-256 of a file, in hex")
        # Before the job is looked up: one that had failed begins again with its arrival.
        came = self._store.arrivals(docid, ticket.doctype if ticket else None)
        arrived = len(came) > (ticket.arrivals if ticket else 0)
        job = self._job(docid, doctype, perhaps=ticket.doctype if ticket else None)
        if job is None or not arrived:
            kind = doctype or (ticket.doctype if ticket else "")
            reasons = ("it was not taken out of the inbox yet", *self._idle())
            return State(docid, kind, JobState.ARRIVED, reasons)
        state = State(docid, job.doctype, job.state, (job.reason,) if job.reason else ())
        match state.stage:
            case JobState.DELIVERED:
                last = self._store.last_deliveries(docid, job.doctype)
                return replace(state, result=self._result(last[0]) if last else None)
            case JobState.HELD:
                return replace(state, reasons=self._reasons(job))
            case JobState.OPENED:
                return replace(state, documents=Mails(self._store).attached(docid))
            case JobState.JOINED:
                return replace(state, documents=JoinedFiles(self._store).part_of(docid))
        return state if state.ended else replace(state, reasons=(*state.reasons, *self._idle()))

    def _job(self, docid: str, doctype: str | None, *, perhaps: str | None = None) -> Job | None:
        """The only one, or that of ``doctype``, or of several that of ``perhaps``."""
        jobs = [job for job in self._store.find(docid) if doctype in (None, job.doctype)]
        if len(jobs) > 1 and not (jobs := [job for job in jobs if job.doctype == perhaps]):
            raise ConfigError(
                f"document {docid[:8]} is there as several types", hint="say which with `doctype`"
            )
        return jobs[0] if jobs else None

    def _held(self, docid: str, doctype: str | None) -> QueueEntry:
        job = self._job(docid, doctype)
        if job is None:
            raise ConfigError(
                f"there is no document {docid[:8]}", hint="`held()` lists what waits for a clerk"
            )
        entry = self._entry(job)
        if entry is None:
            raise TakenError(
                f"{job.source} {Reviews(self._store).whereabouts(job, now=time.time())}",
                hint="only what waits for a clerk can be approved",
            )
        return entry

    def _entry(self, job: Job) -> QueueEntry | None:
        """None when it does not wait for a clerk."""
        this = job.docid, job.doctype
        return next(
            (one for one in self._waiting() if this == (one.job.docid, one.job.doctype)), None
        )

    def _waiting(self) -> list[QueueEntry]:
        return ClerkQueue(self._store).waiting(now=time.time())

    def _reasons(self, job: Job) -> tuple[str, ...]:
        """Each by itself; of what is keyed blind nothing that follows from the model's answer."""
        entry = self._entry(job)
        if entry and entry.evidence:
            return (BLIND,)
        with suppress(ValidationError):  # damaged: its reason in short stands beside it
            answer = self._store.answer(job)
            if answer and not answer.reviewed and answer.judgement.blockers:
                return tuple(dict.fromkeys(one.message for one in answer.judgement.blockers))
        return (job.reason,)

    def _idle(self) -> Iterator[str]:
        """Why nothing goes on, where no daemon runs."""
        with suppress(HomeError):
            if self._home.daemon() is None:
                yield "no appliance runs here: `appliance run` starts it"

    def _result(self, delivery: Delivery) -> Result | None:
        """None when it was taken out of the outbox."""
        path = self._home.outbox / delivery.path
        try:
            found = json.loads(path.read_bytes())
            return Result(
                delivery.docid,
                delivery.doctype,
                found["source"],
                found["revision"],
                datetime.fromtimestamp(delivery.delivered_at or 0.0, UTC),
                path,
                found,
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise HomeError(
                f"{path} cannot be read as a result: {error}",
                hint="`appliance retry` delivers it anew",
            ) from error


def _keyed_blind(job: Job) -> RefusedError:
    return RefusedError(
        f"{job.source} is not for a program: {BLIND}",
        hint="`appliance review`; accuracy is proven with it, which no program can do honestly",
    )
