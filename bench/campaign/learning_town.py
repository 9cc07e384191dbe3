"""A made-up town of senders, and an office that decides on their invoices and asks its clerk.

Records, memory, scores and promise are the appliance's own; only model and clerk are made up. The
clerk knows what an invoice says, and keys something else where she is told to lie.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from math import log
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from appliance.domain.corrections import Review
from appliance.domain.doctype import AccuracyTarget, DocType, FieldSpec, FieldType
from appliance.domain.document import BBox, Document, Page, Word
from appliance.domain.prediction import (
    ACCEPTED,
    AnswerVersions,
    FieldJudgement,
    Judgement,
    Prediction,
    TokenScore,
)
from appliance.domain.results import Job, JobState
from appliance.domain.senders import SenderLookup
from appliance.learning.importing.labels_to_review import labels_to_review
from appliance.learning.models.registry import Registry
from appliance.promise.calibration_job import renew
from appliance.promise.policies import PolicyStore
from appliance.records.evidence import EvidenceDraws, SamplingPlan
from appliance.records.imports import Imports
from appliance.records.proof import Proof
from appliance.records.reviews import Reviews
from appliance.records.store import Store
from appliance.samples import codes
from appliance.senders.directory import SenderDirectory
from appliance.senders.history import sender_history
from appliance.senders.identity import SentPage
from appliance.service.decide import decide_on
from appliance.system import files
from bench.one_answer import OneAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

KIND = DocType(
    "invoice",
    "Invoice",
    (
        FieldSpec("supplier", required=True),
        FieldSpec("vat_id", FieldType.VAT_ID),
        FieldSpec("customer", required=True),
        FieldSpec("number", FieldType.CODE, required=True),
        FieldSpec("date", FieldType.DATE, required=True),
        FieldSpec("total", FieldType.AMOUNT, required=True),
        FieldSpec("iban", FieldType.IBAN),
    ),
    party=("vat_id", "supplier"),
    number="number",
    gross="total",
)
TERMS = AccuracyTarget(0.95)
VERSIONS = AnswerVersions("1", "1")
MODEL = "m1"
BUYER = "Hallberg Machines Ltd"
EVIDENCE, OTHERS = SamplingPlan(first=1, until=10_000, then=1), SamplingPlan(first=0, then=0)
_FIRST = ("Averdieck", "Bollmann", "Corvey", "Dornbach", "Elsner", "Finkbein", "Gredos", "Halvard")
_SECOND = ("Timber", "Steel", "Cables", "Glass", "Paper", "Tools", "Seals", "Pumps", "Bolts")


@dataclass(frozen=True, slots=True)
class Sender:
    name: str
    street: str
    vat_id: str
    iban: str
    bank: str
    """Account of the bank to which its claims were sold, which its pages name too."""


@dataclass(frozen=True, slots=True)
class Invoice:
    sender: Sender
    document: Document
    truth: Mapping[str, str]
    beside: Mapping[str, str]
    """What also stands on the page and is of the type of a field, by its name."""


@dataclass(frozen=True, slots=True)
class Decided:
    """An invoice as it was decided on when it came."""

    invoice: Invoice
    job: Job
    answer: Prediction
    judgement: Judgement

    def of(self, name: str) -> FieldJudgement:
        return next(one for one in self.judgement.header if one.fieldtype == name)

    def answer_of(self, name: str) -> str | None:
        """The model's."""
        return next(one.text for one in self.answer.fields if one.fieldtype == name)

    def believes(self, name: str, text: str) -> bool:
        """Is that accepted as the value, without anybody who looks at it?"""
        one = self.of(name)
        return one.field.text == text and one.how in ACCEPTED and not one.blockers

    def recalls(self, name: str, text: str) -> bool:
        """Does memory put that in place of the model's answer?"""
        one = self.of(name).field
        return one.from_memory and one.text == text


