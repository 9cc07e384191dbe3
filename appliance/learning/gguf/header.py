"""What stands before the weights of a GGUF: its keys, and where each tensor lies.

Arrays are passed over: gguf's own reader makes views of every token of the vocabulary, which takes
1.7 s and 160 MB for SmolLM2's 49 thousand, and Gemma has five times as many. Of the tensors only
the seven linear projections of a block are ever tuned; embeddings and norms stay the base's.
"""

from __future__ import annotations

import math
import mmap
import os
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import gguf
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType

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


MAGIC = b"GGUF"
VERSIONS = (2, 3)
ALIGNMENT = 32
"""Bytes; where ``general.alignment`` says nothing else."""

_STRING, _ARRAY = 8, 9
_DIMS = 4
"""Dimensions of a tensor, at most."""
_CODES = dict(enumerate("BbHhIif?")) | {10: "Q", 11: "q", 12: "d"}
_DAMAGE = (struct.error, ValueError, KeyError, TypeError, ArithmeticError)

MetadataValue = str | int | float


@dataclass(frozen=True, slots=True)
class Tensor:
    name: str
    shape: tuple[int, ...]
    """As numpy has it: a weight is (out, in)."""
    kind: GGMLQuantizationType

    @property
    def rows(self) -> int:
        return math.prod(self.shape[:-1])

    @property
    def row_bytes(self) -> int:
        block, size = GGML_QUANT_SIZES[self.kind]
        return self.shape[-1] // block * size

    @property
    def size(self) -> int:
        """In bytes."""
        return self.rows * self.row_bytes


@dataclass(frozen=True, slots=True)
class Header:
    entries: Mapping[str, bytes]
    """Each key with its value, byte for byte as the file has them."""
    values: Mapping[str, MetadataValue]
    """Of the keys that hold one value, not an array."""
    tensors: Mapping[str, Tensor]
    starts: Mapping[str, int]
    """Of each tensor, in bytes from the start of the file."""

    @property
    def alignment(self) -> int:
        return int(self.values.get("general.alignment", ALIGNMENT))


@dataclass(frozen=True, slots=True)
class Base:
    """What tuning has to know of the model that it starts from."""

    architecture: str
    blocks: int
    heads: int
    kv_heads: int
    """Layers, attention heads of a layer, and key and value heads of a layer."""


def base_in(header: Header) -> Base:
    """Raises ModelError when it is of a kind that is not tuned here."""
    kind = str(header.values.get("general.architecture"))
    check_architecture(kind)
    if _count(header, "split.count", default=1) > 1:
        raise ModelError(
            "this is one of several files of a model", hint="join them: llama-gguf-split --merge"
        )
    heads = _count(header, f"{kind}.attention.head_count")
    return Base(
        architecture=kind,
        blocks=_count(header, f"{kind}.block_count"),
        heads=heads,
        kv_heads=_count(header, f"{kind}.attention.head_count_kv", default=heads),
    )


def read_header(path: Path) -> Header:
    """Raises ModelError when the file is missing, no GGUF, damaged or cut short."""
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise ModelError(f"{path} is not a GGUF file", hint="models come as .gguf files")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _parse(_Cursor(data))
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read: {os.strerror(error.errno or 0)}",
            hint="name a GGUF file on this machine",
        ) from error
    except _DAMAGE as error:
        raise ModelError(
            f"{path} is damaged or cut short",
            hint="copy or download it again; a newer GGUF format is not known here",
        ) from error


class _Cursor:
    """Reads on and on, and never past the end: raises ValueError or struct.error there."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data = data
        self.at = len(MAGIC)

    def take(self, code: str) -> Any:
        (value,) = struct.unpack_from(f"<{code}", self.data, self.at)
        self.at += struct.calcsize(code)
        return value

    def text(self) -> str:
        start = self.pass_text()
        return self.data[start : self.at].decode("utf-8", "replace")

    def pass_text(self) -> int:
        size = self.take("Q")
        self.skip(size)
        return int(self.at - size)

    def skip(self, size: int) -> None:
        """``size`` in bytes. Raises ValueError behind the end."""
        self.at += size
        if self.at > len(self.data):
            raise ValueError("ends too early")


def _parse(cursor: _Cursor) -> Header:
    version = cursor.take("I")
    if version not in VERSIONS:  # also of the other byte order, which llama.cpp refuses here too
        raise ValueError(f"GGUF version {version}")
    tensor_count, key_count = cursor.take("Q"), cursor.take("Q")
    entries, values = {}, {}
    for _ in range(key_count):
        start = cursor.at
        key = cursor.text()
        value = _value(cursor, cursor.take("I"))
        entries[key] = cursor.data[start : cursor.at]
        if value is not None:
            values[key] = value
    placed = list(_tensors(cursor, tensor_count))
    alignment = int(values.get("general.alignment", ALIGNMENT))
    first = cursor.at + -cursor.at % alignment
    starts = {tensor.name: first + offset for tensor, offset in placed}
    tensors = {tensor.name: tensor for tensor, _ in placed}
    ends = [starts[name] + tensor.size for name, tensor in tensors.items()]
    if max(ends, default=0) > len(cursor.data):
        raise ValueError("ends too early")
    return Header(entries, values, tensors, starts)


def _value(cursor: _Cursor, kind: int) -> MetadataValue | None:
    if kind == _STRING:
        return cursor.text()
    if kind == _ARRAY:
        _pass_array(cursor)
        return None
    value: MetadataValue = cursor.take(_CODES[kind])
    return value


def _pass_array(cursor: _Cursor) -> None:
    kind, count = cursor.take("I"), cursor.take("Q")
    if kind == _STRING:
        for _ in range(count):
            cursor.pass_text()
    else:
        cursor.skip(count * struct.calcsize(_CODES[kind]))


def _tensors(cursor: _Cursor, count: int) -> Iterator[tuple[Tensor, int]]:
    """Each with its distance from the first byte of all weights."""
    for _ in range(count):
        name, dims = cursor.text(), cursor.take("I")
        if not 0 < dims <= _DIMS:
            raise ValueError(f"{name} has {dims} dimensions")
        shape = tuple(cursor.take("Q") for _ in range(dims))[::-1]
        kind = GGMLQuantizationType(cursor.take("I"))
        if not all(shape) or shape[-1] % GGML_QUANT_SIZES[kind][0]:
            raise ValueError(f"{name} has rows of {shape}")
        yield Tensor(name, shape, kind), cursor.take("Q")


def _count(header: Header, key: str, *, default: int | None = None) -> int:
    value = header.values.get(key, None if key in header.entries else default)
    if not isinstance(value, int) or value < 1:
        raise ModelError(
            f"the model does not say its {key} as one number",
            hint="take a base model whose blocks are all alike",
        )
    return value
