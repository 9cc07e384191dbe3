"""A model that is tuned by the production path: examples, tuning, export.

It takes up to an hour, so what is tuned is kept in ``.cache/tuned``, and a run that was cut goes
on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from appliance.domain.doctype import DocType
from appliance.domain.labels import Labelled
from appliance.domain.results import ModelVersion
from appliance.extraction.engine import Engine
from appliance.learning.gguf.export import export
from appliance.learning.night.collect import collect
from appliance.learning.trainer import tuning
from appliance.learning.trainer.recipe import recipe
from bench import common
from starter.training import MEMORY, train


def job(base: ModelVersion, rows: int) -> tuning.TuningJob:
    path = Path(base.path)
    how = recipe(rows, weights=2 * path.stat().st_size, memory=MEMORY)
    return tuning.TuningJob(str(path), how, threads=2)


def tuned(
    name: str,
    base: ModelVersion,
    labelled: Sequence[Labelled],
    doctype: Callable[[str], DocType],
    *,
    made_of: str,
) -> tuple[ModelVersion, dict[str, Any]]:
    """The version, and what is told of its training; ``made_of`` is of all that it comes from."""
    folder = common.CACHE / "tuned" / f"{name}-{made_of}"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / tuning.JOB).exists():
        prepare(folder, base, labelled, doctype)
    final = folder / "model.gguf"
    if not final.exists():
        train(folder)
        export(Path(base.path), folder / tuning.ADAPTER, final, kind="Q8_0", threads=2)
    done = tuning.tuned(folder)
    assert done
    told = json.loads((folder / "taught.json").read_text())
    figures = {
        "minutes": round(done.seconds / 60, 1),
        "peak_gb": round(done.peak_bytes / 1e9, 2),
        "tokens_per_second": round(done.tokens / done.seconds),
        "epochs": done.epochs,
        "loss": [round(done.before, 3), round(done.after, 3)],
    }
    version = ModelVersion(
        f"{name}-{made_of[-8:]}",
        str(final),
        common.sha256(final),
        names_columns=base.names_columns or told.get("columns", 0) > 0,
    )
    return version, told | figures


def prepare(
    folder: Path,
    base: ModelVersion,
    labelled: Sequence[Labelled],
    doctype: Callable[[str], DocType],
) -> None:
    with Engine(Path(base.path), context=512) as engine:
        lesson, rows = collect(engine, labelled, doctype)
    told = {
        "rows": lesson.rows,
        "row_tokens": lesson.tokens,
        "columns": lesson.columns,
        "labels_taught": lesson.values,
        "not_taught": lesson.masked,
    }
    (folder / "taught.json").write_text(json.dumps(told))
    tuning.prepare(folder, job(base, len(rows)), rows)
