"""What is kept of each choice: how likely it was, how near the next came, how open it was."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from llguidance import LLMatcher

from appliance.domain.prediction import CERTAIN
from appliance.extraction.choice import choose


class Mask:
    """Stands for a matcher that allows what it is told."""

    def __init__(self, *allowed):
        self._bits = np.zeros(16, dtype=np.uint8)
        self._bits[list(allowed)] = 1

    def compute_bitmask(self):
        return np.packbits(self._bits, bitorder="little").tobytes()

    def is_error(self):
        return False

    def is_stopped(self):
        return True

    def consume_tokens(self, tokens):
        return True


def scores_of(shares, *allowed):
    logits = np.log(np.array(shares, dtype=np.float32))
    return choose(Mask(*allowed), logits).score


def test_the_mask_says_what_is_allowed_as_llguidance_does():
    assert all(hasattr(LLMatcher, name) for name in vars(Mask) if not name.startswith("_"))


def test_margin_and_entropy_are_of_the_allowed_tokens_alone():
    score = scores_of([0.5, 0.3, 0.1, 0.1], 1, 2)
    assert score.free == pytest.approx(log(0.3), abs=1e-6)
    assert score.allowed == pytest.approx(log(0.75), abs=1e-6)
    assert score.margin == pytest.approx(log(3), abs=1e-6)
    assert score.entropy == pytest.approx(-0.75 * log(0.75) - 0.25 * log(0.25), abs=1e-6)


def test_two_alike_are_a_tie_and_one_alone_is_certain():
    tie = scores_of([0.25, 0.25, 0.25, 0.25], 0, 3)
    assert tie.margin == 0 and tie.entropy == pytest.approx(log(2))
    alone = scores_of([0.25, 0.25, 0.25, 0.25], 2)
    assert alone.margin == CERTAIN and alone.entropy == pytest.approx(0)
