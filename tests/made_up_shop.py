"""Receipts in a real database: what a made-up model said of each, and what a clerk knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from math import log
from pathlib import Path

from appliance.domain.corrections import Correction, CorrectionKind, Review
from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.prediction import AnswerVersions, Field, Prediction, TokenScore
from appliance.domain.results import Job, JobState
from appliance.domain.senders import SenderLookup
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy
from appliance.records.erasures import ErasureChoice, Erasures
from appliance.records.evidence import EvidenceDraws, SamplingPlan
from appliance.records.reviews import Reviews
from appliance.records.store import Store
from appliance.senders.history import UNKNOWN, SenderHistory

RECEIPT = DocType(
    "receipt",
    "Receipt",
    (FieldSpec("shop", required=True), FieldSpec("total", FieldType.AMOUNT, required=True)),
    party=("shop",),
)
BILL = replace(RECEIPT, name="bill", title="Bill")
VERSIONS = AnswerVersions("1", "1")
SURE, DOUBTFUL = 0.99, 0.5
_EVIDENCE, _OTHERS = SamplingPlan(first=1, until=10_000, then=1), SamplingPlan(first=0, then=0)


class Shop:
    def __init__(self, store: Store, versions: AnswerVersions) -> None:
        self.store = store
        self.versions = versions
        """On which the next receipts are read and answered."""
        self.now = 1000.0
        self._number = 0

    def receipt(
        self,
        *,
        right: bool = True,
        sure: float = SURE,
        evidence: bool = False,
        policy: AcceptancePolicy | None = None,
        sender: str | None = None,
        model: str = "m1",
        reviewed: bool = True,
        known: bool = False,
        words: Sequence[str] = (),
        docid: str | None = None,
        kind: DocType = RECEIPT,
    ) -> Job:
        """It arrives, ``model`` answers, a clerk approves it; only the total may be wrong."""
        self._number += 1
        self.now += 60
        sender = sender or f"shop{self._number % 40}"
        document = _document(sender, self._number, words)
        if docid is not None:
            document = replace(document, docid=docid)
        self.store.record(document.docid, kind.name, f"{self._number}.pdf", now=self.now)
        job = self.store.claim(JobState.ARRIVED, now=self.now, lease=60)
        assert job
        EvidenceDraws(self.store, _EVIDENCE if evidence else _OTHERS).draw(job, now=self.now)
        self.store.keep_document(job, document, reading=self.versions.reading, seconds=1)
        job = replace(job, state=JobState.READ)
        answer = _answer(document, kind, right=right, sure=sure, model=model)
        history = SenderHistory(sender) if known else UNKNOWN
        policy = policy or AcceptancePolicy()
        judgement = judge(document, kind, answer, policy=policy, history=history)
        kept = {"versions": self.versions, "twin": None, "seconds": 1, "now": self.now}
        kept |= {"lookup": SenderLookup(history.party, 0)}
        self.store.keep_answer(job, answer, judgement, **kept)
        if reviewed:
            self.approve(job, document, answer, blind=evidence, kind=kind)
        return job

    def document(self) -> Document:
        """Return the next receipt, of which nobody knows yet."""
        self._number += 1
        return _document(f"shop{self._number % 40}", self._number)

    def answer(self, document: Document) -> Prediction:
        """Return what a sure model says of it, which is right."""
        return _answer(document, RECEIPT, right=True, sure=SURE, model="m1")

    def approve(
        self,
        job: Job,
        document: Document,
        answer: Prediction,
        *,
        blind: bool = False,
        kind: DocType = RECEIPT,
    ) -> None:
        said = {field.fieldtype: field.text for field in answer.fields}
        truth = {"shop": document.pages[0].words[0].text, "total": document.pages[0].words[3].text}
        corrections = [
            Correction(
                name,
                None,
                said[name],
                text,
                CorrectionKind.CONFIRMED if said[name] == text else CorrectionKind.CHANGED,
                True,
                value=text,
                keyed=text if blind else None,
            )
            for name, text in truth.items()
        ]
        known = _answer(document, kind, right=True, sure=SURE, model="")
        approved = judge(document, kind, known, policy=AcceptancePolicy())
        review = Review(answer.model, tuple(corrections), approved, 9.0, blind=blind)
        Reviews(self.store).note(job, "one", "Ann", review, now=self.now + 1)


def forget(store: Store, *docids: str, now: float = 1.0) -> None:
    Erasures(store).begin(
        docids,
        files=(),
        versions=(),
        chosen=ErasureChoice.NAMED,
        who="me",
        why="",
        now=now,
    )


@contextmanager
def shop(path: Path, versions: AnswerVersions = VERSIONS) -> Iterator[Shop]:
    store = Store(path)
    try:
        yield Shop(store, versions)
    finally:
        store.close()


def _document(sender: str, number: int, more: Sequence[str] = ()) -> Document:
    """Words in this order: sender, number, what to pay, what was given, and ``more``."""
    texts = (sender, f"no{number}", "total", f"{number}.00", "cash", f"{number + 7}.50", *more)
    words = [
        Word(text, BBox(0.1, 0.02 * at, 0.3, 0.02 * at + 0.01), line=at)
        for at, text in enumerate(texts)
    ]
    docid = sha256(" ".join(texts).encode()).hexdigest()
    return Document(docid, (Page(595, 842, tuple(words), "text"),))


def _answer(
    document: Document, kind: DocType = RECEIPT, *, right: bool, sure: float, model: str
) -> Prediction:
    words = document.pages[0].words
    at = 3 if right else 5
    return Prediction(
        document.docid,
        kind.name,
        model,
        (
            Field("shop", words[0].text, (Span(0, 0, 1),), tokens=_tokens(SURE)),
            Field("total", words[at].text, (Span(0, at, at + 1),), tokens=_tokens(sure)),
        ),
    )


def _tokens(sure: float) -> tuple[TokenScore, ...]:
    return (TokenScore(log(sure) - 0.1, log(sure), margin=sure, entropy=1 - sure),)
