"""The weights of a GGUF as float32, some rows at a time: a vocabulary's alone can be a gigabyte."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

from appliance.domain.errors import ModelError
from appliance.learning.gguf.header import Header, Tensor

_AT_ONCE = 4_000_000
"""Weights: 16 MB, and gguf needs a few times that while it computes them."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    header: Header
    _data: NDArray[np.uint8]

    def pieces(self, tensor: Tensor) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """All rows in order; a tensor of more than two dimensions has the rows of all of them.

        Raises ModelError when they are packed in a way that gguf does not know.
        """
        step = max(1, _AT_ONCE // max(1, tensor.shape[-1]))
        for first in range(0, tensor.rows, step):
            rows = slice(first, min(first + step, tensor.rows))
            yield rows, self._unpack(tensor, rows)

    def whole(self, name: str) -> NDArray[np.float32]:
        """Raises ModelError as ``pieces`` does."""
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
