"""How a model is tuned, as one value: chosen from measured defaults, done by the child.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")

ROW = 2048
"""Tokens of a row at most."""

Method = Literal["16-bit LoRA", "4-bit QLoRA"]


@dataclass(frozen=True, slots=True)
class Recipe:
    method: Method
    why: str
    """Of the method, in words."""
    epochs: int
    """Times that every row is learned."""
    rank: int = 16
    alpha: int = 32
    """Rank and scale of the LoRA adapter, which is multiplied by ``alpha / rank``."""
    rate: float = 4e-4
    """Learning rate at its highest."""
    warmup: int = 10
    """Steps over which the rate rises."""
    batch: int = 4
    """Rows a step."""
    together: int = 1
    """Rows computed at once; one needs no padding, which is the fastest on a CPU."""
    seed: int = 7


def loading(recipe: Recipe, *, cuda: bool, bfloat16: bool) -> dict[str, object]:
    """How Unsloth is to load the base; ``bfloat16``: whether the processor is faster with it."""
    return {
        "max_seq_length": ROW,
        "load_in_4bit": recipe.method == "4-bit QLoRA",
        # A CPU that imitates 16 bits, or is slow in them, takes twice and more as long as in 32.
        "dtype": "bfloat16" if cuda or bfloat16 else "float32",
    }


def adapting(recipe: Recipe, *, cuda: bool) -> dict[str, object]:
    """What Unsloth is to add to it."""
    return {
        "r": recipe.rank,
        "lora_alpha": recipe.alpha,
        "lora_dropout": 0,
        "target_modules": list(TARGETS),
        # On a CPU only long rows need it, which the child sees to.
        "use_gradient_checkpointing": "unsloth" if cuda else False,
        "random_state": recipe.seed,
    }


def recipe(rows: int, *, weights: int, memory: int, cuda: bool = False) -> Recipe:
    """``rows`` that teach, ``weights`` of the model, ``memory`` in bytes that it may take."""
    if cuda:
        return Recipe("4-bit QLoRA", "there is a graphics card", _epochs(rows), together=4)
    needed = bytes_needed("16-bit LoRA", weights)
    if needed <= memory:
        return Recipe("16-bit LoRA", "the model fits into memory in 16 bits", _epochs(rows))
    why = f"16 bits would take {needed / 1e9:.1f} GB of the {memory / 1e9:.1f} GB that are free"
    return Recipe("4-bit QLoRA", why, _epochs(rows))


def bytes_needed(method: Method, weights: int) -> int:
    """Of memory, on a machine without a graphics card."""
    return 2 * weights + _BESIDES if method == "16-bit LoRA" else weights // 2 + _BESIDES


_BESIDES = 2_500_000_000
"""Bytes of libraries, activations and adapters beside the weights. An estimate: SmolLM2-135M took
1.9 GB in all before its optimiser."""


def _epochs(rows: int) -> int:
    """So that few rows are seen often enough, and many in a night."""
    return next(times for most, times in _EPOCHS if rows <= most)


_EPOCHS = ((60, 5), (150, 4), (600, 3), (10**9, 2))
