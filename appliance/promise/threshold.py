"""From which score on values may be accepted, so that a stated accuracy is kept. Pure.

Which scores are tried is settled before anybody looks which values are right: the strictest that
has something to prove it by, then 5 % of the evidence more at a time. The first that fails ends it,
so each is tested with the whole assurance (fixed sequence testing).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from appliance.promise.bounds import Groups, design_effect, fewest, least_effect, upper

STEP = 0.05
"""Share of the evidence by which one candidate lets in more than the one before it."""
BEGIN = 0.3
"""Share of the evidence that the strictest candidate lets in at least. Of real receipts, with 95 %,
one error among the surest sixty values would else have ended it in three of ten tries."""
MANY = 3
"""Times the fewest values that prove anything, which are enough whatever share they are."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the evidence, as a model answered it."""

    score: float
    right: bool
    document: str
    party: str


@dataclass(frozen=True, slots=True)
class Proven:
    """What the evidence says of accepting from ``score`` on."""

    score: float
    n: int
    """Values of the evidence that are accepted so."""
    errors: int
    effect: float
    """By which both were divided."""
    bound: float
    """Upper end of the share of errors."""


def threshold(values: Sequence[Value], accuracy: float, *, assurance: float) -> Proven | None:
    """The lowest score that is proven to keep ``accuracy``; None when none is."""
    proven = None
    for candidate in candidates(values, fewest(accuracy, assurance), assurance=assurance):
        if candidate.bound > 1 - accuracy:
            break
        proven = candidate
    return proven


def candidates(values: Sequence[Value], least: float, *, assurance: float) -> Iterator[Proven]:
    """The strictest first, of those that let in as much as ``least`` independent values."""
    if not values:
        return
    order = sorted(values, key=lambda value: -value.score)
    scores = np.array([value.score for value in order])
    wrong = np.array([not value.right for value in order], dtype=float)
    belongings = [[value.document for value in order], [value.party for value in order]]
    for n in _reaches(scores):
        groups = [_numbered(names[:n]) for names in belongings]
        if _is_enough(n, len(order), n / max(map(least_effect, groups)), least):
            effect = max(design_effect(wrong[:n], one, assurance) for one in groups)
            errors = int(wrong[:n].sum())
            bound = upper(errors / effect, n / effect, assurance)
            yield Proven(float(scores[n - 1]), n, errors, effect, bound)


def _is_enough(n: int, every: int, independent: float, least: float) -> bool:
    """Enough to prove it were none wrong; and so many that one error does not yet end it all."""
    return independent >= least and (n >= BEGIN * every or independent >= MANY * least)


def _numbered(names: Sequence[str]) -> Groups:
    return np.unique(np.array(names), return_inverse=True)[1]


def _reaches(scores: np.ndarray) -> Iterator[int]:
    """How many values each step lets in: all of one score or none of them."""
    n, before = len(scores), 0
    for step in range(1, round(1 / STEP) + 1):
        last = scores[max(1, round(step * STEP * n)) - 1]
        reach = int((scores >= last).sum())
        if reach > before:
            before = reach
            yield reach
