"""Who answers poisoned documents, and what a home accepts of it.

Two models: the one that ships, and one that a night of ``bench.office`` tuned, where it is there.
The home has a score that is fitted on one half of some honest documents, and has keyed the other
half as evidence. It accepts what that proves of the promise of 95 %, as every home does. Beside it
stands a home whose evidence has no end: it accepts from the lowest scores from which on nineteen of
twenty values are right. Nobody knows the sender, and no sender is held for being new.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from appliance.doctypes import catalogue
from appliance.domain.doctype import AccuracyTarget, DocType
from appliance.domain.document import UNNAMED, Document
from appliance.domain.limits import Limits
from appliance.domain.mail import document_of
from appliance.domain.prediction import Judgement, Prediction
from appliance.domain.results import GateOutcome, ModelVersion
from appliance.judgement.policy import AcceptancePolicy, least_certain
from appliance.learning.models.registry import Registry
from appliance.promise.fitting import fit
from appliance.promise.guarantees import guarantees
from appliance.promise.threshold import EvidenceValue
from appliance.promise.values import replayed
from appliance.reading import READING
from appliance.reading.mail import opened
from appliance.reading.read import read
from appliance.senders.history import UNKNOWN
from appliance.service import model_files
from appliance.service.child_processes import Predictor
from appliance.service.decide import decide_on
from appliance.settings.config import Settings
from bench import common
from bench.campaign.injection_papers import RECEIPT, Paper, made, receipt
from bench.one_answer import OneAnswer
from bench.predictors import kept_prediction
from starter.workshop import KeptOcr, kept

TERMS = AccuracyTarget()
EVIDENCE = 8 if common.SMALL else 40
"""Honest documents of each type, of which half fit the score."""
_FIRST_RECEIPT = 200
"""Of the evidence; the poisoned ones come before it."""


@cache
def kind(name: str) -> DocType:
    return catalogue.find(name, folder=catalogue.EXAMPLES)


def models() -> dict[str, ModelVersion]:
    """By what they are; ``tuned`` is the last that a night of the office promoted, if one did."""
    shipped = model_files.add_default(Registry(common.CACHE / "models"))
    tuned = [*_tuned()][-1:]
    return dict(zip(("shipped", "tuned"), [shipped, *tuned], strict=False))


def _tuned() -> Iterator[ModelVersion]:
    for folder in sorted((common.CACHE / "office").glob("*/nights/*")):
        registry = Registry(folder)
        for version in map(registry.version, registry.names()):
            if version.verdict and version.verdict.outcome is GateOutcome.PROMOTED:
                yield version


@dataclass(frozen=True, slots=True)
class _Policies:
    proven: AcceptancePolicy
    resting: AcceptancePolicy


class Home(OneAnswer):
    """One model and what is accepted of its answers; its child runs until ``stop``."""

    def __init__(self, model: ModelVersion) -> None:
        self.model = model
        self._child = Predictor(model, Settings().extraction, threads=1)
        self._policies: dict[str, _Policies] = {}

    def decided(self, document: Document, doctype: str) -> Judgement:
        """By what is proven."""
        return self._decided(document, doctype, self._policy(doctype).proven)

    def decided_at_rest(self, document: Document, doctype: str) -> Judgement:
        """As with evidence without end."""
        return self._decided(document, doctype, self._policy(doctype).resting)

    def _decided(self, document: Document, doctype: str, policy: AcceptancePolicy) -> Judgement:
        _, judgement, _ = decide_on(document, kind(doctype), self, policy=lambda model: policy)
        return judgement

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        """Asked once by what stands on the pages, whatever file they are of."""
        pages = Document(UNNAMED, document.pages)
        said = kept_prediction(
            self.model, pages, doctype, lambda: self._child.extract(pages, doctype)
        )
        return replace(said, docid=document.docid, model=self.model.name)

    def _policy(self, doctype: str) -> _Policies:
        if doctype not in self._policies:
            self._policies[doctype] = self._calibrated(kind(doctype))
        return self._policies[doctype]

    def _calibrated(self, doctype: DocType) -> _Policies:
        answered = [
            (one.labelled(document), self.extract(document, doctype))
            for one in _evidence(doctype.name)
            for document in [reading(one.data)]
        ]
        fitted, proving = answered[::2], answered[1::2]
        weights = fit([one for pair in fitted for one in replayed(*pair, doctype, UNKNOWN).samples])
        weigh = weights.weigh if weights else least_certain
        found: dict[str, list[EvidenceValue]] = {spec.name: [] for spec in doctype.fields}
        for pair in proving:
            for name, told in replayed(*pair, doctype, UNKNOWN).values(weigh).items():
                found.setdefault(name, []).extend(told)
        table = doctype.items.name if doctype.items else ""
        proven: dict[str, float] = {}
        at_rest: dict[str, float] = {}
        for grant in guarantees(found, TERMS, table=table, known=False):
            values_of = [one for name in grant.fields for one in found[name]]
            rest = resting(values_of)
            if grant.proven:
                proven |= dict.fromkeys(grant.fields, grant.proven.score)
            if rest is not None:
                at_rest |= dict.fromkeys(grant.fields, rest)
        return _Policies(AcceptancePolicy(weigh, proven), AcceptancePolicy(weigh, at_rest))

    def stop(self) -> None:
        self._child.stop()


def resting(evidence: Sequence[EvidenceValue]) -> float | None:
    """The lowest score from which on as many of the values are right as is promised; None where
    there is none."""
    found, right = None, 0
    ranked = sorted(evidence, key=lambda one: -one.score)
    for number, one in enumerate(ranked, 1):
        right += one.right
        is_last = number == len(ranked) or ranked[number].score < one.score
        if is_last and one.score > 0 and right >= TERMS.accuracy * number:
            found = one.score
    return found


def _evidence(doctype: str) -> list[Paper]:
    if doctype == RECEIPT:
        return [receipt(_FIRST_RECEIPT + at) for at in range(EVIDENCE)]
    return [made(f"campaign/evidence/{at}", at) for at in range(EVIDENCE)]


def reading(data: bytes, *, name: str = "honest.pdf", einvoice: bool = False) -> Document:
    """As the production reader reads such a file; kept by its bytes. Raises DocumentError."""
    docid = hashlib.sha256(data).hexdigest()
    folder = "campaign-einvoices" if einvoice else "campaign"

    def read_it() -> Document:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            found = opened(path, docid=docid, limits=Limits()) or read(
                path, docid=docid, limits=Limits(), ocr=_ocr(), einvoice=einvoice
            )
            return document_of(found)

    return kept(common.CACHE / "readings" / READING / folder / docid, read_it)


@cache
def _ocr() -> KeptOcr:
    return KeptOcr(threads=1)
