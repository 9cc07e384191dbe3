"""The first step of a night: what is taught, from which base, and whether there is room for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from appliance.domain.errors import ToolError
from appliance.domain.labels import Labelled
from appliance.domain.results import ModelVersion
from appliance.extraction import EXTRACTION
from appliance.learning.models.versions import checked
from appliance.learning.night.collect import DatasetSummary, chosen, collect
from appliance.learning.night.dependencies import NightDependencies, NightLimits, NightPace
from appliance.learning.night.folder import NightFolder, NightPlan
from appliance.learning.trainer import tuning
from appliance.learning.trainer.recipe import recipe
from appliance.system.fault_points import reached

FEWEST = 8
"""Documents below which there is nothing to learn."""


class NightNotBegun(ToolError):
    """What a night needs is missing, so that nothing was tried."""


SPACE = 12
"""Bytes of disk a weight: unpacked in 16 bits, merged in 32, quantised, checkpoints."""


def prepare(
    folder: NightFolder,
    dependencies: NightDependencies,
    limits: NightLimits,
    pace: NightPace,
    *,
    now: float,
) -> NightPlan:
    """The plan is the last that is written. Raises ToolError, ModelError and Leaving."""
    try:
        tuning.make_sure()
    except ToolError as error:
        raise NightNotBegun(str(error), hint=error.hint) from error
    champion = dependencies.registry.champion()
    # Never chained: what serves may itself have been tuned.
    base = dependencies.registry.version(champion.base) if champion.base else champion
    folder.renew()
    folder.check_space(SPACE * weights(base))
    labelled = chosen(dependencies.labels, limits.caps, dependencies.learnable)
    if len(labelled) < FEWEST:
        raise NightNotBegun(
            f"{_documents(len(labelled))} to learn from, {FEWEST} are needed",
            hint="correct some at the station, or bring labelled ones: `appliance import`",
        )
    lesson = _collect(folder, dependencies, limits, pace, base, labelled)
    plan = NightPlan(
        base.name,
        lesson,
        now,
        limits.quantisation,
        names_columns=base.names_columns or lesson.columns > 0,
        extraction=EXTRACTION,
    )
    reached("night.collected")
    folder.set_out(plan)
    reached("night.planned")
    return plan


def weights(base: ModelVersion) -> int:
    """Of the model, at most: half a byte each in the smallest of files."""
    return 2 * Path(base.path).stat().st_size


def _collect(
    folder: NightFolder,
    dependencies: NightDependencies,
    limits: NightLimits,
    pace: NightPace,
    base: ModelVersion,
    labelled: Sequence[Labelled],
) -> DatasetSummary:
    def told(done: int) -> None:
        pace.step("collecting", done, len(labelled))

    with dependencies.engine(checked(base)) as engine:
        lesson, rows = collect(engine, labelled, dependencies.doctype, told=told)
    if all(row.held for row in rows):
        raise ToolError(
            "no label stands in its document as it was read: there is nothing to learn",
            hint="another reading may be needed (`[reading] ocr`)",
        )
    chosen = recipe(len(rows), weights=weights(base), memory=limits.memory, cuda=tuning.has_cuda())
    tuning.prepare(folder.path, tuning.TuningJob(base.path, chosen, limits.threads), rows)
    return lesson


def _documents(count: int) -> str:
    return "1 document" if count == 1 else f"{count or 'no'} documents"
