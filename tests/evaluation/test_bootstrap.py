"""One bootstrap for the intervals of the evaluation and for the gate's smaller files."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.evaluation.bootstrap import ratio_interval

CLUSTERS = st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 9)), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("clusters", "draws", "interval"),
    [
        ([(2, 3), (1, 1), (0, 2), (2, 2)], 1000, (0.25, 1.0)),
        ([(-1, 3), (0, 2), (2, 5), (1, 4)], 2000, (-0.2, 0.35294117647058826)),
    ],
)
def test_the_same_counts_have_the_same_interval_for_ever(
    clusters: list[tuple[int, int]], draws: int, interval: tuple[float, float]
) -> None:
    assert ratio_interval(clusters, draws=draws) == interval


@given(CLUSTERS)
def test_the_ends_lie_in_order_among_the_ratios_of_single_clusters(
    clusters: list[tuple[int, int]],
) -> None:
    ratios = [a / b for a, b in clusters]
    low, high = ratio_interval(clusters, draws=100)
    assert min(ratios) <= low <= high <= max(ratios)


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 9)), min_size=2, max_size=3))
def test_the_ends_are_ratios_of_clusters_drawn_whole(clusters: list[tuple[int, int]]) -> None:
    possible = {
        sum(a for a, _ in drawn) / sum(b for _, b in drawn)
        for drawn in combinations_with_replacement(clusters, len(clusters))
    }
    assert set(ratio_interval(clusters, draws=100)) <= possible


@given(CLUSTERS)
def test_what_is_counted_twice_has_twice_the_interval(clusters: list[tuple[int, int]]) -> None:
    doubled = ratio_interval([(2 * a, b) for a, b in clusters], draws=100)
    assert doubled == tuple(2 * end for end in ratio_interval(clusters, draws=100))


def test_without_a_cluster_there_is_no_interval() -> None:
    with pytest.raises(ValueError, match="no cluster"):
        ratio_interval([], draws=100)
