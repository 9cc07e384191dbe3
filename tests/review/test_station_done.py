"""What is done: found again in the list, opened again, taken back; and who did it."""

from __future__ import annotations

from contextlib import closing

import pytest
from made_up_station import HEADER, KINDS, UNSURE, AtWork, Office, Said, at_work

from appliance.domain.local_time import clock_time
from appliance.domain.results import JobState
from appliance.records.evidence import RETIRES_AFTER, SamplingPlan
from appliance.records.labels import Labels
from appliance.records.reviews import Reviews

pytestmark = pytest.mark.asyncio

DAY = 86400.0
KEYED = [key for text in HEADER.values() for key in (*text.format(number="R-1"), "enter")]


def revisions(office: Office, docid: str) -> int:
    return sum(len(office.store.deliveries(job)) for job in office.store.find(docid))


def line(she: AtWork, name: str) -> str:
    return next(line for line in she.lines[2:-1] if name in line)


def told(she: AtWork) -> str:
    """The line for her, under a document or on the screen where none is."""
    return " ".join(she.screen.split())


async def approve(she: AtWork) -> None:
    """All that is in hand, as it stands."""
    name = she.app.session.in_hand and she.name
    while she.app.session.in_hand and she.name == name:
        await she.press("enter")


async def test_b6_what_is_done_today_is_listed_with_its_state_time_and_clerk(shop):
    """B6."""
    async with at_work(shop, size=(120, 40)) as she:
        await approve(she)
        shop.work()
        delivered = clock_time(shop.now, now=shop.now)
        await she.press("l")
        assert "done today  1" in she.screen
        assert f"delivered {delivered} by Anna" in line(she, "R-1.txt")
        await she.press("escape", "r", "1", "l")
        assert "done today  2" in she.screen
        assert "refused" in line(she, "R-2.txt") and "by Anna" in line(she, "R-2.txt")
        assert "1 approved, 1 refused today" in she.screen


async def test_b6_enter_opens_what_was_delivered_and_a_change_is_sent_as_a_correction(shop):
    """B6, C3."""
    docid = shop.store.find("")[0].docid
    async with at_work(shop) as she:
        await approve(she)
        shop.work()
        await she.press("l", "down", "enter")
        assert she.name == "R-1.txt"
        assert f"Delivered already at {clock_time(shop.now, now=shop.now)}. What" in told(she)
        await she.press("escape", "e", *"X-99", "enter")
        await approve(she)
    shop.work()
    assert revisions(shop, docid) == 2


async def test_b6_what_is_opened_and_approved_without_a_change_is_not_delivered_again(shop):
    """B6."""
    docid = shop.store.find("")[0].docid
    async with at_work(shop, size=(140, 40)) as she:
        await approve(she)
        shop.work()
        await she.press("l", "down", "enter")
        await approve(she)
        assert "R-1.txt is approved and stays as it was delivered. u takes it back." in told(she)
        (job,) = shop.store.find(docid)
        assert job.state is JobState.DELIVERED, "the daemon has nothing to do"
        shop.work()
        await she.press("l")
        assert "delivered" in line(she, "R-1.txt") and ", approved" in line(she, "R-1.txt")
    (job,) = shop.store.find(docid)
    assert (job.state, revisions(shop, docid)) == (JobState.DELIVERED, 1)
    assert docid not in [one.job.docid for one in shop.desk().queue()]


async def test_b6_what_the_appliance_delivered_itself_is_opened_and_corrected(office):
    """B6."""
    docid = office.drop("R-1", Said())
    office.work()
    async with at_work(office, size=(120, 40)) as she:
        assert "Nothing waits." in she.screen
        await she.press("l")
        assert "by the appliance" in line(she, "R-1.txt")
        await she.press("enter")
        assert she.name == "R-1.txt"
        assert "sent as a correction" in told(she)
        await she.press("escape", "e", *"Bolt Ltd", "enter")
        await approve(she)
    office.work()
    assert revisions(office, docid) == 2


async def test_b6_another_station_opens_it_after_this_one_was_closed(shop):
    """B6."""
    async with at_work(shop) as she:
        await approve(she)
    async with at_work(shop, shop.desk("two", "Bo")) as he:
        await he.press("l", "down", "enter")
        assert he.name == "R-1.txt"
        assert "It was approved at" in told(he) and "It waits again" in told(he)


