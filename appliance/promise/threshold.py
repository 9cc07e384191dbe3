"""From which score on values may be accepted, so that a stated accuracy is kept. Pure.

Which scores are tried, and in which order, is settled before anybody looks which values are right.
The first that fails ends it, so each is tested with the whole assurance (fixed sequence testing).
Where a score is a probability, it foretells how many errors there will be, and so which threshold
is likeliest to be proven: that is tried first, then 5 % of the evidence more at a time. Where it
only ranks, the strictest is tried first that has something to prove it by.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor
from statistics import fmean
from typing import TYPE_CHECKING

from appliance.promise.bounds import (
    at_most,
    design_effect,
    fewest,
    least_effect,
    most_errors,
    upper,
)

if TYPE_CHECKING:
    from appliance.promise.bounds import Groups, Marks

STEP = 0.05
"""Share of the evidence by which one candidate lets in more than the one before it."""
BEGIN = 0.3
"""Share of the evidence that the strictest candidate lets in at least. Of real receipts, with 95 %,
one error among the surest sixty values would else have ended it in three of ten tries."""
DOUBTS = (0.5, 1.0, 2.0, 3.0)
"""So many times the errors that the scores foretell are reckoned with, each as likely: nobody knows
how hopeful a score is. Twice alone begins too strictly where it is not, and a single error ends it:
of 40 draws of 45 real orders 9 prove 95 %, with all four 34. Once alone proves less of made-up
evidence whose scores are too hopeful; with all four no less is proven there."""
MANY = 3
"""Times the fewest values that prove anything, which are enough whatever share they are."""


@dataclass(frozen=True, slots=True)
class EvidenceValue:
    """One value of the evidence, as a model answered it."""

    score: float
    """0-1."""
    right: bool
    document: str
    party: str
    row: bool = False
    """One of the rows of its document, which together count as one value at most: their columns
    were named once for all of them."""
    known: bool = True
    """Its sender was known when it was answered."""
    least: float | None = None
    """Of a row the score of the least sure one of its table, which is accepted as a whole."""
    foretells: bool = False
    """Its score is the probability that it is right; else it only ranks."""


@dataclass(frozen=True, slots=True)
class ProvenThreshold:
    """What the evidence says of accepting from ``score`` on."""

    score: float
    """0-1."""
    n: int
    """Values of the evidence that are accepted so."""
    errors: int
    """Those of them that are wrong."""
    effect: float
    """By which both were divided."""
    bound: float
    """Upper end of the share of errors."""


def threshold(
    values: Sequence[EvidenceValue], accuracy: float, *, assurance: float
) -> ProvenThreshold | None:
    """The lowest score that is proven to keep ``accuracy``; None when none is."""
    proven = None
    reached = list(_reached(values, assurance))
    for one in _Order(accuracy, assurance).of(reached, values):
        if one.bound(assurance) > 1 - accuracy:
            break
        proven = one
    return proven.proven(assurance) if proven else None


def accepting(
    values: Sequence[EvidenceValue], score: float, *, assurance: float
) -> ProvenThreshold | None:
    """What the evidence says of accepting from ``score`` on; None where nothing of it is. No proof
    by itself where the score was found on the same evidence."""
    reached = list(_reached([one for one in values if one.score >= score], assurance))
    return reached[-1].proven(assurance) if reached else None


def growth(
    values: Sequence[EvidenceValue],
    accuracy: float,
    *,
    assurance: float,
    most: float,
) -> float | None:
    """How many times as much evidence like this would prove something, in steps of 5 %; None when
    ``most`` times would not."""
    reached = list(_reached(values, assurance))
    for percent in range(105, round(100 * most) + 1, 5):
        order = _Order(accuracy, assurance, times=percent / 100)
        first = next(order.of(reached, values), None)
        if first and first.bound(assurance, order.times) <= 1 - accuracy:
            return order.times
    return None


def reaches(values: Sequence[EvidenceValue], *, assurance: float) -> Iterator[ProvenThreshold]:
    """Every threshold that may be tried, the strictest first, as the evidence would have it."""
    return (one.proven(assurance) for one in _reached(values, assurance))


@dataclass(frozen=True, slots=True)
class _Reach:
    """What is let in from ``score`` on."""

    score: float
    n: int
    errors: int
    effect: float
    """Values, wrong ones among them, and by how much their dependence shrinks both counts."""
    independent: float
    """Values that tell as much, at most: nobody looked which are right."""
    foretold: float
    """Share of wrong ones by what the scores say; 0-1."""

    def is_enough(self, every: int, least: float, times: float = 1.0) -> bool:
        """Enough to prove it were none wrong, of ``times`` as many values like these; and so many
        that one error does not yet end it all. ``every``: the evidence, let in or not."""
        independent = self.independent * times
        return independent >= least and (self.n >= BEGIN * every or independent >= MANY * least)

    def bound(self, assurance: float, times: float = 1.0) -> float:
        share = times / self.effect
        return upper(self.errors * share, self.n * share, assurance)

    def proven(self, assurance: float) -> ProvenThreshold:
        return ProvenThreshold(self.score, self.n, self.errors, self.effect, self.bound(assurance))


@dataclass(frozen=True, slots=True)
class _Order:
    """In which thresholds are tried. Nobody looks which values are right."""

    accuracy: float
    assurance: float
    times: float = 1.0
    """So many times the evidence."""

    def of(self, reached: Sequence[_Reach], values: Sequence[EvidenceValue]) -> Iterator[_Reach]:
        """``reached`` of ``values``, the strictest first."""
        least, every = fewest(self.accuracy, self.assurance), len(values)
        if not all(value.foretells for value in values):
            return (one for one in reached if one.is_enough(every, least, self.times))
        enough = [one for one in reached if one.independent * self.times >= least]
        likeliest = max(enough, key=self._probability, default=None)
        return (one for one in enough if likeliest and one.n >= likeliest.n)

    def _probability(self, one: _Reach) -> float:
        """That no more are wrong than may be, by what the scores say; 0-1."""
        n = floor(one.independent * self.times)
        allowed = most_errors(n, self.accuracy, self.assurance)
        return fmean(at_most(allowed, n, min(1.0, doubt * one.foretold)) for doubt in DOUBTS)


def _reached(values: Sequence[EvidenceValue], assurance: float) -> Iterator[_Reach]:
    """The strictest first."""
    if not values:
        return
    import numpy as np  # a twentieth of a second; `status` proves nothing

    order = sorted(values, key=lambda value: -value.score)
    scores = np.array([value.score for value in order])
    wrong = np.array([not value.right for value in order], dtype=float)
    belongings = (
        ([value.document for value in order], any(value.row for value in order)),
        ([value.party for value in order], False),
    )
    for n in _reaches(scores):
        groups = [(_numbered(names[:n]), as_one) for names, as_one in belongings]
        effect = max(
            design_effect(wrong[:n], one, assurance, as_one=as_one) for one, as_one in groups
        )
        independent = n / max(least_effect(one, as_one=as_one) for one, as_one in groups)
        # Half an error more: where all are as sure as can be, nothing would be foretold.
        foretold = float((1 - scores[:n].clip(0, 1)).sum() + 0.5) / (n + 1)
        errors = int(wrong[:n].sum())
        yield _Reach(float(scores[n - 1]), n, errors, effect, independent, foretold)


def _numbered(names: Sequence[str]) -> Groups:
    import numpy as np

    return np.unique(np.array(names), return_inverse=True)[1]


def _reaches(scores: Marks) -> Iterator[int]:
    """How many values each step lets in: all of one score or none of them."""
    n, before = len(scores), 0
    for step in range(1, round(1 / STEP) + 1):
        last = scores[max(1, round(step * STEP * n)) - 1]
        reach = int((scores >= last).sum())
        if reach > before:
            before = reach
            yield reach
