"""What a night works with, what it may use, and who goes first."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from appliance.domain.doctype import DocType
from appliance.domain.errors import Leaving
from appliance.domain.labels import Labelled, LabelledKey
from appliance.domain.prediction import AnswerVersions, Prediction
from appliance.domain.results import ModelVersion
from appliance.evaluation.examine import MeasuredModel, Remembers, nothing_remembered
from appliance.extraction.decode import Decoder
from appliance.learning.models.registry import Registry
from appliance.learning.night.collect import DocumentCaps
from appliance.learning.trainer.tuning import TuningProgress
from appliance.records.labels import Labels

BEAT = 1.0
"""Seconds between two looks whether documents wait, or how far a child is."""


@dataclass(frozen=True, slots=True)
class NightLimits:
    """What a night may use."""

    threads: int
    """Cores."""
    memory: int
    """Bytes that the training may take."""
    caps: DocumentCaps = DocumentCaps()
    quantisation: str = "Q8_0"
    keep: int = 3
    """Tuned versions whose file stays."""


Accepts = Callable[[str, Callable[[Labelled], Prediction | None]], float]
"""The share of the evidence's values that a version, by its name and its answers, may accept."""


def _every(key: LabelledKey) -> bool:
    return True


def _nothing(model: str, answer: Callable[[Labelled], Prediction | None]) -> float:
    return 0.0


@dataclass(frozen=True, slots=True)
class NightDependencies:
    """What it works with."""

    registry: Registry
    labels: Labels
    doctype: Callable[[str], DocType]
    engine: Callable[[Path], AbstractContextManager[Decoder]]
    asks: Callable[[ModelVersion], AbstractContextManager[MeasuredModel]]
    versions: AnswerVersions
    """On which ``asks`` answers; evidence that was read by another version takes no part."""
    learnable: Callable[[LabelledKey], bool] = _every
    """False for what is to be forgotten before long, with each version that learned from it."""
    accepts: Accepts = _nothing
    remembers: Remembers = nothing_remembered
    promise: Callable[[str], object] = id
    """Calibrates a version, by its name: what it may accept goes live with it."""


@dataclass(frozen=True, slots=True)
class NightPace:
    """Who goes first, and who hears how far it is."""

    waiting: Callable[[], bool]
    """Do documents wait, who go first?"""
    over: Callable[[], bool]
    """Is it time to leave?"""
    tell: Callable[[TuningProgress], None]

    def rest(self) -> None:
        """Documents go first. Raises Leaving."""
        while self.waiting() and not self.over():
            self.tell(TuningProgress("resting"))
            time.sleep(BEAT)
        if self.over():
            raise Leaving("the night is over; the next one goes on from here")

    def step(self, phase: str, done: int, steps: int) -> None:
        """Raises Leaving."""
        self.rest()
        self.tell(TuningProgress(phase, done, steps))
