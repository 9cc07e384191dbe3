"""How well a score tells right from wrong: risk and coverage, ranks, calibration. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Rights = NDArray[np.bool_]

BINS = 10
DRAWS = 2000
SEED = 7


def aurc(scores: Scores, right: Rights) -> float:
    """Area under the curve of the share of errors over the share accepted, the surest first; 0-1,
    lower is better (Geifman et al. 2019). Ties count as if in every order."""
    order = np.argsort(-scores, kind="stable")
    _, starts, counts = np.unique(-scores[order], return_index=True, return_counts=True)
    wrong = (~right[order]).astype(float)
    mean = np.add.reduceat(wrong, starts) / counts
    errors = np.cumsum(np.repeat(mean, counts))
    return float((errors / np.arange(1, len(right) + 1)).mean())


def auc(scores: Scores, right: Rights) -> float:
    """That a right value scores higher than a wrong one, 0-1; a tie counts half."""
    good, bad = scores[right], scores[~right]
    ranks = np.searchsorted(np.sort(bad), good, "left") + np.searchsorted(
        np.sort(bad), good, "right"
    )
    return float(ranks.sum() / 2 / (len(good) * len(bad)))


def ece(scores: Scores, right: Rights) -> float:
    """Calibration error over bins of equal mass: mean distance of what was said to what came."""
    order = np.argsort(scores, kind="stable")
    bins = zip(np.array_split(scores[order], BINS), np.array_split(right[order], BINS), strict=True)
    return float(sum(abs(said.mean() - came.mean()) * len(said) for said, came in bins)) / len(
        right
    )


def ece_of_the_perfect(scores: Scores) -> float:
    """That of values which are right just as often as is said: what chance alone makes of it."""
    chance = np.random.default_rng(SEED)
    found = [ece(scores, chance.random(len(scores)) < scores) for _ in range(DRAWS // 10)]
    return float(np.mean(found))


def spread(figure: Callable[[NDArray[np.intp]], float], documents: Sequence[str]) -> list[float]:
    """2.5 and 97.5 % of ``figure``, which is given entries; a bootstrap of documents."""
    names = np.unique(np.array(documents), return_inverse=True)[1]
    entries = [np.flatnonzero(names == one) for one in range(names.max() + 1)]
    chance = np.random.default_rng(SEED)
    found = []
    for _ in range(DRAWS // 10):
        drawn = chance.integers(0, len(entries), len(entries))
        found.append(figure(np.concatenate([entries[one] for one in drawn])))
    low, high = np.percentile(found, [2.5, 97.5])
    return [round(float(low), 4), round(float(high), 4)]
