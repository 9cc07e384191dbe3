"""A home into which strangers dropped files whose names, texts, heads and parts are commands.

They go the way of every document: inbox, intake, reader, judgement, outbox or ``failed/``. The
model says the first words of a page, whatever they are.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from random import Random

from appliance.delivery.outbox import Outbox
from appliance.doctypes import catalogue
from appliance.domain.characters import legible
from appliance.domain.doctype import DocType
from appliance.domain.document import Document, Span
from appliance.domain.limits import Limits
from appliance.domain.mail import Mail
from appliance.domain.prediction import AnswerVersions, Field, Prediction, TokenScore
from appliance.fields.candidates import joined, runs
from appliance.intake.archive import Archive
from appliance.intake.intake import Intake
from appliance.intake.quarantine import Quarantine
from appliance.judgement.policy import AcceptancePolicy, uniform_policy
from appliance.reading.mail import opened
from appliance.reading.read import read
from appliance.records.evidence import SamplingPlan
from appliance.records.store import Store
from appliance.review.desk import Desk
from appliance.review.editor.editor import take_up
from appliance.review.loading import Loader
from appliance.review.scripted import KnownValues
from appliance.senders.directory import SenderDirectory
from appliance.service.daemon import DayEvent
from appliance.service.pipeline import Pipeline, RetryPolicy
from appliance.settings.home import Home
from bench.campaign.escapes_strings import hostile
from bench.office.clerk import scripted, work
from bench.one_answer import OneAnswer
from starter.workshop import KeptOcr

TYPE = "note"
_TOML = """\
title = "Note"
party = ["company"]
number = "number"

[fields.company]
required = true
description = "who wrote it"

[fields.number]
type = "code"
description = "its number"

[fields.remark]
description = "what it says"

[deliver]
files = ["csv", "xlsx"]
"""
_SURE = (TokenScore(-0.001, -0.001),)
VERSIONS = AnswerVersions("campaign", "campaign")
FILES = 5
"""Of each sort."""


@dataclass
class Stranger:
    """What was dropped in, and what the appliance told of it; the store is the caller's."""

    home: Home
    store: Store
    events: list[DayEvent] = field(default_factory=list)

    @property
    def doctype(self) -> DocType:
        return catalogue.load(self.home.doctypes / f"{TYPE}.toml")

    def policy(self, model: str, doctype: str, versions: AnswerVersions) -> AcceptancePolicy:
        return uniform_policy(self.doctype, 0.5)

    def desk(self, clerk: str) -> Desk:
        archive = Archive(self.home.archive)
        loader = Loader(
            self.store,
            archive,
            doctype=lambda name: self.doctype,
            doctypes=lambda: [TYPE],
            policy=self.policy,
            directory=SenderDirectory(self.store),
        )
        quarantine = Quarantine(self.home.failed)
        return Desk(self.store, archive, quarantine, loader, station="campaign", clerk=clerk)

    def clerk(self, rng: Random) -> None:
        """Somebody of a strange name approves half of what waits, or refuses it with her words, as
        the station's line gives them."""
        desk = self.desk(legible(hostile(rng)))
        for at, waiting in enumerate(desk.queue()[::2]):
            loaded = desk.load(waiting)
            if loaded.draft is None or not desk.open(loaded):
                continue
            state, _ = work(take_up(loaded.draft), scripted(loaded.draft, KnownValues({})))
            if state.done and at % 2 == 0:
                desk.approve(loaded, state.draft, 1.0, legible(hostile(rng)))
            else:
                desk.reject(loaded, legible(hostile(rng)))

    def work(self) -> None:
        """Until nothing is left to do."""
        archive = Archive(self.home.archive)
        intake = Intake(self.home.inbox, archive, self.store, doctypes=lambda: [TYPE], settle=0.0)
        pipeline = Pipeline(
            self.store,
            archive,
            Outbox(self.home.outbox),
            Quarantine(self.home.failed),
            reader=_Reads(),
            predictor=_Repeats(),
            doctype=lambda name: self.doctype,
            versions=VERSIONS,
            policy=self.policy,
            patience=RetryPolicy(attempts=1, retry_after=0.0),
            evidence=SamplingPlan(first=0, until=0, then=0),
            plan=lambda name: catalogue.delivery_plan(name, folder=self.home.doctypes),
        )
        for _ in range(2):  # what came in a mail arrives behind it
            self.events.append(intake.look(now=time.time()))
            self.events += iter(pipeline.step, None)


def dropped(home: Home, store: Store, rng: Random) -> Stranger:
    home.make()
    (home.doctypes / f"{TYPE}.toml").write_text(_TOML, encoding="utf-8")
    (home.inbox / TYPE).mkdir()
    for name, content in _files(rng):
        (home.inbox / TYPE / name).write_bytes(content)
    stranger = Stranger(home, store)
    stranger.work()
    stranger.clerk(rng)
    stranger.work()
    return stranger


def _files(rng: Random) -> Iterator[tuple[str, bytes]]:
    for at in range(FILES):
        yield _name(rng, f"{at}.txt"), _text(rng)
        yield _name(rng, f"{at}.eml"), _mail(rng)
        yield _name(rng, f"{at}.pdf"), b"%PDF-1.7 broken " + rng.randbytes(40)


def _name(rng: Random, end: str) -> str:
    """As far as a file can be called so."""
    said = os.fsdecode(os.fsencode(_encodable(hostile(rng))))
    fit = said.replace("/", "∕").replace("\x00", "").encode("utf-8", "surrogateescape")[:180]
    return os.fsdecode(fit.decode("utf-8", "ignore").encode()) + end


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _text(rng: Random) -> bytes:
    """A line for each field, of what a text file may hold."""
    lines = [hostile(rng).replace("\x00", "") for _ in range(6)]
    return "\n".join(lines).encode("utf-8", "replace")


def _mail(rng: Random) -> bytes:
    """Its head is written as it is, as no library would; half of them carry a file."""
    mail = EmailMessage(policy=SMTP)
    mail.set_content(_text(rng).decode())
    if rng.random() < 0.5:
        part = _text(rng)
        mail.add_attachment(part, maintype="text", subtype="plain", filename="part.txt")
    said = (_head(hostile(rng)) for _ in range(4))
    subject, sender, number, name = said
    head = f"From: {sender} <a@b.example>\r\nSubject: {subject}\r\nMessage-ID: <{number}>\r\n"
    return (head.encode() + mail.as_bytes()).replace(b'"part.txt"', b'"' + name.encode() + b'.txt"')


def _head(text: str) -> str:
    return _encodable(text).replace("\r", " ").replace("\n", " ").replace('"', "'")


class _Reads:
    """In this process."""

    def begin(self, path: Path, *, docid: str) -> None:
        """Nothing is gained by it here."""

    def open(self, path: Path, *, docid: str) -> Document | Mail:
        if mail := opened(path, docid=docid, limits=Limits()):
            return mail
        return read(path, docid=docid, limits=Limits(), ocr=KeptOcr(threads=1))


class _Repeats(OneAnswer):
    """A model that answers with the first runs of words."""

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        page = document.pages[0]
        spans = [Span(0, start, end) for start, end in runs(page)]
        fields = tuple(
            Field(spec.name, joined(span.words(document)), (span,), tokens=_SURE)
            for spec, span in zip(doctype.fields, spans, strict=False)
        )
        return Prediction(document.docid, doctype.name, "campaign", fields)
