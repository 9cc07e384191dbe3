"""The keys of a field, pressed: what becomes of the document, and which comes next."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest
from figures import figures
from made_up_station import HEADER, KINDS, ROWS, TEXT, Office, Said, at_work, keyed
from small_viewer import Grey
from textual import events

from appliance.domain.corrections import CorrectionKind
from appliance.domain.results import JobState
from appliance.records.evidence import SamplingPlan
from appliance.records.reviews import Reviews
from appliance.review.draft.places import FieldRef
from appliance.review.editor.commands import WHY_REFUSED
from appliance.review.editor.standing import Mode
from appliance.review.pictures.sheets import Pictures
from appliance.review.pictures.view import PictureView
from appliance.review.widgets.form import Options

pytestmark = pytest.mark.asyncio

TWO_UNSURE = Said(
    unsure=("invoice_number", "order_number"), runners_up={"order_number": ("B-4711", "R-1")}
)
TWO_ORDERS = TEXT.replace("B-4711", "B-4711, B-4712")


def state(office: Office, docid: str) -> JobState:
    (job,) = office.store.find(docid)
    return job.state


def page(shown: str) -> tuple[int, int]:
    """Its number, and how many there are."""
    found = re.search(r"page (\d+) of (\d+)", shown)
    assert found, shown
    return int(found[1]), int(found[2])


def kinds(office: Office, docid: str) -> dict[str, CorrectionKind]:
    (job,) = office.store.find(docid)
    return {
        one.fieldtype: one.kind
        for one in Reviews(office.store).corrections(job)
        if one.line_item_id is None
    }


async def test_enter_goes_to_what_needs_her_and_behind_the_last_to_the_next_document(office):
    first, second = office.drop("R-1", TWO_UNSURE), office.drop("R-2", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        assert (she.name, she.hand.place) == ("R-1.txt", FieldRef("invoice_number"))
        await she.press("enter")
        assert she.hand.place == FieldRef("order_number")
        await she.press("enter")
        assert (she.name, she.hand.place) == ("R-2.txt", FieldRef("invoice_number"))
    assert (state(office, first), state(office, second)) == (JobState.ACCEPTED, JobState.HELD)
    assert kinds(office, first)["order_number"] is CorrectionKind.CONFIRMED


async def test_enter_is_not_heard_while_a_document_has_just_opened(office):
    office.drop("R-1", Said(unsure=("order_number",)))
    office.drop("R-2", Said(unsure=("order_number",)))
    office.work()
    async with at_work(office) as she:
        await she.hurry("enter", gap=0.0)
        assert (she.name, she.hand.entry.needs) == ("R-1.txt", True)
        await she.hurry("enter", gap=0.8)
        assert (she.name, she.hand.entry.needs) == ("R-2.txt", True)
        await she.hurry("enter", gap=0.8)
        assert "Nothing waits." in she.screen


async def test_tab_goes_through_every_field_and_cell_and_back(office):
    office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press("shift+tab")
        assert she.hand.place == FieldRef("supplier_name")
        stops = len(HEADER) + len(ROWS) * 4 + 1
        seen = set()
        for _ in range(stops):
            seen.add(she.hand.place)
            await she.press("tab")
        assert len(seen) == stops
        assert she.hand.place == FieldRef("supplier_name")


async def test_the_numbers_take_what_is_offered(office):
    office.drop(
        "R-1", Said(wrong={"order_number": "20095"}, unsure=("order_number",)), text=TWO_ORDERS
    )
    office.work()
    async with at_work(office) as she:
        assert she.hand.entry.choices == ("B-4711", "B-4712")
        await she.press("2")
    assert keyed(office, "R-1.txt")["order_number"] == "B-4712"


async def test_n_says_that_it_is_not_on_the_document(office):
    docid = office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press("enter", "n")
    assert kinds(office, docid)["order_number"] is CorrectionKind.REMOVED


async def test_i_says_that_nobody_can_read_it(office):
    docid = office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        while she.hand.place != FieldRef("order_number"):
            await she.press("tab")
        await she.press("i")
        assert "unreadable" in she.screen
        await she.press("enter")
    assert kinds(office, docid)["order_number"] is CorrectionKind.ILLEGIBLE


async def test_s_leaves_a_document_for_later_and_it_comes_again_at_the_end(office):
    office.drop("R-1", TWO_UNSURE)
    office.drop("R-2", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press("enter", "s")
        assert she.name == "R-2.txt"
        assert "R-1.txt" in she.screen
        await she.press("enter", "enter")
        assert she.name == "R-1.txt"
        assert she.hand.place == FieldRef("order_number"), "what she had done was kept"


async def test_r_refuses_a_document_for_a_reason_from_the_list(office):
    docid = office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press("r")
        assert "refused?" in she.screen
        await she.press("3")
    assert state(office, docid) is JobState.FAILED
    (job,) = office.store.find(docid)
    assert Reviews(office.store).reviews(job)[-1].reason == WHY_REFUSED[2]


async def test_a_reason_is_taken_with_the_mouse(office):
    docid = office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press("r")
        await she.click("a page is missing")
    (job,) = office.store.find(docid)
    assert Reviews(office.store).reviews(job)[-1].reason == "a page is missing"


async def test_r_takes_a_reason_in_her_own_words_and_escape_changes_nothing(office):
    docid = office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press("r", "x", "escape")
        assert state(office, docid) is JobState.HELD
        await she.press("r", *"wet 3x", "backspace", "enter")
    (job,) = office.store.find(docid)
    assert Reviews(office.store).reviews(job)[-1].reason == "wet 3"


async def test_her_own_reason_is_edited_like_any_line_and_what_is_pasted_drives_no_terminal(office):
    docid = office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press("r", "up", *"we", "left", "left", "t", "o", "space", "end")
        she.app.screen.post_message(events.Paste("\x1bcall"))
        await she.calm()
        assert all(line.isprintable() for line in she.lines)
        await she.press("enter")
    (job,) = office.store.find(docid)
    assert Reviews(office.store).reviews(job)[-1].reason == "to we\ufffdcall"


async def test_u_undoes_what_she_did_last(office):
    office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press("enter", "n", "u")
        assert she.text("order_number") == "B-4711"
        await she.press("u")
        assert she.hand.place == FieldRef("invoice_number")
        assert not she.hand.entry.by_clerk


async def test_u_with_nothing_to_undo_opens_the_document_done_last_also_when_delivered(office):
    docid = office.drop("R-1", TWO_UNSURE)
    office.drop("R-2", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press("u")
        assert "to undo" in she.screen
        await she.press("enter", "enter")
        office.work()
        assert state(office, docid) is JobState.DELIVERED
        await she.press("u")
        assert she.name == "R-1.txt"
        assert "sent as a correction" in she.screen
        await she.press("escape", "e", *"X-99", "enter")
        while she.name == "R-1.txt":
            await she.press("enter")
        assert she.name == "R-2.txt"
    office.work()
    (job,) = office.store.find(docid)
    assert [one.revision for one in office.store.deliveries(job)] == [1, 2]


async def test_u_takes_a_refusal_back(office):
    docid = office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press("r", "1")
        assert "Nothing waits." in she.screen
        await she.press("u")
        assert she.name == "R-1.txt"
    assert state(office, docid) is JobState.HELD


async def test_t_gives_a_document_another_kind(office):
    docid = office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press("t")
        assert "What kind" in she.screen
        await she.press("1", "1")
        assert "Nothing waits." in she.screen
    (job,) = office.store.find(docid)
    assert (job.doctype, job.state) == ("note", JobState.ARRIVED)


async def test_two_kinds_of_one_title_are_told_apart(office, monkeypatch):
    for name in ("note", "slip"):
        monkeypatch.setitem(KINDS, name, replace(KINDS["note"], name=name, title="Delivery"))
    docid = office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press("t")
        assert "Delivery (note)" in she.screen and "Delivery (slip)" in she.screen
        await she.press("1", "1")
    (job,) = office.store.find(docid)
    assert job.doctype == "note"


async def test_a_document_of_unknown_kind_asks_for_it_with_arrows_too(office):
    docid = office.drop("R-1", kind="")
    office.work()
    async with at_work(office) as she:
        assert "What kind" in she.screen
        await she.press("down", "up", "down", "enter")
    (job,) = office.store.find(docid)
    assert (job.doctype, job.state) == ("note", JobState.ARRIVED)


async def test_an_arrow_that_comes_before_the_choices_are_drawn_does_no_harm(office):
    office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press("t")
        asking = she.app.screen
        asking.query_one(Options).mark(None)  # as before the first draw
        await she.press("down", "up")
        assert she.app.screen is asking
        await she.press("escape")
        assert she.name == "R-1.txt"


async def test_a_document_of_no_kind_is_refused_or_left(office):
    docid = office.drop("R-1", kind="")
    office.work()
    async with at_work(office) as she:
        await she.press("escape")
        assert state(office, docid) is JobState.HELD
        assert "What kind" in she.screen, "nothing else waits"
        await she.press("3")
    assert state(office, docid) is JobState.FAILED


async def test_p_says_that_there_are_no_pictures_where_there_are_none(office):
    office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press("p")
        assert "no pictures" in she.screen


async def test_p_shows_the_page_as_a_picture_and_page_keys_and_wheel_turn_it(office):
    office.drop("R-1", TWO_UNSURE, text="{number}\n" + "line\n" * 40 + "\fthe end\n")
    office.work()
    with Pictures(Grey()) as pictures:
        async with at_work(office, picture=partial(PictureView, pictures, "text")) as she:
            assert "p picture" in she.screen
            await she.press("p")
            assert figures(she.lines[0])[-4:] == ["1", "2", "1", "1"]
            await she.press("pagedown")
            assert page(she.lines[0]) == (2, 2)
            up = [events.MouseScrollUp]
            await she.pilot._post_mouse_events(up, offset=(10, 10), button=0)
            await she.calm()
            assert page(she.lines[0]) == (1, 2)
            await she.press("p")
            assert page(she.lines[2]) == (1, 2)


async def test_the_keys_for_which_the_last_line_has_no_room_stand_above_it(office):
    office.drop("R-1", TWO_UNSURE)
    office.drop("R-2", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        assert "p picture" not in she.screen
        await she.click("s later")
        assert she.name == "R-2.txt"
        assert she.lines[-2].startswith(" R-1.txt ")
        await she.press("tab")
        assert "l list" in she.lines[-2]
    async with at_work(office, size=(200, 60)) as she:
        assert "l list" in she.lines[-1]
        assert not she.lines[-2]


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_q_leaves_and_what_was_in_hand_is_free(office, key):
    office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press("enter")
        await she.press(key)
        assert not she.app.is_running
    (waiting,) = office.desk("two").queue()
    assert waiting.station is None


async def test_her_name_is_asked_once(office):
    office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office, office.desk(clerk="")) as she:
        assert "Who is" in she.screen
        await she.press(*"Bo 2", "enter")
        assert she.name == "R-1.txt"
        assert "Bo 2" in she.lines[0]
    assert office.desk().known_clerks() == ("Bo 2",)


async def test_a_second_terminal_asks_who_sits_there_and_enter_alone_names_nobody(office):
    """Third walk, C4: it started as the last clerk, without a question."""
    office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office, office.desk(clerk="")) as she:
        await she.press(*"Anna", "enter")
        assert "Anna" in she.lines[0]
        async with at_work(office, office.desk("two", "")) as he:
            assert "Who is at this station?" in he.screen and "1  Anna" in he.screen
            await he.press("enter", "enter")
            assert "Who is at this station?" in he.screen
            await he.press(*"Bo", "enter")
            assert office.desk("three").known_clerks() == ("Bo", "Anna")
    async with at_work(office, office.desk(clerk="")) as again:
        assert "Who is at this station?" in again.screen
        await again.press("1")
        assert "Anna" in again.lines[0], "a digit is enough"


async def test_keys_can_be_changed_in_the_settings(office):
    office.drop("R-1", TWO_UNSURE)
    office.work()
    async with at_work(office, keys={"accept": "space", "absent": "x"}) as she:
        await she.press("enter", "n")
        assert she.hand.place == FieldRef("invoice_number")
        await she.press("space")
        assert she.hand.place == FieldRef("order_number")
        assert "space accept" in she.lines[-1]
        await she.press("x")
        assert she.text("order_number") is None


async def test_page_keys_turn_the_pages(office):
    office.drop("R-1", TWO_UNSURE, text="{number}\n" + "line\n" * 40 + "\fthe end\n")
    office.work()
    async with at_work(office) as she:
        assert page(she.screen) == (1, 2)
        await she.press("pagedown", "pagedown", "pagedown")
        await she.press("pagedown")
        assert "the end" in she.screen
        assert page(she.screen) == (2, 2)
        await she.press("pageup")
        assert page(she.screen) == (1, 2)


@pytest.mark.parametrize("wrong", [{}, dict.fromkeys(HEADER)], ids=["marked", "nothing marked"])
async def test_another_document_is_shown_from_its_top(office, wrong):
    sender = f"{HEADER['supplier_name']}\n"
    long = "the top\n" + "line\n" * 5 + sender + "{number}\n" + "line\n" * 40
    office.drop("R-1", TWO_UNSURE, text=long)
    office.drop("R-2", Said(wrong=wrong, unsure=("supplier_name",)), text=long)
    office.work()
    async with at_work(office) as she:
        await she.press("pagedown", "pagedown")
        assert not she.lines[2].startswith(" the top ")
        await she.press("s")
        assert bool(she.hand.entry.spans) is not bool(wrong)
        assert she.lines[2].startswith(" the top ")


async def test_what_is_marked_stands_among_its_neighbours(office):
    lines = [f"line {number}" for number in range(40)]
    lines[0], lines[30] = "{number}", "B-4711"
    office.drop("R-1", Said(unsure=("order_number",)), text="\n".join(lines))
    office.work()
    async with at_work(office) as she:
        while she.hand.place != FieldRef("order_number"):
            await she.press("tab")
        shown = [line.partition("│")[0].strip() for line in she.lines]
        at = shown.index("B-4711")
        assert shown[at - 2 : at + 3] == ["line 28", "line 29", "B-4711", "line 31", "line 32"]


def beside(she) -> str:
    """What stands beside the page."""
    return "".join(line.partition("│")[2] for line in she.lines)


async def test_a_sample_is_keyed_blind_and_then_compared(tmp_path):
    """A6."""
    evidence = SamplingPlan(first=1, until=1, then=1)
    with closing(Office(tmp_path, evidence=evidence, whole=True)) as office:
        docid = office.drop("R-1", Said(wrong={"gross_total": "19.00"}, rows=()))
        office.work()
        async with at_work(office) as she:
            assert "yourself" in she.screen
            assert "19.00" not in beside(she), "nothing leaks"
            for text in HEADER.values():
                assert she.hand.mode is Mode.EMPTY
                await she.press(*text.format(number="R-1"), "enter")
            await she.press("f4")
            assert "You and the appliance differ." in she.screen
            assert "1 you: 119.00  the sums are right with it" in she.screen
            assert "2 appliance: 19.00" in she.screen
            await she.press("enter", "enter")
        assert kinds(office, docid)["gross_total"] is CorrectionKind.CHANGED


async def test_undo_says_what_is_as_it_was(shop):
    """D6."""
    async with at_work(shop) as she:
        await she.press("n", "u")
        assert "Undone: invoice number is as it was." in she.screen
