from math import erf, inf, sqrt

import numpy as np
import pytest

from bench.watching import Doc, Promise, Stream, course, drawn, run, stream, streams

PROMISE = Promise()


def _documents(rng: np.random.Generator, n: int, *, times: float = 1) -> list[Doc]:
    """Four values each, some of which fail together; a score says how often they are right, but
    they are ``times`` as often wrong."""

    def value(trouble: float) -> tuple[float, bool]:
        score = 1 / (1 + np.exp(-rng.logistic(3.5, 1.5)))
        luck = 0.5 * (1 + erf((sqrt(0.1) * trouble + sqrt(0.9) * rng.normal()) / sqrt(2)))
        return float(score), bool(luck >= min(1.0, times * (1 - score)))

    made = []
    for _ in range(n):
        trouble = rng.normal()
        values = tuple(value(trouble) for _ in range(4))
        made.append(Doc(f"party {rng.integers(100)}", values))
    return made


@pytest.fixture(scope="module")
def before() -> list[Doc]:
    return _documents(np.random.default_rng(31), 1000)


@pytest.fixture(scope="module")
def after() -> list[Doc]:
    return _documents(np.random.default_rng(32), 1000, times=10)


@pytest.mark.parametrize("share", [0.1, 0.2])
def test_the_watch_is_in_time_and_withdraws_nothing_without_a_change(
    before: list[Doc], after: list[Doc], share: float
) -> None:
    figures = streams(before, after, share=share, seed=33, runs=30)
    assert figures.proven > 0.9
    assert figures.watch_in_time >= 0.95
    assert figures.false_withdrawals <= 0.05


def test_a_change_that_makes_nothing_worse_is_no_change(before: list[Doc]) -> None:
    figures = streams(before, before, share=0.2, seed=34, runs=20)
    assert figures.watch_in_time == figures.again == 0


def test_nothing_proven_is_nothing_accepted(after: list[Doc]) -> None:
    hopeless = [Doc("a", ((0.5, False), (0.5, True)))]
    assert streams(hopeless, after, share=0.1, seed=35, runs=3).proven == 0


def test_automation_goes_on_with_a_stricter_threshold(before: list[Doc], after: list[Doc]) -> None:
    rng = np.random.default_rng(36)
    score = PROMISE.proven(before)
    assert score is not None
    long = stream(drawn(before, 1000, rng), drawn(after, 20000, rng), 0.3, rng)
    scores = course(long, score, PROMISE)
    held = scores.index(inf)
    again = next(at for at in range(held, len(scores)) if scores[at] < inf)
    assert long.changed < held < again
    assert score < scores[again]
    accepted = [right for one in long.documents[again:] for right in one.accepted(scores[again])]
    assert accepted.count(False) <= 0.05 * len(accepted)


def test_only_what_is_keyed_is_watched(before: list[Doc], after: list[Doc]) -> None:
    unseen = Stream((*before, *after), len(before), ())
    assert course(unseen, 0.8, PROMISE) == [0.8] * 2000
    seen = run(unseen, unseen, 0.8, PROMISE)
    assert not (seen.in_time or seen.again or seen.false)


def test_wrong_values_are_counted_from_the_change_on_where_they_are_accepted() -> None:
    one = Doc("a", ((0.9, False), (0.7, False), (0.95, True)))
    assert Stream((one,) * 4, 1, ()).wrong([0.0, 0.8, inf, 0.6]) == 3


def test_documents_are_drawn_whole(before: list[Doc]) -> None:
    found = drawn(before, 402, np.random.default_rng(37))
    assert sum(len(document.values) for document in found) == 404
    assert set(found) <= set(before)
