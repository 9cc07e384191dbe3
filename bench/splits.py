"""Real answers, split by party into evidence and test many times: is the promise kept? Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.promise.grants import grants
from appliance.promise.terms import Terms
from appliance.promise.threshold import Value

SPLITS = 200
SEED = 7

Document = Mapping[str, Value]
"""By fieldtype."""


@dataclass(frozen=True, slots=True)
class Split:
    accepted: int
    wrong: int
    """Of the accepted."""
    values: int
    """Of the test side."""
    promised: bool
    """Something may be accepted."""


def splits(
    documents: Sequence[Document], accuracy: float, *, number: int = SPLITS, seed: int = SEED
) -> list[Split]:
    """Half of the parties are evidence, the others are test. All values of a document have one
    party."""
    parties = sorted({value.party for one in documents for value in one.values()})
    return [_split(documents, parties, accuracy, f"{seed} {turn}") for turn in range(number)]


def _split(
    documents: Sequence[Document], parties: Sequence[str], accuracy: float, seed: str
) -> Split:
    order = list(parties)
    random.Random(seed).shuffle(order)
    chosen = set(order[: len(order) // 2])
    sides: tuple[list[Document], list[Document]] = ([], [])
    for one in documents:
        party = next(iter(one.values())).party
        sides[party not in chosen].append(one)
    return tested(*sides, accuracy)


def tested(evidence: Sequence[Document], test: Sequence[Document], accuracy: float) -> Split:
    names = list(dict.fromkeys(name for one in evidence for name in one))
    found = grants(
        {name: [one[name] for one in evidence if name in one] for name in names}, Terms(accuracy)
    )
    bounds = {name: grant.proven.score for grant in found if grant.proven for name in grant.fields}
    values = [(name, value) for one in test for name, value in one.items()]
    accepted = [value for name, value in values if name in bounds and value.score >= bounds[name]]
    wrong = sum(not value.right for value in accepted)
    return Split(len(accepted), wrong, len(values), bool(bounds))
