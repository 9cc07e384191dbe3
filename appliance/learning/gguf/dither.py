"""Rounding to the steps of Q8_0 by chance, in proportion to how near each of the two is.

A base that comes as Q8_0 has all its weights on those steps. A change of less than half a step
would round to none at all, everywhere: of a night on 12 receipts that began with the starter, 37 %
arrived. So rounded, all of it does, and the file is off by a quarter of what it was off
(Gupta et al. 2015, Deep Learning with Limited Numerical Precision: stochastic rounding).
"""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

_BLOCK = 32
"""Weights that share a step, which is the largest of them by ``_STEPS``."""
_STEPS = 127


class Dither:
    """Of one tensor, by ``name``: the same whenever it is made again."""

    def __init__(self, name: str) -> None:
        self._random = np.random.default_rng(crc32(name.encode()))

    def add(self, weights: NDArray[np.float32]) -> None:
        """Moves each of ``weights``, a multiple of 32 of them, by up to half a step; but none past
        the largest of its block, which says how long a step is."""
        blocks = weights.reshape(-1, _BLOCK)
        largest = np.abs(blocks).max(axis=1, keepdims=True)
        step = largest / np.float32(_STEPS)
        inner = np.abs(blocks) <= largest - step / 2
        blocks += inner * step * (self._random.random(blocks.shape, np.float32) - np.float32(0.5))
