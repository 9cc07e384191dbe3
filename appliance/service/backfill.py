"""Idle work: the model that serves is asked about evidence that has no answer of what serves.

After an upgrade of reading or extraction that is all evidence; after an import, or when another
model serves, it is some. A document is one step, or one turn of it where it takes long, so that
others go first in between. Each answer is kept at once: after a cut the rest is asked.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import (
    ApplianceError,
    DoctypeError,
    DocumentError,
    Unfinished,
    WorkerError,
)
from appliance.domain.prediction import AnswerVersions, Prediction
from appliance.intake.archive import Archive
from appliance.learning.importing.importing import DocumentReader
from appliance.promise.evidence_answers import BackfillProgress, EvidenceAnswers, note, progress
from appliance.records.labels import Labels
from appliance.records.store import Store
from appliance.system.interval import Interval

BETWEEN = 20.0
"""Seconds between two looks whether there is anything to ask, and after an error."""

log = logging.getLogger(__name__)

_Key = tuple[str, str]
"""Docid and document type."""


class NamedModel(Protocol):
    @property
    def name(self) -> str:
        """Of the version that answers; empty when none does."""
        ...

    def extract(self, document: Document, doctype: DocType) -> Prediction: ...


class Backfill:
    def __init__(
        self,
        store: Store,
        archive: Archive,
        models: Path,
        *,
        reader: DocumentReader,
        model: NamedModel,
        doctypes: Callable[[], Mapping[str, DocType]],
        versions: AnswerVersions,
        tell: Callable[[BackfillProgress], None] = lambda told: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``versions`` are those on which ``reader`` and ``model`` work; ``doctypes`` gives the
        types that there are, by name; ``tell`` hears when it begins and when it ends."""
        self._store = store
        self._labels = Labels(store)
        self._archive = archive
        self._models = models
        self._reader = reader
        self._model = model
        self._doctypes = doctypes
        self._versions = versions
        self._tell = tell
        self._clock = clock
        self._model_name = ""
        self._kinds: Mapping[str, DocType] = {}
        self._done: dict[_Key, bool] = {}
        """By that model under those types; False for what is skipped until the next start."""
        self._waiting: list[_Key] = []
        self._answers: EvidenceAnswers | None = None
        """While something waits."""
        self._news = False
        """Is there an answer that no calibration knows of?"""
        self._rest = Interval(BETWEEN, clock=clock)

    def step(self) -> bool:
        """One document, or one turn of it; False when there is nothing to do now.

        Raises ApplianceError when the appliance is at fault, not the document: it is tried again
        after a while.
        """
        if not (self._model.name and self._rest.is_over()):
            return False
        if self._model.name != self._model_name:
            self._waiting = []
        if not (self._waiting or self._look()):
            return False
        docid, doctype = key = self._waiting[0]
        try:
            self._ask(docid, self._kinds[doctype])
        except Unfinished:
            return True
        except (DocumentError, DoctypeError, WorkerError) as error:
            said = "evidence %s (%s) is skipped: %s"
            log.warning(said, docid[:8], doctype, error, extra={"docid": docid})
            self._done[key] = False
        except ApplianceError:
            self._rest.begin()
            raise
        else:
            self._done[key] = self._news = True
        self._waiting.pop(0)
        told = self._note()
        if not told.goes_on:
            self._tell(told)
        return True

    def _look(self) -> bool:
        """Is there anything to ask? Costs little where nothing is new."""
        self._rest.begin()
        asked = self._model.name, self._doctypes()
        if asked != (self._model_name, self._kinds):
            self._model_name, self._kinds = asked
            self._done = {}
        self._answers = None
        if unknown := [key for key in self._evidence() if key not in self._done]:
            self._answers = EvidenceAnswers(
                self._model_name, self._models, self._store, self._versions
            )
            self._done |= {key: True for key in unknown if self._is_answered(*key)}
            self._waiting = [key for key in unknown if key not in self._done]
        self._news = cut = progress(self._folder).goes_on
        if self._waiting:
            self._rest.end()
            self._tell(self._note())
        elif cut:
            self._note()  # a night asked about what was left, or it retired
        return bool(self._waiting)

    def _evidence(self) -> list[_Key]:
        """Of the types that there are."""
        return [key for key in self._labels.evidence_keys() if key[1] in self._kinds]

    def _is_answered(self, docid: str, doctype: str) -> bool:
        document = self._store.document(docid, reading=self._versions.reading)
        assert self._answers
        return bool(document and self._answers.of(document, self._kinds[doctype]))

    def _ask(self, docid: str, doctype: DocType) -> None:
        document = self._store.document(docid, reading=self._versions.reading)
        if document is None:
            document = self._read(docid)
        start = time.perf_counter()
        prediction = self._model.extract(document, doctype)
        if prediction.model != self._model_name:
            raise Unfinished("another model serves since")
        assert self._answers
        self._answers.keep(document, doctype, prediction, seconds=time.perf_counter() - start)

    def _read(self, docid: str) -> Document:
        """Anew: beside it stays the reading of which its answers and its clerks speak."""
        start = time.perf_counter()
        document = self._reader.read(self._original(docid), docid=docid)
        self._store.keep_rereading(
            document, reading=self._versions.reading, seconds=time.perf_counter() - start
        )
        return document

    def _original(self, docid: str) -> Path:
        """Raises DocumentError, HomeError."""
        if not (self._archive.path(docid).exists() or self._store.came_here(docid)):
            raise DocumentError(
                "Its original stayed at its site.",
                hint="With share_documents in its type, later ones come to the hub.",
            )
        return self._archive.original(docid)

    @property
    def _folder(self) -> Path:
        return self._models / self._model_name

    def _note(self) -> BackfillProgress:
        known = [self._done[key] for key in self._evidence() if key in self._done]
        ends = self._news and not self._waiting
        found = BackfillProgress(
            self._versions,
            documents=len(known) + len(self._waiting),
            answered=known.count(True),
            skipped=known.count(False),
            ended_at=self._clock() if ends else progress(self._folder).ended_at,
        )
        note(found, self._folder)
        return found
