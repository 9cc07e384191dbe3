"""A home with held documents: real ones, read and asked once for all benches, judged anew."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from rich.progress import track

from appliance.delivery.outbox import Outbox
from appliance.doctypes import catalogue
from appliance.domain.document import Document
from appliance.domain.prediction import AnswerVersions
from appliance.evaluation.evaluate import labels
from appliance.extraction import EXTRACTION
from appliance.intake.archive import Archive
from appliance.intake.quarantine import Quarantine
from appliance.judgement.policy import UNPROVEN, uniform_policy
from appliance.learning.models.packages import SMOLLM2
from appliance.learning.models.registry import Registry
from appliance.records.evidence import SamplingPlan
from appliance.records.store import Store
from appliance.service.decide import AnsweringModel
from appliance.service.pipeline import Pipeline, RetryPolicy
from appliance.settings.home import Home
from bench import common
from bench.one_answer import OneAnswer
from bench.predictors import Predictors


@dataclass(frozen=True)
class Held:
    """A document of a folder of the data, and the line that labels it."""

    docid: str
    folder: str
    line: dict[str, Any]


class _Reads:
    """Reads by name, since the home's archive knows a document by its fingerprint alone."""

    def __init__(self) -> None:
        self._reader = common.Reader(threads=2)

    def begin(self, path: Path, *, docid: str) -> None:
        """Nothing is gained by it here."""

    def read(self, path: Path, *, docid: str) -> Document:
        return self._reader(path)

    open = read


class _Hasty(OneAnswer):
    """Asks for no runners-up."""

    def __init__(self, predictors: Predictors) -> None:
        self.extract = predictors.extract


def fill(
    home: Home, folders: Sequence[tuple[str, int]], *, choices: bool = True, evidence: int = 0
) -> list[Held]:
    """The first so many different documents of each folder go through the pipeline, one in
    ``evidence`` as evidence; 0: none.

    Without ``choices`` nobody asks for runners-up, which costs as much as the answer did.
    """
    home.make()
    for name, _ in folders:
        source = catalogue.EXAMPLES / f"{name}.toml"
        (home.doctypes / source.name).write_text(source.read_text(encoding="utf-8"))
    registry = Registry(home.models)
    registry.promote(registry.add_packaged(SMOLLM2))
    predictors = Predictors(registry.champion())
    archive = Archive(home.archive)
    try:
        with closing(Store(home.database)) as store:
            held = [one for name, n in folders for one in islice(_dropped(store, archive, name), n)]
            asked = predictors if choices else _Hasty(predictors)
            plan = SamplingPlan(first=evidence, then=evidence)
            pipeline = _pipeline(home, store, archive, asked, plan)
            for _ in track(iter(pipeline.step, None), "reading and asking", total=2 * len(held)):
                pass
    finally:
        predictors.stop()
    return held


def _dropped(store: Store, archive: Archive, folder: str) -> Iterator[Held]:
    """Its documents, without what is byte for byte one before."""
    seen = set()
    for line in labels(common.data() / folder):
        path = common.data() / folder / line["file"]
        docid = archive.put(path)
        if docid not in seen:
            seen.add(docid)
            store.record(docid, folder, path.name, now=time.time())
            yield Held(docid, folder, line)


def _pipeline(
    home: Home, store: Store, archive: Archive, predictor: AnsweringModel, evidence: SamplingPlan
) -> Pipeline:
    return Pipeline(
        store,
        archive,
        Outbox(home.outbox),
        Quarantine(home.failed),
        reader=_Reads(),
        predictor=predictor,
        doctype=lambda name: catalogue.find(name, folder=home.doctypes),
        versions=AnswerVersions("bench", EXTRACTION),
        policy=lambda model, name, versions: uniform_policy(
            catalogue.find(name, folder=home.doctypes), UNPROVEN
        ),
        patience=RetryPolicy(attempts=1, retry_after=0.0),
        evidence=evidence,
    )
