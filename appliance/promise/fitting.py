"""A score fitted on answers that clerks corrected: logistic regression, by scikit-learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

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
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS)  # type: ignore[no-untyped-call]
    model.fit((table - centre) / scale, right)
    return ScoreModel(
        habits,
        named,
        tuple(names),
        tuple(map(float, centre)),
        tuple(map(float, scale)),
        tuple(map(float, model.coef_[0])),
        float(model.intercept_[0]),
    )
