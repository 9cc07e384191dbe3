"""What the bench of known senders makes of made invoices; only the model is made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from appliance.domain.document import Document, Span
from appliance.domain.limits import Limits
from appliance.domain.prediction import Field, Prediction, TokenScore
from appliance.learning.importing.labels_to_review import labels_to_review
from appliance.reading.read import read
from bench.asked import Asked
from bench.senders import poison
from bench.senders.__main__ import measured, split
from bench.senders.made import MadeInvoice, printed
from bench.senders.papers import FEW, WHOLE, MadePaper, papers
from bench.senders.report import Found, Made, figures, picture, section

ERRORS = {"supplier_name": 0.5, "buyer_name": 0.8, "invoice_date": 0.3, "iban": 0.2}
"""Shares of its answers that are another word of the page."""
SURE = (TokenScore(-0.1, -0.1),)


class NoOcr:
    """Nothing is scanned here."""

    def recognise(self, image: object) -> list[object]:
        return []


def typed(made: MadePaper) -> MadePaper:
    return replace(made, paper=replace(made.paper, rendering="clean"))


def reads(path: Path) -> Document:
    docid = sha256(path.read_bytes()).hexdigest()
    return read(path, docid=docid, limits=Limits(), ocr=NoOcr())


def answer(one: Asked) -> Prediction:
    """Right, but for some fields."""
    document, rng = one.case.document, Random(one.case.document.docid)
    keyed = labels_to_review(document, one.doctype, one.case.truth.values).review
    fields = [replace(decided.field, tokens=SURE) for decided in keyed.judgement.fields]
    said = [
        _another(field, document, rng) if rng.random() < ERRORS.get(field.fieldtype, 0) else field
        for field in fields
    ]
    return Prediction(document.docid, one.doctype.name, "made up", tuple(said))


def _another(field: Field, document: Document, rng: Random) -> Field:
    at = rng.randrange(len(document.pages[0].words))
    word = document.pages[0].words[at].text
    return Field(field.fieldtype, word, (Span(0, at, at + 1),), tokens=SURE)
