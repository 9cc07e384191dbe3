"""Why a value was not accepted, in words, by what may be accepted today."""

from __future__ import annotations

from dataclasses import replace

import pytest
from figures import figures
from paper import DOUBTFUL, SURE, answer, document, prediction

from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.prediction import Field, Prediction
from appliance.judgement.assess import assess
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy
from appliance.judgement.reasons import explained
from appliance.judgement.score import ScoreModel, typicality

NOTE = DocType("note", "Note", (FieldSpec("shop"), FieldSpec("net_total", FieldType.AMOUNT)))
PAGE = document("Shop ACME", "Net total 12.50", "Cash 20.00")
SHOP = answer(PAGE, "shop", "ACME", tokens=SURE)
NET = answer(PAGE, "net_total", "12.50", tokens=DOUBTFUL)
BOTH = prediction(SHOP, NET)
RIVALS = ScoreModel(typicality([]), {}, ("rivals",), (0.0,), (1.0,), (-1.5,), 2.5)
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
    (net,) = told(strict, strict)
    assert net.startswith("net total 12.50: ") and figures(net)[1:] == ["14", "95"]


def test_of_what_is_sure_and_not_promised_it_says_so() -> None:
    (shop, net) = told(AcceptancePolicy(), AcceptancePolicy())
    assert shop.startswith("shop ACME: ") and figures(shop) == ["100"]  # and no bar to reach
    assert net.startswith("net total 12.50: ") and figures(net)[1:3] == ["14", "95"]


def test_a_fitted_score_says_what_speaks_for_and_against_it() -> None:
    fitted = policy(RIVALS, shop=0.9, net_total=0.93)
    (net,) = told(fitted, fitted, RIVALS)
    assert net.startswith("net total 12.50: ") and figures(net)[1:] == ["81", "93", "1"]


def test_how_familiar_a_value_looks_is_said_as_it_is() -> None:
    known = typicality([("shop", "ACME"), ("shop", "ACME"), ("shop", "Baker")])
    weights = ScoreModel(
        known, {}, ("value seen", "words unknown"), (2.0, 0.5), (1.0, 1.0), (1.0, 1.0), 0
    )
    strict = policy(weights, shop=0.9, net_total=0.9)
    shop, net = told(strict, strict, weights)
    assert figures(shop)[-1] == "2"  # so often it was approved here
    assert "never" in net


def test_what_would_be_accepted_by_now_says_so() -> None:
    before, now = policy(shop=0.9, net_total=0.95), policy(RIVALS, shop=0.9, net_total=0.8)
    (net,) = told(before, now, RIVALS)
    assert net.startswith("net total 12.50: ") and figures(net)[1:] == ["81"]


def test_two_figures_that_differ_are_never_written_alike() -> None:
    fitted = policy(RIVALS, shop=0.9, net_total=0.8124)
    (line,) = told(fitted, fitted, RIVALS)
    sure, needed = figures(line)[1:3]
    assert sure != needed and round(float(sure)) == round(float(needed)) == 81


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (Field("net_total", None, tokens=DOUBTFUL), ["14", "95"]),
        (replace(NET, tokens=()), ["12.50"]),  # and nothing tells how sure it is
    ],
)
def test_what_was_not_found_or_not_chosen_has_words_too(one: Field, said: list[str]) -> None:
    strict = policy(shop=0.9, net_total=0.95)
    (line,) = told(strict, strict, said=prediction(SHOP, one))
    assert line.startswith("net total ") and figures(line) == said
