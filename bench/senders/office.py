"""The records of one home: each document is decided on before anybody says what is right on it.

It goes the pipeline's and the desk's way, by their functions, but for the inbox and the keys: what
a clerk would key is known. Nothing is promised here, so every document comes before her.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from appliance.domain.corrections import Review
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.labels import Label, Labelled
from appliance.domain.prediction import AnswerVersions, Judgement, Prediction
from appliance.domain.results import Job, JobState
from appliance.domain.senders import SenderLookup
from appliance.fields.comparison import RowTexts
from appliance.fields.folding import collapse_spaces
from appliance.fields.party import twin_key
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy
from appliance.learning.importing.labels_to_review import labels_to_review
from appliance.records.proof import Proof
from appliance.records.queue import ClerkQueue
from appliance.records.reviews import Reviews
from appliance.records.senders import SenderRecords
from appliance.records.store import Store
from appliance.senders.directory import SenderDirectory
from appliance.senders.history import SenderHistory, sender_history
from appliance.senders.identity import SentPage
from appliance.service.decide import decide_on
from bench.asked import Asked
from bench.one_answer import OneAnswer

NOTHING = AcceptancePolicy()
CLERK = "bench"
LEASE = 60.0


@dataclass(frozen=True, slots=True)
class Decided:
    """A document as it was decided on when it came."""

    asked: Asked
    answer: Prediction
    """The model's."""
    lookup: SenderLookup
    judgement: Judgement
    """With what was remembered of the sender."""
    milliseconds: float
    """Of the look-up."""

    @property
    def document(self) -> Document:
        return self.asked.case.document

    @property
    def party(self) -> str | None:
        """By its labels."""
        return self.asked.case.truth.party

    @property
    def recalled(self) -> Prediction:
        return replace(self.answer, fields=tuple(one.field for one in self.judgement.fields))

    def is_held_by(self, code: str) -> bool:
        return any(one.code == code for one in self.judgement.blockers)


class Office:
    def __init__(self, store: Store, *, whole: bool = False, now: float = 0.0) -> None:
        """``whole``: what the labels do not say, the page does not either. ``now`` in seconds,
        later than anything in ``store``."""
        self.store = store
        self._whole = whole
        self._directory, self._proof = SenderDirectory(store), Proof(store)
        self._queue, self._reviews = ClerkQueue(store), Reviews(store)
        self._senders = SenderRecords(store)
        self._now = now

    def decide(self, one: Asked, answer: Prediction) -> Decided:
        """It comes, and ``answer`` is what the model says of it."""
        document, kind, now = one.case.document, one.doctype, self.now()
        self.store.record(document.docid, kind.name, one.case.file, now=now)
        job = Job(document.docid, kind.name, JobState.ARRIVED, one.case.file, now)
        self.store.keep_document(job, document, reading="1", seconds=0.0)
        begun = time.perf_counter()
        lookup = self._directory.who_sent(SentPage(document))
        spent = 1000 * (time.perf_counter() - begun)
        _, judgement, twin = decide_on(
            document,
            kind,
            _Answered(answer),
            policy=lambda model: NOTHING,
            history=sender_history(self._proof, document.docid, kind.name, lookup),
            seen_before=partial(self.store.seen_before, job),
        )
        self.store.keep_answer(
            job,
            answer,
            judgement,
            versions=AnswerVersions("1", "1"),
            lookup=lookup,
            twin=twin,
            seconds=0.0,
            now=now,
        )
        return Decided(one, answer, lookup, judgement, spent)

    def approve(self, one: Decided, keyed: Mapping[str, str] | None = None) -> None:
        """As its labels say, but for what is ``keyed`` otherwise."""
        job, now = self.job(one), self.now()
        review = self._review(one, {**one.asked.case.truth.values, **(keyed or {})})
        assert self._queue.lend(job, CLERK, now=now, lease=LEASE), f"{job.source} does not wait"
        twin = twin_key(one.asked.doctype, review.judgement)
        self._reviews.approve(job, CLERK, CLERK, review, deliver=True, twin=twin, now=now)

    def job(self, one: Decided) -> Job:
        found = self.store.find(one.document.docid)
        return next(job for job in found if job.doctype == one.asked.doctype.name)

    def sender_of(self, one: Decided) -> str | None:
        """The id under which an approved document is kept."""
        self._directory.learn()
        return self._senders.of_document(one.document.docid, one.asked.doctype.name)

    def history(self, one: Decided) -> SenderHistory:
        """As it was when it was decided on."""
        doctype = one.asked.doctype.name
        return sender_history(self._proof, one.document.docid, doctype, one.lookup)

    def labelled(self, one: Decided) -> Labelled:
        known = one.asked.case.labelled(one.asked.doctype.name)
        if not self._whole:
            return known
        said = {label.fieldtype for label in known.labels}
        names = [spec.name for spec in one.asked.doctype.fields]
        absent = tuple(Label(name, None) for name in names if name not in said)
        return replace(known, labels=known.labels + absent)

    def now(self) -> float:
        """Seconds; each time one more."""
        self._now += 1.0
        return self._now

    def _review(self, one: Decided, values: Mapping[str, str]) -> Review:
        """As the station makes it: judged with what is remembered of the sender."""
        document, kind = one.document, one.asked.doctype
        rows = list(map(_as_keyed, one.asked.case.truth.rows))
        review = labels_to_review(document, kind, _as_keyed(values), rows).review
        fields = tuple(decided.field for decided in review.judgement.fields)
        judgement = judge(
            document,
            kind,
            Prediction(document.docid, kind.name, "", fields),
            policy=NOTHING,
            history=self.history(one),
            settled={(field.fieldtype, field.line_item_id): None for field in fields},
        )
        return replace(review, judgement=judgement)


def _as_keyed(values: RowTexts) -> dict[str, str]:
    return {name: collapse_spaces(text) for name, text in values.items() if text is not None}


@dataclass(frozen=True, slots=True)
class _Answered(OneAnswer):
    """Says what it said before; no bench of senders looks at runners-up."""

    answer: Prediction

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        return self.answer
