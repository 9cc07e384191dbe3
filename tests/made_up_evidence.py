"""Receipts that are evidence, in a day with real folders: what each says and what a clerk keyed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from made_up_day import DOCTYPE, VERSIONS, Asks, Day, Reads

from appliance.domain.asked import asked_in_short
from appliance.domain.corrections import Correction, CorrectionKind, Review
from appliance.domain.doctype import DocType
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.errors import Unfinished
from appliance.domain.prediction import AnswerVersions, Field, Prediction, TokenScore
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy
from appliance.promise.evidence_answers import BackfillProgress
from appliance.records.evidence import SamplingPlan
from appliance.records.reviews import Reviews
from appliance.service.backfill import Backfill

SAID = "Company shop{0} Number A-{1} Total {1}.00 Cash {2}.50"
TRUE = {"company": 1, "number": 3, "total": 5}
"""At which word a value stands."""
CASH = 7
EVERY = SamplingPlan(first=1, then=1)


class ReadsText(Reads):
    """The words of a file of text."""

    def __init__(self) -> None:
        super().__init__()
        self.read_docids: list[str] = []

    def read(self, path: Path, *, docid: str) -> Document:
        self.read_docids.append(docid)
        if self.error:
            raise self.error
        words = tuple(
            Word(text, BBox(0.1, 0.02 * at, 0.3, 0.02 * at + 0.01), line=at)
            for at, text in enumerate(path.read_text().split())
        )
        return Document(docid, (Page(595, 842, words, "text"),))


class AsksText(Asks):
    """As sure as can be of all, and wrong in the totals that it is told; it has a name."""

    name = "m1"

    def __init__(self) -> None:
        self.wrong: Callable[[str], bool] = lambda docid: False
        self.asked: list[str] = []
        self.turns = 0
        """That the next document takes before it is done."""
        self.faults: dict[str, Exception] = {}

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        self.asked.append(document.docid)
        for error in (self.error, self.faults.get(document.docid)):
            if error:
                raise error
        if self.turns:
            self.turns -= 1
            raise Unfinished("1 of 2 parts of it are done; others go first")
        told = said(document, self.name, total=CASH if self.wrong(document.docid) else 5)
        return replace(told, asked=asked_in_short(doctype))


def said(document: Document, model: str, **other: int) -> Prediction:
    words, sure = document.pages[0].words, (TokenScore(-0.001, -0.001),)
    fields = tuple(
        Field(name, words[at].text, (Span(0, at, at + 1),), tokens=sure)
        for name, at in (TRUE | other).items()
    )
    return Prediction(document.docid, DOCTYPE.name, model, fields)


class Sampled(Day):
    """Every document is evidence; a clerk keys it blind, and rightly."""

    def __init__(self, folder: Path, *, versions: AnswerVersions = VERSIONS, **named: Any) -> None:
        super().__init__(folder, evidence=EVERY, versions=versions, **named)
        self.versions = versions
        self.policy = AcceptancePolicy()
        self.reads = self.pipeline._reader = ReadsText()
        self.asks = self.pipeline._predictor = AsksText()
        self.models = folder / "models"
        (self.models / "m1").mkdir(parents=True, exist_ok=True)
        self.told: list[BackfillProgress] = []
        self.backfill = self.new_backfill()

    def new_backfill(self) -> Backfill:
        """As it is after a start."""
        return Backfill(
            self.store,
            self.archive,
            self.models,
            reader=self.reads,
            model=self.asks,
            doctypes=lambda: {DOCTYPE.name: DOCTYPE},
            versions=self.versions,
            tell=self.told.append,
            clock=lambda: self.now,
        )

    def receipt(self, number: int) -> str:
        return self.drop(SAID.format(number % 20, number, number + 7))

    def keyed(self, *numbers: int) -> list[str]:
        docids = [self.receipt(number) for number in numbers]
        self.work()
        for docid in docids:
            self.key(docid)
        return docids

    def key(self, docid: str) -> None:
        document = self.store.document(docid)
        assert document
        known = said(document, "")
        corrections = tuple(
            Correction(
                *(field.fieldtype, None, None, field.text, CorrectionKind.ADDED, True, field.spans),
                keyed=field.text,
            )
            for field in known.fields
        )
        approved = judge(document, DOCTYPE, known, policy=AcceptancePolicy())
        review = Review("m1", corrections, approved, 9.0, blind=True)
        Reviews(self.store).note(self.job(docid), "one", "Ann", review, now=self.now)

    def close(self) -> None:
        self.store.close()

    def idle(self, *, most: int = 1000) -> int:
        """As long as there is something that can wait; how many steps that took."""
        for done in range(most):
            if not self.backfill.step():
                return done
        return most
