"""A browser is let in for some hours; how fast it may speak."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appliance.review.browser.admission import MOST, QUIET, WHOLE, Admissions
from appliance.review.browser.pace import Pace


class Hours:
    """A clock that stands until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_an_admission_ends_when_nobody_is_at_it() -> None:
    clock = Hours()
    admissions = Admissions(clock=clock)
    said, admission = admissions.admit(None)
    clock.now += QUIET - 1
    admissions.hear(admission)
    clock.now += QUIET - 1
    assert admissions.find(said) is admission
    clock.now += 1
    assert admissions.find(said) is None
    assert admissions.left(admission) == 0


def test_it_ends_at_the_end_of_the_day_whoever_is_at_it() -> None:
    clock = Hours()
    admissions = Admissions(clock=clock)
    said, admission = admissions.admit(None)
    for _ in range(int(WHOLE // 3600)):
        assert admissions.find(said)
        clock.now += 3600
        admissions.hear(admission)
    assert admissions.find(said) is None


def test_a_browser_that_comes_in_anew_leaves_what_it_had() -> None:
    admissions = Admissions()
    first, one = admissions.admit("seat")
    second, other = admissions.admit("seat")
    assert first != second and admissions.find(first) is None
    assert (one.seat, other.seat, admissions.left(one)) == ("seat", "seat", 0)
    assert admissions.find(second) is other


def test_two_new_browsers_have_two_seats() -> None:
    admissions = Admissions()
    seats = {admissions.admit(None)[1].seat for _ in range(MOST)}
    assert len(seats) == MOST


def test_one_too_many_ends_the_one_that_was_quiet_for_longest() -> None:
    clock = Hours()
    admissions = Admissions(clock=clock)
    entered = []
    for _ in range(MOST):
        entered.append(admissions.admit(None))
        clock.now += 1
    admissions.hear(entered[0][1])
    admissions.admit(None)
    assert [bool(admissions.find(said)) for said, _ in entered] == [True, False] + [True] * 14


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(1, 500)), max_size=60))
def test_nobody_is_heard_faster_than_burst_and_rate(said: list[tuple[float, float]]) -> None:
    pace, now, heard = Pace(burst=1000, rate=100), 0.0, 0.0
    for pause, amount in said:
        now += pause
        now += pace.wait(amount, now=now)
        heard += amount
        assert heard <= 1000 + 100 * now + 1e-6


def test_who_speaks_slowly_never_waits() -> None:
    pace = Pace(burst=100, rate=10)
    assert not any(pace.wait(10, now=float(second)) for second in range(1000))
