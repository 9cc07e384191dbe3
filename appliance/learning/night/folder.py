"""The folder of a candidate: what was decided of it, what was tried how often; and that of a night,
which says what it set out to do."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from appliance.domain.errors import ModelError, ToolError
from appliance.domain.json_form import JsonForm
from appliance.domain.results import Verdict
from appliance.evaluation.answers import ANSWERS, answered_in
from appliance.extraction import EXTRACTION
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import CANDIDATE, MODEL, remove_folder
from appliance.learning.night.collect import DatasetSummary, fingerprint
from appliance.learning.night.status import FOLDER, PLAN
from appliance.learning.trainer import tuning
from appliance.system.files import make_folder, write

EXPORT = "export"
"""Folder in which the model's file is made."""
VERDICT = "verdict.json"
TRIED = "tried.json"
SETTLED = "quantisation"

_DOCID = re.compile(rb"[0-9a-f]{64}")
"""As it stands in a file."""

TIMES = 3
"""That the same step is tried without getting further."""


@dataclass(frozen=True, slots=True)
class NightPlan:
    """What a night set out to do."""

    base: str
    """Name of the version that is tuned."""
    lesson: DatasetSummary
    begun_at: float
    """Seconds since 1970, UTC."""
    quantisation: str = "Q8_0"
    """Of the file that is to come of it."""
    names_columns: bool = False
    """What comes of it was taught to, tonight or before."""
    extraction: str = ""
    """The version whose questions its rows are; empty in a plan of before that was noted."""


@dataclass(frozen=True, slots=True)
class GateRecord:
    """What was decided, before anything follows from it."""

    name: str
    sha256: str
    quantisation: str
    champion: str
    verdict: Verdict
    evidence: tuple[tuple[str, str], ...]
    """Docids and types of what it was decided on."""


@dataclass(frozen=True, slots=True)
class TrialRecord:
    step: str
    times: int
    """Times in a row that a night began at this step."""


T = TypeVar("T")

_plan = JsonForm(NightPlan)
_judged = JsonForm(GateRecord)
_tried = JsonForm(TrialRecord)


class CandidateFolder:
    """In which a candidate is judged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.candidate = self.path / CANDIDATE

    def drop(self) -> None:
        remove_folder(self.path)

    def decide(self, judged: GateRecord) -> None:
        write(self.path / VERDICT, _judged.dump_json(judged, indent=2))

    def judged(self) -> GateRecord | None:
        return _read(self.path / VERDICT, _judged)

    def judge_anew(self) -> None:
        """What was answered and decided until now goes. Raises OSError."""
        for path in (self.path / VERDICT, self.candidate / ANSWERS):
            path.unlink(missing_ok=True)

    def knows(self, docids: Iterable[str]) -> bool:
        """Did it learn from one of these, or ask about one?"""
        named = {docid.encode() for docid in docids}
        plain = (path for path in self.path.rglob("*.json*") if path.is_file())
        return any(not named.isdisjoint(_DOCID.findall(path.read_bytes())) for path in plain)

    # Room

    def space(self) -> int:
        """Bytes of free disk."""
        return shutil.disk_usage(self.path).free

    def check_space(self, needed: int) -> None:
        """Raises ToolError."""
        free = self.space()
        if free < needed:
            raise ToolError(
                f"a night needs {needed / 1e9:.1f} GB of disk, {free / 1e9:.1f} GB are free",
                hint="free some space on the disk of the models; the day goes on without it",
            )

    # Tries

    def attempt(self, step: str) -> None:
        """Notes that a step is begun, before anybody can die of it. Raises ToolError when it was
        often enough, and nobody lived to say so."""
        if self.is_spent(step):
            raise ToolError(f"the night was cut while {step}")
        before = self._tried()
        times = before.times + 1 if before and before.step == step else 1
        write(self.path / TRIED, _tried.dump_json(TrialRecord(step, times)))

    def forgive(self) -> None:
        """What ended the step was not its fault."""
        (self.path / TRIED).unlink(missing_ok=True)

    def is_spent(self, step: str) -> bool:
        """Was it tried as often as makes sense?"""
        tried = self._tried()
        return tried is not None and tried.step == step and tried.times >= TIMES

    def _tried(self) -> TrialRecord | None:
        with suppress(ValidationError):
            return _read(self.path / TRIED, _tried)
        return None

    # How far it is

    def stage(self) -> str:
        """Where it goes on, in words."""
        if (self.path / VERDICT).exists():
            return "entering what was decided"
        if (self.candidate / MODEL).exists():
            return f"comparing, {self._answered()} documents answered"
        return "exporting"

    def _answered(self) -> int:
        """Documents; one that is asked again, for its time or since it failed, counts once."""
        return answered_in(self.candidate / ANSWERS)


class NightFolder(CandidateFolder):
    """In which a candidate is made too."""

    def __init__(self, models: Path) -> None:
        super().__init__(models / FOLDER)

    def renew(self) -> None:
        self.drop()
        make_folder(self.path)

    def set_out(self, plan: NightPlan) -> None:
        """The last of what is prepared: a folder with a plan can be gone on with."""
        write(self.path / PLAN, _plan.dump_json(plan, indent=2))

    def plan(self) -> NightPlan | None:
        return _read(self.path / PLAN, _plan)

    def knows(self, docids: Iterable[str]) -> bool:
        """Also where no plan says what it learns from: its rows hold whole documents and name none,
        and nobody can go on with them."""
        return self.path.exists() and (not self._is_planned() or super().knows(docids))

    def _is_planned(self) -> bool:
        with suppress(ValidationError):
            return self.plan() is not None
        return False

    def settle(self, kind: str) -> None:
        """Which quantisation the candidate is to have."""
        write(self.path / SETTLED, kind.encode())

    def settled(self) -> str:
        """Empty while nobody knows."""
        with suppress(FileNotFoundError):
            return (self.path / SETTLED).read_text()
        return ""

    # How far it is

    def trained(self) -> int:
        """Steps of training that a kill does not cost any more."""
        kept = tuning.checkpoint(self.path)
        return tuning.step_of(kept) if kept else 0

    def stage(self) -> str:
        judging = (self.path / VERDICT).exists() or (self.candidate / MODEL).exists()
        if judging or tuning.tuned(self.path):
            return super().stage()
        step = self.trained()
        return f"training from step {step}" if step else "training"

    def flaw(self, registry: Registry) -> str:
        """Why it cannot be gone on with, in words; empty when it can."""
        try:
            plan, job = self.plan(), tuning.job(self.path)
            if plan is None or job is None:
                return "it had not collected its documents"
            if plan.extraction != EXTRACTION:
                return "since an upgrade other questions are asked than it teaches"
            if not (registry.whole(registry.version(plan.base)) and Path(job.base).exists()):
                return f"the file of {plan.base}, which it tunes, is gone"
            if fingerprint(tuning.read_rows(self.path)) != plan.lesson.data:
                return "its rows are damaged"
            self.judged()
            tuning.tuned(self.path)
        except (OSError, ValidationError):
            return "a file of it is damaged"
        except ModelError as error:
            return str(error)
        return ""


def _read(path: Path, form: JsonForm[T]) -> T | None:
    """None when it is not there. Raises ValidationError when it is damaged."""
    with suppress(FileNotFoundError):
        return form.validate_json(path.read_bytes())
    return None
