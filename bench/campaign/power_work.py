"""A home at work in one process: files are dropped, taken in, read, answered, delivered and seen to
by a clerk. All of it is the appliance's own but the model, which answers with what stands after
``Date:``. Days are made from a seed; the clock counts what is done.

``python -m bench.campaign.power_work HOME KIND SEED`` lives such a day.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from random import Random
from struct import Struct
from typing import Any

from appliance.delivery.outbox import Outbox
from appliance.doctypes import catalogue
from appliance.domain.corrections import QueueEntry
from appliance.domain.doctype import DocType
from appliance.domain.document import Document, Span
from appliance.domain.errors import TakenError, WorkerError
from appliance.domain.limits import Limits
from appliance.domain.mail import Mail
from appliance.domain.prediction import AnswerVersions, Field, Prediction, TokenScore
from appliance.domain.results import Job, JobState
from appliance.intake.archive import Archive
from appliance.intake.intake import Intake
from appliance.intake.quarantine import Quarantine
from appliance.judgement.policy import AcceptancePolicy, uniform_policy
from appliance.learning.models.registry import Registry
from appliance.reading.mail import opened
from appliance.reading.read import read
from appliance.reading.words import TextRun
from appliance.records.evidence import SamplingPlan
from appliance.records.store import Store
from appliance.review.desk import Desk
from appliance.review.draft.actions import ActionKind, DraftAction
from appliance.review.loading import Loader
from appliance.service import wiring
from appliance.service.backup import backup
from appliance.service.pipeline import Pipeline, PrefetchingReader, RetryPolicy
from appliance.settings.home import Home
from appliance.system import files
from bench.drops import DOCTYPE, note, pdf
from bench.one_answer import OneAnswer

KINDS = ("inbox", "refused", "desk", "mails", "backup", "models")
ROUNDS = 4
VERSIONS = AnswerVersions("1", "1")
NEVER = SamplingPlan(first=0, then=0)
SURE, DOUBTFUL = -0.001, -1.0
"""Log-probabilities of the model's tokens."""
BEGIN = 1_790_000_000.0
HEAD = Struct("<BQQII")
"""Of an entry in the journal of ``unsynced.c``."""
SAID = "M"
"""The kind of an entry that says what somebody was told."""


class ReadsHere:
    """The real reader, in this process; pictures have nothing to read."""

    def begin(self, path: Path, *, docid: str) -> None:
        return None

    def open(self, path: Path, *, docid: str) -> Document | Mail:
        limits = Limits()
        return opened(path, docid=docid, limits=limits) or read(path, docid=docid, ocr=self)

    def recognise(self, image: Any) -> list[TextRun]:
        raise WorkerError("no picture is read here")


class AnswersDates(OneAnswer):
    """Sure of every other document."""

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        logprob = SURE if int(document.docid, 16) % 2 else DOUBTFUL
        fields = tuple(
            Field(
                "date",
                document.pages[page].words[at].text,
                (Span(page, at, at + 1),),
                tokens=(TokenScore(logprob, logprob),),
            )
            for page, at in _dates(document)
        )
        return Prediction(document.docid, doctype.name, "made-up", fields)


def _dates(document: Document) -> list[tuple[int, int]]:
    found = [
        (number, at + 1)
        for number, page in enumerate(document.pages)
        for at, word in enumerate(page.words[:-1])
        if word.text == "Date:"
    ]
    return found[:1]


