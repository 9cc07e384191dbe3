"""The second step of a night: the child that trains, which rests while documents wait."""

from __future__ import annotations

import errno
import os
import subprocess
import time
from contextlib import suppress

from appliance.domain.errors import Leaving, ToolError
from appliance.domain.results import ModelVersion
from appliance.learning.night.dependencies import BEAT, NightLimits, NightPace
from appliance.learning.night.folder import NightFolder
from appliance.learning.night.prepare import weights
from appliance.learning.trainer import tuning
from appliance.learning.trainer.recipe import bytes_needed

PARTING = 45.0
"""Seconds that a child has to keep its checkpoint when we leave; the daemon gives us 60."""
FULL = 100_000_000
"""Bytes of free disk below which a child died of that and of nothing else."""


def train(folder: NightFolder, base: ModelVersion, limits: NightLimits, pace: NightPace) -> None:
    """Raises ToolError when it cannot be or does not live, OSError of a full disk, Leaving."""
    if tuning.tuned(folder.path):
        return
    pace.rest()
    tuning.make_sure()
    _check_memory(folder, base, limits)
    folder.attempt(folder.stage())
    child = tuning.start(folder.path)
    try:
        while child.poll() is None and _attend(folder, child, pace):
            time.sleep(BEAT)
    finally:
        child.kill()
        child.wait()
    if child.returncode == tuning.LEFT or (child.returncode and pace.over()):
        raise Leaving("the night is over before the training is; it goes on at the next")
    if child.returncode:
        _died(folder, child.returncode)


def _check_memory(folder: NightFolder, base: ModelVersion, limits: NightLimits) -> None:
    job = tuning.job(folder.path)
    if job is None or tuning.has_cuda():
        return
    needed = bytes_needed(job.recipe.method, weights(base))
    if needed > limits.memory:
        hint = "close other programs, or allow it more: `gigabytes` under [night]"
        if folder.trained():
            hint += f"; or remove {folder.path}, and it begins anew with what there is"
        else:
            folder.drop()  # the next plans with what there is then
        raise ToolError(
            f"a training needs {needed / 1e9:.1f} GB of memory,"
            f" {max(limits.memory, 0) / 1e9:.1f} GB are free for it",
            hint=hint,
        )


def _attend(folder: NightFolder, child: subprocess.Popen[bytes], pace: NightPace) -> bool:
    """False when its time is over."""
    pause = folder.path / tuning.PAUSE
    if pace.over():
        (folder.path / tuning.LEAVE).touch()
        pause.unlink(missing_ok=True)
        with suppress(subprocess.TimeoutExpired):
            child.wait(PARTING)
        return False
    if pace.waiting():
        pause.touch()
    else:
        pause.unlink(missing_ok=True)
    if progress := tuning.progress(folder.path):
        pace.tell(progress)
    return True


def _died(folder: NightFolder, code: int) -> None:
    if folder.space() < FULL:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    said = tuning.last_words(folder.path)
    cause = "by a kill, perhaps for want of memory" if code < 0 else f"with code {code}: {said}"
    raise ToolError(
        f"the training ended {cause}",
        hint=f"the next night goes on from its checkpoint; see {folder.path / tuning.LOG}",
    )
