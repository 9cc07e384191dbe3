"""Undo that reaches into another document says so first; what changed nothing leaves nothing."""

from __future__ import annotations

import pytest
from made_up_station import UNSURE, AtWork, Office, Said, at_work

from appliance.domain.results import JobState
from appliance.review.draft.places import FieldRef

pytestmark = pytest.mark.asyncio


@pytest.fixture
def refused(office: Office) -> Office:
    """Two documents wait, the second with rows."""
    office.drop("R-1", UNSURE)
    office.drop("R-2", UNSURE)
    office.work()
    return office


def told(she: AtWork) -> str:
    return " ".join(she.screen.split())


async def test_columns_that_were_taken_unchanged_say_so_and_leave_nothing_to_undo(refused):
    """Third walk, C7: `o` Enter said nothing, and `u` took back another document's refusal."""
    async with at_work(refused, size=(120, 40)) as she:
        await she.press("r", "1")
        assert (she.name, "R-1.txt is refused" in told(she)) == ("R-2.txt", True)
        await she.press("o", "enter")
        assert "Nothing is changed: the rows are as they were." in she.screen
        assert she.hand.draft.last is None
        await she.press("u")
        assert she.name == "R-2.txt"
        assert "Nothing to undo here. u again: R-1.txt, refused at" in told(she)
        assert JobState.FAILED in [job.state for job in refused.store.jobs()]
        await she.press("u")
        assert she.name == "R-1.txt"
        assert "It was refused" in told(she)


async def test_any_other_key_forgets_that_undo_would_reach_into_another_document(refused):
    async with at_work(refused, size=(120, 40)) as she:
        await she.press("r", "1", "tab", "u", "tab", "u")
        assert she.name == "R-2.txt"
        assert "u again: R-1.txt, refused at" in told(she)


async def test_right_after_a_decision_the_line_says_what_undo_takes_back_and_it_does(refused):
    async with at_work(refused, size=(120, 40)) as she:
        await she.press("r", "1")
        assert "u takes it back." in she.screen
        await she.press("u")
        assert she.name == "R-1.txt"


async def test_confirming_once_more_what_is_confirmed_leaves_nothing_to_undo(refused):
    async with at_work(refused) as she:
        await she.press("enter")
        before = she.hand.draft.last
        await she.press("up")
        while she.hand.place != FieldRef("invoice_number"):
            await she.press("up")
        await she.press("enter")
        assert she.name == "R-1.txt" and she.hand.draft.last is before


async def test_where_she_decided_nothing_undo_says_that_there_is_nothing(office):
    office.drop("R-1", Said())
    office.drop("R-2", UNSURE)
    office.work()
    async with at_work(office, size=(120, 40)) as she:
        await she.press("tab", "u")
        assert (she.name, "There is nothing to undo." in told(she)) == ("R-2.txt", True)
