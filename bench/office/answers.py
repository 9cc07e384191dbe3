"""What is read in each document and what each model version says of it: asked once, and kept.

Many are asked side by side, one thread each: the answers are those of one. The runners-up of all
fields are asked for, so that whatever a policy holds can be shown to a clerk.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from rich.progress import track

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.einvoice import EInvoice
from appliance.domain.limits import Limits
from appliance.domain.prediction import Prediction
from appliance.domain.results import ModelVersion
from appliance.evaluation.examine import question_of
from appliance.extraction import EXTRACTION
from appliance.reading import READING
from appliance.reading.ocr import RapidOcr
from appliance.reading.read import read
from appliance.service.child_processes import Predictor
from bench import common
from bench.predictors import WORKERS, Predictors

Question = tuple[Document, DocType]
NONE: Mapping[str, EInvoice] = MappingProxyType({})


@dataclass(frozen=True)
class KeptReading:
    document: Document
    seconds: float
    """Of both cores."""


@dataclass(frozen=True)
class KeptAnswer:
    prediction: Prediction
    seconds: float
    """Of one core."""


class Readings:
    """As the pipeline asks."""

    def __init__(self, folder: Path, einvoices: Mapping[str, EInvoice] = NONE) -> None:
        """``einvoices``: by docid what a file says beside its pages."""
        self._folder = folder / READING
        self._ocr = RapidOcr(threads=WORKERS)
        self._einvoices = einvoices

    def begin(self, path: Path, *, docid: str) -> None:
        """Nothing is gained by it here."""

    def read(self, path: Path, *, docid: str) -> Document:
        return self.kept(path, docid).document

    open = read

    def kept(self, path: Path, docid: str) -> KeptReading:
        found: KeptReading = common.kept(self._folder / docid, lambda: self._read(path, docid))
        said = self._einvoices.get(docid)
        return replace(found, document=replace(found.document, einvoice=said)) if said else found

    def _read(self, path: Path, docid: str) -> KeptReading:
        start = time.perf_counter()
        document = read(path, docid=docid, limits=Limits(), ocr=self._ocr)
        return KeptReading(document, time.perf_counter() - start)


class Answers:
    """As the pipeline asks, of the version that serves."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / EXTRACTION
        self._version = ModelVersion("", "", "")

    def serve(self, version: ModelVersion) -> None:
        """Answers from now on."""
        self._version = version

    def ask(self, version: ModelVersion, questions: Iterable[Question], *, others: bool) -> None:
        """So that every answer is kept; ``others``: with the runners-up."""
        last = _OTHERS if others else _ANSWER
        missing = [one for one in questions if not _is_kept(self._path(version, *one), last)]
        if not missing:
            return
        predictors = Predictors(version)

        def work(question: Question) -> None:
            with predictors.lent() as child:
                self._ask(child, question, others=others)

        told = f"{version.name} answers"
        try:
            with ThreadPoolExecutor(WORKERS) as pool:
                for _ in track(pool.map(work, missing), told, total=len(missing)):
                    pass
        finally:
            predictors.stop()

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        return self.answer(self._version, document, doctype).prediction

    def runners_up(
        self,
        document: Document,
        doctype: DocType,
        prediction: Prediction,
        fieldtypes: tuple[str, ...],
    ) -> Prediction:
        said = self.others(self._version, document, doctype).prediction
        asked = set(fieldtypes)
        shown = tuple(
            field if field.fieldtype in asked else replace(field, runners_up=())
            for field in said.fields
        )
        return replace(prediction, fields=shown)

    def answer(self, version: ModelVersion, document: Document, doctype: DocType) -> KeptAnswer:
        return self._kept(version, document, doctype, others=False)

    def others(self, version: ModelVersion, document: Document, doctype: DocType) -> KeptAnswer:
        """With the runners-up of every field of the header; the seconds are for them alone."""
        return self._kept(version, document, doctype, others=True)

    def _kept(
        self, version: ModelVersion, document: Document, doctype: DocType, *, others: bool
    ) -> KeptAnswer:
        self.ask(version, [(document, doctype)], others=others)
        path = self._path(version, document, doctype)
        found: KeptAnswer = common.kept(_of(path, _OTHERS if others else _ANSWER), _made_before)
        return replace(found, prediction=replace(found.prediction, model=version.name))

    def _ask(self, child: Predictor, question: Question, *, others: bool) -> None:
        path = self._path(child.model, *question)
        said = common.kept(_of(path, _ANSWER), lambda: _timed(partial(child.extract, *question)))
        if others:
            names = [spec.name for spec in question[1].fields]
            asks = partial(child.runners_up, *question, said.prediction, names)
            common.kept(_of(path, _OTHERS), lambda: _timed(asks))

    def _path(self, version: ModelVersion, document: Document, doctype: DocType) -> Path:
        asked = f"{document.docid}-{question_of(document, doctype)}"
        return self._folder / version.sha256[:16] / asked


_ANSWER, _OTHERS = "answer", "others"


def _of(path: Path, part: str) -> Path:
    return path.with_name(f"{path.name}.{part}")


def _is_kept(path: Path, part: str) -> bool:
    return _of(path, f"{part}.pickle").exists()


def _made_before() -> KeptAnswer:
    raise AssertionError("it was asked for a moment ago")


def _timed(ask: Callable[[], Prediction]) -> KeptAnswer:
    start = time.perf_counter()
    said = ask()
    return KeptAnswer(said, time.perf_counter() - start)
