"""The sums behind the figures of the speed bench."""

import pytest

from bench.peers import Rates
from bench.speed import ratios


def test_seconds_lie_on_a_line_between_two_lengths():
    rates = Rates({100: 100.0, 300: 75.0}, decode=9.0)
    assert rates.seconds(50) == pytest.approx(0.5)
    assert rates.seconds(100) == pytest.approx(1.0)
    assert rates.seconds(200) == pytest.approx(2.5)
    assert rates.seconds(400) == pytest.approx(5.5)  # beyond the last as between the last two


def test_pairs_that_write_another_amount_are_counted_apart():
    def pair(ours, peer, tokens):
        return {"ours": ours, "peer": peer, "tokens": 100, "peer_tokens": tokens}

    found = [pair(1, 2, 100), pair(1, 3, 119), pair(1, 9, 121), pair(1, 9, 79)]
    assert ratios(found, "peer") == (2.5, 2)
