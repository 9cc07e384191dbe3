"""A base and an adapter become one GGUF, for llama.cpp to quantise.

All weights become F32: of F16 a scale that Q8_0 took from a weight would already differ, while in
F32 what the adapter does not touch comes back bit for bit when it is quantised as it was. The file
is 4 bytes a weight, and in nobody's way for longer than a night.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gguf import GGMLQuantizationType, LlamaFileType

from appliance.files import pour
from appliance.learning.gguf.adapter import Adapter, check_fit
from appliance.learning.gguf.dither import Dither
from appliance.learning.gguf.header import Tensor, read_header
from appliance.learning.gguf.weights import Weights, open_weights
from appliance.learning.gguf.writing import appearing, entry, head, padding

_FILE_TYPE = "general.file_type"


def merge(base: Path, adapter: Adapter, final: Path, *, dithered: bool = False) -> None:
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
