"""What a value has to reach to be accepted: under one model, for one type of document. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import exp

from appliance.domain.doctype import DocType
from appliance.domain.prediction import Field
from appliance.judgement.features import AnswerFeatures

UNPROVEN = 0.95
"""Score below which a clerk is pointed to a value of which nothing is promised."""

ScoreFunction = Callable[[Field, AnswerFeatures], float | None]
"""A score, 0-1; None when no model chose the value."""


def least_certain(answer: Field, found: AnswerFeatures) -> float | None:
    """Until labels have shown better: the probability of the least certain token among those that
    the grammar allowed, or certainty where a check proves the value. A ranking, no probability."""
    if found.numbers.get("checks prove it"):
        return 1.0
    if not answer.tokens:
        return None
    return min(1.0, exp(min(token.allowed for token in answer.tokens)))


@dataclass(frozen=True, slots=True)
class AcceptancePolicy:
    weigh: ScoreFunction = least_certain
    bounds: Mapping[str, float] = field(default_factory=dict)
    """By fieldtype, rows under the name of their table: accepted from this score on. Of what is not
    named nothing is promised, and nothing is accepted."""
    of_unknown: Mapping[str, float] | None = None
    """Likewise for documents of senders that nobody knows yet; None where they are like others."""

    def toward(self, *, known: bool) -> AcceptancePolicy:
        """What holds of documents whose sender is ``known``, or is not."""
        bounds = self.bounds if known or self.of_unknown is None else self.of_unknown
        return AcceptancePolicy(self.weigh, bounds)

    def promises(self, name: str) -> bool:
        return name in self.bounds

    def reached(self, name: str, score: float | None) -> bool:
        """Nothing else accepts a value; a score that is no number reaches nothing."""
        return score is not None and score >= self.bounds.get(name, UNPROVEN)


def uniform_policy(
    doctype: DocType, bound: float, weigh: ScoreFunction = least_certain
) -> AcceptancePolicy:
    """The same for whatever the type asks for."""
    names = [spec.name for spec in doctype.fields]
    table = [doctype.items.name] if doctype.items else []
    return AcceptancePolicy(weigh, dict.fromkeys([*names, *table], bound))
