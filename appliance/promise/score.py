"""A fitted score: how likely an answer is right, as plain numbers that a file can hold. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp

from appliance.domain.fields import Field
from appliance.promise.familiar import Familiar
from appliance.promise.features import Features


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over standardised features, and over how familiar a value looks."""

    familiar: Familiar
    names: tuple[str, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    """By which a feature's distance from its centre is divided; not 0."""
    weight: tuple[float, ...]
    always: float
    """Log-odds of an answer all of whose features lie at their centres."""

    def weigh(self, answer: Field, found: Features) -> float:
        """0-1. Features that were not there when it was fitted count for nothing."""
        return logistic(self.always + sum(odds for _, odds in self._odds(answer, found)))

    def reasons(self, answer: Field, found: Features, most: int = 3) -> Sequence[tuple[str, float]]:
        """What weighs most, with its log-odds: for and against it."""
        return sorted(self._odds(answer, found), key=lambda pair: -abs(pair[1]))[:most]

    def all_of(self, answer: Field, found: Features) -> Features:
        """``found``, and how familiar the value looks."""
        return {**found, **self.familiar.features(answer.fieldtype, answer.text)}

    def _odds(self, answer: Field, found: Features) -> Iterator[tuple[str, float]]:
        every = self.all_of(answer, found)
        parts = zip(self.names, self.centre, self.scale, self.weight, strict=True)
        for name, centre, scale, weight in parts:
            yield name, weight * (every.get(name, 0.0) - centre) / scale


def logistic(odds: float) -> float:
    """0-1 of log-odds."""
    if odds >= 0:
        return 1 / (1 + exp(-odds))
    return exp(odds) / (1 + exp(odds))
