"""Has a model tuned in a child process: a job and rows of tokens in, a LoRA GGUF out.

All that parent and child say to each other are files in one folder, so a tuning that was cut, by a
kill or by the morning, goes on from its last checkpoint. Torch lives in the child alone, whose
memory returns to the system when it ends.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from appliance.domain.errors import ToolError
from appliance.domain.json_form import JsonForm
from appliance.learning.trainer.recipe import Recipe
from appliance.system.files import write

JOB = "job.json"
ROWS = "rows.jsonl"
PROGRESS = "progress.json"
ADAPTER = "adapter.gguf"
PROBE = "probe.npz"
TUNED = "tuned.json"
LOG = "log.txt"
PAUSE = "pause"
"""While a file of this name lies there, the child rests."""
LEAVE = "leave"
"""It makes the child keep a checkpoint and end."""

CHECKPOINTS = "checkpoints"
WHOLE = "whole"
"""A file of this name is the last of a checkpoint to be written."""

LEFT = 75
"""Exit code of a child that did so (EX_TEMPFAIL)."""

LIBRARIES = ("torch", "unsloth", "trl", "peft", "transformers", "datasets")


@dataclass(frozen=True, slots=True)
class TuningJob:
    base: str
    """Path of the GGUF that is tuned."""
    recipe: Recipe
    threads: int
    """Cores that torch computes on."""
    begin: str | None = None
    """Path of the adapter that is gone on with, of the recipe's rank and scale; None for one that
    changes nothing yet."""


@dataclass(frozen=True, slots=True)
class TokenRow:
    tokens: tuple[int, ...]
    """Ids of the model's vocabulary: a question and its answer."""
    taught: tuple[int, ...]
    """Positions of the tokens that are learned."""
    held: bool
    """Never trained on, to see the loss by."""


@dataclass(frozen=True, slots=True)
class TuningProgress:
    phase: str
    done: int = 0
    """Steps of the phase that are over."""
    steps: int = 0
    """0 while they are not known."""
    left: float | None = None
    """Seconds; None while nobody knows."""


@dataclass(frozen=True, slots=True)
class TuningResult:
    """What came of it."""

    epochs: int
    """Times that every row was learned."""
    seconds: float
    """Of training, all sittings together."""
    tokens: int
    """Trained on in that time; none of them is padding."""
    peak_bytes: int
    """Most memory that the training held."""
    before: float
    """Loss on the held-back rows before, in nats a taught token."""
    after: float
    """The same with what was learned."""


job_type = JsonForm(TuningJob)
progress_type = JsonForm(TuningProgress)
tuned_type = JsonForm(TuningResult)
_row = JsonForm(TokenRow)


def missing() -> list[str]:
    """Libraries of the extra ``tuning`` that are not installed."""
    return [name for name in LIBRARIES if importlib.util.find_spec(name) is None]


def has_cuda() -> bool:
    """Whether a graphics card is there that torch may use, asked without torch."""
    if shutil.which("nvidia-smi") is None:
        return False
    found = subprocess.run(["nvidia-smi", "-L"], capture_output=True, timeout=30)
    return found.returncode == 0 and found.stdout.startswith(b"GPU")


def prepare(folder: Path, job: TuningJob, rows: Sequence[TokenRow]) -> None:
    """The job comes last: a folder that has one is whole."""
    write(folder / ROWS, b"".join(_row.dump_json(row) + b"\n" for row in rows))
    write(folder / JOB, job_type.dump_json(job, indent=2))


def read_rows(folder: Path) -> list[TokenRow]:
    return [_row.validate_json(line) for line in (folder / ROWS).read_bytes().splitlines()]


def job(folder: Path) -> TuningJob | None:
    """None while it is not prepared."""
    path = folder / JOB
    return job_type.validate_json(path.read_bytes()) if path.exists() else None


def make_sure() -> None:
    """Raises ToolError when what the child needs is not installed."""
    if lacking := missing():
        raise ToolError(
            f"tuning needs what is not installed: {', '.join(lacking)}",
            hint="pip install 'edge-document-appliance[tuning]'; the day goes on without it",
        )


def start(folder: Path) -> subprocess.Popen[bytes]:
    """The child, at our priority. Raises ToolError when what it needs is not installed."""
    make_sure()
    for older in (PAUSE, LEAVE, PROGRESS):  # of the last sitting
        (folder / older).unlink(missing_ok=True)
    todo = job_type.validate_json((folder / JOB).read_bytes())
    with (folder / LOG).open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "appliance.learning.trainer.child", str(folder)],
            cwd=folder,  # Unsloth writes what it compiles beside it
            env=os.environ | _environment(todo.threads),
            stdin=subprocess.PIPE,  # we hold it: a child never outlives us
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for us, who then let it keep a checkpoint
        )


def progress(folder: Path) -> TuningProgress | None:
    """None before the child said anything."""
    with suppress(FileNotFoundError, ValidationError):
        return progress_type.validate_json((folder / PROGRESS).read_bytes())
    return None


def tuned(folder: Path) -> TuningResult | None:
    """None while it is not done."""
    with suppress(FileNotFoundError):
        return tuned_type.validate_json((folder / TUNED).read_bytes())
    return None


def checkpoint(folder: Path) -> Path | None:
    """The last whole one; None before the first."""
    whole = (folder / CHECKPOINTS).glob(f"checkpoint-*/{WHOLE}")
    return max((path.parent for path in whole), key=step_of, default=None)


def step_of(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition("-")[2])


def last_words(folder: Path, *, lines: int = 3) -> str:
    """Of the child, when it died."""
    with suppress(FileNotFoundError):
        said = (folder / LOG).read_text("utf-8", "replace").strip().splitlines()
        return " / ".join(said[-lines:])
    return ""


def _environment(threads: int) -> dict[str, str]:
    return {
        "OMP_NUM_THREADS": str(threads),
        # Its threads wait for each other some thousand times a step. Asleep at once, two cores
        # learn 340 tokens a second in place of 570; spinning for milliseconds, as they would, they
        # take the time of those who serve. Beside a busy core it was once 190 in place of 340: a
        # night rests while documents wait.
        "OMP_WAIT_POLICY": "passive",
        "GOMP_SPINCOUNT": "20000",
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "UNSLOTH_DISABLE_STATISTICS": "1",
        "WANDB_DISABLED": "true",
    }
