from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from figures import figures
from hypothesis import example, given
from hypothesis import strategies as st

from appliance.learning.night.due import ENOUGH, MANY, NightDue, NightFacts, NightHours, due

NIGHT = NightHours(time(19), time(5))
FACTS = NightFacts(labels=20, wanted=20, begun=False, ended_at=None, waiting=False)
FIVE = datetime(2026, 3, 4, 5, tzinfo=UTC)
"""When the night of the third ends, and the one of the fourth has not begun."""


def at(hour: float, day: int = 3) -> datetime:
    return datetime(2026, 3, day, tzinfo=UTC) + timedelta(hours=hour)


def asked(now: datetime, **facts: object) -> NightDue:
    return due(now, NIGHT, replace(FACTS, **facts), UTC)


def test_with_enough_labels_one_begins_in_the_window_and_ends_with_it() -> None:
    assert (asked(at(19)).until, asked(at(19)).opens) == (FIVE.timestamp(), None)
    assert figures(asked(at(19)).why) == ["20"]
    assert asked(at(2, day=4)).until == FIVE.timestamp()


def test_beyond_many_labels_nobody_counts_on() -> None:
    assert "or more" not in asked(at(19), labels=MANY - 1).why
    assert asked(at(19), labels=MANY).why == f"{MANY} or more new labelled documents"


def test_by_day_it_is_said_when_one_may_begin() -> None:
    assert (asked(at(12)).until, asked(at(12)).opens) == (None, at(19).timestamp())


def test_one_label_too_few_is_too_few_by_night_and_by_day() -> None:
    missing = asked(at(20), labels=19)
    assert (missing.until, missing.opens) == (None, None) and figures(missing.why) == ["19", "20"]
    assert asked(at(12), labels=19).opens == at(19).timestamp()


def test_a_cut_night_goes_on_whatever_was_labelled() -> None:
    found = asked(at(20), labels=0, begun=True)
    assert (found.until, found.opens) == (FIVE.timestamp(), None) and not figures(found.why)


def test_one_in_a_window_is_enough_however_it_ended() -> None:
    over = asked(at(23), ended_at=at(22).timestamp())
    assert (over.until, over.opens) == (None, at(19, day=4).timestamp())
    assert asked(at(23), ended_at=at(22).timestamp(), begun=True).until is None
    assert asked(at(19, day=4), ended_at=at(22).timestamp()).until is not None
    by_day, ahead = at(18).timestamp(), at(22, day=9).timestamp()
    assert asked(at(19), ended_at=by_day).until is not None
    assert asked(at(19), ended_at=ahead).until is not None


def test_documents_go_first() -> None:
    busy = asked(at(20), waiting=True)
    assert (busy.until, busy.opens) == (None, None) and "documents" in busy.why


def test_none_begins_for_a_few_last_minutes() -> None:
    assert asked(FIVE - ENOUGH).until is not None
    late = asked(FIVE - ENOUGH + timedelta(seconds=1))
    assert (late.until, late.opens) == (None, at(19, day=4).timestamp())


def test_it_is_switched_off_even_for_a_cut_one() -> None:
    off = asked(at(20), wanted=0, begun=True)
    assert (off.until, off.opens) == (None, None)
    assert "labels = 0" in off.why


def test_without_the_libraries_the_next_step_is_said() -> None:
    lacking = asked(at(20), lacking=("torch", "unsloth"), begun=True)
    assert (lacking.until, lacking.opens) == (None, None)
    assert "torch, unsloth" in lacking.why and "[tuning]" in lacking.hint


def test_what_another_home_tuned_needs_neither_labels_nor_libraries() -> None:
    received = {"received": "night-2026-11-01-0a1b2c3d", "labels": 0, "lacking": ("torch",)}
    found = asked(at(20), **received)
    assert found.until == FIVE.timestamp() and "0a1b2c3d" in found.why
    assert asked(at(12), **received).opens == at(19).timestamp()
    assert asked(at(20), **received, waiting=True).until is None
    assert asked(at(20), **received, wanted=0).until is None


HOURS = st.integers(0, 24 * 60 - 1).map(lambda minutes: time(minutes // 60, minutes % 60))
ZONES = st.sampled_from(
    [UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), timezone(timedelta(hours=5.5))]
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, HOURS, HOURS, ZONES)
def test_what_begins_ends_within_a_day_and_what_does_not_may_later(now, begin, end, zone) -> None:
    found = due(now, NightHours(begin, end), FACTS, zone)
    day = timedelta(hours=25).total_seconds()  # in autumn one has so many
    if found.until is not None:
        assert ENOUGH.total_seconds() <= found.until - now.timestamp() <= day
    else:
        assert found.opens is not None and 0 < found.opens - now.timestamp() <= day


@example(  # in New York the clock goes from two to three on 8 March, and 02:01 is 03:01
    datetime(2026, 3, 7, 8, tzinfo=UTC), time(3), time(2, 1), ZoneInfo("America/New_York")
)
@given(MOMENTS, HOURS, HOURS, ZONES)
def test_none_begins_twice_in_a_window(now, begin, end, zone) -> None:
    window = NightHours(begin, end)
    first = due(now, window, FACTS, zone)
    if first.until is None:
        return
    over = replace(FACTS, ended_at=now.timestamp())
    later = datetime.fromtimestamp(first.until - 1, UTC)
    assert due(later, window, over, zone).until is None


@pytest.mark.parametrize("day", [29, 25])
def test_a_change_of_the_clock_moves_no_end(day: int) -> None:
    """On 29 March 2026 Berlin has no 02:30, on 25 October it has two."""
    berlin, month = ZoneInfo("Europe/Berlin"), 3 if day == 29 else 10
    window = NightHours(time(19), time(5))
    begun = datetime(2026, month, day - 1, 20, tzinfo=berlin)
    until = due(begun, window, FACTS, berlin).until
    assert until == datetime(2026, month, day, 5, tzinfo=berlin).timestamp()
