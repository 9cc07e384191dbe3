"""What a tuning does, as one value: chosen from measured defaults, written down, done by the child.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")

Method = Literal["16-bit LoRA", "4-bit QLoRA"]


@dataclass(frozen=True, slots=True)
class Recipe:
    method: Method
    why: str
    """Of the method, in words."""
    epochs: int
    rank: int = 16
    alpha: int = 32
    rate: float = 4e-4
    """Learning rate at its highest."""
    batch: int = 4
    """Rows a step."""
    together: int = 1
    """Rows computed at once; one needs no padding, which is the fastest on a CPU."""
    warmup: int = 10
    """Steps over which the rate rises."""
    seed: int = 7


def epochs(documents: int) -> int:
    """So that few documents are seen often enough, and many in a night."""
    for most, times in ((75, 8), (150, 6), (300, 4)):
        if documents <= most:
            return times
    return 3
