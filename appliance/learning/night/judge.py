"""The steps from an adapter to a verdict: the file that would serve, proven and compared."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from appliance.domain.errors import ModelError
from appliance.domain.results import GateOutcome, ModelVersion, Verdict
from appliance.evaluation.answers import ANSWERS
from appliance.evaluation.fingerprints import brought
from appliance.evaluation.gate import loses_little
from appliance.extraction.batches import split
from appliance.learning.gguf.export import ExportMismatch, check, export
from appliance.learning.models.versions import ADAPTER, MODEL, checked, sha256_of
from appliance.learning.night.comparison import Comparison
from appliance.learning.night.dependencies import NightDependencies, NightLimits, NightPace
from appliance.learning.night.folder import (
    EXPORT,
    CandidateFolder,
    GateRecord,
    NightFolder,
    NightPlan,
)
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


def export_candidate(
    folder: CandidateFolder,
    base: ModelVersion,
    final: Path,
    *,
    kind: str,
    limits: NightLimits,
    pace: NightPace,
) -> None:
    """Of the candidate's adapter. Raises ModelError, ToolError where there is no room for it, and
    Leaving; then nothing new stands at ``final``."""
    pace.rest()
    pace.tell(TuningProgress("exporting"))
    work = folder.path / EXPORT
    shutil.rmtree(work, ignore_errors=True)
    folder.check_space(MERGED * weights(base))
    adapter = folder.candidate / ADAPTER
    export(checked(base), adapter, work / MODEL, kind=kind, threads=limits.threads)
    publish(work / MODEL, final)
    shutil.rmtree(work, ignore_errors=True)


def loads(base: ModelVersion, dependencies: NightDependencies) -> bool:
    """If the base does not, the machine is at fault, and no candidate."""
    try:
        with dependencies.engine(Path(base.path)):
            return True
    except ModelError:
        return False


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

    @cached_property
    def comparison(self) -> Comparison:
        return Comparison(
            self.dependencies,
            self.pace,
            self.folder.candidate,
            frozenset(self.plan.lesson.docids),
            self.plan.names_columns,
            brought(self.dependencies.registry.folder / self.base.name),
        )

    def export(self) -> None:
        if self.model.exists():
            return
        adapter = (self.folder.path / tuning.ADAPTER).read_bytes()
        write(self.folder.candidate / ADAPTER, adapter)
        self.folder.check_space(MERGED * weights(self.base))
        self.folder.attempt(self.folder.stage())
        self._export(self.model, self.plan.quantisation)

    def decide(self, *, day: str) -> GateRecord:
        champion, evidence = self.comparison.champion, self.comparison.evidence
        kind = self.plan.quantisation
        try:
            self._prove(kind)
        except ModelError as error:
            if not (isinstance(error, ExportMismatch) or loads(self.base, self.dependencies)):
                raise
            verdict = Verdict(GateOutcome.WORSE, 0, 0, 0, str(error))
        else:
            kind = self._settled(kind)
            verdict = self.comparison.verdict()
        sha256 = sha256_of([self.model])
        decided = tuple((one.docid, one.doctype) for one in evidence)
        name = f"night-{day}-{sha256[:8]}"
        return GateRecord(name, sha256, kind, champion.name, verdict, decided)

    def _export(self, final: Path, kind: str) -> None:
        export_candidate(
            self.folder, self.base, final, kind=kind, limits=self.limits, pace=self.pace
        )

    def _prove(self, kind: str) -> None:
        """It loads, and says what the trained weights say. Raises ModelError."""
        self.pace.tell(TuningProgress("checking the file"))
        with self.dependencies.engine(self.model) as engine:
            check(
                self.folder.path / tuning.PROBE,
                lambda tokens: engine.logits(split(tokens, engine.batch))[0],
                kind=kind,
            )

    def _settled(self, kind: str) -> str:
        """The quantisation that is kept: a smaller one only if it costs next to nothing."""
        if kind == WHOLE:
            return kind
        whole = self.folder.path / WHOLE / MODEL
        if not (settled := self.folder.settled()):
            if not whole.exists():
                self._export(whole, WHOLE)
            settled = kind if self._costs_little(whole) else WHOLE
            self.folder.settle(settled)
        if settled == WHOLE and whole.exists():
            (self.folder.candidate / ANSWERS).unlink(missing_ok=True)
            publish(whole, self.model)
        return settled

    def _costs_little(self, whole: Path) -> bool:
        other = self.comparison.unpublished("whole", whole)
        return loses_little(self.comparison.examined(other, whole.with_name(ANSWERS)).cases)
