"""Nobody knows how hopeful a score is: with which guesses is how much proven?
``python -m bench.hopeful``

Evidence is drawn from real answers, kept as ``bench.real`` says, and made up, with scores that
foretell more or fewer errors than come. Nothing is recorded: ``MEASURED.md`` says what was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from unittest.mock import patch

import numpy as np

from appliance.promise import threshold
from appliance.promise.threshold import EvidenceValue
from bench import common, real
from bench.clusters import POPULATION, WORLDS, Truth, draw, values

ACCURACY = ASSURANCE = 0.95
DRAWS = 10 if common.SMALL else 200
GUESSES: Mapping[str, tuple[float, ...]] = {
    "half": (0.5,),
    "once": (1.0,),
    "twice": (2.0,),
    "three times": (3.0,),
    "all four": threshold.DOUBTS,
}
"""So many times the errors that the scores foretell."""
DOCUMENTS = (45, 75, 120)
PARTIES = 60
SHIFTS = (-1.0, 0.0, 1.0, 2.0)
"""Log-odds by which a score is too high; below 0 too low."""


@dataclass(frozen=True, slots=True)
class Proven:
    """Shares of the draws, 0-1."""

    promised: float
    accepted: float
    """Share of the values, at the mean of all draws."""
    over: float | None
    """What is accepted is worse than promised; None where nobody knows the truth."""


def main() -> None:
    print(f"| evidence | {' | '.join(GUESSES)} |")
    print(f"|---{'|---' * len(GUESSES)}|")
    for name, drawn, errors in (*_real(), *_made_up()):
        found = [measured(drawn, guesses, errors) for guesses in GUESSES.values()]
        print(f"| {name} | {' | '.join(map(_told, found))} |", flush=True)


def measured(
    drawn: Callable[[int], list[EvidenceValue]],
    guesses: Sequence[float],
    errors: Callable[[float], float] | None = None,
) -> Proven:
    """``drawn`` gives the evidence by the number of its draw; ``errors`` the true share of wrong
    ones among what is accepted from a score on."""
    promised = over = 0
    accepted = 0.0
    with patch.object(threshold, "DOUBTS", guesses):
        for number in range(DRAWS):
            evidence = drawn(number)
            found = threshold.threshold(evidence, ACCURACY, assurance=ASSURANCE)
            if found:
                promised += 1
                accepted += found.n / len(evidence)
                over += errors is not None and errors(found.score) > 1 - ACCURACY
    share = None if errors is None else over / DRAWS
    return Proven(promised / DRAWS, accepted / DRAWS, share)


_Source = tuple[str, Callable[[int], list[EvidenceValue]], Callable[[float], float] | None]


def _real() -> Iterator[_Source]:
    for folder, documents in real.kept().items():
        every = [
            [replace(one, foretells=True) for one in found.ours.values()] for found in documents
        ]
        for size in DOCUMENTS:

            def drawn(
                number: int, size: int = size, every: list[list[EvidenceValue]] = every
            ) -> list[EvidenceValue]:
                chosen = Random(f"hopeful/{number}").sample(every, size)
                return [value for one in chosen for value in one]

            yield f"{size} of {folder}", drawn, None


def _made_up() -> Iterator[_Source]:
    world = WORLDS[ACCURACY]
    truth = Truth(draw(world, POPULATION, np.random.default_rng(7)))

    for shift in SHIFTS:

        def probability(score: float, shift: float = shift) -> float:
            return float(1 / (1 + np.exp(-(world.base + world.slope * score + shift))))

        def drawn(
            number: int, probability: Callable[[float], float] = probability
        ) -> list[EvidenceValue]:
            made = draw(world, PARTIES, np.random.default_rng((7, number)))
            return [
                replace(one, score=probability(one.score), foretells=True) for one in values(made)
            ]

        def errors(score: float, shift: float = shift) -> float:
            odds = np.log(score / (1 - score)) if score < 1 else np.inf
            return truth.errors(float((odds - shift - world.base) / world.slope))

        said = f"{abs(shift):.0f} too {'high' if shift > 0 else 'low'}" if shift else "right"
        yield f"made up, log-odds {said}", drawn, errors


def _told(found: Proven) -> str:
    over = "" if found.over is None else f"; {found.over:.1%} over"
    return f"{found.promised:.0%} ({found.accepted:.2f}{over})"


if __name__ == "__main__":
    main()
