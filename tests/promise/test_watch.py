import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.promise import watch as watching
from appliance.promise.watch import WatchResult, watch

PROMISE = 0.95
ASSURANCE = 0.95
STREAMS = 400
SLACK = 2.6 * (0.05 * 0.95 / STREAMS) ** 0.5
"""Above 5 % by so much once in 200 times, were the true share 5 %."""

documents = st.lists(st.lists(st.booleans(), max_size=6), max_size=30)


def _watch(documents: list[list[bool]]) -> WatchResult:
    return watch(documents, PROMISE, assurance=ASSURANCE)


def _stream(
    rng: np.random.Generator, errors: list[float], *, alike: float = 0.0, longest: int = 6
) -> list[list[bool]]:
    """Up to ``longest`` values a document; ``alike`` is their correlation within a document."""
    made = []
    for share in errors:
        chance = share
        if alike:
            spread = 1 / alike - 1
            chance = rng.beta(share * spread, (1 - share) * spread)
        made.append(list(rng.random(rng.integers(0, longest + 1)) >= chance))
    return made


@pytest.mark.parametrize(("alike", "longest"), [(0.0, 1), (0.0, 6), (0.3, 6), (0.6, 25)])
def test_a_promise_that_is_just_kept_alarms_seldom(alike: float, longest: int) -> None:
    rng = np.random.default_rng(11)
    streams = [_stream(rng, [0.05] * 250, alike=alike, longest=longest) for _ in range(STREAMS)]
    alarms = sum(_watch(stream).alarmed is not None for stream in streams)
    assert alarms / STREAMS <= 0.05 + SLACK


def test_values_that_are_wrong_together_are_one_document() -> None:
    """A test of value after value takes them for many witnesses, and alarms too often."""
    rng = np.random.default_rng(12)
    streams = [[[bool(rng.random() >= 0.05)] * 8 for _ in range(200)] for _ in range(STREAMS)]
    apart = [[[right] for document in stream for right in document] for stream in streams]
    alarms = sum(_watch(stream).alarmed is not None for stream in streams)
    naive = sum(_watch(stream).alarmed is not None for stream in apart)
    assert alarms / STREAMS <= 0.05 + SLACK < naive / STREAMS


def test_long_documents_may_be_worse_as_long_as_values_are_right_in_all() -> None:
    """Half of the documents have one value, 1 % wrong; half have four, 6 % wrong."""
    rng = np.random.default_rng(13)

    def document() -> list[bool]:
        n, errors = (1, 0.01) if rng.random() < 0.5 else (4, 0.06)
        return list(rng.random(n) >= errors)

    streams = [[document() for _ in range(250)] for _ in range(STREAMS)]
    alarms = sum(_watch(stream).alarmed is not None for stream in streams)
    assert alarms / STREAMS <= 0.05 + SLACK


@pytest.mark.parametrize("change", [0, 25, 60, 200])
def test_a_change_is_found_within_some_documents_wherever_it_comes(change: int) -> None:
    rng = np.random.default_rng(14)
    errors = [0.025] * change + [0.25] * 60
    found = [_watch(_stream(rng, errors, alike=0.1)) for _ in range(100)]
    late = [one.alarmed - change if one.alarmed is not None else 60 for one in found]
    assert np.median(late) <= 25
    assert np.quantile(late, 0.95) <= 50


def test_a_small_change_is_found_in_the_end() -> None:
    rng = np.random.default_rng(15)
    errors = [0.025] * 50 + [0.1] * 1000
    found = [_watch(_stream(rng, errors)) for _ in range(50)]
    assert all(one.alarmed is not None for one in found)


def test_it_says_where_the_change_began() -> None:
    rng = np.random.default_rng(16)
    found = [_watch(_stream(rng, [0.025] * 60 + [0.25] * 60)) for _ in range(100)]
    off = [abs(one.began - 60) for one in found if one.began is not None]
    assert len(off) > 95
    assert np.median(off) <= 4
    assert np.quantile(off, 0.9) <= 15


def test_nothing_watched_is_nothing_known() -> None:
    assert _watch([]) == WatchResult(1.0, None, None)
    assert _watch([[], [], []]).evidence == pytest.approx(1.0)


def test_one_document_all_wrong_is_no_alarm_and_a_few_are() -> None:
    assert _watch([[False] * 8]).alarmed is None
    found = _watch([[True] * 8] * 30 + [[False] * 8] * 5)
    assert found.alarmed is not None
    assert found.alarmed < 35
    assert found.began == 30


def test_a_stricter_promise_alarms_at_what_a_laxer_one_bears() -> None:
    stream = [[True] * 5] * 5 + [[True] * 4 + [False], *[[True] * 5] * 3] * 20
    assert watch(stream, 0.95, assurance=0.95).alarmed is None
    assert watch(stream, 0.98, assurance=0.95).alarmed is not None


def test_thousands_of_wrong_documents_are_no_number_too_large() -> None:
    assert np.isfinite(watch([[False] * 9] * 3000, 0.99, assurance=0.99).evidence)


@given(documents)
def test_what_comes_later_does_not_change_an_alarm(stream: list[list[bool]]) -> None:
    alarms = [_watch(stream[:seen]).alarmed for seen in range(len(stream) + 1)]
    first = next((one for one in alarms if one is not None), None)
    assert alarms == [one if one is None else first for one in alarms]
    assert first is None or alarms.index(first) == first + 1


@given(documents)
def test_the_money_is_what_each_start_and_each_bet_made_of_its_share(
    stream: list[list[bool]],
) -> None:
    """Reckoned start by start, bet by bet, as the proof has it."""
    soon, whole = watching.SOON, 0.0
    for stake in watching.STAKES:
        for start in range(len(stream)):
            money = soon / ((soon + start) * (soon + start + 1)) / len(watching.STAKES)
            for rights in stream[start:]:
                if rights:
                    share = rights.count(False) / len(rights)
                    money *= 1 + min(stake * len(rights), 0.5) * (share / (1 - PROMISE) - 1)
            whole += money
    whole += soon / (soon + len(stream))
    assert _watch(stream).evidence == pytest.approx(whole)


@given(documents, st.data())
def test_one_more_error_is_never_less_evidence(
    stream: list[list[bool]], data: st.DataObject
) -> None:
    places = [(d, v) for d, rights in enumerate(stream) for v, right in enumerate(rights) if right]
    if places:
        document, value = data.draw(st.sampled_from(places))
        worse = [list(rights) for rights in stream]
        worse[document][value] = False
        assert _watch(worse).evidence >= _watch(stream).evidence
