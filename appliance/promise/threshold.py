"""From which score on values may be accepted, so that a stated accuracy is kept. Pure.

Which scores are tried is settled before anybody looks which values are right: the strictest that
can prove anything, then 5 % of the evidence more at a time. The first that fails ends it, so each
is tested with the whole assurance (fixed sequence testing).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from appliance.promise.bounds import Groups, alikeness, design_effect, fewest, upper

STEP = 0.05
"""Share of the evidence by which one candidate lets in more than the one before it."""


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
    belongings = [_numbered([v.document for v in order]), _numbered([v.party for v in order])]
    alike = [alikeness(wrong, groups) for groups in belongings]
    for n in _reaches(scores):
        pairs = zip(belongings, alike, strict=True)
        effect = max(design_effect(groups[:n], how) for groups, how in pairs)
        if n / effect >= least:
            errors = int(wrong[:n].sum())
            bound = upper(errors / effect, n / effect, assurance)
            yield Proven(float(scores[n - 1]), n, errors, effect, bound)


def _reaches(scores: np.ndarray) -> Iterator[int]:
    """How many values each step lets in: all of one score or none of them."""
    n, before = len(scores), 0
    for step in range(1, round(1 / STEP) + 1):
        last = scores[max(1, round(step * STEP * n)) - 1]
        reach = int((scores >= last).sum())
        if reach > before:
            before = reach
            yield reach


def _numbered(names: Sequence[str]) -> Groups:
    return np.unique(np.array(names), return_inverse=True)[1]
