"""A base and an adapter become one GGUF, for llama.cpp to quantise.

All weights become F32: of F16 a scale that Q8_0 took from a weight would already differ, while in
F32 what the adapter does not touch comes back bit for bit when it is quantised as it was. The file
is 4 bytes a weight, and in nobody's way for longer than a night.

All weights of a Q8_0 base lie on the steps of that format. Rounding to the nearest step would
undo every change of less than half a step: of a night on 12 receipts that began with the starter,
37 % arrived. Stochastic rounding goes up or down by chance, in proportion to how near each step is
(Gupta et al. 2015, Deep Learning with Limited Numerical Precision). With it the whole change
arrives, and the error of the file is a quarter of what it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import numpy as np
from gguf import GGMLQuantizationType, LlamaFileType
from numpy.typing import NDArray

from appliance.learning.gguf.adapter import Adapter, Weights, check_fit, open_weights
from appliance.learning.gguf.header import Tensor, read_header
from appliance.learning.gguf.writing import appearing, entry, head, padding
from appliance.system.files import pour

_BLOCK = 32
"""Weights that share a step, which is the largest of them by ``_STEPS``."""
_STEPS = 127
"""Steps on either side of 0 in the eight bits of Q8_0."""


class Dither:
    """Of one tensor, by ``name``: the same whenever it is made again."""

    def __init__(self, name: str) -> None:
        self._random = np.random.default_rng(crc32(name.encode()))

    def add(self, weights: NDArray[np.float32]) -> None:
        """Moves each of ``weights`` by up to half a step; none past the largest of its block, which
        says how long a step is. Of any shape, as long as the weights are a multiple of 32."""
        blocks = weights.reshape(-1, _BLOCK)
        largest = np.abs(blocks).max(axis=1, keepdims=True)
        step = largest / np.float32(_STEPS)
        inner = np.abs(blocks) <= largest - step / 2
        blocks += inner * step * (self._random.random(blocks.shape, np.float32) - np.float32(0.5))


_FILE_TYPE = "general.file_type"


def merge_adapter(base: Path, adapter: Adapter, final: Path, *, dithered: bool = False) -> None:
    """``dithered``: what the base has as Q8_0 will be quantised so again.

    Raises ModelError when they don't belong together, or when ``final`` can't be written.
    """
    header = read_header(base)
    check_fit(adapter, header)
    weights = open_weights(base, header)
    with appearing(final) as partial:
        pour(partial, _chunks(weights, adapter, dithered))


def _chunks(weights: Weights, adapter: Adapter, dithered: bool) -> Iterator[bytes]:
    header = weights.header
    entries = {**header.entries, _FILE_TYPE: entry(_FILE_TYPE, int(LlamaFileType.ALL_F32))}
    tensors = [replace(tensor, kind=GGMLQuantizationType.F32) for tensor in header.tensors.values()]
    yield head(entries, tensors, alignment=header.alignment)
    for tensor in tensors:
        yield from _merged(weights, adapter, header.tensors[tensor.name], dithered)
        yield padding(tensor.size, alignment=header.alignment)


def _merged(weights: Weights, adapter: Adapter, tensor: Tensor, dithered: bool) -> Iterator[bytes]:
    changed = tensor.name in adapter.tensors
    dither = Dither(tensor.name) if dithered and tensor.kind is GGMLQuantizationType.Q8_0 else None
    for rows, piece in weights.pieces(tensor):
        if changed:
            piece += adapter.change(tensor.name, rows)
            if dither:
                dither.add(piece)
        yield piece.tobytes()
