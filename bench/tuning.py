"""How fast tuning is beside stock transformers, PEFT and TRL, and whether it learns as much.

Both get the same rows in the same order, the same LoRA, optimiser, rate and seed, on the same
threads; each is a process of its own, one after the other, in turns. Both adapters are measured by
``bench.held_loss`` on rows that neither saw. The machine should have nothing else to do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from statistics import mean, median

from appliance.learning.night import collect
from appliance.learning.trainer import tuning
from appliance.learning.trainer.recipe import recipe
from appliance.system.files import write
from bench import common, learning
from bench.studies import Study, sides
from starter.training import MEMORY, train

ROWS = 6 if common.SMALL else 120
"""Documents; one in ten is held back."""
TURNS = ("ours", "stock") if common.SMALL else ("ours", "stock", "stock", "ours")
MANY = 400
"""Receipts that are to be learned within an hour."""
STUDY = Study("tuning", "sroie", ROWS)
LIBRARIES = ("torch", "transformers", "trl", "peft", "unsloth")


@dataclass(frozen=True)
class Run:
    way: str
    tokens: int
    """Trained on; none of them is padding."""
    seconds: float
    """Of the steps alone: nothing is loaded in them."""
    peak_bytes: int
    loss: float
    """On the rows that were held back, nats a taught token."""

    @property
    def speed(self) -> float:
        """Tokens a second."""
        return self.tokens / self.seconds


def main() -> None:
    teach, _ = sides(STUDY.folder, by_party=STUDY.by_party, lines=STUDY.lines)
    cases = teach[:ROWS]
    common.CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=common.CACHE) as name:
        scratch = Path(name)
        learning.prepare(scratch, STUDY, cases)
        _once_through(scratch, len(cases))
        runs = [_run(scratch, number, way) for number, way in enumerate(TURNS)]
        rows = [len(row.tokens) for row in tuning.read_rows(scratch)]
    ours, stock = (_of(runs, way) for way in ("ours", "stock"))
    speed = median(one.speed / other.speed for one, other in zip(ours, stock, strict=True))
    minutes, how = for_many(ours, sum(rows) / len(cases))
    figures = {
        "speed_vs_stock": round(speed, 2),
        "minutes_for_400": round(minutes, 1),
        "peak_gb": round(max(run.peak_bytes for run in ours) / 1e9, 2),
        "stock_peak_gb": round(max(run.peak_bytes for run in stock) / 1e9, 2),
        "tokens_per_second": round(median(run.speed for run in ours)),
        "loss_vs_stock": round(mean(run.loss for run in ours) / mean(run.loss for run in stock), 4),
    }
    common.record("tuning", n=len(cases), figures=figures, report=report(runs, figures, rows, how))


def _once_through(folder: Path, documents: int) -> None:
    """The recipe of so many receipts, each a row, but for one epoch and without variants; in small
    of two rows a step, since few rows would be hardly a step."""
    job = tuning.job(folder)
    assert job
    batch = 2 if common.SMALL else job.recipe.batch
    job = replace(job, recipe=replace(job.recipe, epochs=1, batch=batch))
    tuning.prepare(folder, job, tuning.read_rows(folder)[:documents])


def _run(scratch: Path, number: int, way: str) -> Run:
    folder = scratch / f"{number}-{way}"
    folder.mkdir()
    for name in (tuning.ROWS, tuning.JOB):
        write(folder / name, (scratch / name).read_bytes())
    base = scratch / "base"
    run = (_ours if way == "ours" else _stock)(folder, base)
    print(f"{way}: {run.speed:.0f} tokens/s, loss {run.loss:.4f}", flush=True)
    return run


def _ours(folder: Path, base: Path) -> Run:
    """The first run unpacks the base for all."""
    if base.exists():
        (folder / "base").symlink_to(base)
    train(folder)
    if not base.exists():
        (folder / "base").rename(base)
    done = tuning.tuned(folder)
    assert done
    return Run("ours", done.tokens, done.seconds, done.peak_bytes, _held_loss(folder, base))


def _stock(folder: Path, base: Path) -> Run:
    done = json.loads(_python("bench.stock_tuning", folder, base))
    assert not done["unsloth"], "the stock way is not stock"
    loss = _held_loss(folder, base)
    return Run("stock", done["tokens"], done["seconds"], done["peak_bytes"], loss)


def _held_loss(folder: Path, base: Path) -> float:
    return float(_python("bench.held_loss", folder, base))


def _python(module: str, folder: Path, base: Path) -> str:
    """The last line that it prints."""
    job = tuning.job(folder)
    assert job
    quiet = {"OMP_NUM_THREADS": str(job.threads), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", module, str(folder), str(base)],
        cwd=common.ROOT,
        env=os.environ | quiet,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{module} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout.splitlines()[-1]


def _of(runs: Sequence[Run], way: str) -> list[Run]:
    return [run for run in runs if run.way == way]


def for_many(
    ours: Sequence[Run],
    tokens: float,
    study: Path = learning.RESULTS / f"sroie.{MANY}.json",
) -> tuple[float, str]:
    """Minutes, and where they come from. ``tokens`` a document."""
    if study.exists():
        found = json.loads(study.read_text())
        epochs = f"{found['taught_on']} documents, {found['epochs']} epochs kept"
        return float(found["minutes"]), f"measured by `bench-learning` ({epochs})"
    times = recipe(MANY, weights=0, memory=MEMORY).epochs
    learned = MANY * (1 - 1 / collect.HELD) * tokens * times
    minutes = learned / median(run.speed for run in ours) / 60
    return minutes, f"extrapolated from the tokens a second above to {times} epochs"


def report(
    runs: Sequence[Run],
    figures: dict[str, float],
    rows: Sequence[int],
    how: str,
    version: Callable[[str], str] = metadata.version,
) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    lines = [
        "## Tuning",
        "",
        f"{len(rows)} rows of sroie as we read it ({mean(rows):.0f} tokens each, at most",
        f"{max(rows)}) are learned for one epoch, in turns on the same threads. Ours: the child of",
        "`learning.trainer.training`. Stock: what TRL's documentation says (`SFTTrainer` and",
        "`LoraConfig`, four padded rows at once, gradient checkpointing as it comes, no Unsloth).",
        "The loss of this TRL needs a graphics card, so torch computes the same loss, for the",
        "taught tokens alone. Stock keeps the adapter in 16 bits like its base, ours in 32.",
        "Seconds are those of the steps, and padding does not count as tokens. One code computes",
        f"the held-out loss, on one row in ten that neither way saw. {versions}.",
        "",
        "| turn | way | tokens/s | seconds | peak GB | held-out loss (nats a taught token) |",
        "|---|---|---|---|---|---|",
    ]
    for turn, run in enumerate(runs, start=1):
        cells = [
            turn,
            run.way,
            round(run.speed),
            round(run.seconds),
            f"{run.peak_bytes / 1e9:.2f}",
            f"{run.loss:.4f}",
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines += [
        "",
        f"Ours is {figures['speed_vs_stock']} times as fast as stock (median of the turns), at",
        f"{figures['loss_vs_stock']:.1%} of its held-out loss. {MANY} receipts take",
        f"{figures['minutes_for_400']} minutes, {how}.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
