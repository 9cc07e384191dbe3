"""What a CPU computes otherwise than torch's defaults: adapters, attention, activations, precision.

A linear layer with its adapter: PEFT computes the adapter in 32 bits and adds the two in passes of
their own; here the products of the adapter are added while they are computed, and only its weights
are kept in 32 bits. Of SmolLM2 a step takes a fifth less time (two cores that know bfloat16), and
its gradient is as near to the one of 32 bits.

Attention as matrix products over blocks of the tokens that ask: torch's own takes about 1.7 times
as long for 450 tokens and 1.4 times for 1,500.

Precision is measured, since what a processor claims does not tell: an Intel that has AVX-512 for
bfloat16, but no AMX, does 160 GFLOP/s with it and 300 in 32 bits.
"""

from __future__ import annotations

import time
from typing import Any

import torch
from peft.tuners.lora.layer import Linear
from transformers import AttentionInterface, PreTrainedModel
from transformers.modeling_layers import GradientCheckpointingLayer

KEPT = 900
"""Tokens of a row whose activations are all kept, in 16 bits; in 32 bits half of them. Of a longer
row, those of as many layers as take about as much memory. A step of SmolLM2 takes 2.4 GB for 900
tokens and 3.3 GB for 2,048; with nothing kept, one of 1,300 takes a fifth more time."""


def keep(model: PreTrainedModel, tokens: int) -> None:
    """For rows of ``tokens``. The first layers are computed twice: again when the activations of
    the others are gone. ``model`` has been told to checkpoint its gradients; its weights may take
    fewer bits than it computes in."""
    layers = [one for one in model.modules() if isinstance(one, GradientCheckpointingLayer)]
    bits = 8 * model.dtype.itemsize
    kept = len(layers) * KEPT * 16 // (bits * tokens)
    for index, layer in enumerate(layers):
        layer.gradient_checkpointing = index < len(layers) - kept


NAME = "blocks"

_BLOCK = 128
"""Tokens that ask at once; 64 and 256 were slower."""


def register() -> None:
    """Let transformers know it by ``NAME``. No mask is made for it: it is causal by itself."""
    AttentionInterface.register(NAME, attend)


def attend(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None = None,
    *,
    scaling: float,
    sliding_window: int | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """What each token takes from those up to it, or from the ``sliding_window`` last of these.

    ``query`` is [rows, heads, tokens, width]; ``key`` and ``value`` have as many heads or a part of
    them, each for several heads of ``query``. Gives [rows, tokens, heads, width].
    """
    rows, heads, tokens, width = query.shape
    shared = key.shape[1]
    taken = []
    for begin in range(0, tokens, _BLOCK):
        end = min(begin + _BLOCK, tokens)
        first = max(0, begin + 1 - sliding_window) if sliding_window else 0
        asks = query[:, :, begin:end].reshape(rows, shared, -1, width) * scaling
        scores = asks @ key[:, :, first:end].transpose(-1, -2)
        scores = scores.view(rows, heads, end - begin, end - first)
        scores = scores + _hidden(begin, end, first, sliding_window).to(scores)
        weights = scores.softmax(-1).view(rows, shared, -1, end - first)
        taken.append((weights @ value[:, :, first:end]).view(rows, heads, end - begin, width))
    return torch.cat(taken, dim=2).transpose(1, 2).contiguous(), None


def _hidden(begin: int, end: int, first: int, window: int | None) -> torch.Tensor:
    """Minus infinity where a token of ``begin:end`` may not see one of ``first:end``, else 0."""
    asking = torch.arange(begin, end)[:, None]
    seen = torch.arange(first, end)[None]
    hidden = seen > asking
    if window:
        hidden |= seen <= asking - window
    return torch.zeros(hidden.shape).masked_fill(hidden, float("-inf"))


def adopt(model: torch.nn.Module) -> None:
    """Has each adapted layer computed so. No adapter may have dropout."""
    for module in model.modules():
        if isinstance(module, Linear):
            module.forward = _Forward(module)  # type: ignore[method-assign]


class _Forward:
    def __init__(self, layer: Linear) -> None:
        self._layer = layer

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        layer = self._layer
        base = layer.get_base_layer()
        if layer.disable_adapters:
            return base(x)
        (name,) = layer.active_adapters
        down, up = layer.lora_A[name].weight, layer.lora_B[name].weight
        scale = layer.scaling[name]
        return Adapted.apply(x, base.weight, base.bias, down, up, scale)


class Adapted(torch.autograd.Function):  # type: ignore[misc]
    """``x W' + b + scale * x A' B'``: x [..., in], W [out, in], A [rank, in], B [out, rank]."""

    @staticmethod
    def forward(
        ctx: Any,
        x: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        down: torch.Tensor,
        up: torch.Tensor,
        scale: float,
    ) -> torch.Tensor:
        flat = x.reshape(-1, x.shape[-1])
        a, b = down.to(x.dtype), (up * scale).to(x.dtype)
        inner = flat @ a.t()
        out = torch.nn.functional.linear(flat, weight, bias)
        out.addmm_(inner, b.t())
        ctx.save_for_backward(flat, inner, weight, a, b)
        ctx.scale, ctx.shape = scale, x.shape
        return out.view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        flat, inner, weight, a, b = ctx.saved_tensors
        g = grad.reshape(-1, grad.shape[-1])
        through = g @ b
        down = (through.t() @ flat).float()
        up = (g.t() @ inner).float() * ctx.scale
        x = None
        if ctx.needs_input_grad[0]:
            x = g @ weight
            x.addmm_(through, a)
            x = x.view(ctx.shape)
        return x, None, None, down, up, None


ROWS, INNER, OUTER = 512, 576, 1536
"""Of a receipt and the widest layer of SmolLM2."""
TIMES = 20
"""Products that are timed in each number format."""


def bfloat16_is_faster() -> bool:
    """Takes a fifth of a second."""
    return _seconds(torch.bfloat16) < _seconds(torch.float32)


def _seconds(numbers: torch.dtype) -> float:
    """The shortest of a few."""
    rows, weights = (torch.ones(size, INNER, dtype=numbers) for size in (ROWS, OUTER))
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        torch.nn.functional.linear(rows, weights)
        times.append(time.perf_counter() - start)
    return min(times)
