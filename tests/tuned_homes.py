"""Homes with keyed receipts and versions that were tuned on them; adapters are by chance."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import gguf
import numpy as np
from made_up_evidence import Sampled

from appliance.domain.results import ModelVersion, Training
from appliance.extraction import EXTRACTION
from appliance.learning.gguf.export import export
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import ADAPTER, MODEL, sha256_of
from appliance.records.labels import Labels
from bench.chance_adapter import TRAINING, chance_adapter

SAID = (
    "Company shop{0} Number A-{1} Total {1}.00 Cash {2}.50 Till 70{1} Slip 88{1} Shift 9{1}"
    " Desk 4{1} Phone 030-5{1} Bag 6{1}"
)


def write_header_only(path: Path, *, wide: int = 32) -> Path:
    """A base that adapters fit and that quantises, and that nobody can ask."""
    chance = np.random.default_rng(5)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(1)
    writer.add_context_length(64)
    writer.add_embedding_length(wide)
    writer.add_feed_forward_length(wide)
    writer.add_head_count(1)
    writer.add_layer_norm_rms_eps(1e-5)
    for name in ("token_embd", "blk.0.attn_q", "blk.0.attn_v"):
        writer.add_tensor(f"{name}.weight", chance.normal(0, 1, (wide, wide)).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


class TunedHome(Sampled):
    """All its receipts are evidence."""

    def __init__(self, folder: Path, base: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder)
        (self.models / "m1").rmdir()
        self.registry = Registry(self.models, clock=lambda: self.now)
        self.labels = Labels(self.store)
        self.base = self.registry.add(base)
        self.registry.promote(self.base)

    def receipt(self, number: int, *, more: str = "") -> str:
        return self.drop(SAID.format(number % 20, number, number + 7) + more)

    def tuned(
        self, *docids: str, seed: int = 1, training: Training | None = TRAINING
    ) -> ModelVersion:
        """A version that learned from these documents."""
        self.now += 1000
        lesson = training and replace(training, docids=docids, documents=len(docids))
        return tune(self.registry, self.base, lesson, seed=seed, now=self.now)


def tune(
    registry: Registry, base: ModelVersion, lesson: Training | None, *, seed: int, now: float
) -> ModelVersion:
    """As a night leaves it."""
    folder = registry.folder / ".made" / str(seed)
    adapter = chance_adapter(Path(base.path), folder / ADAPTER, seed=seed)
    export(Path(base.path), adapter, folder / MODEL, kind="Q8_0", threads=1)
    sha256 = sha256_of([folder / MODEL])
    made = ModelVersion(
        f"night-2026-11-{seed:02}-{sha256[:8]}",
        "",
        sha256,
        parties=("shop1",),
        base=base.name,
        quantisation="Q8_0",
        training=lesson,
        made_at=now,
        names_columns=True,
        extraction=EXTRACTION,
    )
    return registry.publish(folder, made)
