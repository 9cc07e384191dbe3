"""The nights of the office: held once by the appliance's own code, kept, and put in place again.

A night learns from what the clerk had corrected when it was held. Whatever policy is replayed
later, the same version is there the next morning, so nothing is trained for it. Such a policy may
draw as evidence what a night learned from: the clerk pays for it, and that version is not measured
by it. A home that draws much other evidence would promise less than such an office would, so it
holds nights of its own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from filelock import FileLock

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import Leaving
from appliance.domain.labels import Labelled
from appliance.domain.prediction import AnswerVersions, Prediction
from appliance.domain.results import GateOutcome, ModelVersion
from appliance.evaluation.answers import ANSWERS, AnswerCache, CachedAnswer
from appliance.evaluation.examine import question_of
from appliance.evaluation.fingerprints import Fingerprints, fingerprint, keep
from appliance.extraction.engine import Engine
from appliance.extraction.recall import recalled_then
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import MODEL, sha256_of
from appliance.learning.night.collect import DocumentCaps
from appliance.learning.night.comparison import Comparison
from appliance.learning.night.dependencies import NightDependencies, NightLimits, NightPace
from appliance.learning.night.folder import NightFolder
from appliance.learning.night.night import NightRun
from appliance.promise import policies
from appliance.promise.calibration_job import renew, share
from appliance.promise.policies import PolicyStore, Promised
from appliance.records.labels import Labels
from appliance.records.proof import Proof
from appliance.records.store import Store
from appliance.service.child_processes import Predictor
from appliance.service.versions import answer_versions
from appliance.settings.config import Settings
from appliance.system.sealing import Seals
from bench import common
from bench.office.answers import Answers
from bench.office.plan import kind
from bench.sittings import Teller, shorten

LIMITS = NightLimits(
    threads=2, memory=4_000_000_000, caps=DocumentCaps(whole=12 if common.SMALL else 240), keep=20
)
"""A night of 80 documents is 145 rows, with their variants, four times, and one of 120 is 203 three
times: either trained for some 25 minutes. With all that an office of twenty days corrects, the
whole would take more than four hours (an estimate)."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A version as a night asks it, of what it was asked before."""

    answers: Answers
    version: ModelVersion

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        return self.answers.answer(self.version, document, doctype).prediction

    def peak(self) -> int:
        return 0


