"""Labels that lie, for nights that must not end with a worse model. Pure but for ``Poisoned``."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from appliance.domain.labels import Label, Labelled
from appliance.records.labels import Labels
from appliance.records.store import Store

Poison = Callable[[Sequence[Labelled]], list[Labelled]]
SWAPPED = {"company": "address", "address": "company"}


class Poisoned(Labels):
    """A home's labels, of which those to learn from are spoilt; the evidence stays honest."""

    def __init__(self, store: Store, poison: Poison) -> None:
        super().__init__(store)
        self._poison = poison

    def training(self, **which: Any) -> Iterator[Labelled]:
        return iter(self._poison(list(super().training(**which))))


def shuffled(labelled: Sequence[Labelled]) -> list[Labelled]:
    """The values of each document under each other's names.

    Not between documents: what does not stand in a document is never taught, so it would not bite.
    """
    return [replace(one, labels=_shuffled(one.labels, one.document.docid)) for one in labelled]


def _shuffled(labels: Sequence[Label], seed: str) -> tuple[Label, ...]:
    names = [label.fieldtype for label in labels]
    random.Random(seed).shuffle(names)
    return tuple(replace(label, fieldtype=name) for label, name in zip(labels, names, strict=True))


def lies_of_one(labelled: Sequence[Labelled]) -> list[Labelled]:
    """The party of most documents says its address for its name, and its name for its address."""
    counted = Counter(one.party for one in labelled if one.party)
    liar = max(sorted(counted), key=counted.__getitem__, default=None)
    return [one if one.party != liar else _lying(one) for one in labelled]


def _lying(one: Labelled) -> Labelled:
    labels = (
        replace(label, fieldtype=SWAPPED.get(label.fieldtype, label.fieldtype))
        for label in one.labels
    )
    return replace(one, labels=tuple(labels))
