"""Days of the machine's time zone, also where the clock is set back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from appliance.domain.local_time import at_time, clock_time, day, earlier, midnight


@pytest.fixture
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as changed:
        changed.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


def utc(day: int, hour: int, minute: int = 0, *, month: int) -> float:
    return datetime(2023, month, day, hour, minute, tzinfo=UTC).timestamp()


berlin = pytest.mark.parametrize("zone", ["CET-1CEST,M3.5.0,M10.5.0/3"], indirect=True)
pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone is the system's")


@berlin
def test_a_day_on_which_the_clock_is_changed_begins_at_its_midnight(zone: None) -> None:
    for hour in (0, 1, 12, 21):
        assert midnight(utc(26, hour, month=3)) == utc(25, 23, month=3)
    for hour in (0, 1, 12, 22):
        assert midnight(utc(29, hour, month=10)) == utc(28, 22, month=10)


@pytest.mark.parametrize("zone", ["CST5CDT,M3.2.0/0,M11.1.0/1"], indirect=True)
def test_a_day_whose_first_hour_comes_twice_begins_with_the_first(zone: None) -> None:
    first = utc(5, 4, month=11)
    assert [midnight(first + half * 1800) - first for half in range(6)] == [0] * 6


@berlin
def test_a_moment_of_another_day_is_told_with_its_day(zone: None) -> None:
    now = utc(14, 21, 48, month=11)
    assert (clock_time(now, now=now), at_time(now, now=now)) == ("22:48", "at 22:48")
    assert clock_time(now, now=now + 7200) == "14 Nov 22:48"
    assert at_time(now, now=now + 70 * 86400) == "on 14 Nov 2023 at 22:48"
    assert [day(now, now=now + days * 86400) for days in (0, 1, 70)] == [
        "today",
        "14 Nov",
        "14 Nov 2023",
    ]


@berlin
@pytest.mark.parametrize(
    ("span", "then"),
    [
        ("8y", datetime(2016, 2, 29, 12)),
        ("1y", datetime(2023, 2, 28, 12)),
        ("2m", datetime(2023, 12, 29, 12)),
        ("60d", datetime(2023, 12, 31, 12)),
    ],
)
def test_a_span_is_counted_by_the_calendar(zone: None, span: str, then: datetime) -> None:
    assert earlier(datetime(2024, 2, 29, 12).timestamp(), span) == then.timestamp()


@pytest.mark.parametrize("span", ["", "8", "y", "-8y", "8 y", "8h", "3000y", "99999999999d"])
def test_what_is_no_span_is_refused(span: str) -> None:
    with pytest.raises(ValueError):
        earlier(1e9, span)
