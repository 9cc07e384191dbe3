"""Made-up evidence with a known truth: how often is what is accepted worse than was promised? Pure.

Parties differ, documents of a party differ, and the values of one document share its luck; a score
tells right from wrong, but not perfectly. The truth is counted on a large population, of parties
that the evidence never saw. In part of the worlds known and unknown senders, or several types, are
proven together, though the same score means less for one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from appliance.domain.doctype import AccuracyTarget
from appliance.promise.guarantees import APART, shared, together
from appliance.promise.threshold import EvidenceValue, ProvenThreshold, threshold

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
    """What is accepted of all parts is worse than promised."""
    far_over: float
    """What is accepted of the least sure part is wrong ``APART`` times as often as promised."""
    accepted: float
    accepted_apart: float
    """Where each is proven by itself alone."""


_Parts = Mapping[str, Sequence[EvidenceValue]]


def senders_together(less: float, *, draws: int = DRAWS, seed: int = 7) -> Together:
    """At 95 %, with 30 parties of each. ``less``: by so many log-odds a value of an unknown sender
    is less likely right than one of a known sender with that score."""

    def prove(halves: _Parts) -> ProvenThreshold | None:
        every = [replace(value, known=name == "known") for name in halves for value in halves[name]]
        both = together({"all": every}, AccuracyTarget(0.95), [("all",)])
        return both["all",].proven if both else None

    return _together(("unknown", "known"), less, prove, draws=draws, seed=seed)


def types_together(less: float, *, draws: int = DRAWS, seed: int = 7) -> Together:
    """Likewise of three document types, half of whose parties are known; a value of the least sure
    type is less likely right."""

    def prove(types: _Parts) -> ProvenThreshold | None:
        found = shared(
            {name: [_known_by_half(value) for value in types[name]] for name in types},
            0.95,
            assurance=ASSURANCE,
        )
        return found.proven if found and len(found.types) == len(types) else None

    return _together(("least", "other", "third"), less, prove, draws=draws, seed=seed)


def _known_by_half(value: EvidenceValue) -> EvidenceValue:
    return replace(value, known=int(value.party.split()[-1]) % 2 == 0)


def _together(
    parts: Sequence[str],
    less: float,
    prove: Callable[[_Parts], ProvenThreshold | None],
    *,
    draws: int,
    seed: int,
) -> Together:
    """The first of the ``parts`` is the least sure one."""
    sure = replace(WORLDS[0.95], parties=30)
    worlds = dict.fromkeys(parts, sure) | {parts[0]: replace(sure, base=sure.base - less)}
    drawn = [
        draw(world, POPULATION // 4, np.random.default_rng((seed, at)))
        for at, world in enumerate(worlds.values())
    ]
    truth_of_least, truth = Truth(drawn[0]), Truth(reduce(_joined, drawn))
    promised = over = far_over = accepted = apart = 0
    for number in range(draws):
        evidence = {
            name: values(draw(world, 30, np.random.default_rng((seed, at, number))), of=name)
            for at, (name, world) in enumerate(worlds.items())
        }
        alone = sum(map(_accepted, evidence.values()))
        apart += alone
        found = prove(evidence)
        accepted += found.n if found else alone
        if found:
            promised += 1
            over += truth.errors(found.score) > 1 - 0.95
            far_over += truth_of_least.errors(found.score) > APART * (1 - 0.95)
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


def values(drawn: Drawn, *, of: str = "all") -> list[EvidenceValue]:
    """``of`` which part they are."""
    columns = (drawn.score, drawn.right, drawn.document, drawn.party)
    return [
        EvidenceValue(float(score), bool(right), f"{of} {document}", f"{of} {party}")
        for score, right, document, party in zip(*columns, strict=True)
    ]