@dataclass(frozen=True)
class Nights:
    """Of one home."""

    kept: Path
    """A folder a night."""
    models: Path
    store: Store
    answers: Answers
    promised: list[Promised]
    settings: Settings

    def pass_by(self, number: int, *, now: float) -> ModelVersion:
        """The version that came of the night ``number``, with its verdict; its promise is made
        anew."""
        folder = self.kept / str(number)
        if folder.exists():
            return self._enter(folder, now)
        version = self._hold(now)
        self._keep(folder, version)
        return version

    def _enter(self, folder: Path, now: float) -> ModelVersion:
        """As the end of a night does, with what the gate says of it now: like all that decides, it
        may be another one than when the night was held."""
        (source,) = folder.glob(f"*/{MODEL}")
        name = source.parent.name
        if not (self.models / name).exists():
            shutil.copytree(source.parent, self.models / name, copy_function=_put)
            self._bring(name)
        registry, labels = Registry(self.models), Labels(self.store)
        version = registry.version(name)
        comparison = self._comparison(version, now)
        verdict = comparison.verdict()
        if not labels.has_decided(name):
            evidence = [(one.docid, one.doctype) for one in comparison.evidence]
            champion = comparison.champion.name
            labels.decided(champion, name, verdict.outcome, verdict.reason, evidence, now=now)
        if verdict.outcome is GateOutcome.PROMOTED:
            self.renew(name, now=now)
            registry.promote(version)
        return replace(version, verdict=verdict)

    def _bring(self, name: str) -> None:
        """What tells the pages that it learned from, as a version brings that was tuned elsewhere.
        In this replay they may be evidence, though they were none when it was trained."""
        training = Registry(self.models).version(name).training
        assert training
        taught = map(fingerprint, Labels(self.store).taught_by(training.docids))
        learned = Fingerprints(tuple(one for one in taught if one))
        keep(learned, self.models / name, seals=Seals(self.models), of=name)

    def _comparison(self, version: ModelVersion, now: float) -> Comparison:
        """By kept answers."""
        champion = Registry(self.models).champion()
        for one in (champion, version):
            self._answer(one, self.models)

        @contextmanager
        def asks(one: ModelVersion) -> Iterator[Answered]:
            yield Answered(self.answers, champion if one.name == champion.name else version)

        assert version.training
        return Comparison(
            replace(self._dependencies(now), asks=asks),
            NightPace(waiting=lambda: False, over=lambda: False, tell=lambda progress: None),
            self.models / version.name,
            frozenset(version.training.docids),
            version.names_columns,
        )

    def renew(self, model: str, *, now: float) -> None:
        """What may be accepted of its answers."""
        versions = self._versions
        renew(model, self.models, self.store, self.promised, versions=versions, now=now)

    @property
    def _versions(self) -> AnswerVersions:
        return answer_versions(self.settings)

    def _keep(self, folder: Path, version: ModelVersion) -> None:
        """Whole or not at all."""
        unfinished = folder.with_name(f".{folder.name}")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        shutil.copytree(
            self.models / version.name,
            unfinished / version.name,
            ignore=shutil.ignore_patterns(policies.FILE),
        )
        unfinished.rename(folder)

    # The night itself

    def _hold(self, now: float) -> ModelVersion:
        """In two sittings: between them the candidate is asked by all cores. Homes that are
        replayed side by side take turns, for either night takes all cores."""
        with FileLock(self.kept.parent / ".turn"):
            return self._held(now)

    def _held(self, now: float) -> ModelVersion:
        folder = NightFolder(self.models)
        if common.SMALL and self._sit(now, until=lambda: folder.plan() is not None) is None:
            shorten(folder)
        candidate = folder.candidate
        version = self._sit(now, until=(candidate / MODEL).exists)
        if version is None:
            champion = Registry(self.models).champion()
            self._answer(champion, self.models)
            self._answer(_candidate(candidate / MODEL, champion), candidate.parent)
            version = self._sit(now, until=lambda: False)
        assert version, "a night that nobody ends comes to its end"
        return version

    def _sit(self, now: float, *, until: Callable[[], bool]) -> ModelVersion | None:
        """None when it is not at its end."""
        night = NightRun(
            self._dependencies(now),
            LIMITS,
            NightPace(waiting=lambda: False, over=until, tell=Teller()),
            say=lambda said: print(f"  {said}", flush=True),
            clock=lambda: now,
        )
        with suppress(Leaving):
            return night.run()
        return None

    def _dependencies(self, now: float) -> NightDependencies:
        serving, versions = PolicyStore(self.models), self._versions

        def accepts(model: str, answer: Callable[[Labelled], Prediction | None]) -> float:
            serves = serving.calibrations(model)
            return share(
                model,
                self.store,
                self.promised,
                answer,
                versions=versions,
                calibrations=serves,
                now=now,
            )

        return NightDependencies(
            Registry(self.models),
            Labels(self.store),
            kind,
            Engine,
            partial(_child, settings=self.settings),
            versions,
            accepts=accepts,
            remembers=partial(recalled_then, Proof(self.store)),
            promise=lambda model: self.renew(model, now=now),
        )

    def _answer(self, version: ModelVersion, models: Path) -> None:
        """What ``version`` says of the evidence lies beside its file, before the night asks."""
        versions = self._versions
        cache = AnswerCache(models / version.name / ANSWERS, extraction=versions.extraction)
        labelled = Labels(self.store).evidence(reading=versions.reading)
        evidence = [(one.document, kind(one.doctype)) for one in labelled]
        self.answers.ask(version, evidence, others=False)
        for document, doctype in evidence:
            question = question_of(document, doctype)
            if not cache.get(document.docid, doctype.name, question):
                said = self.answers.answer(version, document, doctype)
                about = said.prediction, document.docid, doctype.name, question
                cache.keep(CachedAnswer(*about, said.seconds))


def _put(source: str, target: str) -> None:
    """The model's file is never written to: it need not be there twice."""
    put = os.link if Path(source).name == MODEL else shutil.copy2
    put(source, target)


def _candidate(model: Path, champion: ModelVersion) -> ModelVersion:
    return ModelVersion(
        model.parent.name,
        str(model),
        sha256_of([model]),
        names_columns=champion.names_columns,
    )


@contextmanager
def _child(version: ModelVersion, *, settings: Settings) -> Iterator[Predictor]:
    child = Predictor(version, settings.extraction, threads=LIMITS.threads)
    try:
        yield child
    finally:
        child.stop()


def made_of() -> str:
    """Of all that a night's version depends on beside the documents."""
    learning = common.ROOT / "appliance" / "learning"
    sources = [learning / "night" / name for name in ("collect.py", "prepare.py")]
    for part in ("dataset", "trainer", "gguf"):
        sources += (learning / part).glob("*.py")
    sha256 = hashlib.sha256(repr(LIMITS).encode())
    for path in sorted(sources):
        sha256.update(path.read_bytes())
    return sha256.hexdigest()