async def test_b6_u_after_a_restart_opens_what_was_done_last_at_this_seat(shop):
    """B6."""
    async with at_work(shop) as she:
        await approve(she)
        await approve(she)
    async with at_work(shop) as again:
        await again.press("u")
        assert "u again: R-2.txt, approved at" in told(again)
        assert not again.app.session.in_hand, "it only says so"
        await again.press("u")
        assert again.name == "R-2.txt"
        while again.hand.draft.last is not None:  # first what she did in it
            await again.press("u")
        await again.press("u")
        assert "u again: R-1.txt, approved at" in told(again)
        while again.name == "R-2.txt":
            await again.press("u")
        assert again.name == "R-1.txt"


async def test_b6_u_takes_back_nothing_of_another_clerk_or_seat(shop):
    """B6."""
    async with at_work(shop) as she:
        await approve(she)
    for desk in (shop.desk("one", "Bo"), shop.desk("two", "Anna")):
        async with at_work(shop, desk) as other:
            await other.press("u")
            assert "nothing to undo" in told(other)


async def test_b6_a_refused_document_is_opened_from_the_list_with_its_reason(shop):
    """B6."""
    async with at_work(shop) as she:
        await she.press("r", "3", "l", "down", "enter")
        assert she.name == "R-1.txt"
        assert "It was refused at" in told(she) and ": a page is missing." in told(she)
    assert not list((shop.folder / "failed").iterdir())


async def test_b6_a_search_finds_what_was_done_on_another_day(shop):
    """B6."""
    shop.drop("R-3", Said())
    async with at_work(shop) as she:
        await approve(she)
        shop.work()
    day = clock_time(shop.now, now=shop.now + DAY).rpartition(" ")[0]
    shop.now += DAY
    async with at_work(shop, size=(120, 40)) as she:
        await she.press("l")
        assert "R-1.txt" not in she.screen
        await she.press("slash", *"r-1")
        assert f"delivered {day} " in line(she, "R-1.txt")
        assert "R-3.txt" not in she.screen
        await she.press(*["backspace"] * 3, *"delivered")
        assert "R-3.txt" in she.screen
        await she.press(*["backspace"] * 9, *"r-1")
        await she.press("enter", "enter")
        assert she.name == "R-1.txt"
        assert f"on {day} at" in told(she)


async def test_b6_what_failed_by_itself_says_why_it_cannot_be_opened(office):
    """B6."""
    office.drop("R-1", UNSURE)
    (job,) = office.store.jobs()
    office.store.fail(job, reason="it is empty")
    async with at_work(office) as she:
        await she.press("l", "slash", *"r-1", "enter")
        assert "could not be processed" in line(she, "R-1.txt")
        await she.press("enter")
        assert "R-1.txt cannot be opened: it has failed" in told(she)


async def test_b6_what_cannot_be_shown_any_more_stays_delivered(shop, monkeypatch):
    """B6."""
    async with at_work(shop, size=(120, 40)) as she:
        await approve(she)
        shop.work()
        (job, *_) = shop.store.jobs()
        monkeypatch.setitem(KINDS, "invoice", None)
        await she.press("l", "down", "enter")
        assert "R-1.txt cannot be opened: its kind cannot be used any more." in told(she)
        assert shop.store.find(job.docid)[0].state is JobState.DELIVERED
        monkeypatch.undo()
        shop.store.database.execute(
            "update documents set document = '{' where docid = ?", [job.docid]
        )
        await she.press("l", "down", "enter")
        assert "what was read on it is damaged" in told(she)
        assert shop.store.find(job.docid)[0].state is JobState.DELIVERED


async def test_b6_a_test_that_is_opened_again_is_compared_and_not_typed_again(tmp_path):
    """B6."""
    evidence = SamplingPlan(first=1, until=1, then=1)
    with closing(Office(tmp_path, evidence=evidence, whole=True)) as office:
        docid = office.drop("R-1", Said(rows=()))
        office.work()
        async with at_work(office) as she:
            await she.press("l")
            assert "done today  1" not in she.screen, "that it was delivered tells of the answer"
            await she.press("escape", *KEYED, "f4", "enter", "enter")
        async with at_work(office) as again:
            await again.press("u", "u")
            assert again.name == "R-1.txt"
            assert again.hand.draft.phase != "blind"
            await approve(again)
        (job,) = office.store.find(docid)
        reviews = Reviews(office.store).reviews(job)
        assert [review.blind for review in reviews] == [True, True]
        keyed = {one.keyed for one in Reviews(office.store).corrections(job)}
        assert "119.00" in keyed


