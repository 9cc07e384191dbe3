"""Real answers, split by party into evidence and test many times: is the promise kept? Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from appliance.domain.doctype import AccuracyTarget
from appliance.promise.guarantees import guarantees
from appliance.promise.threshold import EvidenceValue

SPLITS = 200
SEED = 7

Document = Mapping[str, EvidenceValue]
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
    """Half of the parties are evidence, the others are test."""
    return [
        tested([documents[at] for at in evidence], [documents[at] for at in test], accuracy)
        for evidence, test in halves(documents, number=number, seed=seed)
    ]


def halves(
    documents: Sequence[Document], *, number: int = SPLITS, seed: int = SEED
) -> Iterator[tuple[list[int], list[int]]]:
    """By number, the documents of half of the parties and those of the others, each time anew. All
    values of a document have one party."""
    of = [next(iter(one.values())).party for one in documents]
    parties = sorted(set(of))
    for turn in range(number):
        order = list(parties)
        random.Random(f"{seed} {turn}").shuffle(order)
        chosen = set(order[: len(order) // 2])
        sides: tuple[list[int], list[int]] = ([], [])
        for at, party in enumerate(of):
            sides[party not in chosen].append(at)
        yield sides


def tested(evidence: Sequence[Document], test: Sequence[Document], accuracy: float) -> Split:
    names = list(dict.fromkeys(name for one in evidence for name in one))
    found = guarantees(
        {name: [one[name] for one in evidence if name in one] for name in names},
        AccuracyTarget(accuracy),
    )
    bounds = {name: grant.proven.score for grant in found if grant.proven for name in grant.fields}
    values = [(name, value) for one in test for name, value in one.items()]
    accepted = [value for name, value in values if name in bounds and value.score >= bounds[name]]
    wrong = sum(not value.right for value in accepted)
    return Split(len(accepted), wrong, len(values), bool(bounds))
