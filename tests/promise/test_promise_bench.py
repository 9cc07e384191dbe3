"""The measures of the bench of the promise."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from appliance.promise import threshold
from bench import hopeful
from bench.clusters import over, senders_together, types_together
from bench.ranking import auc, aurc, ece, ece_of_the_perfect, spread

CHANCE = np.random.default_rng(7)
SCORES = CHANCE.random(2000).round(2)  # with ties
RIGHT = CHANCE.random(2000) < SCORES


def test_the_area_under_the_roc_is_the_one_of_scikit_learn():
    assert auc(SCORES, RIGHT) == pytest.approx(roc_auc_score(RIGHT, SCORES))


def test_the_best_order_has_the_least_risk_and_ties_are_no_order():
    best, worst = aurc(RIGHT.astype(float), RIGHT), aurc(-RIGHT.astype(float), RIGHT)
    assert best < aurc(SCORES, RIGHT) < worst
    assert aurc(np.zeros(2000), RIGHT) == pytest.approx(1 - RIGHT.mean(), abs=1e-9)


def test_a_score_that_is_right_as_often_as_it_says_is_calibrated():
    assert abs(ece(SCORES, RIGHT) - ece_of_the_perfect(SCORES)) < 0.01
    assert ece(SCORES / 2, RIGHT) > 0.2


def test_documents_are_drawn_whole():
    one = spread(lambda at: RIGHT[at].mean(), [str(at) for at in range(2000)])
    five = spread(lambda at: RIGHT[at].mean(), [str(at // 50) for at in range(2000)])
    assert one[0] < RIGHT.mean() < one[1] and five[0] < RIGHT.mean() < five[1]


@pytest.mark.parametrize("accuracy", [0.95, 0.975])
def test_in_made_up_evidence_what_is_accepted_is_seldom_worse_than_promised(accuracy):
    broken, promised = over(accuracy, draws=150)
    assert promised > 0.5
    assert broken <= 0.06


@pytest.mark.parametrize("less", [0, 2])
@pytest.mark.parametrize("of", [senders_together, types_together])
def test_what_is_proven_of_several_together_is_seldom_worse(of, less):
    found = of(less, draws=60)
    assert found.promised > 0.2 and found.accepted > found.accepted_apart
    assert found.over <= 0.07 and found.far_over <= 0.07


def test_what_a_score_is_thought_of_changes_what_is_tried_and_is_put_back(monkeypatch):
    monkeypatch.setattr(hopeful, "DRAWS", 5)
    known = threshold.DOUBTS
    *_, (name, drawn, errors) = hopeful._made_up()
    assert name.endswith("2 too high") and errors is not None
    strict, loose = (hopeful.measured(drawn, (guess,), errors) for guess in (3.0, 0.1))
    assert strict.accepted > loose.accepted and threshold.DOUBTS is known
