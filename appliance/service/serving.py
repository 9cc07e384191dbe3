"""The model that serves, changed between two documents when another version was promoted.

A version that does not load, does not come to an end or takes too long never serves: what served
goes on, and the same version is not tried again. All of it happens in the daemon's thread, between
two steps: a child ends with the thread that started it, and no document in hand gets slower.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from appliance.domain.blockers import CUT
from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.document import UNNAMED, BBox, Document, Page, Word
from appliance.domain.errors import (
    ApplianceError,
    DoctypeError,
    ModelError,
    TimeoutExceeded,
    WorkerError,
)
from appliance.domain.prediction import Prediction
from appliance.domain.results import ModelVersion, ServingStatus
from appliance.learning.models.registry import Registry
from appliance.service.decide import AnsweringModel
from appliance.system import memory
from appliance.system.interval import Interval

log = logging.getLogger(__name__)


def _page(*lines: str) -> Page:
    words = [
        Word(text, BBox(0.2 * at, 0.1 * row, 0.2 * at + 0.15, 0.1 * row + 0.02), line=row)
        for row, said in enumerate(lines)
        for at, text in enumerate(said.split())
    ]
    return Page(595, 842, tuple(words), "text")


TRIAL = Document(UNNAMED, (_page("Invoice", "Invoice number: 12345", "Date: 2024-05-06"),))
TRIAL_TYPE = DocType(
    "trial",
    "Trial",
    (FieldSpec("invoice_number", FieldType.CODE), FieldSpec("date", FieldType.DATE)),
)
"""With it the smallest question that a model can be asked and whose answer is known."""
ANSWER = {"12345", "2024-05-06"}

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

AGAIN = 600.0
"""Seconds until a version whose child died in its trial, perhaps for want of memory, is tried
again."""


class ServedModel(AnsweringModel, Protocol):
    """One model in a child; what asks it raises ModelError, WorkerError, Leaving."""

    model: ModelVersion

    def extract(
        self, document: Document, doctype: DocType, *, within: float | None = None
    ) -> Prediction: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Swapped:
    """``new`` answers from now on."""

    old: str
    """Empty when none answered."""
    new: str
    seconds: float
    """In which no document went on."""


@dataclass(frozen=True, slots=True)
class SwapRefused:
    """``refused`` was to serve and cannot; ``name`` goes on, or nobody when it is empty."""

    name: str
    refused: str
    reason: str


_News = TypeVar("_News", bound=Swapped | SwapRefused | None)


@dataclass(frozen=True, slots=True)
class _Known:
    """A document that was answered here."""

    document: Document
    doctype: DocType
    prediction: Prediction
    seconds: float
    """That the extraction took."""


def try_out(answers: ServedModel) -> None:
    """Asks the known question. Raises ModelError, also at another answer, and WorkerError."""
    said = answers.extract(TRIAL, TRIAL_TYPE, within=LOADING)
    # One of both will do: what a model was taught last may pass over the other.
    if not ANSWER.intersection(field.text for field in said.fields):
        raise ModelError(
            "it does not know the answer to the question with which models are tried",
            hint="serve with another model: `appliance models`, `appliance model add`",
        )


class Serving:
    def __init__(
        self,
        registry: Registry,
        start: Callable[[ModelVersion], ServedModel],
        *,
        clock: Callable[[], float] = time.time,
        timer: Callable[[], float] = time.perf_counter,
        free: Callable[[], int] = memory.available,
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
        self._stamps: dict[str, tuple[int, ...]] = {}
        """Of the files of versions, as they were when they were tried."""
        self._answers: ServedModel | None = None
        self._name = ""
        """Of what answers; empty when nothing does."""
        self._rest: Interval | None = None
        """Until what died in its trial is tried again; None where nothing did."""
        self._why = ""
        """Why the version that was to serve does not; empty when none was refused."""
        self._mark = registry.mark()
        self._told: Swapped | SwapRefused | None = self._begin()
        self._news: Swapped | SwapRefused | None = (
            self._told if isinstance(self._told, SwapRefused) else None
        )
        """What nobody was told yet."""

    @property
    def name(self) -> str:
        """Of the version that answers; empty when none does."""
        return self._name

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        """Raises ModelError, WorkerError, Leaving."""
        start = self._timer()
        with self._answering() as answers:
            prediction = answers.extract(document, doctype)
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
        with self._answering() as answers:
            return answers.runners_up(document, doctype, prediction, fieldtypes)

    def refresh(self) -> Swapped | SwapRefused | None:
        """What is to be told of the model that serves. To be called between two documents; it reads
        two small files when nothing has changed.

        Raises Leaving, after which it can be tried again.
        """
        mark = self._registry.mark()
        try:
            version = self._registry.champion()
            if self._answers and self._changed(self._answers.model):
                self._end()  # whatever stands there now, it was loaded as another one
                self._tell(self._begin())
            elif mark != self._mark or self._changed(version) or self._is_due():
                self._tell(self._serve(version))
        except ModelError as error:
            if mark != self._mark:
                self._tell(self._noted(self._kept(error)))
        self._mark = mark
        news, self._news = self._news, None
        return news

    def stop(self) -> None:
        self._end()

    @contextmanager
    def _answering(self) -> Iterator[ServedModel]:
        """What serves, for one request; what did not answer is tried anew before. Raises ModelError
        when nothing answers, and WorkerError when it answers others, but not this request."""
        if self._answers is None:
            self._tell(self._begin())
        if self._answers is None:
            raise ModelError(f"no model answers: {self._why}")
        try:
            yield self._answers
        except ModelError as error:
            name = self._name
            self._end()
            news = self._begin()
            if self._name == name:
                raise WorkerError(f"the model fails on it: {error}") from error
            self._tell(news)
            raise

    def _begin(self) -> Swapped | SwapRefused:
        """With the champion, or the latest before it that answers; with none documents are taken in
        all the same, and wait."""
        pointer = self._registry.pointer()
        start, kept, self._rest = self._timer(), None, None
        for name in dict.fromkeys([pointer.name, *reversed(pointer.before)]):
            try:
                self._answers = self._tried(self._registry.version(name))
            except (ModelError, WorkerError, DoctypeError) as error:
                kept = kept or self._kept(error)
            else:
                self._name = name
                break
        if kept:
            return self._noted(replace(kept, name=self._name))
        return self._noted(Swapped("", self._name, self._timer() - start))

    def _end(self) -> None:
        if self._answers:
            self._answers.stop()
        self._answers, self._name = None, ""

    def _serve(self, version: ModelVersion) -> Swapped | SwapRefused | None:
        """It takes over, if it answers; else what served goes on."""
        self._rest = None
        if version.name == self._name:
            return self._noted(None)
        start = self._timer()
        self._stamps[version.name] = self._registry.stamp(version)
        try:
            self._make_sure_of_memory(version)
            answers = self._tried(version)
        except (ModelError, WorkerError, DoctypeError) as error:
            return self._noted(self._kept(error))
        old = self._name
        self._end()
        self._answers, self._name = answers, version.name
        return self._noted(Swapped(old, version.name, self._timer() - start))

    def _kept(self, error: ApplianceError) -> SwapRefused:
        """A child that died says nothing of its model, which is tried again."""
        died = isinstance(error, WorkerError) and not isinstance(error, TimeoutExceeded)
        self._rest = Interval(AGAIN, clock=self._clock) if died else None
        if self._rest:
            self._rest.begin()
        self._why = error.in_words
        return SwapRefused(self._name, self._meant(), error.in_words)

    def _is_due(self) -> bool:
        return self._rest is not None and self._rest.is_over()

    def _changed(self, version: ModelVersion) -> bool:
        """Was its file replaced or written to since it was tried?"""
        return self._registry.stamp(version) != self._stamps.get(version.name)

    def _tried(self, version: ModelVersion) -> ServedModel:
        """Its child, which has answered."""
        self._stamps[version.name] = self._registry.stamp(version)
        answers = self._start(version)
        with ExitStack() as failing:
            failing.callback(answers.stop)
            try_out(answers)
            if self._known:
                self._compare(answers, self._known)
            failing.pop_all()
        return answers

    def _compare(self, answers: ServedModel, known: _Known) -> None:
        within = max(SLOWER * known.seconds, LEAST)
        prediction = answers.extract(known.document, known.doctype, within=within)
        if _is_cut(prediction) and not _is_cut(known.prediction):
            raise ModelError("its answer to a known document does not come to an end")

    def _make_sure_of_memory(self, version: ModelVersion) -> None:
        """The old model stays until the new one has answered."""
        free, needed = self._free(), (self._registry.size(version) or 0) + BESIDE
        if free < needed:
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

    def _tell(self, news: Swapped | SwapRefused | None) -> None:
        """The next time that somebody asks, and once while it lasts."""
        if news != self._told:
            self._told = self._news = news

    def _noted(self, news: _News) -> _News:
        """For whoever asks for the status."""
        said = (news.refused, news.reason) if isinstance(news, SwapRefused) else (None, "")
        try:
            self._registry.note(ServingStatus(self._name, self._clock(), *said))
        except ModelError as error:
            log.warning("%s: `status` does not know which model serves", error)
        return news


def _is_cut(prediction: Prediction) -> bool:
    return any(blocker.code in CUT for blocker in prediction.blockers)
