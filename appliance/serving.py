"""The model that serves, changed between two documents when another version was promoted.

A version that does not load, does not come to an end or takes too long never serves: what served
goes on, and the same version is not tried again. All of it happens in the daemon's thread, between
two steps: a child ends with the thread that started it, and no document in hand gets slower.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Protocol

from appliance import memory
from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.document import BBox, Document, Page, Word
from appliance.domain.errors import DoctypeError, ModelError, WorkerError
from appliance.domain.fields import Prediction
from appliance.domain.results import ModelVersion, Service
from appliance.learning.models.registry import Registry
from appliance.pipeline import AsksModel

log = logging.getLogger(__name__)

TRIAL = Document(
    "0" * 64, (Page(595, 842, (Word("12345", BBox(0.1, 0.1, 0.2, 0.12), line=0),), "text"),)
)
TRIAL_TYPE = DocType("trial", "Trial", (FieldSpec("number"),))
"""With it the smallest question that a model can be asked."""

LOADING = 300.0
"""Seconds for a model to load and answer the smallest question."""
SLOWER = 3.0
"""Times the seconds that the old model took on a document; a new one may take so many."""
QUICK = 20.0
"""Seconds that a document took at most with which others are tried: the queue waits meanwhile."""
LEAST = 10.0
"""Seconds that it may always take: the machine may be doing something else just now."""
BESIDE = 500_000_000
"""Bytes that a model needs beside its file."""

CUT = {"answer-cut", "table-cut"}
"""Blockers of an answer that did not come to its end."""


class Answers(AsksModel, Protocol):
    """One model in a child; what asks it raises ModelError, WorkerError, Leaving."""

    model: ModelVersion

    def extract(
        self, document: Document, doctype: DocType, *, within: float | None = None
    ) -> Prediction: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Switched:
    """``new`` answers from now on."""

    old: str
    """Empty when none answered."""
    new: str
    seconds: float
    """In which no document went on."""


@dataclass(frozen=True, slots=True)
class Kept:
    """``refused`` was to serve and cannot; ``name`` goes on, or nobody when it is empty."""

    name: str
    refused: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Known:
    """A document that was answered here."""

    document: Document
    doctype: DocType
    prediction: Prediction
    seconds: float


class Serving:
    def __init__(
        self,
        registry: Registry,
        start: Callable[[ModelVersion], Answers],
        *,
        clock: Callable[[], float] = time.time,
        timer: Callable[[], float] = time.perf_counter,
        free: Callable[[], int | None] = memory.available,
    ) -> None:
        """Starts with the champion, or with the latest before it that answers.

        ``start`` gives a version's child, ``free`` the bytes of memory to be had. Raises ModelError
        when nothing says which version is to serve.
        """
        self._registry = registry
        self._start = start
        self._clock = clock
        self._timer = timer
        self._free = free
        self._known: _Known | None = None
        self._mark = registry.mark()
        self._answers, self.kept = self._first()
        self._name = self.kept.name if self.kept else self._answers.model.name
        """Of what answers; empty when nothing does."""
        self._note(self.kept)

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        start = self._timer()
        prediction = self._answers.extract(document, doctype)
        seconds = self._timer() - start
        if seconds <= QUICK:
            self._known = _Known(document, doctype, prediction, seconds)
        return prediction

    def runners_up(
        self,
        document: Document,
        doctype: DocType,
        prediction: Prediction,
        fieldtypes: tuple[str, ...],
    ) -> Prediction:
        return self._answers.runners_up(document, doctype, prediction, fieldtypes)

    def refresh(self) -> Switched | Kept | None:
        """To be called between two documents; reads one small file when nothing has changed.

        Raises Leaving, after which it can be tried again.
        """
        mark = self._registry.mark()
        if mark == self._mark:
            return None
        start = self._timer()
        told: Switched | Kept | None = None
        try:
            version = self._registry.champion()
            if version.name != self._name:
                self._make_sure_of_memory(version)
                answers = self._tried(version)
                told = Switched(self._name, version.name, self._timer() - start)
                self._answers.stop()
                self._answers, self._name = answers, version.name
        except (ModelError, WorkerError, DoctypeError) as error:
            told = Kept(self._name, self._meant(), error.in_words)
        self._mark = mark
        self._note(told if isinstance(told, Kept) else None)
        return told

    def stop(self) -> None:
        self._answers.stop()

    def _first(self) -> tuple[Answers, Kept | None]:
        pointer = self._registry.pointer()
        reason = ""
        for name in dict.fromkeys([pointer.name, *reversed(pointer.before)]):
            try:
                answers = self._tried(self._registry.version(name))
            except (ModelError, WorkerError, DoctypeError) as error:
                reason = reason or error.in_words
            else:
                return answers, Kept(name, pointer.name, reason) if reason else None
        # Documents are taken in all the same, and wait for a model that answers.
        return self._start(self._registry.champion()), Kept("", pointer.name, reason)

    def _tried(self, version: ModelVersion) -> Answers:
        """Its child, which has answered."""
        answers = self._start(version)
        with ExitStack() as failing:
            failing.callback(answers.stop)
            answers.extract(TRIAL, TRIAL_TYPE, within=LOADING)
            if self._known:
                self._compare(answers, self._known)
            failing.pop_all()
        return answers

    def _compare(self, answers: Answers, known: _Known) -> None:
        within = max(SLOWER * known.seconds, LEAST)
        prediction = answers.extract(known.document, known.doctype, within=within)
        if _is_cut(prediction) and not _is_cut(known.prediction):
            raise ModelError("its answer to a known document does not come to an end")

    def _make_sure_of_memory(self, version: ModelVersion) -> None:
        """The old model stays until the new one has answered."""
        free, needed = self._free(), (self._registry.size(version) or 0) + BESIDE
        if free is not None and free < needed:
            raise ModelError(
                f"it needs about {needed / 1e9:.1f} GB of memory beside the old one,"
                f" and {free / 1e9:.1f} GB are free",
                hint="restart the daemon: it starts with the new one alone",
            )

    def _meant(self) -> str:
        try:
            return self._registry.pointer().name
        except ModelError:
            return "the champion"

    def _note(self, kept: Kept | None) -> None:
        said = (kept.refused, kept.reason) if kept else (None, "")
        try:
            self._registry.note(Service(self._name, self._clock(), *said))
        except ModelError as error:
            log.warning("%s: `status` does not know which model serves", error)


def _is_cut(prediction: Prediction) -> bool:
    return any(blocker.code in CUT for blocker in prediction.blockers)
