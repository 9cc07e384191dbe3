"""The steps from an adapter to a verdict: the file that would serve, proven and compared."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.domain.errors import DoctypeError, ModelError
from appliance.domain.labels import Labelled
from appliance.domain.prediction import Prediction
from appliance.domain.results import GateOutcome, ModelVersion, Verdict
from appliance.evaluation.answers import ANSWERS, AnswerCache
from appliance.evaluation.examine import CachedModel, Examined, examine, question_of
from appliance.evaluation.gate import decide, last_word, loses_little
from appliance.evaluation.near_duplicates import without_near_duplicates
from appliance.extraction.batches import split
from appliance.learning.gguf.export import ExportMismatch, check, export
from appliance.learning.models.versions import ADAPTER, MODEL, checked, sha256_of
from appliance.learning.night.dependencies import NightDependencies, NightLimits, NightPace
from appliance.learning.night.folder import EXPORT, GateRecord, NightFolder, NightPlan
from appliance.learning.night.prepare import weights
from appliance.learning.trainer import tuning
from appliance.learning.trainer.tuning import TuningProgress
from appliance.system.fault_points import reached
from appliance.system.files import publish, write

WHOLE = "Q8_0"
"""The quantisation that costs next to nothing; a smaller one is measured against it."""
MERGED = 6
"""Bytes of disk a weight: merged in 32 bits, quantised."""


def judge_candidate(
    folder: NightFolder,
    dependencies: NightDependencies,
    limits: NightLimits,
    pace: NightPace,
    base: ModelVersion,
    *,
    now: float,
) -> GateRecord:
    """The verdict is written before anything follows from it. Raises ToolError, ModelError of the
    champion or of a candidate for which there is no room, Leaving, and OSError of a full disk."""
    plan = folder.plan()
    assert plan  # a night without one is prepared first
    judging = _Judging(folder, dependencies, limits, pace, base, plan)
    reached("night.trained")
    judging.export()
    reached("night.exported")
    folder.attempt(folder.stage())
    judged = judging.decide(day=time.strftime("%Y-%m-%d", time.localtime(now)))
    reached("night.judged")
    folder.decide(judged)
    reached("night.decided")
    return judged


@dataclass(frozen=True)
class _Judging:
    folder: NightFolder
    dependencies: NightDependencies
    limits: NightLimits
    pace: NightPace
    base: ModelVersion
    plan: NightPlan

    @property
    def model(self) -> Path:
        return self.folder.candidate / MODEL

    def export(self) -> None:
        if self.model.exists():
            return
        adapter = (self.folder.path / tuning.ADAPTER).read_bytes()
        write(self.folder.candidate / ADAPTER, adapter)
        self.folder.check_space(MERGED * weights(self.base))
        self.folder.attempt(self.folder.stage())
        self._export(self.model, self.plan.quantisation)

    def decide(self, *, day: str) -> GateRecord:
        champion = self.dependencies.registry.champion()
        evidence = self._evidence()
        kind = self.plan.quantisation
        try:
            self._prove(kind)
        except ModelError as error:
            if not (isinstance(error, ExportMismatch) or self._has_room()):
                raise
            verdict = Verdict(GateOutcome.WORSE, 0, 0, 0, str(error))
        else:
            kind = self._settled(kind, evidence)
            verdict = self._compare(champion, evidence)
        sha256 = sha256_of([self.model])
        decided = tuple((one.document.docid, one.doctype) for one in evidence)
        name = f"night-{day}-{sha256[:8]}"
        return GateRecord(name, sha256, kind, champion.name, verdict, decided)

    def _export(self, final: Path, kind: str) -> None:
        self.pace.rest()
        self.pace.tell(TuningProgress("exporting"))
        work = self.folder.path / EXPORT
        shutil.rmtree(work, ignore_errors=True)
        self.folder.check_space(MERGED * weights(self.base))
        adapter = self.folder.candidate / ADAPTER
        export(checked(self.base), adapter, work / MODEL, kind=kind, threads=self.limits.threads)
        publish(work / MODEL, final)
        shutil.rmtree(work, ignore_errors=True)

    def _evidence(self) -> list[Labelled]:
        """Of the types that there still are, and nothing that was taught under another type."""
        taught = set(self.plan.lesson.docids)
        labels, reading = self.dependencies.labels, self.dependencies.versions.reading
        evidence = without_near_duplicates(labels.evidence(reading=reading), labels.taught())
        return [
            one
            for one in evidence
            if one.document.docid not in taught and self._is_known(one.doctype)
        ]

    def _is_known(self, doctype: str) -> bool:
        try:
            self.dependencies.doctype(doctype)
        except DoctypeError:
            return False
        return True

    def _prove(self, kind: str) -> None:
        """It loads, and says what the trained weights say. Raises ModelError."""
        self.pace.tell(TuningProgress("checking the file"))
        with self.dependencies.engine(self.model) as engine:
            check(
                self.folder.path / tuning.PROBE,
                lambda tokens: engine.logits(split(tokens, engine.batch))[0],
                kind=kind,
            )

    def _has_room(self) -> bool:
        """Whether the base loads. If not, the machine is at fault, not the candidate."""
        try:
            with self.dependencies.engine(Path(self.base.path)):
                return True
        except ModelError:
            return False

    def _settled(self, kind: str, evidence: Sequence[Labelled]) -> str:
        """The quantisation that is kept: a smaller one only if it costs next to nothing."""
        if kind == WHOLE:
            return kind
        whole = self.folder.path / WHOLE / MODEL
        if not (settled := self.folder.settled()):
            if not whole.exists():
                self._export(whole, WHOLE)
            settled = kind if self._costs_little(whole, evidence) else WHOLE
            self.folder.settle(settled)
        if settled == WHOLE and whole.exists():
            (self.folder.candidate / ANSWERS).unlink(missing_ok=True)
            publish(whole, self.model)
        return settled

    def _costs_little(self, whole: Path, evidence: Sequence[Labelled]) -> bool:
        found = self._examine(self._unpublished("whole", whole), whole.with_name(ANSWERS), evidence)
        return loses_little(found.cases)

    def _compare(self, champion: ModelVersion, evidence: Sequence[Labelled]) -> Verdict:
        kept = self.dependencies.registry.folder / champion.name / ANSWERS
        found = self._examine(champion, kept, evidence)
        verdict = decide(
            found.cases,
            served=found.served,
            slower=found.slower,
            larger=found.larger,
            failed=found.failed,
        )
        if verdict.outcome is not GateOutcome.PROMOTED:
            return verdict
        before = self._accepted(champion.name, kept)
        return last_word(verdict, before, self._accepted("", self.folder.candidate / ANSWERS))

    def _accepted(self, name: str, path: Path) -> float:
        """Share of the evidence's values."""
        said = self._kept(path)

        def answer(one: Labelled) -> Prediction | None:
            if not self._is_known(one.doctype):
                return None
            question = question_of(one.document, self.dependencies.doctype(one.doctype))
            found = said.get(one.document.docid, one.doctype, question)
            return found.prediction if found else None

        return self.dependencies.accepts(name, answer)

    def _examine(
        self, other: ModelVersion, answers: Path, evidence: Sequence[Labelled]
    ) -> Examined:
        """The candidate beside ``other``, whose answers are kept at ``answers``."""
        candidate = self._unpublished("candidate", self.model)
        with self.dependencies.asks(other) as old, self.dependencies.asks(candidate) as new:
            return examine(
                CachedModel(old, self._kept(answers)),
                CachedModel(new, self._kept(self.folder.candidate / ANSWERS)),
                evidence,
                self.dependencies.doctype,
                rest=lambda done: self.pace.step("comparing", done, len(evidence)),
                remembers=self.dependencies.remembers,
            )

    def _unpublished(self, name: str, model: Path) -> ModelVersion:
        return ModelVersion(name, str(model), "", names_columns=self.plan.names_columns)

    def _kept(self, answers: Path) -> AnswerCache:
        return AnswerCache(answers, extraction=self.dependencies.versions.extraction)
