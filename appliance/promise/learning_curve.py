"""What labels have brought, seen on what was keyed blind, and what more of them would bring. Pure.

Evidence is drawn by lot and keyed without the model's values, so its share of right values speaks
for all documents of its time. What arrives changes with time too, and this cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log1p

import numpy as np
from numpy.typing import NDArray

from appliance.domain.results import Share
from appliance.evaluation.bootstrap import SEED, TAIL
from appliance.promise.bounds import design_effect, interval
from appliance.records.statistics import BlindDocument

ENOUGH = 30
"""Documents of evidence without which no trend is told."""
MORE = 100
"""Labelled documents of which it is told what they would bring; no fewer have to be there, for a
trend says little beyond twice what it was seen on."""
MIXED = 10
"""Values that are right, and as many that are wrong, without which no trend is told either."""
GROUPED = 10
"""Documents of evidence in a stretch, at least."""
STRETCHES = 8
"""At most."""
DRAWS = 1000
"""Bootstrap samples."""
LEVEL = 0.95
"""Confidence level of intervals, 0-1."""

Sums = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Evidence keyed one after another."""

    first: int
    """Labels that were there before its first document."""
    last: int
    """The same of its last."""
    documents: int
    right: Share
    """Of its values, with an exact interval that is wider for what values of a document share."""


@dataclass(frozen=True, slots=True)
class LabelForecast:
    """By how much the share of right values would grow, in shares of all values."""

    gain: float
    low: float
    high: float
    """A 95 % interval, of which whole documents are the unit."""


def stretches(keyed: Sequence[BlindDocument]) -> list[Stretch]:
    """As many as there is evidence for, of about the same number of documents."""
    number = min(STRETCHES, max(1, len(keyed) // GROUPED))
    cuts = [len(keyed) * at // number for at in range(number + 1)]
    return [_stretch(keyed[begin:end]) for begin, end in pairwise(cuts) if begin < end]


def _stretch(keyed: Sequence[BlindDocument]) -> Stretch:
    right, values = sum(one.right for one in keyed), sum(one.values for one in keyed)
    wrong = [[1.0] * (one.values - one.right) + [0.0] * one.right for one in keyed]
    documents = np.repeat(np.arange(len(keyed)), [one.values for one in keyed])
    effect = design_effect(np.concatenate(wrong), documents, LEVEL)
    share = Share(right, values, *interval(right / effect, values / effect, LEVEL))
    return Stretch(keyed[0].labels, keyed[-1].labels, len(keyed), share)


def forecast(keyed: Sequence[BlindDocument], labels: int) -> LabelForecast | None:
    """What ``MORE`` labels beside the ``labels`` there are would bring, if it went on as until now:
    a straight line over the logarithm of the labels. None where there is too little to say."""
    right, values = (
        np.array([(one.right, one.values) for one in keyed], dtype=float).reshape(-1, 2).T
    )
    fewer = min(right.sum(), (values - right).sum())
    if len(keyed) < ENOUGH or labels < MORE or fewer < MIXED:
        return None
    x = np.log1p([one.labels for one in keyed])
    moments = np.column_stack([values, values * x, values * x * x, right, right * x])
    low, high = _interval(_gain(drawn, labels) for drawn in _drawn(moments))
    return LabelForecast(_gain(moments.sum(axis=0), labels), low, high)


def _gain(sums: Sums, labels: int) -> float:
    """From where the line is now to where it would be, both between no value and all."""
    n, x, xx, right, right_x = sums
    spread = xx - x * x / n
    slope = (right_x - right * x / n) / spread if spread > 1e-9 * n else 0.0
    now, then = (
        min(1.0, max(0.0, (right + slope * (n * log1p(number) - x)) / n))
        for number in (labels, labels + MORE)
    )
    return float(then - now)


def _drawn(documents: Sums) -> Iterator[Sums]:
    """Sums over whole documents drawn with replacement, as many as there are."""
    chance, n = np.random.default_rng(SEED), len(documents)
    for _ in range(DRAWS):
        yield documents[chance.integers(n, size=n)].sum(axis=0)


def _interval(estimates: Iterable[float]) -> tuple[float, float]:
    """The percentile interval (Efron and Tibshirani 1993, chapter 13)."""
    ordered = sorted(estimates)
    return ordered[int(TAIL * DRAWS)], ordered[int((1 - TAIL) * DRAWS) - 1]
