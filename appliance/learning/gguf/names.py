"""A projection's name in PEFT and in a GGUF.

Only the seven linear projections of a block are ever tuned; embeddings and norms stay the base's.
"""

from __future__ import annotations

import re
from functools import lru_cache

import gguf

from appliance.domain.errors import ModelError

ARCHITECTURES = {
    "llama": gguf.MODEL_ARCH.LLAMA,
    "qwen2": gguf.MODEL_ARCH.QWEN2,
    "qwen3": gguf.MODEL_ARCH.QWEN3,
    "gemma3": gguf.MODEL_ARCH.GEMMA3,
}

# Gemma 3 calls its text half `language_model`, before or after `model`, by version and class.
_MODULE = re.compile(
    r"(?:base_model\.model\.)?"
    r"(?:model\.|model\.language_model\.|language_model\.model\.)"
    r"(layers\.\d+\.(?:self_attn\.[qkvo]_proj|mlp\.(?:gate|up|down)_proj))"
)


def tensor_name(module: str, *, architecture: str, blocks: int) -> str:
    """Of the weight of ``module``, with or without PEFT's prefix. Raises ModelError."""
    check_architecture(architecture)
    found = _MODULE.fullmatch(module)
    if not found:
        raise ModelError(
            f"{module} is no projection of a text model's block",
            hint="tune q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj and down_proj only",
        )
    name = _map(architecture, blocks).get_name(f"model.{found[1]}")
    if name is None:
        raise ModelError(
            f"the base has {blocks} blocks, and no place for {module}",
            hint="merge an adapter into the model that it was trained on",
        )
    return f"{name}.weight"


def check_architecture(architecture: str) -> None:
    """Raises ModelError for a kind of model that is not tuned here."""
    if architecture not in ARCHITECTURES:
        *others, last = ARCHITECTURES
        raise ModelError(
            f"this model is of the kind {architecture}; "
            f"only {', '.join(others)} and {last} can be tuned",
            hint="take a base model of one of these kinds",
        )


@lru_cache(maxsize=8)
def _map(architecture: str, blocks: int) -> gguf.TensorNameMap:
    return gguf.get_tensor_name_map(ARCHITECTURES[architecture], blocks)
