"""A file as the appliance reads it, and what is decided on it while nothing is promised.

So whatever is accepted, an e-invoice says: a model has no say here, and is not asked.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from appliance.doctypes import catalogue
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import DocumentError
from appliance.domain.limits import Limits
from appliance.domain.prediction import Judgement, Prediction
from appliance.judgement.policy import AcceptancePolicy
from appliance.reading.ocr import RapidOcr
from appliance.reading.read import read
from appliance.service.decide import decide_on
from bench import common
from bench.one_answer import OneAnswer

NOTHING = AcceptancePolicy()


class Silent(OneAnswer):
    """Stands for the model: of what only the page can say nothing is known."""

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        return Prediction(document.docid, doctype.name, "none", ())


@dataclass(frozen=True, slots=True)
class Decided:
    path: Path
    document: Document | None
    """None of a file that was refused."""
    judgement: Judgement | None
    seconds: float
    """Of reading and deciding."""
    refused: str = ""

    @property
    def accepted(self) -> bool:
        return self.judgement is not None and self.judgement.accepted

    @property
    def because(self) -> str:
        """Why it is not accepted."""
        held = self.judgement.blockers if self.judgement else ()
        return self.refused or "; ".join(one.message for one in held)


@cache
def kind(name: str) -> DocType:
    return catalogue.find(name, folder=catalogue.EXAMPLES)


@cache
def ocr() -> RapidOcr:
    return RapidOcr(threads=2)


def decided(path: Path, doctype: str) -> Decided:
    began = time.perf_counter()
    try:
        docid = common.sha256(path)
        document = read(path, docid=docid, limits=Limits(), ocr=ocr(), einvoice=True)
    except DocumentError as error:
        return Decided(path, None, None, time.perf_counter() - began, error.in_words)
    _, judgement, _ = decide_on(document, kind(doctype), Silent(), policy=lambda model: NOTHING)
    return Decided(path, document, judgement, time.perf_counter() - began)
