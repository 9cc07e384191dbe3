"""A pipeline with real folders and a real database; only reader and model are made up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from appliance.delivery.outbox import Outbox
from appliance.domain.delivery import NO_PLAN, DeliveryPlan
from appliance.domain.doctype import AccuracyTarget, DocType, FieldSpec, FieldType
from appliance.domain.document import BBox, Document, Page, PagePart, Span, Word
from appliance.domain.limits import Limits
from appliance.domain.mail import Mail
from appliance.domain.prediction import AnswerVersions, Field, Prediction, TokenScore
from appliance.domain.results import Job
from appliance.domain.sections import NOTHING, EvidenceNeed, Section
from appliance.intake.archive import Archive
from appliance.intake.quarantine import Quarantine
from appliance.judgement.policy import AcceptancePolicy, uniform_policy
from appliance.reading.mail import opened
from appliance.records.evidence import SamplingPlan
from appliance.records.store import Store
from appliance.service.pipeline import Pipeline, RetryPolicy, StepResult

DOCTYPE = DocType(
    "receipt",
    "Receipt",
    (
        FieldSpec("company", required=True),
        FieldSpec("number", FieldType.CODE),
        FieldSpec("total", FieldType.AMOUNT, required=True),
    ),
    party=("company",),
    number="number",
    gross="total",
)
VERSIONS = AnswerVersions("1", "1")
NO_EVIDENCE = SamplingPlan(first=0, then=0)
TEXT = ["Company", "ACME", "Number", "A-77", "Total", "9.00"]


class Reads:
    """Says the same words of every file, or fails as told."""

    error: Exception | None = None
    shown: str | None = None
    """What an eye sees wherever it looks; None as of a text."""

    def __init__(self) -> None:
        self.begun: list[str] = []

    def begin(self, path: Path, *, docid: str) -> None:
        self.begun.append(docid)

    def read(self, path: Path, *, docid: str) -> Document:
        if self.error:
            raise self.error
        words = tuple(
            Word(text, BBox(0.1 * at, 0.1, 0.1 * at + 0.05, 0.12), line=0)
            for at, text in enumerate(TEXT)
        )
        return Document(docid, (Page(595, 842, words, "text"),))

    def open(self, path: Path, *, docid: str) -> Document | Mail:
        """Mails are opened as they are."""
        return opened(path, docid=docid, limits=Limits()) or self.read(path, docid=docid)

    def look(self, path: Path, parts: Sequence[PagePart], *, docid: str) -> Sequence[str | None]:
        return [self.shown for _ in parts]


class Asks:
    """Answers rightly, as sure as told."""

    logprob = -0.001
    error: Exception | None = None

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        if self.error:
            raise self.error
        score = (TokenScore(self.logprob, self.logprob),)
        fields = tuple(
            Field(name, TEXT[at], (Span(0, at, at + 1),), tokens=score)
            for name, at in (("company", 1), ("number", 3), ("total", 5))
        )
        return Prediction(document.docid, doctype.name, "fake", fields)

    def runners_up(
        self,
        document: Document,
        doctype: DocType,
        prediction: Prediction,
        fieldtypes: tuple[str, ...],
    ) -> Prediction:
        return prediction


class Day:
    """A pipeline with real folders and a real database."""

    def __init__(
        self,
        folder: Path,
        *,
        evidence: SamplingPlan = NO_EVIDENCE,
        new_sender: int = 0,
        versions: AnswerVersions = VERSIONS,
        plan: DeliveryPlan = NO_PLAN,
    ) -> None:
        self.folder = folder
        self.policy = uniform_policy(DOCTYPE, 0.95)
        self.enough: dict[bool, frozenset[Section]] = {}
        """Whether there is enough evidence of known senders (True), of unknown ones (False)."""
        self.promised = AccuracyTarget()
        self.plan = plan
        self.now = 1000.0
        self.codes: dict[str, list[str]] = {}
        """Of what blocked each document in its last step."""
        self.reads, self.asks = Reads(), Asks()
        self.store = Store(folder / "appliance.db")
        self.archive = Archive(folder / "archive")
        self.outbox = Outbox(folder / "outbox")
        self.quarantine = Quarantine(folder / "failed")
        self.pipeline = Pipeline(
            self.store,
            self.archive,
            self.outbox,
            self.quarantine,
            reader=self.reads,
            predictor=self.asks,
            doctype=lambda name: DOCTYPE,
            versions=versions,
            policy=self.allows,
            new_sender=new_sender,
            patience=RetryPolicy(attempts=3, retry_after=30),
            evidence=evidence,
            terms=lambda doctype: self.promised,
            need=lambda doctype, *, known: EvidenceNeed(self.enough.get(known, NOTHING)),
            plan=lambda name: self.plan,
            look=self.reads.look,
            clock=lambda: self.now,
        )

    def allows(self, model: str, doctype: str, versions: AnswerVersions) -> AcceptancePolicy:
        return self.policy

    def drop(self, text: str = "one", doctype: str = "receipt") -> str:
        source = self.folder / f"{text}.txt"
        source.write_text(text)
        docid = self.archive.put(source)
        self.now += 1
        self.store.record(docid, doctype, source.name, now=self.now)
        return docid

    def work(self) -> list[StepResult]:
        """Every step there is."""
        done = []
        while moved := self.pipeline.step():
            done.append(moved)
            self.codes[moved.job.docid] = [blocker.code for blocker in moved.blockers]
        return done

    def job(self, docid: str) -> Job:
        (job,) = self.store.find(docid)
        return job

    def delivered(self) -> list[Path]:
        return sorted((self.folder / "outbox").glob("[!.]*/*.json"))
