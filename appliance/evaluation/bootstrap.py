"""The interval of a share whose values stand and fall by whole documents. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence

SEED = 7
"""Fixed: the same counts have the same interval."""
TAIL = 0.025
"""0-1, the share of the draws below a 95 % interval; as many lie above it."""


def ratio_interval(clusters: Sequence[tuple[int, int]], *, draws: int) -> tuple[float, float]:
    """The 95 % percentile interval of the ratio ``sum of a / sum of b`` (Efron and Tibshirani 1993,
    chapter 13), whole clusters drawn with replacement (Field and Welsh 2007).

    ``clusters``: n pairs ``(a, b)``, one a document, at least one; ``b`` counts its values and is
    above 0, ``a`` counts what is asked about among them, below 0 too. ``draws``: how often n of the
    n clusters are drawn, 40 at least. The ends have the unit of ``a / b``, a share of the values.
    """
    if not clusters:
        raise ValueError("there is no cluster to draw")
    chance = random.Random(SEED)
    ratios = sorted(_ratio(chance.choices(clusters, k=len(clusters))) for _ in range(draws))
    return ratios[int(TAIL * draws)], ratios[int((1 - TAIL) * draws) - 1]


def _ratio(drawn: Sequence[tuple[int, int]]) -> float:
    return sum(a for a, _ in drawn) / sum(b for _, b in drawn)
