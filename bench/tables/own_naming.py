"""The production extractor without what is known to stand above columns: the model names alone.

No setting of the appliance switches that off, so extractors work in this process, as many as there
are cores.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from queue import SimpleQueue

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Prediction
from appliance.domain.results import ModelVersion
from appliance.extraction.engine import Engine
from appliance.extraction.extract import Extractor
from appliance.service.child_processes import QUESTION_TOKENS
from appliance.settings.config import ExtractionSettings
from bench.predictors import WORKERS, kept_prediction


class OwnNaming:
    """Answers as ``Predictors`` do; many threads may ask."""

    def __init__(self, model: ModelVersion) -> None:
        self.model = model
        self._engines: list[Engine] = []

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        def ask() -> Prediction:
            extractor = self._free.get()
            try:
                return extractor.extract(document, doctype)
            finally:
                self._free.put(extractor)

        return kept_prediction(self.model, document, doctype, ask, b"own naming")

    def stop(self) -> None:
        for engine in self._engines:
            engine.close()

    @cached_property
    def _free(self) -> SimpleQueue[Extractor]:
        """Made when the first is asked."""
        settings = ExtractionSettings()
        window, answer = settings.window_tokens, settings.answer_tokens
        room = window + answer + QUESTION_TOKENS
        free: SimpleQueue[Extractor] = SimpleQueue()
        for _ in range(WORKERS):
            engine = Engine(Path(self.model.path), threads=1, context=room)
            self._engines.append(engine)
            free.put(
                Extractor(
                    engine, model=self.model.name, window=window, answer=answer, knows_words=False
                )
            )
        return free
