"""A file of several papers at the station: it says which pages, and a clerk decides by keys."""

from __future__ import annotations

import pytest
from made_up_station import TEXT, Office, Said, at_work

from appliance.domain.results import JobState

pytestmark = pytest.mark.asyncio

SECOND = TEXT.replace("{number}", "R-2222").replace("17.01.2025", "18.01.2025")
STACK = TEXT.replace("{number}", "R-1111") + "\f" + SECOND


@pytest.fixture
def stack(office: Office) -> Office:
    """A file of two invoices waits; the model is sure of all that the first one says."""
    office.drop("R-1111", Said(), text=STACK)
    office.work()
    return office


def states(office: Office) -> list[JobState]:
    return [job.state for job in office.store.jobs()]


def told(she) -> str:
    """All words of the screen's right half, in one line."""
    return " ".join(" ".join(line.partition("│")[2] for line in she.lines).replace("▌", "").split())


async def test_the_station_names_the_pages_and_enter_takes_it_as_one_paper(stack: Office) -> None:
    assert states(stack) == [JobState.HELD]
    async with at_work(stack) as she:
        assert "Pages 1 and 2 each seem to begin a paper" in told(she)
        assert "refuse this file" in told(she)
        await she.press("enter", "enter")
        assert "R-1111.txt is approved" in she.screen
    stack.work()
    assert states(stack) == [JobState.DELIVERED]
    assert len(list(stack.outbox.folder.glob("[!.]*/*.json"))) == 1


async def test_the_list_says_why_it_waits(stack: Office) -> None:
    async with at_work(stack) as she:
        await she.press("l")
        assert "several papers" in she.screen
