"""A version goes from home to home by the commands that an owner gives.

Real processes and a real model, of which only the size is tiny; and no torch.
"""

from __future__ import annotations

import signal
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from small_home import ENVIRONMENT, command, furnish, rest, start
from tuned_homes import tune

from appliance.domain.results import ModelVersion
from appliance.learning.models.received import ReceivedVersions
from appliance.learning.models.registry import Registry
from appliance.learning.night.status import NightEnd, noted
from appliance.records.labels import Labels
from appliance.records.store import Store
from appliance.settings.home import Home
from appliance.system.fault_points import DIES_AT
from bench.chance_adapter import TRAINING
from bench.tiny_model import write_tiny

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(600)]


def said(home: Home, *words: str, code: int = 0) -> str:
    done = subprocess.run(command(home, *words), env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory, gguf: Path) -> tuple[Home, Home]:
    folder = tmp_path_factory.mktemp("homes")
    model = write_tiny(folder / "tiny.gguf", like=gguf)
    return furnish(folder / "north", model), furnish(folder / "south", model, notes=20)


@pytest.fixture(scope="module")
def tuned(homes: tuple[Home, Home]) -> ModelVersion:
    north, _ = homes
    registry = Registry(north.models)
    with closing(Store(north.database)) as store:
        docids = tuple(key.docid for key in Labels(store).training_keys())
    lesson = replace(TRAINING, docids=docids, documents=len(docids))
    return tune(registry, registry.champion(), lesson, seed=1, now=1e9)


def test_an_owner_carries_a_version_to_another_home(
    homes: tuple[Home, Home], tuned: ModelVersion, tmp_path: Path
) -> None:
    north, south = homes
    bundle, broken = tmp_path / "it.bundle", tmp_path / "broken"
    broken.mkdir()
    (broken / "torch.py").write_text("raise SystemError('nobody needs it')\n")
    registry = Registry(south.models)
    before = registry.champion().name

    assert "nothing to carry" in said(north, "model", "export", before, str(bundle), code=5)
    assert tuned.name in said(north, "model", "export", "night", str(bundle), "--origin", "north")
    assert bundle.stat().st_size < 1_000_000
    assert tuned.name in said(south, "model", "import", str(bundle))
    assert registry.names() == [before]
    assert f"waits to be judged: {tuned.name}" in said(south, "models")
    assert tuned.name in said(south, "status")

    for point in ("night.exported", "night.published"):
        rest(start(south, PYTHONPATH=str(broken), **{DIES_AT: point}), code=-signal.SIGKILL)
        assert registry.champion().name == before
        assert [one.name for one in ReceivedVersions(registry).waiting()] == [tuned.name]
    told = rest(start(south, PYTHONPATH=str(broken)))
    assert tuned.name in told and "appliance tune" in told

    version = registry.version(tuned.name)
    assert version.origin == "north" and version.sha256 == tuned.sha256 and version.verdict
    assert registry.champion().name == before and not ReceivedVersions(registry).every()
    news = noted(south.models)
    assert news and (news.end, news.version, news.received) == (NightEnd.DONE, tuned.name, True)
    assert "in north" in said(south, "models")
    assert said(south, "model", "import", str(bundle), code=5)
