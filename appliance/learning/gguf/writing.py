"""A GGUF as bytes, in the order in which they are written; the mirror of ``header``."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gguf import GGUFValueType

from appliance.domain.errors import ModelError
from appliance.learning.gguf.header import ALIGNMENT, MAGIC, VERSIONS, MetadataValue, Tensor
from appliance.system.files import make_folder, publish, remove


def entry(key: str, value: MetadataValue) -> bytes:
    """A key and its value; a whole number is one of 32 bits without sign, as llama.cpp's are."""
    if isinstance(value, str):
        return _text(key) + struct.pack("<I", GGUFValueType.STRING) + _text(value)
    if isinstance(value, int):
        return _text(key) + struct.pack("<II", GGUFValueType.UINT32, value)
    return _text(key) + struct.pack("<If", GGUFValueType.FLOAT32, value)


def head(
    entries: Mapping[str, bytes], tensors: Iterable[Tensor], *, alignment: int = ALIGNMENT
) -> bytes:
    """All that stands before the weights, which follow in the order of ``tensors``, padded."""
    infos, offset = [], 0
    for tensor in tensors:
        dims = tensor.shape[::-1]
        form = f"<I{len(dims)}QIQ"
        infos.append(_text(tensor.name) + struct.pack(form, len(dims), *dims, tensor.kind, offset))
        offset += tensor.size + -tensor.size % alignment
    counts = struct.pack("<IQQ", VERSIONS[-1], len(infos), len(entries))
    data = b"".join([MAGIC, counts, *entries.values(), *infos])
    return data + padding(len(data), alignment=alignment)


def padding(size: int, *, alignment: int = ALIGNMENT) -> bytes:
    return bytes(-size % alignment)


@contextmanager
def appearing(final: Path) -> Iterator[Path]:
    """Where to write: it appears as ``final`` at the end, or is removed after an error.

    Raises ModelError when it can't be written.
    """
    partial = final.with_name(final.name + ".partial")
    try:
        make_folder(final.parent)
        yield partial
        publish(partial, final)
    except OSError as error:
        raise ModelError(
            f"{final} cannot be written: {error.strerror or error}",
            hint="a model needs up to 4 bytes of free disk for each of its weights",
        ) from error
    finally:
        remove(partial)


def _text(text: str) -> bytes:
    data = text.encode("utf-8")
    return struct.pack("<Q", len(data)) + data