class AtWork:
    """One home, opened as the daemon and a station open it."""

    def __init__(
        self, home: Home, *, now: float = BEGIN, reader: PrefetchingReader | None = None
    ) -> None:
        self.home, self._now = home, now
        home.make()
        kind = home.doctypes / "note.toml"
        if not kind.exists():
            files.write(kind, DOCTYPE.encode())
        home.check_disks()
        wiring.show_types(home)
        self.store, self.seen = Store(home.database), Store(home.database)
        self.archive = Archive(home.archive)
        self.quarantine = Quarantine(home.failed)
        self.pipeline = Pipeline(
            self.store,
            self.archive,
            Outbox(home.outbox),
            self.quarantine,
            reader=reader or ReadsHere(),
            predictor=AnswersDates(),
            doctype=self._doctype,
            versions=VERSIONS,
            policy=self._policy,
            patience=RetryPolicy(attempts=3, retry_after=0.0),
            evidence=NEVER,
            clock=self.clock,
        )
        self.intake = Intake(
            home.inbox,
            self.archive,
            self.store,
            doctypes=lambda: catalogue.names(home.doctypes),
            settle=0.0,
        )
        self.desk = Desk(
            self.seen,
            self.archive,
            self.quarantine,
            Loader(
                self.seen,
                self.archive,
                doctype=self._doctype,
                doctypes=lambda: catalogue.names(home.doctypes),
                policy=self._policy,
            ),
            station="one",
            clerk="Ann",
            clock=self.clock,
        )
        self.store.end_leases()
        self.store.end_waits()

    def clock(self) -> float:
        self._now += 0.25
        return self._now

    def look(self) -> None:
        self.intake.look(now=self.clock())

    def work(self, steps: int = 1000) -> None:
        for _ in range(steps):
            if self.pipeline.step() is None:
                return

    def waiting(self) -> list[QueueEntry]:
        return self.desk.queue()

    def approve(self, entry: QueueEntry) -> bool:
        """False where there is nothing that could be approved."""
        loaded = self.desk.load(entry)
        if loaded.draft is None or not self.desk.open(loaded):
            return False
        draft = loaded.draft
        while place := draft.next(None):
            draft = draft.act(DraftAction(ActionKind.CONFIRM, place))
            self.desk.keep(loaded, draft)
        self.desk.approve(loaded, draft, 4.0)
        return True

    def reject(self, entry: QueueEntry) -> bool:
        loaded = self.desk.load(entry)
        if not self.desk.open(loaded):
            return False
        self.desk.reject(loaded, "not ours")
        return True

    def retry(self, job: Job, doctype: str | None = None) -> None:
        """As the command does."""
        self.store.restart(job, doctype=doctype)
        if not any(other.state is JobState.FAILED for other in self.store.find(job.docid)):
            self.quarantine.remove(job.source, job.docid)

    def close(self) -> None:
        self.desk.leave()
        self.store.close()
        self.seen.close()

    def _doctype(self, name: str) -> DocType:
        return wiring.doctype(self.home, name)

    def _policy(self, model: str, doctype: str, versions: AnswerVersions) -> AcceptancePolicy:
        return uniform_policy(self._doctype(doctype), 0.95)


