"""What labels brought: where nothing changed none is promised, and little is no reason to say."""

from __future__ import annotations

import random

import pytest

from appliance.promise.learning_curve import ENOUGH, MORE, forecast, stretches
from appliance.records.statistics import BlindDocument


def keyed(number: int, *, begin: float, end: float) -> list[BlindDocument]:
    """Ten values a document, right with a probability that goes from ``begin`` to ``end``."""
    chance = random.Random(3)
    shares = [begin + (end - begin) * at / number for at in range(number)]
    return [
        BlindDocument(3 * at, sum(chance.random() < share for _ in range(10)), 10)
        for at, share in enumerate(shares)
    ]


def test_what_rises_is_told_to_rise_and_its_interval_leaves_nothing_out() -> None:
    found = forecast(keyed(100, begin=0.3, end=0.9), 300)
    assert found and 0 < found.low < found.gain < found.high


def test_where_nothing_changed_the_interval_holds_nothing() -> None:
    found = forecast(keyed(100, begin=0.6, end=0.6), 300)
    assert found and found.low < 0 < found.high


def test_more_than_all_cannot_become_right() -> None:
    found = forecast(keyed(100, begin=0.9, end=1.0), 300)
    assert found and found.high <= 0.05


@pytest.mark.parametrize(("documents", "labels"), [(ENOUGH - 1, MORE), (ENOUGH, MORE - 1), (0, 0)])
def test_of_little_nothing_is_told(documents: int, labels: int) -> None:
    assert forecast(keyed(documents, begin=0.3, end=0.9), labels) is None


def test_where_all_is_right_or_all_is_wrong_nothing_shows_a_trend() -> None:
    for right in (0, 10):
        assert forecast([BlindDocument(at, right, 10) for at in range(100)], MORE) is None


def test_all_that_was_right_is_no_proof_that_all_is() -> None:
    (found,) = stretches([BlindDocument(at, 2, 2) for at in range(10)])
    assert found.right.share == found.right.high == 1 and 0.7 < found.right.low < 0.9


def test_all_evidence_of_one_moment_shows_no_trend() -> None:
    found = forecast([BlindDocument(50, at % 11, 10) for at in range(ENOUGH)], MORE)
    assert found and found.low == found.gain == found.high == 0


def test_stretches_hold_every_document_once() -> None:
    whole = keyed(95, begin=0.3, end=0.9)
    found = stretches(whole)
    assert sum(one.documents for one in found) == 95 and len(found) == 8
    assert sum(one.right.right for one in found) == sum(one.right for one in whole)
    assert all(one.right.low <= (one.right.share or 0) <= one.right.high for one in found)
    assert [one.first for one in found] == sorted(one.first for one in found)
    assert found[-1].last == whole[-1].labels
    assert stretches([]) == [] and len(stretches(whole[:3])) == 1
