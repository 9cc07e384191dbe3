"""One night, step by step: collect, train, export, examine, decide, enter.

A version that another home tuned goes first; then that is all that the night does.
Each step leaves a file in the night's folder, so that a night that is cut, by a kill, by the
morning or by an empty disk, goes on from there. The verdict is written before anything follows
from it; what follows may be done twice. Until the pointer of the champion is replaced, the last
act, nothing that serves has changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from appliance.domain.errors import Leaving, ToolError
from appliance.domain.nights import LeftOutDocument
from appliance.domain.results import ModelVersion
from appliance.learning.dataset.left_out import TooManyLeftOut
from appliance.learning.models.received import ReceivedVersions
from appliance.learning.night.dependencies import NightDependencies, NightLimits, NightPace
from appliance.learning.night.folder import TIMES, GateRecord, NightFolder, NightPlan
from appliance.learning.night.judge import judge_candidate
from appliance.learning.night.judge_received import ReceivedRun
from appliance.learning.night.prepare import prepare
from appliance.learning.night.publish import publish, tuned_version
from appliance.learning.night.train import train


class NightRun:
    def __init__(
        self,
        dependencies: NightDependencies,
        limits: NightLimits,
        pace: NightPace,
        *,
        say: Callable[[str], None],
        leave_out: Callable[[Sequence[LeftOutDocument]], None] = lambda left_out: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``say`` hears in words what became of an earlier night, ``leave_out`` which documents
        cannot be learned from."""
        self._dependencies = dependencies
        self._limits = limits
        self._pace = pace
        self._say = say
        self._leave_out = leave_out
        self._clock = clock
        self._folder = NightFolder(dependencies.registry.folder)

    def run(self) -> ModelVersion:
        """The version that came of it, with its verdict.

        Raises ToolError when something is missing that a night needs, ModelError when the base
        cannot be tuned, CandidateRefused when what came from another home cannot be judged, and
        Leaving when it was over before the end; the next one goes on.
        """
        dependencies = self._dependencies
        received = ReceivedVersions(dependencies.registry)
        judging = ReceivedRun(received, dependencies, self._limits, self._pace)
        try:
            if candidate := judging.turn(say=self._say):
                return judging.run(candidate, say=self._say, now=self._clock())
        except OSError as error:
            raise _stopped(error) from error
        return self._learn()

    def _learn(self) -> ModelVersion:
        try:
            self._tidy()
            plan = self._folder.plan() or self._prepare()
            self._leave_out(plan.lesson.left_out)
            judged = self._folder.judged() or self._work(plan)
            return self._enter(plan, judged)
        except Leaving:
            self._folder.forgive()
            raise
        except TooManyLeftOut as error:
            self._leave_out(error.left_out)
            self._folder.drop()
            raise
        except ToolError as error:
            raise self._despaired(error) from error
        except OSError as error:
            self._folder.forgive()
            raise _stopped(error) from error

    def _tidy(self) -> None:
        """What an earlier night left is gone on with, or goes; it is said what happened."""
        for name in self._dependencies.registry.sweep():
            self._say(f"{name} is no version and was removed")
        if not self._folder.path.exists():
            return
        if flaw := self._folder.flaw(self._dependencies.registry):
            self._folder.drop()
            self._say(f"the last night was cut and cannot be gone on with: {flaw}; it begins anew")
        else:
            self._say(f"the last night was cut; it goes on with {self._folder.stage()}")

    def _despaired(self, error: ToolError) -> ToolError:
        """The error itself, or that it was the last of several."""
        if isinstance(error.__cause__, OSError):
            self._folder.forgive()  # a full disk is nobody's fault
        if self._folder.plan() is None:
            self._folder.drop()  # nothing of it is worth going on with
            return error
        if not self._folder.is_spent(self._folder.stage()):
            return error
        self._folder.drop()
        return ToolError(
            f"{error}; this happened {TIMES} times, so the night is given up",
            hint="the next night begins anew; what serves has not changed",
        )

    def _prepare(self) -> NightPlan:
        now = self._clock()
        return prepare(self._folder, self._dependencies, self._limits, self._pace, now=now)

    def _work(self, plan: NightPlan) -> GateRecord:
        folder, limits, pace = self._folder, self._limits, self._pace
        base = self._dependencies.registry.version(plan.base)
        train(folder, base, limits, pace)
        return judge_candidate(folder, self._dependencies, limits, pace, base, now=self._clock())

    def _enter(self, plan: NightPlan, judged: GateRecord) -> ModelVersion:
        dependencies, limits, now = self._dependencies, self._limits, self._clock()
        made = tuned_version(self._folder, plan, judged, now)
        return publish(self._folder, dependencies, limits, made, judged, say=self._say, now=now)


def _stopped(error: OSError) -> ToolError:
    return ToolError(
        f"the night stopped: {error.strerror or error}",
        hint="free some space on the disk of the models; it goes on from where it was",
    )
