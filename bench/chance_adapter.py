"""An adapter that nobody tuned, which is handed on and exported as real ones are."""

from __future__ import annotations

import re
from pathlib import Path

import gguf
import numpy as np

from appliance.domain.results import Training
from appliance.learning.gguf.adapter import from_modules, write

TRAINING = Training(
    method="bf16 lora",
    data="ab" * 32,
    seed=7,
    documents=120,
    values=480,
    masked={"not on the page": 3},
    rows=120,
    tokens=60_000,
    window=2048,
    epochs=2.0,
    rank=2,
    rate=4e-4,
    seconds=900.5,
    peak_bytes=2_500_000_000,
    loss_before=1.9,
    loss_after=0.4,
)
"""What a night says of what it trained; of which documents, each home says itself."""


def chance_adapter(base: Path, path: Path, *, seed: int, rank: int = 2) -> Path:
    """Of the queries and values of its blocks."""
    chance = np.random.default_rng(seed)
    modules = {}
    for tensor in gguf.GGUFReader(base).tensors:
        if found := re.fullmatch(r"blk\.(\d+)\.attn_([qv])\.weight", tensor.name):
            wide, rows = (int(one) for one in tensor.shape)
            down, up = chance.normal(0, 0.1, (rank, wide)), chance.normal(0, 0.1, (rows, rank))
            name = f"model.layers.{found[1]}.self_attn.{found[2]}_proj"
            modules[name] = down.astype(np.float32), up.astype(np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    write(from_modules(base, 4.0, modules), path)
    return path