async def test_b6_a_test_that_is_opened_after_it_has_left_the_sample_is_as_she_left_it(tmp_path):
    """B6: its rows are counted otherwise than those of a document that nobody typed."""
    evidence = SamplingPlan(first=1, until=1, then=1)
    with closing(Office(tmp_path, evidence=evidence, whole=True)) as office:
        docid = office.drop("R-1", Said())
        office.work()
        async with at_work(office) as she:
            await she.press(*KEYED, *"Hex", "enter", *"200", "enter", *"0.10", "enter")
            await she.press(*"20.00", "enter", "enter", "enter", "escape", *["enter"] * 4)
            await approve(she)
        before = Reviews(office.store).corrections(office.store.find(docid)[0])
        labels = Labels(office.store)
        for _ in range(RETIRES_AFTER):
            labels.decided("a", "b", "kept", "", [(docid, "invoice")], now=office.now)
        assert not labels.evidence_keys()
        async with at_work(office) as again:
            await again.press("l", "enter")
            assert again.text("quantity", 0) == "200" and len(again.hand.draft.rows) == 3
            await approve(again)
        assert Reviews(office.store).corrections(office.store.find(docid)[0]) == before


async def test_c1_a_change_of_kind_is_asked_and_undone_with_what_was_typed(shop):
    async with at_work(shop) as she:
        await she.press("e", *"R-9", "enter")
        place = she.hand.place
        await she.press("t", "enter", "enter")
        assert "What kind" in she.screen, "Enter alone chooses nothing"
        await she.press("1", "enter", "enter")
        assert "Read R-1.txt as" in she.screen, "Enter alone answers nothing"
        await she.press("escape")
        assert (she.name, she.hand.place) == ("R-1.txt", place)
        await she.press("t", "1", "1")
        assert she.name == "R-2.txt"
        assert {job.doctype for job in shop.store.find("")} == {"note", "invoice"}
        await she.press("u")
        assert she.name == "R-1.txt"
        assert "R-9" in she.screen
        assert {job.doctype for job in shop.store.find("")} == {"invoice"}
        assert states(shop) == {JobState.HELD}


async def test_c1_what_was_read_as_the_new_kind_is_brought_back_too(shop):
    async with at_work(shop) as she:
        await she.press("t", "1", "1")
        shop.shop.said["R-1"] = Said(unsure=("supplier_name",))
        shop.work()
        (note,) = (job for job in shop.store.jobs() if job.doctype == "note")
        assert note.state is JobState.HELD
        await she.press("u")
        assert she.name == "R-1.txt"
        assert "of the kind that it was" in told(she)
        assert {job.doctype for job in shop.store.find("")} == {"invoice"}


async def test_a9_what_went_on_as_the_new_kind_is_not_taken_back(shop):
    async with at_work(shop) as she:
        await she.press("t", "1", "1")
        shop.work()
        await she.press("u")
        assert "That cannot be undone: open it and press t" in told(she)
        assert she.name == "R-2.txt"


async def test_a9_c14_what_is_read_again_stays_in_the_list_also_while_the_daemon_is_stopped(shop):
    """A9, C14."""
    desk = shop.desk()
    async with at_work(shop, desk, size=(120, 40)) as she:
        await she.press("t", "1", "1", "l")
        assert "being read again as note" in line(she, "R-1.txt")
        assert "by Anna" in line(she, "R-1.txt")
        desk.running = lambda: False
        await she.press("escape", "l")
        assert "waits for the appliance, which is not running" in line(she, "R-1.txt")
        await she.press("down", "enter")
        assert "R-1.txt cannot be opened: it is being read again." in told(she)


async def test_c1_an_approval_is_said_and_names_the_key_that_takes_it_back(shop):
    """C1."""
    async with at_work(shop, keys={"undo": "z"}) as she:
        await approve(she)
        assert she.name == "R-2.txt"
        assert "R-1.txt is approved. z takes it back." in she.screen
        await approve(she)
        assert "R-2.txt is approved. z takes it back." in she.screen


async def test_c7_an_approval_that_another_station_forestalled_says_so_in_one_short_line(shop):
    """C7."""
    async with at_work(shop) as she:
        await she.press("enter", "enter", "l", "down", "enter")
        assert (she.name, she.hand.approving) == ("R-1.txt", True)
        shop.now += 130
        other = shop.desk("two", "Bo")
        assert other.open(other.load(other.queue()[0]))
        since = clock_time(shop.now, now=shop.now)
        await approve(she)
        assert f"R-1.txt was not approved: it is open at another station since {since}. " in told(
            she
        )


