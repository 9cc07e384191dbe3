"""A score fitted on answers that clerks corrected: logistic regression with a ridge.

scikit-learn's is the same sum, for 120 MB and half a second more in each calibration.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from appliance.judgement.captions import captions
from appliance.judgement.score import ScoreModel, learned, typicality
from appliance.promise.values import ScoreSample

FEWEST = 15
"""Right ones, and wrong ones, below which there is nothing to fit."""
STRENGTH = 0.1
"""Inverse of the ridge's weight; ten times more or less ranks a little worse."""
ROUNDS = 3000
"""Iterations of the solver, at most."""
SEEN = 8
"""Samples in which a feature has to be, for its weight to be worth anything."""


def fit(samples: Sequence[ScoreSample]) -> ScoreModel | None:
    """None while too few are right, or wrong, to tell them apart."""
    right = np.array([sample.right for sample in samples], dtype=bool)
    if min(right.sum(), (~right).sum()) < FEWEST:
        return None
    habits = typicality((one.answer.fieldtype, one.label) for one in samples if one.label)
    named = captions((one.answer.fieldtype, one.found.beside) for one in samples if one.right)
    every = [
        learned(one.answer, one.found, habits, named, label=one.label, right=one.right)
        for one in samples
    ]
    times = Counter(name for found in every for name in found)
    names = sorted(name for name, number in times.items() if number >= SEEN)
    table = np.array([[found.get(name, 0.0) for name in names] for found in every])
    centre, scale = table.mean(axis=0), table.std(axis=0)
    told = scale > 1e-9  # the others are the same in every sample
    names = [name for name, tells in zip(names, told, strict=True) if tells]
    table, centre, scale = table[:, told], centre[told], scale[told]
    weight, always = regression((table - centre) / scale, right)
    return ScoreModel(
        habits,
        named,
        tuple(names),
        tuple(map(float, centre)),
        tuple(map(float, scale)),
        tuple(map(float, weight)),
        always,
    )


def regression(
    table: NDArray[np.float64], right: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """Log-odds of each column of ``table``, and of a row of zeros: those that lose least, each
    row's loss times ``STRENGTH``, with half of the sum of their squares (Hastie, Tibshirani and
    Friedman, The Elements of Statistical Learning, 4.4.1 and 3.4.1)."""
    from scipy.optimize import minimize  # a quarter of a second, where there is anything to fit
    from scipy.special import expit

    sides = np.where(right, 1.0, -1.0)

    def loss(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weight, odds = at[:-1], sides * (table @ at[:-1] + at[-1])
        pulls = -STRENGTH * sides * expit(-odds)
        lost = STRENGTH * float(np.logaddexp(0, -odds).sum()) + float(weight @ weight) / 2
        return lost, np.append(table.T @ pulls + weight, pulls.sum())

    begin = np.zeros(table.shape[1] + 1)
    options = {"maxiter": ROUNDS, "ftol": 1e-12, "gtol": 1e-6}
    found = minimize(  # type: ignore[no-untyped-call]
        loss, begin, jac=True, method="L-BFGS-B", options=options
    ).x
    return found[:-1], float(found[-1])
