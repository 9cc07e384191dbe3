"""From an adapter to the file that serves, and whether that file says what was trained.

Fine-tuned models are easily damaged on the way to a GGUF; here the trained weights said beforehand
what they would write at some places, and the file has to agree.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.domain.errors import ModelError
from appliance.learning.gguf.adapter import read
from appliance.learning.gguf.merge import merge
from appliance.learning.gguf.quantise import quantise

ALIKE = 0.98
"""Least correlation of all logits at a place; Q8_0 of bfloat16 weights gives above 0.998."""

Logits = Callable[[tuple[int, ...]], NDArray[np.float32]]
"""Of the token after those."""


def export(base: Path, adapter: Path, final: Path, *, kind: str, threads: int) -> None:
    """Raises ModelError; then ``final`` is not there."""
    merged = final.with_name("merged.gguf")
    try:
        merge(base, read(adapter), merged)
        quantise(merged, final, kind=kind, threads=threads)
    finally:
        merged.unlink(missing_ok=True)


def check(probe: Path, logits: Logits) -> float:
    """The least correlation over the places of ``probe``. Raises ModelError when it is too low."""
    with np.load(probe) as said:
        ends = said["lengths"].cumsum()
        places = [tuple(map(int, part)) for part in np.split(said["tokens"], ends[:-1])]
        trained = said["trained"]
    alike = min(
        float(np.corrcoef(logits(place), wanted)[0, 1])
        for place, wanted in zip(places, trained, strict=True)
    )
    if not alike >= ALIKE:
        raise ModelError(
            f"the exported model does not say what was trained (correlation {alike:.3f})",
            hint="it does not go live; please report this with the night's folder",
        )
    return alike
