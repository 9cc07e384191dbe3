"""How long a document was in hand, as it is recorded with the approval."""

from __future__ import annotations

import pytest
from made_up_station import Office, at_work

from appliance.domain.results import JobState
from appliance.records.reviews import Reviews

pytestmark = pytest.mark.asyncio


def recorded(office: Office) -> dict[str, list[float | None]]:
    reviews = Reviews(office.store)
    return {
        job.source: [said.seconds for said in reviews.reviews(job)]
        for job in office.store.jobs()
        if job.state in (JobState.ACCEPTED, JobState.DELIVERED)
    }


async def test_a_long_pause_counts_as_a_minute(shop):
    async with at_work(shop) as she:
        shop.now += 3600
        await she.press("enter", "enter")
    assert recorded(shop) == {"R-1.txt": [60 + 1]}


async def test_what_was_left_for_later_counts_from_its_first_second(shop):
    async with at_work(shop) as she:
        shop.now += 20
        await she.press("tab", "s")  # 22 s
        shop.now += 30
        await she.press("enter", "enter")  # 32 s
        shop.now += 10
        await she.press("enter", "enter")  # R-1 again: 12 s
    assert recorded(shop) == {"R-1.txt": [22 + 12], "R-2.txt": [32]}


async def test_opened_again_it_counts_from_then_on(shop):
    async with at_work(shop) as she:
        shop.now += 20
        await she.press("enter", "enter", "u")
        assert she.name == "R-1.txt"
        shop.now += 5
        await she.press("n")
    assert recorded(shop) == {"R-1.txt": [22, 6]}
