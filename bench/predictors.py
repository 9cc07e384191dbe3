"""A few extractors for the benches: each answer is made once and kept in ``.cache/predictions``."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from pydantic import TypeAdapter

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Prediction
from appliance.domain.results import ModelVersion
from appliance.extraction import EXTRACTION
from appliance.service.child_processes import Predictor
from appliance.settings.config import Settings
from bench import common

WORKERS = os.cpu_count() or 1


class Predictors:
    """Answers like one ``Predictor``; many threads may ask. A child starts when it is needed."""

    def __init__(self, model: ModelVersion, *, twice: bool = False) -> None:
        """``twice``: with a second reading."""
        self.model = model
        self._twice = twice
        settings = Settings().extraction.model_copy(update={"second_reading": twice})
        self._every = [Predictor(model, settings, threads=1) for _ in range(WORKERS)]
        self._free: SimpleQueue[Predictor] = SimpleQueue()
        for predictor in self._every:
            self._free.put(predictor)

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        parts = _dumped(document, doctype)
        return self._kept(parts, lambda one: one.extract(document, doctype))

    def runners_up(
        self,
        document: Document,
        doctype: DocType,
        prediction: Prediction,
        fieldtypes: tuple[str, ...],
    ) -> Prediction:
        asked = TypeAdapter(Prediction).dump_json(prediction), " ".join(fieldtypes).encode()
        return self._kept(
            (*_dumped(document, doctype), *asked),
            lambda one: one.runners_up(document, doctype, prediction, fieldtypes),
        )

    def stop(self) -> None:
        for predictor in self._every:
            predictor.stop()

    def _kept(self, parts: tuple[bytes, ...], ask: Callable[[Predictor], Prediction]) -> Prediction:
        version = EXTRACTION.encode(), self.model.sha256.encode()
        parts = (*parts, b"twice") if self._twice else parts
        key = hashlib.sha256(b"|".join((*version, *parts))).hexdigest()
        return common.kept(common.CACHE / "predictions" / key, lambda: self._ask(ask))

    def _ask(self, ask: Callable[[Predictor], Prediction]) -> Prediction:
        with self.lent() as predictor:
            return ask(predictor)

    @contextmanager
    def lent(self) -> Iterator[Predictor]:
        """One that nobody else asks meanwhile; waits until one is free."""
        predictor = self._free.get()
        try:
            yield predictor
        finally:
            self._free.put(predictor)


def _dumped(document: Document, doctype: DocType) -> tuple[bytes, bytes]:
    asked = TypeAdapter(DocType).dump_json(doctype, exclude={"decides"})
    return TypeAdapter(Document).dump_json(document), asked
