"""Versions that nobody tuned: adapters by chance, which a hub hands on as it does real ones."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from appliance.domain.results import ModelVersion
from appliance.extraction import EXTRACTION
from appliance.learning.gguf.export import export
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import ADAPTER, MODEL, sha256_of
from appliance.records.labels import Labels
from bench.chance_adapter import TRAINING, chance_adapter
from bench.fleet.homes import FleetHome


def publish(hub: FleetHome, *, seed: int) -> str:
    """The name of a version that serves at the hub from now on; it learned from what came there."""
    registry = Registry(hub.home.models)
    with hub.opened() as store:
        docids = [one.docid for one in Labels(store).training_keys()][-100:]
    base = next(one for one in registry.versions() if one.base is None)
    adapter = hub.home.models / f".chance-{seed}" / ADAPTER
    chance_adapter(Path(base.path), adapter, seed=seed)
    made = version(registry, base, docids, adapter)
    registry.promote(made)
    return made.name


def version(
    registry: Registry, base: ModelVersion, docids: Sequence[str], adapter: Path
) -> ModelVersion:
    """As a night leaves it that learned from these documents."""
    folder = registry.folder / ".adding-made"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(adapter, folder / ADAPTER)
    export(Path(base.path), folder / ADAPTER, folder / MODEL, kind="Q8_0", threads=1)
    sha256 = sha256_of([folder / MODEL])
    made = ModelVersion(
        f"night-{time.strftime('%Y-%m-%d')}-{sha256[:8]}",
        "",
        sha256,
        base=base.name,
        quantisation="Q8_0",
        training=replace(
            TRAINING, documents=len(docids), docids=tuple(docids), labelled_at=time.time()
        ),
        names_columns=True,
        extraction=EXTRACTION,
    )
    return registry.publish(folder, made)
