"""The part of poisoned learning: whoever lies to the appliance, and what it makes of it.

No trial trains: what a night learns of lies is measured by ``bench.nights`` and ``bench.learning``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.campaign import learning_lies, learning_proof, learning_tampered, learning_taught
from bench.campaign.trial import Outcome

KINDS: Mapping[str, Callable[[int, Path], Outcome]] = {
    "a clerk lies once": partial(learning_lies.clerk, times=1),
    "a clerk lies twice": partial(learning_lies.clerk, times=2),
    "a clerk lies often": partial(learning_lies.clerk, times=5),
    "an import lies": learning_lies.imported,
    "a sender lies": learning_lies.sender,
    "labels name hidden text": learning_taught.hidden,
    "a night of lies": learning_taught.night,
    "evidence lies": learning_proof.evidence,
    "a gate before evidence that lies": learning_proof.gate,
    "a changed file of a model": learning_tampered.tampered,
}


@dataclass(frozen=True, slots=True)
class PoisonedLearning:
    name: str = "learning"
    kinds: Sequence[str] = tuple(KINDS)

    def trials(self, *, small: bool) -> int:
        return 2 if small else 60

    def run(self, kind: str, seed: int, folder: Path) -> Outcome:
        return KINDS[kind](seed, folder)
