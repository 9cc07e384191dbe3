"""A LoRA in a GGUF's own terms, and llama.cpp's file for it.

Rows are in the order of the GGUF: converting a Llama reorders the rows of q and k, for llama.cpp
turns neighbours (x0, x1) where Hugging Face turns halves, and what is added must follow. Weights
are read as float32, some rows at a time: a vocabulary's alone can be a gigabyte.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from gguf import GGMLQuantizationType
from numpy.typing import NDArray

from appliance.domain.errors import ModelError
from appliance.learning.gguf.header import (
    Base,
    Header,
    MetadataValue,
    Tensor,
    base_in,
    read_header,
    tensor_name,
)
from appliance.learning.gguf.writing import appearing, entry, head, padding
from appliance.system.files import pour

_AT_ONCE = 4_000_000
"""Weights: 16 MB, and gguf needs a few times that while it computes them."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    header: Header
    _data: NDArray[np.uint8]

    def pieces(self, tensor: Tensor) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """All rows in order, each piece [rows, columns]; a tensor of more than two dimensions has
        the rows of all of them.

        Raises ModelError when they are packed in a way that gguf does not know.
        """
        step = max(1, _AT_ONCE // max(1, tensor.shape[-1]))
        for first in range(0, tensor.rows, step):
            rows = slice(first, min(first + step, tensor.rows))
            yield rows, self._unpack(tensor, rows)

    def whole(self, name: str) -> NDArray[np.float32]:
        """In the tensor's own shape. Raises ModelError as ``pieces`` does."""
        tensor = self.header.tensors[name]
        return self._unpack(tensor, slice(0, tensor.rows)).reshape(tensor.shape)

    def _unpack(self, tensor: Tensor, rows: slice) -> NDArray[np.float32]:
        start = self.header.starts[tensor.name]
        first, end = (start + row * tensor.row_bytes for row in (rows.start, rows.stop))
        packed = self._data[first:end].reshape(-1, tensor.row_bytes)
        try:
            unpacked = gguf.dequantize(packed, tensor.kind)
        except NotImplementedError as error:
            raise ModelError(
                f"{tensor.name} is packed as {tensor.kind.name}, which can't be unpacked here",
                hint="take the base as F16, Q8_0 or Q4_K_M",
            ) from error
        return np.array(unpacked, dtype=np.float32)


def open_weights(path: Path, header: Header) -> Weights:
    """The file may be replaced meanwhile, but not changed."""
    return Weights(header, np.memmap(path, mode="r").view(np.ndarray))


Pair = tuple[NDArray[np.float32], NDArray[np.float32]]
"""A (r x in) and B (out x r)."""

_OTHER_MODEL = "merge an adapter into the model that it was trained on"
_A, _B = ".lora_a", ".lora_b"


@dataclass(frozen=True, slots=True, eq=False)
class Adapter:
    """A weight moves by alpha / r * B @ A. Raises ModelError when its parts do not fit together."""

    architecture: str
    alpha: float
    """Above 0: of an alpha of 0 llama.cpp thinks that it was forgotten."""
    tensors: Mapping[str, Pair]
    """By the name of the GGUF's weight."""

    def __post_init__(self) -> None:
        if not (self.alpha > 0 and math.isfinite(self.alpha)):
            raise ModelError(f"an adapter's alpha is above 0, not {self.alpha}")
        if not self.tensors:
            raise ModelError("the adapter is empty", hint="train one projection at least")
        for name, (a, b) in self.tensors.items():
            if a.ndim != 2 or b.ndim != 2 or not len(a) or len(a) != b.shape[1]:
                raise ModelError(f"the adapter's A {a.shape} and B {b.shape} of {name} don't fit")
            if not (np.isfinite(a).all() and np.isfinite(b).all()):
                raise ModelError(
                    f"the adapter's {name} has values that are no numbers",
                    hint="training went astray: lower its learning rate",
                )

    def change(self, name: str, rows: slice) -> NDArray[np.float32]:
        """What is to be added to these rows of a weight: [rows, columns].

        Summed by rank, in this order, and not by a library's product: that one sums as suits the
        processor, and machines of a fleet would make different files of the same parts.
        """
        a, b = self.tensors[name]
        moved = np.zeros((len(b[rows]), a.shape[1]), np.float32)
        for of_rank, column in zip(a, b[rows].T, strict=True):
            moved += np.multiply.outer(column, of_rank)
        return np.float32(self.alpha / len(a)) * moved


def from_modules(base: Path, alpha: float, modules: Mapping[str, Pair]) -> Adapter:
    """``modules`` by PEFT's names, in Hugging Face's order of rows. Raises ModelError."""
    header = read_header(base)
    about = base_in(header)
    tensors = {}
    for module, (a, b) in modules.items():
        name = tensor_name(module, architecture=about.architecture, blocks=about.blocks)
        tensors[name] = np.asarray(a, np.float32), _in_order(name, np.asarray(b, np.float32), about)
    adapter = Adapter(about.architecture, alpha, tensors)
    check_fit(adapter, header)
    return adapter


def to_modules(base: Path, adapter: Adapter, modules: Iterable[str]) -> dict[str, Pair]:
    """What ``from_modules`` was given: each of PEFT's ``modules`` with its A and B, whose rows are
    in Hugging Face's order. Raises ModelError unless the adapter is one of just these."""
    header = read_header(base)
    check_fit(adapter, header)
    about = base_in(header)
    names = {
        module: tensor_name(module, architecture=about.architecture, blocks=about.blocks)
        for module in modules
    }
    if odd := set(names.values()) ^ adapter.tensors.keys():
        raise ModelError(
            f"the adapter and what is trained differ in their weights: {', '.join(sorted(odd))}",
            hint="go on with an adapter of the same recipe",
        )
    pairs = {module: adapter.tensors[name] for module, name in names.items()}
    return {module: (a, _in_halves(names[module], b, about)) for module, (a, b) in pairs.items()}


def check_fit(adapter: Adapter, base: Header) -> None:
    """Raises ModelError when the adapter was trained on another kind or size of model."""
    architecture = base_in(base).architecture
    if adapter.architecture != architecture:
        raise ModelError(
            f"the adapter is for {adapter.architecture}, the model is {architecture}",
            hint=_OTHER_MODEL,
        )
    for name, (a, b) in adapter.tensors.items():
        tensor, shape = base.tensors.get(name), (len(b), a.shape[1])
        if tensor is None or tensor.shape != shape:
            raise ModelError(
                f"the adapter changes {name} of shape {shape}, "
                f"the model has {tensor.shape if tensor else 'none'}",
                hint=_OTHER_MODEL,
            )


def write(adapter: Adapter, path: Path, *, exact: bool = False) -> None:
    """As llama.cpp's ``llama_adapter_lora_init`` reads it: F16, or F32 when ``exact``.

    Raises ModelError when it can't be written or has a value that is too large for F16.
    """
    kind = GGMLQuantizationType.F32 if exact else GGMLQuantizationType.F16
    values: dict[str, MetadataValue] = {
        "general.architecture": adapter.architecture,
        "general.type": "adapter",
        "adapter.type": "lora",
        "adapter.lora.alpha": float(adapter.alpha),
    }
    arrays = {
        name + part: array
        for name, pair in adapter.tensors.items()
        for part, array in zip((_A, _B), pair, strict=True)
    }
    tensors = [Tensor(name, array.shape, kind) for name, array in arrays.items()]
    entries = {key: entry(key, value) for key, value in values.items()}
    with appearing(path) as partial:
        pour(partial, _chunks(head(entries, tensors), arrays, np.float32 if exact else np.float16))


def read(path: Path) -> Adapter:
    """Raises ModelError when the file is damaged or something else than a LoRA."""
    header = read_header(path)
    values = header.values
    alpha = values.get("adapter.lora.alpha")
    if values.get("adapter.type") != "lora" or not isinstance(alpha, float):
        raise ModelError(f"{path} is no LoRA adapter", hint="name a file that tuning wrote")
    names = [name.removesuffix(_A) for name in header.tensors if name.endswith(_A)]
    wanted = {name + part for name in names for part in (_A, _B)}
    if wanted != set(header.tensors):
        odd = ", ".join(sorted(wanted ^ set(header.tensors)))
        raise ModelError(f"{path} is damaged: {odd} lacks its other half", hint="train it again")
    weights = open_weights(path, header)
    tensors = {name: (weights.whole(name + _A), weights.whole(name + _B)) for name in names}
    return Adapter(str(values.get("general.architecture")), alpha, tensors)


def _in_order(name: str, b: NDArray[np.float32], base: Base) -> NDArray[np.float32]:
    """The rows of a B as the converter of llama.cpp orders those of its weight."""
    heads = _turning_heads(name, b, base)
    if heads is None:
        return b
    halves = b.reshape(heads, 2, len(b) // heads // 2, -1)
    return np.ascontiguousarray(halves.swapaxes(1, 2).reshape(b.shape))


def _in_halves(name: str, b: NDArray[np.float32], base: Base) -> NDArray[np.float32]:
    """The inverse of ``_in_order``."""
    heads = _turning_heads(name, b, base)
    if heads is None:
        return b
    neighbours = b.reshape(heads, len(b) // heads // 2, 2, -1)
    return np.ascontiguousarray(neighbours.swapaxes(1, 2).reshape(b.shape))


def _turning_heads(name: str, b: NDArray[np.float32], base: Base) -> int | None:
    """How many heads the rows of a B are of; None where llama.cpp keeps their order."""
    heads = {"attn_q": base.heads, "attn_k": base.kv_heads}.get(name.split(".")[2])
    if base.architecture != "llama" or heads is None:
        return None
    if len(b) % (2 * heads):
        raise ModelError(f"{len(b)} rows of {name} are not {heads} heads", hint=_OTHER_MODEL)
    return heads


def _chunks(
    first: bytes, arrays: Mapping[str, NDArray[np.float32]], kind: type[np.floating[Any]]
) -> Iterator[bytes]:
    yield first
    for name, array in arrays.items():
        with np.errstate(over="ignore"):
            data = array.astype(kind)
        if not np.isfinite(data).all():
            raise ModelError(f"{name} is too large for F16", hint="write the adapter exactly")
        yield data.tobytes() + padding(data.nbytes)
