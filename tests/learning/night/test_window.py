"""The night, over midnight, within a day, and through changes of the clock."""

from __future__ import annotations

import time as clock
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.learning.night.due import NightHours

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = NightHours(time(19), time(5))
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
"""At 2:00 it is 3:00; at 3:00 it is 2:00 again."""

hours = st.times(max_value=time(23, 59)).map(lambda hour: hour.replace(second=0, microsecond=0))
windows = st.builds(NightHours, hours, hours)
moments = st.one_of(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    *(
        st.timedeltas(timedelta(days=-2), timedelta(days=2)).map(
            lambda delta, day=day: datetime.combine(day, time(3)) + delta
        )
        for day in (SPRING, AUTUMN)
    ),
).map(lambda moment: moment.replace(tzinfo=UTC))


def local(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=BERLIN, fold=fold)


def closes(window: NightHours, now: datetime, zone: tzinfo | None = None) -> datetime | None:
    night = window.night(now, zone)
    return night[1] if night else None


def told(window: NightHours, now: datetime) -> datetime | None:
    end = closes(window, now, BERLIN)
    return end.astimezone(BERLIN).replace(tzinfo=None) if end else None


@pytest.mark.parametrize(
    ("window", "now", "end"),
    [
        (NIGHT, local(2026, 6, 1, 18, 59), None),
        (NIGHT, local(2026, 6, 1, 19), datetime(2026, 6, 2, 5)),
        (NIGHT, local(2026, 6, 2, 0), datetime(2026, 6, 2, 5)),
        (NIGHT, local(2026, 6, 2, 4, 59), datetime(2026, 6, 2, 5)),
        (NIGHT, local(2026, 6, 2, 5), None),
        (NIGHT, local(2026, 12, 31, 23), datetime(2027, 1, 1, 5)),
        (NightHours(time(12), time(13)), local(2026, 6, 1, 12, 30), datetime(2026, 6, 1, 13)),
        (NightHours(time(12), time(13)), local(2026, 6, 1, 13), None),
        (NightHours(time(0), time(5)), local(2026, 6, 1, 0), datetime(2026, 6, 1, 5)),
        (NightHours(time(19), time(0)), local(2026, 6, 1, 23, 59), datetime(2026, 6, 2)),
        (NightHours(time(19), time(0)), local(2026, 6, 2), None),
        (NightHours(time(7), time(7)), local(2026, 6, 2, 6, 59), datetime(2026, 6, 2, 7)),
        (NightHours(time(7), time(7)), local(2026, 6, 2, 7), datetime(2026, 6, 3, 7)),
        # The end is 5:00 by the clock on the wall, in whichever summer or winter.
        (NIGHT, local(2026, 3, 28, 19), datetime(2026, 3, 29, 5)),
        (NIGHT, local(2026, 10, 25, 2, 30, fold=1), datetime(2026, 10, 25, 5)),
        # 2:30 is left out: what begins or ends then does so an hour later by the clock.
        (
            NightHours(time(19), time(2, 30)),
            local(2026, 3, 29, 3, 29),
            datetime(2026, 3, 29, 3, 30),
        ),
        (NightHours(time(19), time(2, 30)), local(2026, 3, 29, 3, 30), None),
        (NightHours(time(2, 30), time(5)), local(2026, 3, 29, 3, 29), None),
        (NightHours(time(2, 30), time(5)), local(2026, 3, 29, 3, 30), datetime(2026, 3, 29, 5)),
        # 2:30 comes twice: the first is meant.
        (NightHours(time(19), time(2, 30)), local(2026, 10, 25, 2, 30, fold=1), None),
        (NightHours(time(2, 30), time(5)), local(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 5)),
    ],
)
def test_the_night_ends_by_the_clock_on_the_wall(window, now, end):
    assert told(window, now) == end
    assert told(window, now.astimezone(UTC)) == end


@pytest.mark.parametrize(("day", "length"), [(SPRING, 9), (AUTUMN, 11), (date(2026, 6, 1), 10)])
def test_a_change_of_the_clock_makes_a_night_shorter_or_longer(day, length):
    begin, end = NIGHT.night(datetime.combine(day, time(1), tzinfo=BERLIN), BERLIN)
    assert end - begin == timedelta(hours=length)


@given(windows, moments)
def test_now_lies_in_its_night_which_is_at_most_a_day_and_an_hour_long(window, now):
    night = window.night(now, BERLIN)
    if night:
        begin, end = night
        assert begin <= now < end == closes(window, now, BERLIN)
        assert end - begin <= timedelta(hours=25)
        assert window.night(begin, BERLIN) == night


@given(windows, moments)
def test_by_day_the_next_night_is_yet_to_come(window, now):
    opens = window.opens(now, BERLIN)
    assert now < opens <= now + timedelta(hours=49)
    if closes(window, now, BERLIN) is None:
        assert closes(window, opens - timedelta(microseconds=1), BERLIN) is None


@given(windows, moments)
def test_day_and_night_follow_the_clock_where_it_does_not_change(window, now):
    hour = now.time()
    inside = (
        window.begin <= hour < window.end
        if window.begin < window.end
        else hour >= window.begin or hour < window.end
    )
    assert (closes(window, now, UTC) is not None) == inside


@given(hours, moments)
def test_from_an_hour_to_itself_it_is_always_night(hour, now):
    assert closes(NightHours(hour, hour), now, BERLIN) is not None


@given(windows, moments)
def test_the_zone_in_which_now_is_told_does_not_matter(window, now):
    for zone in (BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Kiritimati")):
        assert closes(window, now.astimezone(zone), BERLIN) == closes(window, now, BERLIN)


def test_without_a_zone_it_is_the_machines_own(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    clock.tzset()
    try:
        for now in (local(2026, 3, 29, 1), local(2026, 10, 25, 1), local(2026, 7, 1, 12)):
            assert closes(NIGHT, now) == closes(NIGHT, now, BERLIN)
    finally:
        monkeypatch.undo()
        clock.tzset()
