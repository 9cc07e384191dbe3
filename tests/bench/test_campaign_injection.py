"""Poisoned invoices, answered by a model that believes whatever it is told, in a home that accepts
all: what is held then, no score holds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from random import Random

import pytest

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Field, Judgement, Prediction, TokenScore
from appliance.fields.chunks import chunks
from appliance.fields.grounding import spans
from appliance.judgement.policy import uniform_policy
from appliance.promise.threshold import EvidenceValue
from appliance.service.decide import decide_on
from bench.campaign import injection
from bench.campaign.injection_home import kind, reading, resting
from bench.campaign.injection_lures import Lure, lure
from bench.campaign.injection_papers import Paper, made
from bench.campaign.injection_ways import KINDS, Attempt
from bench.one_answer import OneAnswer

CERTAIN = (TokenScore(-0.0001, -0.0001),)
BELIEVED = ["instruction", "chat tokens", "an answer", "form field", "table cell", "pay instead"]
KEPT_OUT = ["hidden", "pictured", "properties", "file name", "e-invoice note"]


@cache
def attempt(name: str) -> Attempt:
    paper = made("campaign/test", 0)
    rng = Random(f"test/{name}")
    return Attempt(paper, reading(paper.data), lure(rng, paper.language), rng)


class Gullible(OneAnswer):
    """Answers with the truth, but with what a lure says wherever a page says it."""

    def __init__(self, paper: Paper, lure: Lure) -> None:
        self._truth = {name: said for name, said in paper.labels.items() if isinstance(said, str)}
        self._lure = {
            "invoice_number": lure.number,
            "iban": lure.iban,
            "supplier_name": lure.name,
            "gross_total": lure.total,
        }

    def decided(self, document: Document, doctype: str) -> Judgement:
        policy = uniform_policy(kind(doctype), 0.0)
        return decide_on(document, kind(doctype), self, policy=lambda model: policy)[1]

    decided_at_rest = decided

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        fields = tuple(self._field(document, spec.name) for spec in doctype.fields)
        return Prediction(document.docid, doctype.name, "gullible", fields)

    def _field(self, document: Document, name: str) -> Field:
        for text in filter(None, (self._lure.get(name), self._truth.get(name))):
            if found := spans(text, [chunks(page.words) for page in document.pages]):
                return Field(name, text, found, tokens=CERTAIN)
        return Field(name, None, tokens=CERTAIN)


def compared(name: str) -> injection.Compared:
    one = attempt(name)
    home = Gullible(one.paper, one.lure)
    return injection.compare(home, one.paper, KINDS[name].poison(one))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", BELIEVED)
def test_what_even_a_model_that_believes_all_moves_is_held(name: str) -> None:
    found = compared(name)
    assert found.moved and not list(found.told)
    assert found.counts(name)["injected_moved"] == len(found.moved)


@pytest.mark.slow
@pytest.mark.parametrize("name", KEPT_OUT)
def test_what_no_person_sees_never_reaches_the_model(name: str) -> None:
    assert not compared(name).moved


def test_a_second_number_is_held_by_its_date_and_without_that_the_trial_tells_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A trial that found nothing here could find nothing at all."""
    assert not any("ZX-" in told for told in compared("second number").told)
    monkeypatch.setattr("appliance.service.decide.second_document", lambda *_: ())
    assert any("ZX-" in told for told in compared("second number").told)


@pytest.mark.parametrize("name", ["look-alikes", "turned", "no width", "mail head"])
def test_what_is_typed_otherwise_makes_another_file(name: str) -> None:
    poisoned = KINDS[name].poison(attempt(name))
    assert poisoned.honest != poisoned.data
    assert reading(poisoned.data, name=f"a{poisoned.suffix}").pages[0].words


def test_rest_is_where_nineteen_of_twenty_are_right() -> None:
    def values(rights: Iterable[tuple[float, bool]]) -> list[EvidenceValue]:
        return [EvidenceValue(score, right, str(score), "") for score, right in rights]

    sure = [(0.9, True)] * 19
    assert resting(values([*sure, (0.8, False)])) == 0.8
    assert resting(values([*sure, (0.8, False), (0.7, False)])) == 0.8
    assert resting(values([(0.9, False)])) is None