async def test_c7_what_was_not_approved_says_in_whose_hands_it_is(shop):
    """C7."""
    desk = shop.desk()
    async with at_work(shop, desk) as she:
        loaded = she.app.session.in_hand
        shop.now += 130
        other = shop.desk("two", "Bo")
        assert other.open(other.load(other.queue()[0]))
        since = clock_time(shop.now, now=shop.now)
        with pytest.raises(Exception) as caught:
            desk.reject(loaded, "torn")
        she.app._not_done(loaded, "approved", caught.value)
        await she.calm()
        said = f"R-1.txt was not approved: it is open at another station since {since}. "
        assert said in told(she)
        other.leave()
        she.app._not_done(loaded, "approved", caught.value)
        await she.calm()
        assert "It waits" in told(she)


async def test_c7_a_station_that_loses_its_document_is_told_without_a_key(shop):
    """C7."""
    async with at_work(shop) as she:
        shop.now += 130
        other = shop.desk("two", "Bo")
        assert other.open(other.load(other.queue()[0]))
        since = clock_time(shop.now, now=shop.now)
        she.app._look_again()
        await she.calm()
        assert she.name == "R-2.txt"
        assert f"R-1.txt is open at another station since {since}." in told(she)
        await she.pilot.press("n")
        await she.calm()
        assert she.text("order_number") is not None and not she.hand.entry.by_clerk, (
            "no key of hers"
        )
        shop.now += 130
        since = clock_time(shop.now, now=shop.now)
        assert other.open(other.load(next(one for one in other.queue() if "R-2" in one.job.source)))
        she.app._look_again()
        await she.calm()
        assert f"R-2.txt is open at another station since {since}" in told(she)


async def test_c7_a_search_is_not_cut_off_when_the_document_behind_it_is_lost(shop):
    """C7."""
    async with at_work(shop) as she:
        await she.press("slash", "r")
        shop.now += 130
        other = shop.desk("two", "Bo")
        assert other.open(other.load(other.queue()[0]))
        she.app._look_again()
        await she.press("-", "2")
        assert "SEARCH" in she.screen and "R-2.txt" in she.screen


@pytest.mark.parametrize("where", [(), ("l",), ("s", "s")], ids=["field", "list", "idle"])
async def test_c9_another_clerk_says_her_name_and_her_work_is_hers(office, where):
    """C9."""
    docid = office.drop("R-1", UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press(*where, "c")
        assert "Who is at this station?" in she.screen
        assert "What you decide is kept under this name." in told(she)
        await she.press("escape", "c", *"Bea", "enter")
        if where == ("l",):
            await she.press("escape")
        assert "Bea" in she.lines[0]
        await approve(she)
    (job,) = office.store.find(docid)
    assert [review.clerk for review in Reviews(office.store).reviews(job)] == ["Bea"]
    assert office.desk().known_clerks() == ("Bea",)


async def test_c9_after_four_hours_without_a_key_the_name_is_asked_again(shop):
    """C9."""
    async with at_work(shop) as she:
        shop.now += 4 * 3600
        await she.press("n")
        assert "Who is at this station?" in she.screen and "1 Anna" in told(she)
        await she.press("enter")
        assert "Who is at this station?" in she.screen, "a digit, not Enter alone"
        await she.press("1")
        assert she.name == "R-1.txt"
        assert she.text("order_number") is not None, "the key only asked"
        shop.now += 4 * 3600
        await she.press("enter", *"Bea", "enter")
        assert "Bea" in she.lines[0]


async def test_c9_who_leaves_without_saying_her_name_was_not_the_clerk_of_before(shop):
    """C9."""
    shop.desk().introduce("Anna")
    async with at_work(shop) as she:
        await she.press("n")
        there = shop.now
        shop.now += 4 * 3600
        await she.press("n", "ctrl+q")
    (seat,) = shop.store.database.rows("select clerk, seen_at from stations")
    assert seat == {"clerk": "Anna", "seen_at": there}


async def test_c9_a_document_that_comes_after_hours_is_not_shown_before_the_name_is_said(office):
    """C9."""
    async with at_work(office) as she:
        office.now += 5 * 3600
        office.drop("R-1", UNSURE)
        office.work()
        she.app._look_again()
        await she.calm()
        assert "Who is at this station?" in she.screen
        assert [one.station for one in office.desk("two").queue()] == [None]
        await she.press("1")
        assert she.name == "R-1.txt"


async def test_no_pace_stands_above_a_document_and_one_opened_again_is_no_other(shop):
    """D4."""
    async with at_work(shop) as she:
        await approve(she)
        await she.press("u")
        await approve(she)
        assert " s a document" not in she.lines[0]
        assert "2 of 2" in she.lines[0]
        await she.press("l")
        assert "1 approved today" in she.screen and "min left" in she.screen


def states(office):
    return {job.state for job in office.store.jobs()}