class Town:
    def __init__(self, home: Path, rng: Random) -> None:
        """``home`` has a database already, or is empty."""
        self.models = home / "models"
        files.make_folder(self.models / MODEL)
        Registry(self.models).begin_seals()
        self.store = Store(home / "appliance.db")
        self.rng = rng
        self.now = 1e6
        self.wrong = 0.08
        """Share of the answers in which the model takes another value of the page."""
        self.sure_and_wrong = 0.03
        """Of these, in which it is as sure as it is of what is right."""
        self._directory, self._proof = SenderDirectory(self.store), Proof(self.store)
        self._policies = PolicyStore(self.models)
        self._printed = 0

    # What comes

    def sender(self) -> Sender:
        rng = self.rng
        name = f"{rng.choice(_FIRST)} & {rng.choice(_FIRST)} {rng.choice(_SECOND)} {_law(rng)}"
        street = f"{rng.choice(_FIRST)} Road {rng.randrange(1, 200)}"
        accounts = codes.iban(rng, "DE"), codes.iban(rng, "DE")
        return Sender(name, street, codes.vat_id(rng, "DE"), *accounts)

    def invoice(self, sender: Sender, **otherwise: str) -> Invoice:
        """Its next one; what it says ``otherwise`` is printed so."""
        rng = self.rng
        self._printed += 1
        net = rng.randrange(10_000, 900_000)
        truth = {
            "supplier": sender.name,
            "vat_id": sender.vat_id,
            "customer": BUYER,
            "number": f"{rng.randrange(10_000, 99_999)}-{self._printed}",
            "date": f"2026-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
            "total": _money(net * 119 // 100),
            "iban": sender.iban,
            **otherwise,
        }
        beside = {
            "supplier": BUYER,
            "vat_id": _BUYERS_VAT_ID,
            "customer": sender.name,
            "number": f"{rng.randrange(100_000, 999_999)}",
            "date": f"2026-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
            "total": _money(net),
            "iban": sender.bank,
        }
        return Invoice(sender, _document(sender, truth, beside), truth, beside)

    def answer(self, invoice: Invoice, *, right: bool = False) -> Prediction:
        """What the model says of it; all of it ``right`` where that is wanted."""
        rng, said = self.rng, dict(invoice.truth)
        sure = {name: rng.uniform(0.97, 0.9999) for name in said}
        for name in said:
            if not right and rng.random() < self.wrong:
                said[name] = invoice.beside[name]
                if rng.random() > self.sure_and_wrong:
                    sure[name] = rng.uniform(0.3, 0.9)
        keyed = labels_to_review(invoice.document, KIND, said).review
        fields = (one.field for one in keyed.judgement.fields)
        return Prediction(
            invoice.document.docid,
            KIND.name,
            MODEL,
            tuple(replace(one, tokens=_tokens(sure[one.fieldtype])) for one in fields),
        )

    # What the office does

    def decides(
        self, invoice: Invoice, answer: Prediction | None = None, *, evidence: bool = False
    ) -> Decided:
        self.now += 60
        document, now = invoice.document, self.now
        self.store.record(document.docid, KIND.name, f"{self._printed}.pdf", now=now)
        job = Job(document.docid, KIND.name, JobState.ARRIVED, f"{self._printed}.pdf", now)
        EvidenceDraws(self.store, EVIDENCE if evidence else OTHERS).draw(job, now=now)
        self.store.keep_document(job, document, reading=VERSIONS.reading, seconds=0.0)
        lookup = self._directory.who_sent(SentPage(document))
        said, judgement, twin = decide_on(
            document,
            KIND,
            _Says(answer or self.answer(invoice)),
            policy=lambda model: self._policies(model, KIND.name, VERSIONS),
            history=sender_history(self._proof, document.docid, KIND.name, lookup),
            seen_before=partial(self.store.seen_before, job),
        )
        self._keep(job, said, judgement, lookup, twin)
        return Decided(invoice, replace(job, state=JobState.HELD), said, judgement)

    def _keep(
        self, job: Job, said: Prediction, judged: Judgement, lookup: SenderLookup, twin: str | None
    ) -> None:
        self.store.keep_answer(
            replace(job, state=JobState.READ),
            said,
            judged,
            versions=VERSIONS,
            lookup=lookup,
            twin=twin,
            seconds=0.0,
            now=self.now,
        )

    def keys(self, one: Decided, **lies: str) -> None:
        """The clerk approves what the invoice says, but for her lies. Of evidence that is blind."""
        review = self._review(one.invoice, lies)
        Reviews(self.store).note(one.job, "one", "Ann", review, now=self.now + 1)

    def imports(self, invoice: Invoice, **lies: str) -> bool | None:
        """As it came with its values from before; whether it is evidence."""
        self.now += 60
        self.store.keep_reading(invoice.document, reading=VERSIONS.reading, seconds=0.0)
        review = replace(self._review(invoice, lies), model="")
        plan = SamplingPlan()
        name = f"{self._printed}.pdf"
        return Imports(self.store, plan).keep(
            invoice.document, KIND.name, review, source=name, twin=None, now=self.now
        )

    def _review(self, invoice: Invoice, lies: Mapping[str, str]) -> Review:
        review = labels_to_review(invoice.document, KIND, {**invoice.truth, **lies}).review
        keyed = (replace(one, keyed=one.after or "") for one in review.corrections)
        return replace(review, model=MODEL, corrections=tuple(keyed))

    def calibrates(self) -> None:
        """What may be accepted follows from what was keyed until now."""
        renew(MODEL, self.models, self.store, [(KIND, TERMS)], versions=VERSIONS, now=self.now)

    @property
    def accepts(self) -> bool:
        """Whether anything may be accepted."""
        return bool(self._policies(MODEL, KIND.name, VERSIONS).bounds)

    def works(self, senders: Sequence[Sender], number: int) -> None:
        """So many invoices of theirs, in any order; every other one is evidence."""
        for at in range(number):
            one = self.decides(self.invoice(self.rng.choice(senders)), evidence=at % 2 == 0)
            self.keys(one)


@contextmanager
def town(home: Path, seed: str) -> Iterator[Town]:
    found = Town(home, Random(seed))
    with closing(found.store):
        yield found


@dataclass(frozen=True, slots=True)
class _Says(OneAnswer):
    answer: Prediction

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        return self.answer


def _document(sender: Sender, truth: Mapping[str, str], beside: Mapping[str, str]) -> Document:
    lines = (
        truth["supplier"],
        sender.street,
        f"VAT id {truth['vat_id']}",
        f"Bill to {truth['customer']} VAT id {beside['vat_id']}",
        f"Invoice number {truth['number']}",
        f"Order {beside['number']}",
        f"Invoice date {truth['date']} Delivered {beside['date']}",
        f"Net {beside['total']}",
        f"Total {truth['total']}",
        f"Pay to IBAN {truth['iban']}",
        f"This debt may be assigned to Nordfaktor Bank AG IBAN {beside['iban']}",
    )
    docid = sha256("\n".join(lines).encode()).hexdigest()
    return Document(docid, (Page(595, 842, tuple(_words(lines)), "text"),))


def _words(lines: Sequence[str]) -> Iterator[Word]:
    for row, line in enumerate(lines):
        for at, text in enumerate(line.split()):
            box = BBox(0.05 + 0.07 * at, 0.05 + 0.03 * row, 0.11 + 0.07 * at, 0.07 + 0.03 * row)
            yield Word(text, box, line=row)


def _tokens(sure: float) -> tuple[TokenScore, ...]:
    return (TokenScore(log(sure) - 0.01, log(sure), margin=sure, entropy=1 - sure),)


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _law(rng: Random) -> str:
    return rng.choice(("GmbH", "AG", "Ltd", "KG"))


_BUYERS_VAT_ID = codes.vat_id(Random("the buyer"), "DE")
