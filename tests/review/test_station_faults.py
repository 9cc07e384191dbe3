"""What goes wrong beside her: other stations, the database, a bug in one document."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from made_up_station import TEXT, UNSURE, at_work
from textual.events import Paste

from appliance.domain.blockers import Blocker
from appliance.domain.errors import StoreError
from appliance.domain.results import JobState
from appliance.records.reviews import Reviews
from appliance.review.desk import Desk

pytestmark = pytest.mark.asyncio


def broken(desk: Desk, name: str, error: Exception) -> Callable[[], None]:
    """Lets a duty of the desk fail, until what it gives is called."""
    right = getattr(desk, name)

    def fails(*_: object) -> None:
        raise error

    setattr(desk, name, fails)
    return lambda: setattr(desk, name, right)


async def test_two_stations_open_two_documents(shop):
    async with at_work(shop) as she, at_work(shop, shop.desk("two", "Bo")) as he:
        assert (she.name, he.name) == ("R-1.txt", "R-2.txt")
        await she.press("l")
        assert "another station" in she.screen


async def test_a_document_that_another_station_was_quicker_to_open_is_passed_over(shop):
    desk, other = shop.desk(), shop.desk("two", "Bo")
    async with at_work(shop, desk) as she:
        other.open(other.load(other.queue()[1]))
        await she.press("enter", "enter", "enter")
        assert "Nothing waits." not in she.screen
        assert "another station" in she.screen
        assert f"{desk.lease:.0f} seconds" in she.screen


async def test_a_document_that_was_taken_while_she_was_away_is_said_so(shop):
    async with at_work(shop) as she:
        shop.now += 3600
        other = shop.desk("two", "Bo")
        assert other.open(other.load(other.queue()[0]))
        await she.press("tab")
        assert she.name == "R-2.txt"
        assert "R-1.txt is open" in she.screen


async def test_a_late_answer_about_one_document_does_not_take_the_next_from_her(shop):
    async with at_work(shop) as she:
        first = she.app.session.in_hand
        await she.press("s")
        assert she.name == "R-2.txt"
        she.app._opened(first, False)
        she.app._lost(first, StoreError("it is busy"))
        await she.press("enter")
        assert she.name == "R-2.txt" and "busy" not in she.screen
        assert she.app.session.in_hand is not None


async def test_a_refusal_is_not_meant_for_the_document_that_came_instead(shop):
    async with at_work(shop) as she:
        shop.now += 3600
        other = shop.desk("two", "Bo")
        assert other.open(other.load(other.queue()[0]))
        await she.pilot.press("r")
        await she.calm()
        assert she.name == "R-2.txt" and "refused?" not in she.screen
        shop.now += 1
        await she.press("1")
        assert JobState.FAILED not in {job.state for job in shop.store.jobs()}


async def test_where_no_other_is_free_she_is_told_whatever_lay_on_top(shop):
    async with at_work(shop) as she:
        shop.now += 3600
        for name in ("two", "three"):
            other = shop.desk(name, "Bo")
            mine = next(one for one in other.queue() if one.station in (None, "one"))
            assert other.open(other.load(mine))
        await she.pilot.press("question_mark")
        await she.calm()
        assert "another station" in she.screen


async def test_a_document_that_could_not_be_loaded_is_tried_again_later(shop):
    desk = shop.desk()
    mend = broken(desk, "load", StoreError("the database is locked", hint="Try again."))
    async with at_work(shop, desk) as she:
        assert "be opened" in she.screen
        mend()
        she.app._look_again()
        await she.calm()
        assert "be shown" in she.screen
        she.app.session.broken = dict.fromkeys(she.app.session.broken, 0.0)  # a minute later
        she.app._look_again()
        await she.calm()
        assert she.name == "R-1.txt"


async def test_what_she_types_on_when_a_document_is_taken_is_no_command_on_the_next(shop):
    async with at_work(shop) as she:
        await she.press("e", "x")
        shop.now += 3600
        other = shop.desk("two", "Bo")
        assert other.open(other.load(other.queue()[0]))
        for key in "nisrn":
            shop.now += 0.3
            await she.pilot.press(key)
            await she.calm()
        assert she.name == "R-2.txt"
        assert [entry for entry in she.hand.draft.entries if entry.by_clerk] == []
        await she.press("n")
        assert she.text("invoice_number") is None


async def test_an_approval_that_fails_is_told_and_nothing_is_lost(shop):
    desk = shop.desk()
    async with at_work(shop, desk) as she:
        mend = broken(desk, "approve", StoreError("the database is full", hint="Make room."))
        await she.press("enter", "n")
        assert she.name == "R-2.txt"
        assert "not approved" in she.screen
        mend()
        await she.press("enter", "enter")
        assert she.name == "R-1.txt"
        assert she.text("order_number") is None
        await she.press("enter")
        assert {job.state for job in shop.store.jobs()} == {JobState.ACCEPTED}


async def test_keeping_that_fails_is_told(shop):
    desk = shop.desk()
    async with at_work(shop, desk) as she:
        broken(desk, "keep", StoreError("the database is full", hint="Make room."))
        await she.press("enter")
        assert "Make room." in she.screen
        assert she.name == "R-1.txt"


async def test_a_list_that_cannot_be_read_is_told_where_nothing_else_stands(shop):
    desk = shop.desk()
    mend = broken(desk, "queue", StoreError("the database is locked", hint="Try again."))
    async with at_work(shop, desk) as she:
        assert "Try again." in she.screen
        mend()
        she.app._look_again()
        await she.calm()
        assert she.name == "R-1.txt"


async def test_why_the_last_document_cannot_be_opened_is_told(shop):
    desk = shop.desk()
    broken(desk, "load", StoreError("what was read on it is damaged", hint="Read it again."))
    async with at_work(shop, desk) as she:
        assert "be shown" in she.screen
        assert "R-2.txt" in she.screen and "damaged" in she.screen


async def test_a_document_that_cannot_be_opened_is_passed_over(shop):
    desk = shop.desk()
    load = desk.load

    def fails(waiting: object) -> object:
        if "R-1" in str(waiting):
            raise KeyError("a bug")
        return load(waiting)

    desk.load = fails
    async with at_work(shop, desk) as she:
        assert she.name == "R-2.txt"
        assert "R-1.txt" in she.screen and "be opened" in she.screen


async def test_a_bug_that_one_document_meets_costs_that_document_only(shop, monkeypatch):
    async with at_work(shop) as she:
        monkeypatch.setattr(type(she.hand), "decide", lambda *_, **__: 1 / 0)
        await she.press("enter")
        monkeypatch.undo()
        assert she.name == "R-2.txt"
        assert "R-1.txt" in she.screen and "be shown" in she.screen
        await she.press("enter", "enter")
        assert "another station" not in she.screen
    assert JobState.HELD in {job.state for job in shop.store.jobs()}


async def test_what_she_did_is_there_again_after_a_kill(shop):
    async with at_work(shop) as she:
        await she.press("enter", "e", "x")
    async with at_work(shop, shop.desk("three")) as again:
        assert again.name == "R-1.txt"
        assert again.hand.place.fieldtype == "order_number"


async def test_what_was_held_for_a_broken_kind_can_be_read_again_as_that_kind(office):
    office.drop("R-1", UNSURE)
    (job,) = office.store.jobs()
    office.store.hold(job, Blocker("wrong-doctype", "line 3 is wrong"))
    async with at_work(office) as she:
        assert "What kind" in she.screen
        await she.press("1")
        office.work()
        she.app._look_again()
        await she.calm()
        assert she.text("order_number") == "B-4711"


async def test_help_opens_from_the_list_too(shop):
    async with at_work(shop) as she:
        await she.press("l")
        listed = she.screen
        await she.press("question_mark")
        assert "HELP" in she.screen
        await she.press("escape")
        assert she.screen == listed


async def test_who_works_with_the_mouse_keeps_the_document_and_her_time_counts(shop):
    async with at_work(shop) as she:
        for field in ("invoice date", "net total", "tax total", "gross total", "invoice date"):
            shop.now += 49
            await she.click(field)
        other = shop.desk("two", "Bo")
        assert not other.open(other.load(other.queue()[0]))
        await she.press("enter", "enter", "enter")
        (job,) = shop.store.jobs(JobState.ACCEPTED)
        (review,) = Reviews(shop.store).reviews(job)
        assert review.seconds == 5 * 50 + 3


async def test_a_bug_that_a_click_meets_costs_that_document_only(shop, monkeypatch):
    async with at_work(shop) as she:

        def broken(*_: object) -> float:
            monkeypatch.undo()
            return 1 / 0

        monkeypatch.setattr(type(she.hand), "stand", broken)
        await she.click("net total")
        assert she.name == "R-2.txt"


async def test_d1_nothing_of_a_document_or_its_name_drives_the_terminal(office):
    office.drop("R-1", UNSURE, text=TEXT.replace("Musterweg", "Muster\u202eweg\u2066"))
    office.work()
    office.store.database.execute("update jobs set source = ?", ["R\x1b]2;PWNED\x07-\x9b2J.txt"])
    async with at_work(office) as she:
        seen = "".join(she.lines)
        assert "Muster\ufffdweg\ufffd" in seen
        assert "R\ufffd]2;PWNED\ufffd-\ufffd2J.txt" in seen
        await she.press("e", "1")
        she.app.screen.post_message(Paste("\x1bcRE\u200b-7"))
        for keys in ((), ("enter",), ("escape", "l")):
            await she.press(*keys)
            assert all(line.isprintable() for line in she.lines), she.screen
