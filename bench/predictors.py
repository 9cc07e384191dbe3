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
from appliance.evaluation.examine import asked
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
        self._manner = (b"twice",) if twice else ()
        settings = Settings().extraction.model_copy(update={"second_reading": twice})
        self._every = [Predictor(model, settings, threads=1) for _ in range(WORKERS)]
        self._free: SimpleQueue[Predictor] = SimpleQueue()
        for predictor in self._every:
            self._free.put(predictor)

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        def ask() -> Prediction:
            with self.lent() as predictor:
                return predictor.extract(document, doctype)

        return kept_prediction(self.model, document, doctype, ask, *self._manner)

    def runners_up(
        self,
        document: Document,
        doctype: DocType,
        prediction: Prediction,
        fieldtypes: tuple[str, ...],
    ) -> Prediction:
        def ask() -> Prediction:
            with self.lent() as predictor:
                return predictor.runners_up(document, doctype, prediction, fieldtypes)

        said = TypeAdapter(Prediction).dump_json(prediction), " ".join(fieldtypes).encode()
        return kept_prediction(self.model, document, doctype, ask, *said, *self._manner)

    def stop(self) -> None:
        for predictor in self._every:
            predictor.stop()

    @contextmanager
    def lent(self) -> Iterator[Predictor]:
        """One that nobody else asks meanwhile; waits until one is free."""
        predictor = self._free.get()
        try:
            yield predictor
        finally:
            self._free.put(predictor)


def kept_prediction(
    model: ModelVersion,
    document: Document,
    doctype: DocType,
    ask: Callable[[], Prediction],
    *how: bytes,
) -> Prediction:
    """What ``ask`` says, or said when it was asked so before; ``how`` it was asked beside that."""
    version = EXTRACTION.encode(), model.sha256.encode()
    key = hashlib.sha256(b"|".join((*version, *asked(document, doctype), *how))).hexdigest()
    return common.kept(common.CACHE / "predictions" / key, ask)
