"""What a score is made of: the answer, its place, its rivals, its sender, its habits; no label."""

from __future__ import annotations

import json
from dataclasses import replace
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_shop import RECEIPT, _answer, _document
from pydantic import TypeAdapter
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.prediction import Field, TokenScore
from appliance.judgement.assess import assess
from appliance.judgement.captions import WordsBeside
from appliance.judgement.features import SURE, features, shape
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy, uniform_policy
from appliance.judgement.score import MOST, RARE, ScoreModel, logistic, typicality
from appliance.judgement.senders import sender_habits
from appliance.promise.fitting import FEWEST, ROUNDS, STRENGTH, fit, regression
from appliance.promise.values import ScoreSample
from appliance.senders.history import approved_document

TOTAL = FieldSpec("total", FieldType.AMOUNT)


def page(*texts: str, confidence: float | None = None) -> Document:
    words = [
        Word(text, BBox(0.1, at / 50, 0.3, at / 50 + 0.01), line=at, confidence=confidence)
        for at, text in enumerate(texts)
    ]
    return Document("0" * 64, (Page(595, 842, tuple(words), "ocr"),))


def field(document: Document, at: int, *, sure: float = 0.9, name: str = "total") -> Field:
    text = document.pages[0].words[at].text
    token = TokenScore(log(sure) - 0.1, log(sure), margin=1.0, entropy=0.3)
    return Field(name, text, (Span(0, at, at + 1),), tokens=(token,))


def found(document: Document, at: int, **more):
    return features(field(document, at, **more), TOTAL, document, [], sound=True).numbers


def test_what_looks_alike_on_the_page_is_a_rival():
    paper = page("shop", "total", "12.50", "20.00", "7.5", "12.50", "Tel.", "12/05/2018")
    assert found(paper, 2)["rivals"] == pytest.approx(log(3))  # 20.00 and 7.5, itself once
    assert found(paper, 7)["rivals"] == 0
    assert found(paper, 3)["largest"] == 1 and found(paper, 2)["largest"] == 0


@pytest.mark.parametrize(
    ("text", "looks"),
    [("12/05/2018", "9/9/9"), ("RM12.50", "a9.9"), ("ACME", "a"), ("A-77", "a-9")],
)
def test_a_word_has_a_shape(text, looks):
    assert shape(text) == looks


def test_what_was_read_surely_counts_for_more():
    surely, hardly = (
        found(page("12.50", confidence=0.99), 0),
        found(page("12.50", confidence=0.6), 0),
    )
    assert surely["read least"] > hardly["read least"]
    assert found(page("12.50"), 0)["read least"] == pytest.approx(-log(SURE))


def test_an_o_among_digits_is_odd():
    assert found(page("4330O"), 0)["letters in numbers"] == 1
    assert found(page("GARDEN!A"), 0)["odd marks"] == 1
    assert found(page("12.50"), 0)["letters in numbers"] == 0


@pytest.mark.parametrize(
    ("texts", "rounded"),
    [
        (("27.28", "RM27.30"), 1),
        (("27.28", "27.25", "27.29"), 0),
        (("27.30", "27.28"), 0),
        (("27.32", "27.30", "27.35"), 1),
        (("27.28", "12/03/2027"), 0),
        ((f"{'7' * 40}.28", f"{'7' * 40}.30"), 0),
    ],
)
def test_a_total_may_stand_there_rounded_to_the_coin_too(texts, rounded):
    paper = page(*texts)
    assert found(paper, 0)["rounded too"] == rounded
    code = FieldSpec("total", FieldType.CODE)
    assert features(field(paper, 0), code, paper, [], sound=True).numbers["rounded too"] == 0


@given(st.floats(1e-9, 1), st.floats(1e-9, 1))
def test_a_surer_token_never_looks_less_sure(one, other):
    paper = page("12.50")
    low, high = sorted((one, other))
    assert found(paper, 0, sure=low)["least"] <= found(paper, 0, sure=high)["least"]


def test_a_value_that_does_not_stand_has_no_place_and_an_absent_one_no_words():
    paper = page("12.50")
    away = replace(field(paper, 0), spans=(Span(7, 0, 1),))
    assert "places" not in features(away, TOTAL, paper, [], sound=False).numbers
    absent = features(Field("total", None), TOTAL, paper, [], sound=True)
    assert absent.numbers["absent"] == 1 and absent.beside == WordsBeside()


def test_an_approved_document_of_the_sender_says_where_and_what():
    first, second = _document("acme", 1), _document("acme", 2)
    answers = [_answer(one, right=True, sure=0.9, model="m") for one in (first, second)]
    before = approved_document(judge(first, RECEIPT, answers[0], policy=AcceptancePolicy()), first)
    shop, total = answers[1].fields
    of_shop, of_total = (
        sender_habits(shop, "acme", [before], second),
        sender_habits(total, "2", [before], second),
    )
    assert (of_shop.same, of_shop.aside, of_total.same) == (1.0, 0.0, 0.0)
    aside = sender_habits(
        _answer(second, right=False, sure=0.9, model="m").fields[1], "9.5", [before], second
    )
    assert aside.aside == pytest.approx(0.04)
    assert sender_habits(shop, "acme", [], second) is None


