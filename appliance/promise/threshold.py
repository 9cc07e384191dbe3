"""From which score on values may be accepted, so that a stated accuracy is kept. Pure.

Which scores are tried is settled before anybody looks which values are right: the strictest that
has something to prove it by, then 5 % of the evidence more at a time. The first that fails ends it,
so each is tested with the whole assurance (fixed sequence testing).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.promise.bounds import design_effect, fewest, least_effect, upper

if TYPE_CHECKING:
    from appliance.promise.bounds import Groups, Marks

STEP = 0.05
"""Share of the evidence by which one candidate lets in more than the one before it."""
BEGIN = 0.3
"""Share of the evidence that the strictest candidate lets in at least. Of real receipts, with 95 %,
one error among the surest sixty values would else have ended it in three of ten tries."""
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
    for candidate in candidates(values, fewest(accuracy, assurance), assurance=assurance):
        if candidate.bound > 1 - accuracy:
            break
        proven = candidate
    return proven


def growth(
    values: Sequence[EvidenceValue], accuracy: float, *, assurance: float, most: float
) -> float | None:
    """How many times as much evidence like this would prove something, in steps of 5 %; None when
    ``most`` times would not."""
    least, reached = fewest(accuracy, assurance), list(_reached(values, assurance))
    for percent in range(105, round(100 * most) + 1, 5):
        times = percent / 100
        enough = (one for one in reached if one.is_enough(len(values), least, times))
        strictest = next(enough, None)
        if strictest and strictest.bound(assurance, times) <= 1 - accuracy:
            return times
    return None


def candidates(
    values: Sequence[EvidenceValue], least: float, *, assurance: float
) -> Iterator[ProvenThreshold]:
    """The strictest first, of those that let in as much as ``least`` independent values."""
    for one in _reached(values, assurance):
        if one.is_enough(len(values), least):
            yield ProvenThreshold(one.score, one.n, one.errors, one.effect, one.bound(assurance))


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

    def is_enough(self, every: int, least: float, times: float = 1.0) -> bool:
        """Enough to prove it were none wrong, of ``times`` as many values like these; and so many
        that one error does not yet end it all. ``every``: the evidence, let in or not."""
        independent = self.independent * times
        return independent >= least and (self.n >= BEGIN * every or independent >= MANY * least)

    def bound(self, assurance: float, times: float = 1.0) -> float:
        share = times / self.effect
        return upper(self.errors * share, self.n * share, assurance)


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
        yield _Reach(float(scores[n - 1]), n, int(wrong[:n].sum()), effect, independent)


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
