from __future__ import annotations

import json
from pathlib import Path

import pytest

from appliance.extraction import EXTRACTION
from appliance.learning.models.registry import Registry
from appliance.learning.night.collect import DatasetSummary, fingerprint
from appliance.learning.night.folder import TIMES, TRIED, NightFolder, NightPlan
from appliance.learning.night.status import PLAN
from appliance.learning.trainer import tuning
from appliance.learning.trainer.recipe import Recipe


@pytest.fixture
def folder(tmp_path: Path) -> NightFolder:
    folder = NightFolder(tmp_path / "models")
    folder.renew()
    return folder


def test_a_step_that_was_tried_so_often_is_spent(folder: NightFolder) -> None:
    for _ in range(TIMES):
        assert not folder.is_spent("training")
        folder.attempt("training")
    assert folder.is_spent("training")


def test_who_gets_further_begins_to_count_anew(folder: NightFolder) -> None:
    for step in ("training", "training", "training from step 9", "training from step 9"):
        folder.attempt(step)
    assert not folder.is_spent("training from step 9") and not folder.is_spent("training")


def test_what_was_not_its_fault_does_not_count(folder: NightFolder) -> None:
    for _ in range(TIMES):
        folder.attempt("exporting")
    folder.forgive()
    folder.forgive()
    assert not folder.is_spent("exporting")


def test_a_damaged_count_is_none(folder: NightFolder) -> None:
    (folder.path / TRIED).write_text('{"step": "trai')
    assert not folder.is_spent("training")
    folder.attempt("training")


def test_it_goes_on_from_the_last_whole_checkpoint(folder: NightFolder) -> None:
    assert folder.stage() == "training"
    for step in (8, 100, 120):
        kept = folder.path / tuning.CHECKPOINTS / f"checkpoint-{step}"
        kept.mkdir(parents=True)
        if step != 120:  # cut before it was whole
            (kept / tuning.WHOLE).touch()
    assert folder.stage() == "training from step 100"


def test_what_is_dropped_half_way_is_not_gone_on_with(folder: NightFolder, tmp_path: Path) -> None:
    older = folder.path.with_name(".removing-.night")
    older.mkdir()
    (older / "rest").touch()
    folder.drop()
    assert not folder.path.exists() and not older.exists()
    folder.drop()


@pytest.fixture
def registry(folder: NightFolder, tmp_path: Path) -> Registry:
    """With a night in ``folder`` that was cut after it had collected."""
    registry = Registry(folder.path.parent)
    (tmp_path / "base.gguf").write_bytes(b"GGUF")
    base = registry.add(tmp_path / "base.gguf")
    rows = [tuning.TokenRow((1, 2), (1,), held=False)]
    recipe = Recipe("16-bit LoRA", "it fits", epochs=1)
    tuning.prepare(folder.path, tuning.TuningJob(base.path, recipe, threads=1), rows)
    lesson = DatasetSummary(("a",), (), 1, {}, 1, 2, 2, fingerprint(rows), labelled_at=0.0)
    folder.set_out(NightPlan(base.name, lesson, begun_at=0.0, extraction=EXTRACTION))
    return registry


def test_a_night_that_teaches_questions_of_before_an_upgrade_is_not_gone_on_with(
    folder: NightFolder, registry: Registry
) -> None:
    assert not folder.flaw(registry)
    plan = json.loads((folder.path / PLAN).read_text())
    for older in (plan | {"extraction": "7"}, {k: plan[k] for k in plan if k != "extraction"}):
        (folder.path / PLAN).write_text(json.dumps(older))
        assert "since an upgrade" in folder.flaw(registry)
