"""Champion and candidate before the same evidence, each as the file and by the path that serves."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Protocol

from appliance.domain.asked import asked_of
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import DoctypeError, TimeoutExceeded, WorkerError
from appliance.domain.json_form import JsonForm
from appliance.domain.labels import Labelled
from appliance.domain.prediction import Prediction
from appliance.evaluation.answers import AnswerCache, CachedAnswer
from appliance.evaluation.correctness import field_correctness
from appliance.evaluation.gate import PairedResult

TIMES = 3
"""That a document is tried, as by day."""
TIMED = 12
"""Documents that both are asked anew, so that how long it takes is measured side by side."""


class MeasuredModel(Protocol):
    def extract(self, document: Document, doctype: DocType) -> Prediction: ...

    def peak(self) -> int:
        """Bytes of memory held at most so far; 0 where the system does not say."""
        ...


@dataclass(frozen=True, slots=True)
class CachedModel:
    """A model version, asked once about each document."""

    model: MeasuredModel
    answers: AnswerCache
    timed: set[str] = field(default_factory=set)
    """Docids of what it answered in this sitting."""

    def answer(self, labelled: Labelled, doctype: DocType, *, anew: bool = False) -> CachedAnswer:
        """``anew`` asks again what is known, to see how long it takes. What it failed on is asked
        again in any case: the machine may have been short of memory.

        Raises ModelError when it cannot answer at all, Leaving when we leave.
        """
        question = question_of(labelled.document, doctype)
        known = self.answers.get(labelled.document.docid, labelled.doctype, question)
        if known and known.prediction and not anew:
            return known
        answered = self._asked(labelled, doctype, question)
        if known and known.prediction and not answered.prediction:
            return known
        self.answers.keep(answered)
        self.timed.add(answered.docid)
        return answered

    def _asked(self, labelled: Labelled, doctype: DocType, question: str) -> CachedAnswer:
        docid, failed, start = labelled.document.docid, "", 0.0
        for _ in range(TIMES):
            start = time.perf_counter()
            try:
                said = self.model.extract(labelled.document, doctype)
            except (TimeoutExceeded, DoctypeError) as error:  # as it would be again
                failed = str(error)
                break
            except WorkerError as error:
                failed = str(error)
            else:
                seconds, peak = time.perf_counter() - start, self.model.peak()
                return CachedAnswer(said, docid, labelled.doctype, question, seconds, "", peak)
        seconds, peak = time.perf_counter() - start, self.model.peak()
        return CachedAnswer(None, docid, labelled.doctype, question, seconds, failed, peak)


Remembers = Callable[[Labelled, DocType, Prediction], Prediction]
"""An answer about a document with what was remembered of its sender when it first came."""


def nothing_remembered(labelled: Labelled, doctype: DocType, answer: Prediction) -> Prediction:
    return answer


@dataclass(frozen=True, slots=True)
class Examined:
    cases: tuple[PairedResult, ...]
    served: tuple[PairedResult, ...]
    """The same with what is remembered of senders, as the answers would be served."""
    slower: float
    """How many times as long the candidate takes, at the median of the documents that both answered
    in this sitting; 1 without a document."""
    larger: float
    """How many times as much memory the candidate takes; 1 where the system does not say."""
    failed: int
    """Documents on which the candidate alone failed."""


def examine(
    champion: CachedModel,
    candidate: CachedModel,
    evidence: Sequence[Labelled],
    doctype: Callable[[str], DocType],
    *,
    rest: Callable[[int], None],
    remembers: Remembers = nothing_remembered,
) -> Examined:
    """``rest`` is called before each document with how many are done; it may wait, or leave."""
    cases: list[PairedResult] = []
    served: list[PairedResult] = []
    ratios: list[float] = []
    peaks: list[tuple[int, int]] = [(0, 0)]
    failed = 0
    for number, labelled in enumerate(evidence):
        rest(number)
        kind, anew = doctype(labelled.doctype), number < TIMED
        one, other = (
            examinee.answer(labelled, kind, anew=anew) for examinee in (champion, candidate)
        )
        said = [one.prediction, other.prediction]
        cases.append(_case(labelled, kind, *said))
        served.append(_case(labelled, kind, *(p and remembers(labelled, kind, p) for p in said)))
        if labelled.document.docid in champion.timed & candidate.timed:
            ratios.append(other.seconds / max(one.seconds, 1e-6))
        peaks.append((one.peak, other.peak))
        failed += bool(other.failed) and not one.failed
    most, other_most = (max(sizes) for sizes in zip(*peaks, strict=True))
    larger = other_most / most if most and other_most else 1.0
    return Examined(tuple(cases), tuple(served), median(ratios or [1.0]), larger, failed)


def _case(
    labelled: Labelled, doctype: DocType, champion: Prediction | None, candidate: Prediction | None
) -> PairedResult:
    docid = labelled.document.docid
    nothing = Prediction(docid, doctype.name, "", ())
    said = [_marked(one or nothing, labelled, doctype, bool(one)) for one in (champion, candidate)]
    # Of rows that are as many as were counted nothing may be known, and that is nothing wrong.
    both = [{name: one.get(name, True) for name in said[0] | said[1]} for one in said]
    return PairedResult(docid, labelled.party, labelled.arrived_at, *both)


def _marked(
    prediction: Prediction, labelled: Labelled, doctype: DocType, answered: bool
) -> dict[str, bool]:
    """A document that it failed on is wrong in every value."""
    found = field_correctness(prediction, labelled, doctype)
    return {name: right and answered for name, right in found.items()}


_document = JsonForm(Document)


def question_of(document: Document, doctype: DocType) -> str:
    """By which answers know that the same was asked."""
    return hashlib.sha256(b"|".join(asked(document, doctype))).hexdigest()[:16]


def asked(document: Document, doctype: DocType) -> tuple[bytes, bytes]:
    """What a model is asked about, where it sees no e-invoice, and for."""
    return _document.dump_json(document, exclude={"einvoice"}), asked_of(doctype)