def test_a_place_that_an_approved_document_no_longer_has_is_left_out():
    """It was read anew since, with fewer words or fewer pages."""
    first, second = _document("acme", 1), _document("acme", 2)
    judgement = judge(
        first, RECEIPT, _answer(first, right=True, sure=0.9, model="m"), policy=AcceptancePolicy()
    )
    (page,) = first.pages
    for fewer in ((replace(page, words=page.words[:2]),), ()):
        before = approved_document(judgement, replace(first, pages=fewer))
        assert before.values["shop"] == "acme" and "total" not in before.spans
        total = _answer(second, right=True, sure=0.9, model="m").fields[1]
        assert sender_habits(total, "2", [before], second).aside == 1.0


def test_a_field_has_habits_and_its_own_label_is_none_of_them():
    habits = typicality([("total", "1.00"), ("total", "22.50"), ("company", "ACME SDN BHD")])
    usual, odd = habits.features("total", "7.10"), habits.features("total", "710")
    assert usual["familiar shape"] > odd["familiar shape"]
    assert habits.features("company", "BAKER SDN BHD")["familiar end"] > log(0.5)
    alone = habits.features("company", "ACME SDN BHD", without="ACME SDN BHD")
    assert alone["familiar end"] == pytest.approx(log(0.3))
    assert habits.features("unknown", "x") == {} == habits.features("total", None)


def test_a_mark_without_letters_is_new_until_it_was_seen():
    habits = typicality([("note", "ACME")])
    assert habits.features("note", "-")["value seen"] == 0.0
    assert typicality([("note", "-")]).features("note", "-")["value seen"] == pytest.approx(log(2))


def test_a_label_too_rare_to_be_remembered_is_no_less_than_never_seen():
    texts = [f"{'x' * (at % 7)}{at}-{'y' * (at // 7)}" for at in range(MOST)] * 2
    habits = typicality([("note", text) for text in [*texts, "once & only"]])
    found = habits.features("note", "once & only", without="once & only")
    assert found["value seen"] == 0.0 and found["words known"] == 0.0
    assert found["familiar end"] == pytest.approx(log(RARE / (len(texts) + 1)))


def samples(number: int = 60) -> list[ScoreSample]:
    """Right where the token is sure."""
    made = []
    for at in range(number):
        right = at % 3 > 0
        paper = _document("acme", at)
        answer = _answer(paper, right=right, sure=0.9 if right else 0.4, model="m")
        about = assess(paper, RECEIPT, answer)
        made.append(ScoreSample(answer.fields[1], about.found[1], "1.00", right))
    return made


def test_a_fitted_score_tells_right_from_wrong_and_outlives_its_file():
    weights = fit(samples())
    assert weights
    scores = [weights.weigh(one.answer, one.found) for one in samples()]
    assert min(s for s, one in zip(scores, samples(), strict=True) if one.right) > max(
        s for s, one in zip(scores, samples(), strict=True) if not one.right
    )
    adapter = TypeAdapter(ScoreModel)
    again = adapter.validate_json(adapter.dump_json(weights))
    assert [again.weigh(one.answer, one.found) for one in samples()] == scores
    json.loads(adapter.dump_json(weights))


def test_a_score_is_fitted_as_scikit_learn_fits_it():
    chance = np.random.default_rng(3)
    table = chance.normal(size=(400, 12))
    table[:, 11] = table[:, 10]  # two features that say the same
    right = chance.random(400) < expit(table[:, 0] - 2 * table[:, 10] + 1)
    weight, always = regression(table, right)
    peer = LogisticRegression(C=STRENGTH, max_iter=ROUNDS, tol=1e-9).fit(table, right)
    assert weight == pytest.approx(peer.coef_[0], abs=1e-5)
    assert always == pytest.approx(peer.intercept_[0], abs=1e-5)
    apart, _ = regression(table, table[:, 3] > 0)  # which one column tells without an error
    assert np.isfinite(apart).all() and max(apart) == apart[3]


def test_with_too_few_wrong_ones_there_is_nothing_to_fit():
    assert fit([]) is None
    assert fit(samples(3 * FEWEST - 3)) is None
    assert fit(samples(3 * FEWEST)) is not None


def test_what_weighs_most_is_said_first():
    weights = fit(samples())
    assert weights
    sample = samples()[0]
    reasons = weights.reasons(sample.answer, sample.found, most=4)
    sizes = [abs(odds) for _, odds in reasons]
    assert len(reasons) == 4 and sizes == sorted(sizes, reverse=True)
    assert dict(reasons).keys() & {"least", "mean", "whole", "first", "last", "familiar shape"}


@given(st.floats(-800, 800))
def test_log_odds_become_a_share(odds):
    assert 0 <= logistic(odds) <= 1
    assert logistic(odds) == pytest.approx(1 - logistic(-odds))


def test_a_bar_accepts_nothing_of_what_is_not_promised():
    document = _document("acme", 1)
    answer = _answer(document, right=True, sure=0.99, model="m")
    unpromised = judge(document, RECEIPT, answer, policy=AcceptancePolicy())
    assert [one.how for one in unpromised.fields] == ["unpromised", "unpromised"]
    accepted = judge(document, RECEIPT, answer, policy=uniform_policy(RECEIPT, 0.9))
    assert [one.how for one in accepted.fields] == ["probability", "probability"]
    doubted = judge(document, RECEIPT, answer, policy=uniform_policy(RECEIPT, 0.999))
    assert [one.how for one in doubted.fields] == ["unsupported", "unsupported"]
