"""One night of the appliance in several sittings, so that the bench can reach in between.

The night is ``learning.night`` as it is; it is told that the morning has come wherever the bench
has something to do in its folder: to take a smaller recipe, to put in what the same rows gave
before, to cut off half of the candidate.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.domain.errors import Leaving
from appliance.domain.results import ModelVersion
from appliance.learning.models.versions import MODEL
from appliance.learning.night.dependencies import NightDependencies, NightLimits, NightPace
from appliance.learning.night.folder import NightFolder
from appliance.learning.night.night import NightRun
from appliance.learning.trainer import tuning
from appliance.learning.trainer.tuning import TuningProgress
from appliance.system.files import write

EPOCHS = 1
RANK = 8
WARMUP = 2
"""Steps: the first nights have hardly more."""
TUNED = (tuning.ADAPTER, tuning.PROBE, tuning.TUNED)
"""What a training leaves; the last file says that it is whole."""


@dataclass(frozen=True)
class Sittings:
    tools: NightDependencies
    means: NightLimits
    kept: Path
    """Where what was tuned lies, by what it was tuned from."""
    now: float
    """Of the night, seconds since 1970."""

    @property
    def folder(self) -> NightFolder:
        return NightFolder(self.tools.registry.folder)

    @property
    def candidate(self) -> Path:
        return self.folder.candidate / MODEL

    def hold(self, *, truncate: bool = False) -> ModelVersion:
        """From wherever it was cut to its end."""
        steps: list[tuple[Callable[[], bool], Callable[[], None]]] = [
            (lambda: self.folder.plan() is not None, self._replay),
            ((self.folder.path / tuning.TUNED).exists, self._keep),
        ]
        if truncate:
            steps.append((self.candidate.exists, self._truncate))
        for reached, act in steps:
            if version := self._sit(until=reached):
                return version
            act()
        version = self._sit(until=lambda: False)
        assert version, "a night that nobody ends comes to its end"
        return version

    def _sit(self, *, until: Callable[[], bool]) -> ModelVersion | None:
        """None when it is not at its end."""
        night = NightRun(
            self.tools,
            self.means,
            NightPace(waiting=lambda: False, over=until, tell=Teller()),
            say=lambda said: print(f"  {said}", flush=True),
            clock=lambda: self.now,
        )
        with suppress(Leaving):
            return night.run()
        return None

    def _replay(self) -> None:
        """The smaller recipe, and what came of it when it came before."""
        shorten(self.folder)
        known = self._known()
        for name in TUNED if known.exists() else ():
            write(self.folder.path / name, (known / name).read_bytes())

    def _keep(self) -> None:
        known = self._known()
        if not known.exists():
            partial = known.with_suffix(f".{os.getpid()}")
            for name in TUNED:
                write(partial / name, (self.folder.path / name).read_bytes())
            partial.rename(known)

    def _known(self) -> Path:
        job = tuning.job(self.folder.path)
        assert job
        rows = (self.folder.path / tuning.ROWS).read_bytes()
        parts = Path(job.base).parent.name, repr(job.recipe)
        return self.kept / hashlib.sha256("|".join(parts).encode() + rows).hexdigest()[:16]

    def _truncate(self) -> None:
        os.truncate(self.candidate, self.candidate.stat().st_size // 2)


def shorten(folder: NightFolder) -> None:
    """A night that has its plan trains by the smaller recipe."""
    job = tuning.job(folder.path)
    assert job
    small = replace(job.recipe, epochs=EPOCHS, rank=RANK, alpha=2 * RANK, warmup=WARMUP)
    job = replace(job, recipe=small)
    write(folder.path / tuning.JOB, tuning.job_type.dump_json(job, indent=2))


class Teller:
    """A line when another phase begins."""

    def __init__(self) -> None:
        self._phase = ""

    def __call__(self, progress: TuningProgress) -> None:
        if progress.phase != self._phase:
            self._phase = progress.phase
            print(f"  {time.strftime('%H:%M:%S')} {progress.phase}", flush=True)