@dataclass(frozen=True, slots=True)
class Day:
    """What is done in a home from its first hour on. What a person was told is noted."""

    home: Home
    kind: str
    rng: Random
    note: Callable[[dict[str, Any]], None]

    def live(self) -> None:
        for number in range(ROUNDS):
            with closing(AtWork(self.home, now=BEGIN + 1000 * number)) as at_work:
                (self.home.inbox / "note").mkdir(exist_ok=True)
                self._drop(number)
                at_work.look()
                at_work.work(self.rng.choice((2, 5, 1000)))
                if self.kind == "desk":
                    self._at_the_desk(at_work)
                if self.kind == "backup" and number % 2:
                    self._back_up(at_work)
                if self.kind == "models":
                    self._change_models(number)

    def _drop(self, number: int) -> None:
        for which in range(self.rng.randint(2, 4)):
            content, suffix = self._content(100 * number + which)
            folder = self.rng.choice(("note", "note", "note", ""))
            path = self.home.inbox / folder / f"{number}-{which}{suffix}"
            hidden = path.with_name(f".{path.name}") if self.rng.random() < 0.5 else path
            hidden.write_bytes(content)
            hidden.rename(path)

    def _content(self, number: int) -> tuple[bytes, str]:
        text = note(number, self.rng)
        if self.kind == "mails" and self.rng.random() < 0.6:
            return mail(number, [text, note(number + 50, self.rng)]), ".eml"
        kind = self.rng.choices(("text", "pdf", "broken", "twin"), weights=(5, 2, 2, 1))[0]
        if kind == "pdf":
            return pdf(text), ".pdf"
        if kind == "broken":
            return b"%PDF-1.4\n" + self.rng.randbytes(700), ".pdf"
        if kind == "twin":
            return note(1, Random(1)), ".txt"
        return text, ".txt"

    def _at_the_desk(self, at_work: AtWork) -> None:
        for entry in at_work.waiting():
            job = entry.job
            what = self.rng.choice(("approve", "approve", "reject", "leave", "retype"))
            if what == "approve" and at_work.approve(entry):
                self.note({"approved": [job.docid, job.doctype]})
            elif what == "reject" and at_work.reject(entry):
                self.note({"rejected": [job.docid, job.doctype]})
            elif what == "retype" and not job.doctype:
                at_work.retry(job, "note")
        for job in list(at_work.store.jobs(JobState.FAILED)):
            if self.rng.random() < 0.4:
                at_work.retry(job)
        done = at_work.desk.done()
        if done and self.rng.random() < 0.5:
            with suppress(TakenError):  # it is being read again, which the clerk is told
                back = at_work.desk.reopen(self.rng.choice(done))
                if back.waiting and self.rng.random() < 0.7:
                    at_work.approve(back.waiting)

    def _back_up(self, at_work: AtWork) -> None:
        folder = self.home.folder.parent / "backup"
        now = at_work.clock()
        done = backup(self.home, at_work.store, folder, progress=lambda _, names: names, now=now)
        self.note({"backed_up": done.documents})

    def _change_models(self, number: int) -> None:
        registry = Registry(self.home.models)
        file = self.home.folder.parent / f"model-{number}.gguf"
        file.write_bytes(b"GGUF" + self.rng.randbytes(5000))
        version = registry.add(file)
        registry.promote(version)
        self.note({"serves": version.name})
        if number and self.rng.random() < 0.4:
            self.note({"serves": registry.rollback().name})
        champion = registry.champion().name
        for other in registry.versions():
            if other.name != champion and self.rng.random() < 0.3:
                registry.remove(other)


def mail(number: int, texts: list[bytes]) -> bytes:
    message = EmailMessage(SMTP)
    message["From"], message["To"] = "Ann <ann@example.com>", "in@example.org"
    message["Subject"] = f"Notes {number}"
    message["Date"] = "Mon, 05 Jan 2026 10:00:00 +0000"
    message["Message-ID"] = f"<{number}@example.com>"
    message.set_content("Please find the notes attached.")
    for at, text in enumerate(texts):
        message.add_attachment(text, "text", "plain", filename=f"{number}-{at}.txt")
    message.set_boundary(f"b{number}")
    return message.as_bytes()


@contextmanager
def renames_refused() -> Iterator[None]:
    """As on a share while another program holds the file: what is taken is copied."""
    real = os.rename

    def rename(source: Any, target: Any, **folders: Any) -> None:
        if folders and not str(source).endswith(".copying"):
            raise PermissionError(13, "Permission denied")
        real(source, target, **folders)

    os.rename = rename  # type: ignore[assignment]
    try:
        yield
    finally:
        os.rename = real


def docid_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def entry(said: dict[str, Any]) -> bytes:
    text = json.dumps(said).encode()
    return HEAD.pack(ord(SAID), 0, 0, len(text), 0) + text


def main() -> None:
    folder, kind, seed = sys.argv[1:]
    journal = os.open(os.environ["UNSYNCED_JOURNAL"], os.O_WRONLY | os.O_APPEND)
    home = Home(Path(folder) / "home")
    day = Day(home, kind, Random(f"{kind} {seed}"), lambda said: _written(journal, entry(said)))
    if kind == "refused":
        with renames_refused():
            day.live()
    else:
        day.live()


def _written(journal: int, line: bytes) -> None:
    os.write(journal, line)


if __name__ == "__main__":
    main()
