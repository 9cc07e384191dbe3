"""The last step of a night: everything that follows from its verdict.

Done twice it is as if done once; a promotion, which replaces one small file, comes last. Then the
night is over, before anything else may fail: what its owner decides after it stands.
"""

from __future__ import annotations

from collections.abc import Callable

from appliance.domain.errors import ModelError
from appliance.domain.results import GateOutcome, ModelVersion, Training
from appliance.learning.models.registry import Registry
from appliance.learning.night.collect import DatasetSummary
from appliance.learning.night.dependencies import NightDependencies, NightLimits
from appliance.learning.night.folder import CandidateFolder, GateRecord, NightFolder, NightPlan
from appliance.learning.trainer import tuning
from appliance.system.fault_points import reached


def publish(
    folder: CandidateFolder,
    dependencies: NightDependencies,
    limits: NightLimits,
    made: ModelVersion,
    judged: GateRecord,
    *,
    say: Callable[[str], None],
    now: float,
) -> ModelVersion:
    """The version as it is here, with its verdict, of what was ``made``; ``say`` hears what else
    there is to say. Raises ModelError, StoreError, OSError of a full disk."""
    folder.attempt(folder.stage())
    registry, labels, verdict = dependencies.registry, dependencies.labels, judged.verdict
    if not labels.has_decided(judged.name):
        labels.decided(
            judged.champion,
            judged.name,
            verdict.outcome,
            verdict.reason,
            judged.evidence if verdict.documents else (),
            now=now,
        )
    reached("night.entered")
    version = registry.publish(folder.candidate, made)
    reached("night.published")
    if verdict.outcome is GateOutcome.PROMOTED:
        dependencies.promise(version.name)
        reached("night.promised")
        _promote(registry, judged, version, say)
    reached("night.promoted")
    folder.drop()
    reached("night.dropped")
    try:
        registry.prune(limits.keep)
    except (ModelError, OSError) as error:
        say(f"files of older versions are still there: {error}")
    return version


def _promote(
    registry: Registry, judged: GateRecord, version: ModelVersion, say: Callable[[str], None]
) -> None:
    """Once: a night that was killed right after it is gone on with, and what its owner let serve
    since then stays."""
    pointer = registry.pointer()
    if pointer.name == version.name:
        return
    if pointer.has_served(version.name):
        say(f"{version.name} served already, and now {pointer.name} does")
    elif pointer.name == judged.champion:
        registry.promote(version)
    else:
        say(f"{version.name} was compared with {judged.champion}, but {pointer.name} serves")


def tuned_version(
    folder: NightFolder, plan: NightPlan, judged: GateRecord, now: float
) -> ModelVersion:
    """What came of a night that trained."""
    return ModelVersion(
        judged.name,
        "",
        judged.sha256,
        parties=plan.lesson.parties,
        base=plan.base,
        quantisation=judged.quantisation,
        training=_training(folder, plan.lesson),
        verdict=judged.verdict,
        made_at=now,
        names_columns=plan.names_columns,
        extraction=plan.extraction,
    )


def _training(folder: NightFolder, lesson: DatasetSummary) -> Training | None:
    job, tuned = tuning.job(folder.path), tuning.tuned(folder.path)
    if job is None or tuned is None:
        return None
    return Training(
        method=job.recipe.method,
        data=lesson.data,
        seed=job.recipe.seed,
        documents=len(lesson.docids),
        values=lesson.values,
        masked=lesson.masked,
        rows=lesson.rows,
        tokens=lesson.tokens,
        window=lesson.longest,
        epochs=tuned.epochs,
        rank=job.recipe.rank,
        rate=job.recipe.rate,
        seconds=tuned.seconds,
        peak_bytes=tuned.peak_bytes,
        loss_before=tuned.before,
        loss_after=tuned.after,
        labelled_at=lesson.labelled_at,
        docids=lesson.docids,
    )
