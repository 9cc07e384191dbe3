"""Made-up evidence with a known truth: how often is what is accepted worse than was promised? Pure.

Parties differ, documents of a party differ, and the values of one document share its luck; a score
tells right from wrong, but not perfectly. The truth is counted on a large population, of parties
that the evidence never saw. In part of the worlds known and unknown senders are proven together,
though the same score means less for the unknown ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from appliance.domain.doctype import AccuracyTarget
from appliance.promise.guarantees import APART, together
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
    truth = Truth(draw(world, POPULATION, np.random.default_rng(seed)))
    broken = promised = 0
    for number in range(draws):
        evidence = draw(world, world.parties, np.random.default_rng((seed, number)))
        found = threshold(values(evidence), accuracy, assurance=ASSURANCE)
        if found:
            promised += 1
            broken += truth.errors(found.score) > 1 - accuracy
    return broken / draws, promised / draws


@dataclass(frozen=True, slots=True)
class Together:
    """Shares of the draws, 0-1, and values of the evidence that are accepted at the mean."""

    promised: float
    over: float
    """What is accepted of both is worse than promised."""
    far_over: float
    """What is accepted of the unknown ones is wrong ``APART`` times as often as promised."""
    accepted: float
    accepted_apart: float
    """Where each is proven by itself alone."""


def proven_together(less: float, *, draws: int = DRAWS, seed: int = 7) -> Together:
    """At 95 %, with 30 parties of each. ``less``: by so many log-odds a value of an unknown sender
    is less likely right than one of a known sender with that score."""
    known = replace(WORLDS[0.95], parties=30)
    worlds = {True: known, False: replace(known, base=known.base - less)}
    truths = {
        half: draw(world, POPULATION // 4, np.random.default_rng((seed, half)))
        for half, world in worlds.items()
    }
    truth_of_unknown = Truth(truths[False])
    truth = Truth(_joined(truths[True], truths[False]))
    promised = over = far_over = accepted = apart = 0
    for number in range(draws):
        halves = {
            half: values(draw(world, 30, np.random.default_rng((seed, half, number))), known=half)
            for half, world in worlds.items()
        }
        alone = sum(_accepted(half) for half in halves.values())
        apart += alone
        both = together({"all": [*halves[True], *halves[False]]}, AccuracyTarget(0.95), [("all",)])
        found = both["all",].proven if both else None
        accepted += found.n if found else alone
        if found:
            promised += 1
            over += truth.errors(found.score) > 1 - 0.95
            far_over += truth_of_unknown.errors(found.score) > APART * (1 - 0.95)
    shares = (promised, over, far_over, accepted, apart)
    return Together(*(share / draws for share in shares))


def _accepted(values: list[EvidenceValue]) -> int:
    found = threshold(values, 0.95, assurance=ASSURANCE)
    return found.n if found else 0


def _joined(one: Drawn, other: Drawn) -> Drawn:
    return Drawn(
        np.concatenate([one.score, other.score]),
        np.concatenate([one.right, other.right]),
        np.concatenate([one.document, other.document + one.document.max() + 1]),
        np.concatenate([one.party, other.party + one.party.max() + 1]),
    )


class Truth:
    def __init__(self, every: Drawn) -> None:
        order = np.argsort(-every.score)
        self._scores = -every.score[order]
        self._errors = np.cumsum(~every.right[order]) / np.arange(1, len(order) + 1)

    def errors(self, score: float) -> float:
        """Share of what is accepted from ``score`` on."""
        reach = int(np.searchsorted(self._scores, -score, side="right"))
        return float(self._errors[max(reach, 1) - 1])


def values(drawn: Drawn, *, known: bool = True) -> list[EvidenceValue]:
    columns = (drawn.score, drawn.right, drawn.document, drawn.party)
    whose = "known" if known else "unknown"
    return [
        EvidenceValue(
            *(float(score), bool(right), f"{whose} {document}", f"{whose} {party}"), known=known
        )
        for score, right, document, party in zip(*columns, strict=True)
    ]
