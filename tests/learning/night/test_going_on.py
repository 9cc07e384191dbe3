"""A tuning that begins with an adapter goes on from it: not a step more gives the same file again.

The real child, with Unsloth; only the model is tiny.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from appliance.learning.gguf import adapter as lora
from appliance.learning.models.packages import SMOLLM2
from appliance.learning.trainer import tuning
from appliance.learning.trainer.recipe import Recipe
from appliance.learning.trainer.tuning import TokenRow, TuningJob
from bench.tiny_model import write_tiny

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(600)]

RECIPE = Recipe("16-bit LoRA", "a tiny model fits", epochs=2, rank=4, alpha=8, rate=2e-2, warmup=0)
ROWS = [
    TokenRow(tuple(range(100 + at, 160 + at)), tuple(range(30, 60)), held=at == 8)
    for at in range(9)
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (gguf,) = SMOLLM2.find()
    return write_tiny(tmp_path_factory.mktemp("base") / "tiny.gguf", like=gguf)


def learned(folder: Path, base: Path, recipe: Recipe, *, begin: Path | None = None) -> Path:
    """The adapter."""
    folder.mkdir()
    job = TuningJob(str(base), recipe, threads=1, begin=str(begin) if begin else None)
    tuning.prepare(folder, job, ROWS)
    with tuning.start(folder) as child:
        assert child.wait() == 0, tuning.last_words(folder, lines=20)
    return folder / tuning.ADAPTER


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, base: Path) -> Path:
    return learned(tmp_path_factory.mktemp("learned") / "first", base, RECIPE)


def test_what_is_gone_on_with_is_what_was_learned(base: Path, first: Path, tmp_path: Path) -> None:
    assert np.abs(lora.read(first).tensors["blk.1.attn_q.weight"][1]).max() > 0

    still = learned(tmp_path / "still", base, replace(RECIPE, epochs=0), begin=first)
    assert still.read_bytes() == first.read_bytes()

    learned(tmp_path / "further", base, replace(RECIPE, rate=1e-2), begin=first)
    folders = (still.parent, first.parent, tmp_path / "further")
    begun, once, further = (tuning.tuned(folder) for folder in folders)
    assert begun and once and further
    assert begun.epochs == 0 and begun.before == begun.after
    assert begun.before == further.before == pytest.approx(once.after, rel=0.01)
    assert once.before > once.after > further.after


def test_an_adapter_of_another_recipe_is_not_gone_on_with(
    base: Path, first: Path, tmp_path: Path
) -> None:
    with pytest.raises(AssertionError, match=r"rank \{4\} and alpha 8.0.* 2 and 8"):
        learned(tmp_path / "other", base, replace(RECIPE, rank=2), begin=first)
