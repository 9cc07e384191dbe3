"""Beside which words a field's values stand, and what only looks like them."""

from __future__ import annotations

import pytest

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.prediction import Field, TokenScore
from appliance.judgement.captions import LEAD, FieldCaptions, WordsBeside, captions
from appliance.judgement.features import AnswerFeatures, features
from appliance.promise.fitting import fit
from appliance.promise.values import ScoreSample

DUE = FieldSpec("due", FieldType.DATE)
LINES = ("Invoice date", "Payment due", "Shipped on")
WHEN = ("01.03.2026", "31.03.2026", "27.02.2026")
INVOICE, PAYMENT, SHIPPED = range(3)


def paper(*lines: str) -> Document:
    """Each line with its date."""
    words = []
    for at, line in enumerate(lines):
        for text in (*line.split(), WHEN[at % 3]):
            left = len(words) / 100
            words.append(Word(text, BBox(left, at / 50, left + 0.01, at / 50 + 0.01), line=at))
    return Document("0" * 64, (Page(595, 842, tuple(words), "text"),))


def answer(document: Document, line: int) -> Field:
    words = document.pages[0].words
    at = max(number for number, word in enumerate(words) if word.line == line)
    sure = TokenScore(-0.1, -0.1, margin=1.0, entropy=0.3)
    return Field("due", words[at].text, (Span(0, at, at + 1),), tokens=(sure,))


def found(document: Document, line: int) -> AnswerFeatures:
    return features(answer(document, line), DUE, document, [], sound=True)


def learned(papers: int) -> FieldCaptions:
    beside = found(paper(*LINES), PAYMENT).beside
    return captions([("due", beside)] * papers)["due"]


def named(known: FieldCaptions, document: Document, line: int) -> tuple[float, float]:
    told = known.features(found(document, line).beside, own=False)
    return told["captioned"], told["captioned better"]


def test_what_stands_beside_other_words_than_right_ones_is_behind():
    known, other = learned(9), paper("Delivery date", "Due for payment", "Invoice date")
    right, wrong = named(known, other, 1), named(known, other, 2)
    assert right[0] > 0 > wrong[0]
    assert right[1] == LEAD == -wrong[1]


def test_where_two_stand_beside_the_same_words_neither_leads():
    twice = paper("Payment due", "Payment due")
    assert named(learned(9), twice, 0)[1] == pytest.approx(0)


def test_what_nothing_looks_like_leads():
    assert named(learned(9), paper("Shipped on"), 0)[1] == LEAD


def test_an_answer_that_stands_nowhere_says_nothing():
    assert learned(9).features(WordsBeside(), own=False) == {}
    assert captions([("due", WordsBeside())]) == {}


def test_a_right_answer_tells_nothing_of_itself():
    beside = found(paper(*LINES), PAYMENT).beside
    alone = captions([("due", beside)])["due"]
    assert alone.features(beside, own=True)["captioned"] == pytest.approx(0)
    assert alone.features(beside, own=False)["captioned"] > 1


def test_a_fitted_score_prefers_the_date_that_is_named_as_right_ones_are():
    """The model is as sure of either."""
    made = []
    for at in range(60):
        document = paper(*LINES[at % 3 :], *LINES[: at % 3])
        line = (PAYMENT - at) % 3 if at % 2 else (SHIPPED - at) % 3
        made.append(ScoreSample(answer(document, line), found(document, line), None, bool(at % 2)))
    weights = fit(made)
    assert weights
    other = paper("Order date", "Shipped on", "Payment due")
    right, wrong = (weights.weigh(answer(other, at), found(other, at)) for at in (2, 1))
    assert right and wrong and right > 0.8 > 0.2 > wrong
