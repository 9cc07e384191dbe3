"""Why a value was not accepted, in words, by what may be accepted today."""

from __future__ import annotations

from dataclasses import replace

import pytest
from paper import DOUBTFUL, SURE, answer, document, prediction

from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.prediction import Field, Prediction
from appliance.judgement.assess import assess
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy
from appliance.judgement.reasons import explained
from appliance.judgement.score import ScoreModel, familiar

NOTE = DocType("note", "Note", (FieldSpec("shop"), FieldSpec("net_total", FieldType.AMOUNT)))
PAGE = document("Shop ACME", "Net total 12.50", "Cash 20.00")
SHOP = answer(PAGE, "shop", "ACME", tokens=SURE)
NET = answer(PAGE, "net_total", "12.50", tokens=DOUBTFUL)
BOTH = prediction(SHOP, NET)
RIVALS = ScoreModel(familiar([]), ("rivals",), (0.0,), (1.0,), (-1.5,), 2.5)
"""The more looks like it, the worse."""


def told(
    then: AcceptancePolicy,
    now: AcceptancePolicy,
    weights: ScoreModel | None = None,
    *,
    said: Prediction = BOTH,
) -> list[str]:
    about = assess(PAGE, NOTE, said)
    return list(explained(about, judge(PAGE, NOTE, said, policy=then), now, weights))


def policy(weights: ScoreModel | None = None, **bounds: float) -> AcceptancePolicy:
    return AcceptancePolicy(weights.weigh, bounds) if weights else AcceptancePolicy(bounds=bounds)


def test_what_was_accepted_needs_no_words() -> None:
    lenient = policy(shop=0.1, net_total=0.1)
    assert told(lenient, lenient) == []


def test_without_a_fitted_score_the_least_certain_token_is_what_there_is() -> None:
    strict = policy(shop=0.9, net_total=0.95)
    assert told(strict, strict) == [
        "net total 12.50: the least certain token is 14 % likely, 95 % is needed"
    ]


def test_of_what_is_sure_and_not_promised_it_says_so() -> None:
    (shop, net) = told(AcceptancePolicy(), AcceptancePolicy())
    assert shop == (
        "shop ACME: the least certain token is 100 % likely, and nothing is promised of it yet"
    )
    assert net.startswith("net total 12.50: the least certain token is 14 % likely, 95 % is")


def test_a_fitted_score_says_what_speaks_for_and_against_it() -> None:
    fitted = policy(RIVALS, shop=0.9, net_total=0.93)
    assert told(fitted, fitted, RIVALS) == [
        "net total 12.50: 81 % sure, 93 % is needed; against it: 1 other number looks like it"
    ]


def test_how_familiar_a_value_looks_is_said_as_it_is() -> None:
    known = familiar([("shop", "ACME"), ("shop", "ACME"), ("shop", "Baker")])
    weights = ScoreModel(
        known, ("value seen", "words unknown"), (2.0, 0.5), (1.0, 1.0), (1.0, 1.0), 0
    )
    strict = policy(weights, shop=0.9, net_total=0.9)
    shop, net = told(strict, strict, weights)
    assert "it was approved here 2 times before" in shop and "its words are known" in shop
    assert "it was never approved here before" in net


def test_what_would_be_accepted_by_now_says_so() -> None:
    before, now = policy(shop=0.9, net_total=0.95), policy(RIVALS, shop=0.9, net_total=0.8)
    assert told(before, now, RIVALS) == ["net total 12.50: 81 % sure by now, which is enough today"]


def test_two_figures_that_differ_are_never_written_alike() -> None:
    fitted = policy(RIVALS, shop=0.9, net_total=0.8124)
    (line,) = told(fitted, fitted, RIVALS)
    assert "81.2 % sure, 81.2 %" not in line and ", 81." in line


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (Field("net_total", None, tokens=DOUBTFUL), "net total (nothing found): the least certain"),
        (replace(NET, tokens=()), "net total 12.50: no token of it was chosen"),
    ],
)
def test_what_was_not_found_or_not_chosen_has_words_too(one: Field, words: str) -> None:
    strict = policy(shop=0.9, net_total=0.95)
    (line,) = told(strict, strict, said=prediction(SHOP, one))
    assert line.startswith(words)
