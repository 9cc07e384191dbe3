"""Made-up evidence with a known truth: how often is what is accepted worse than was promised? Pure.

Parties differ, documents of a party differ, and the values of one document share its luck; a score
tells right from wrong, but not perfectly. The truth is counted on a large population, of parties
that the evidence never saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.promise.threshold import EvidenceValue, threshold

DRAWS = 2000
POPULATION = 30_000
"""Parties."""
ASSURANCE = 0.95


@dataclass(frozen=True, slots=True)
class World:
    parties: int
    """In the evidence."""
    party: float
    """Standard deviations, in log-odds, of what a party's values share."""
    document: float
    fields: int = 4
    base: float = 3.0
    """Log-odds that a value is right, at the mean of the score."""
    slope: float = 3.0
    """By which they grow with one standard deviation of the score."""


SIZES = np.repeat(
    [1, 2, 3, 4, 5, 6, 8, 12, 14, 15, 19, 28], [70, 25, 12, 10, 8, 6, 4, 2, 1, 1, 1, 1]
)
"""Documents of a party, as receipts have them: half of the parties come once, some weekly."""
WORLDS: Mapping[float, World] = {
    0.95: World(parties=70, party=1.5, document=0.7),
    0.975: World(parties=140, party=1.5, document=0.7),
    0.99: World(parties=400, party=1.5, document=0.7, base=4.5, slope=4.0),
}
"""By accuracy: evidence that is large enough for most draws to promise something."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Values, an entry each."""

    score: NDArray[np.float64]
    right: NDArray[np.bool_]
    document: NDArray[np.intp]
    party: NDArray[np.intp]


def draw(world: World, parties: int, chance: np.random.Generator) -> Drawn:
    documents = chance.choice(SIZES, parties)
    party = np.repeat(np.arange(parties), documents)
    luck = chance.normal(0, world.party, parties)[party]
    luck = luck + chance.normal(0, world.document, len(party))
    score = chance.normal(0, 1, (len(party), world.fields))
    odds = world.base + world.slope * score + luck[:, None]
    right = chance.random(odds.shape) < 1 / (1 + np.exp(-odds))
    document = np.repeat(np.arange(len(party)), world.fields)
    return Drawn(score.ravel(), right.ravel(), document, np.repeat(party, world.fields))


def over(accuracy: float, *, draws: int = DRAWS, seed: int = 7) -> tuple[float, float]:
    """Shares of the draws: what is accepted is worse than promised; something is promised."""
    world = WORLDS[accuracy]
    truth = _Truth(draw(world, POPULATION, np.random.default_rng(seed)))
    broken = promised = 0
    for number in range(draws):
        evidence = draw(world, world.parties, np.random.default_rng((seed, number)))
        found = threshold(_values(evidence), accuracy, assurance=ASSURANCE)
        if found:
            promised += 1
            broken += truth.errors(found.score) > 1 - accuracy
    return broken / draws, promised / draws


class _Truth:
    def __init__(self, every: Drawn) -> None:
        order = np.argsort(-every.score)
        self._scores = -every.score[order]
        self._errors = np.cumsum(~every.right[order]) / np.arange(1, len(order) + 1)

    def errors(self, score: float) -> float:
        """Share of what is accepted from ``score`` on."""
        reach = int(np.searchsorted(self._scores, -score, side="right"))
        return float(self._errors[max(reach, 1) - 1])


def _values(drawn: Drawn) -> list[EvidenceValue]:
    columns = (drawn.score, drawn.right, drawn.document, drawn.party)
    return [
        EvidenceValue(float(score), bool(right), str(document), str(party))
        for score, right, document, party in zip(*columns, strict=True)
    ]
