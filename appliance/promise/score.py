"""A fitted score: how likely an answer is right, as plain numbers that a file can hold. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from appliance.domain.fields import Field
from appliance.promise.features import Features


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over standardised features."""

    names: tuple[str, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    """By which a feature's distance from its centre is divided; not 0."""
    weight: tuple[float, ...]
    always: float
    """Log-odds of an answer all of whose features lie at their centres."""

    def weigh(self, answer: Field, found: Features) -> float:
        """0-1. Features that were not there when it was fitted count for nothing."""
        parts = zip(self.names, self.centre, self.scale, self.weight, strict=True)
        return logistic(
            self.always
            + sum(
                weight * (found.get(name, 0.0) - centre) / scale
                for name, centre, scale, weight in parts
            )
        )

    def reasons(self, found: Features, most: int = 3) -> Sequence[tuple[str, float]]:
        """What weighs most, with its log-odds: for and against it."""
        parts = zip(self.names, self.centre, self.scale, self.weight, strict=True)
        weights = [
            (name, weight * (found.get(name, 0.0) - centre) / scale)
            for name, centre, scale, weight in parts
        ]
        return sorted(weights, key=lambda pair: -abs(pair[1]))[:most]


def logistic(odds: float) -> float:
    """0-1 of log-odds."""
    if odds >= 0:
        return 1 / (1 + exp(-odds))
    return exp(odds) / (1 + exp(odds))
