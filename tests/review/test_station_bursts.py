"""Keys faster than a hand are text: no paste and no scanner gun decides, refuses or approves."""

from __future__ import annotations

import pytest
from made_up_station import Office, Said, at_work, keyed
from textual import events

from appliance.domain.results import JobState
from appliance.review.app import StationApp
from appliance.review.draft.places import FieldRef
from appliance.review.editor.standing import Mode

pytestmark = pytest.mark.asyncio

PASTE = 0.001
GUN = 0.012
"""Seconds between two keys."""
BARCODE = "4006381333931"


def states(office: Office) -> set[JobState]:
    return {job.state for job in office.store.jobs()}


LINES = [
    "rinse tank, quality 1, used",
    "invoice 12 of us",
    "nut 1 inch",
    "tin, 2 sq m",
    "state qualifies",
    "quite 3 items",
    "unit 1 r",
    "list 1",
    "1 2 3 nisrt",
    "+ 1 - 2 ?",
    "e 12",
    "/ search q",
    "plain",
]


@pytest.mark.parametrize("gap", [PASTE, GUN])
@pytest.mark.parametrize("line", LINES)
async def test_a_line_into_a_field_with_a_value_stands_in_typing(shop, line, gap):
    """A2."""
    async with at_work(shop) as she:
        before = she.hand.draft.entries
        await she.hurry(*line, "enter", gap=gap, after=1)
        assert (she.name, she.hand.mode) == ("R-1.txt", Mode.TYPING)
        assert she.hand.typed.text.strip() == line
        assert she.hand.place == FieldRef("invoice_number")
        await she.press("escape")
        assert (she.hand.mode, she.hand.draft.entries) == (Mode.FIELD, before)
    assert states(shop) == {JobState.HELD}


@pytest.mark.parametrize("line", ["inst", "1234", "net", "u1"])
async def test_what_the_first_character_did_is_not_kept(shop, line):
    """A2: the station is opened again from what was kept."""
    async with at_work(shop) as she:
        await she.press("tab")
        await she.hurry(*line, "enter", gap=PASTE, after=1)
        await she.press("escape")
    async with at_work(shop, shop.desk("two")) as she:
        assert not [entry for entry in she.hand.draft.entries if entry.by_clerk]


async def test_a_line_into_a_cell_with_a_value_stands_in_typing(shop):
    """A2."""
    async with at_work(shop) as she:
        await she.press("end", "tab")
        assert she.hand.mode is Mode.ROWS
        await she.hurry(*"nuts 12 -", "enter", gap=PASTE, after=1)
        assert she.hand.typed.text.strip() == "nuts 12 -"
        await she.press("escape")
        assert len(she.hand.draft.rows) == 3
        assert she.text("description", 0) == "Hex bolt M8 x 40"


async def test_several_lines_are_one_text(shop):
    async with at_work(shop) as she:
        await she.hurry(*"ab", "enter", *"nix", "enter", "enter", gap=PASTE, after=1)
        assert she.hand.typed.text.split() == ["ab", "nix"]


async def test_a_line_into_typing_is_saved_by_her_enter_alone(shop):
    async with at_work(shop) as she:
        await she.press("e")
        await she.hurry(*BARCODE, "enter", gap=GUN, after=1)
        assert she.hand.mode is Mode.TYPING
        await she.press("enter")
        assert she.text("invoice_number") == BARCODE


async def test_a_barcode_on_an_empty_field_is_typed_and_saved_by_her_enter(office):
    office.drop("R-1", Said(wrong={"invoice_number": None}))
    office.work()
    async with at_work(office) as she:
        assert she.hand.mode is Mode.EMPTY
        await she.hurry(*BARCODE, "enter", gap=GUN, after=1)
        assert she.hand.typed.text.strip() == BARCODE
        await she.press("enter")
        assert she.text("invoice_number") == BARCODE


@pytest.mark.parametrize("burst", [BARCODE, "abcdefghij", "1", "r"])
async def test_a_scanner_gun_into_the_question_why_refuses_nothing(shop, burst):
    """A1."""
    async with at_work(shop) as she:
        await she.press("r")
        await she.hurry(*burst, "enter", gap=GUN, after=1)
        assert "refused?" in she.screen
        assert burst in she.screen
        await she.press("escape")
        assert she.name == "R-1.txt"
    assert states(shop) == {JobState.HELD}


async def test_a_scanner_gun_into_the_question_which_kind_chooses_none(shop):
    async with at_work(shop) as she:
        await she.press("t")
        await she.hurry(*"1111", "enter", gap=GUN, after=1)
        assert "What kind" in she.screen
    assert states(shop) == {JobState.HELD}


@pytest.mark.parametrize("burst", [BARCODE, "a1", "as", "tr", "r", "q1", "u"])
async def test_a_burst_before_approval_does_nothing(office, burst):
    """A4."""
    office.drop("R-1", Said(wrong={"net_total": "60.00"}))
    office.work()
    async with at_work(office) as she:
        while not she.hand.approving:
            await she.press("enter")
        before = she.hand.draft.actions()
        await she.hurry(*burst, "enter", gap=GUN, after=1)
        if len(burst) > 1:
            assert she.hand.approving
            assert she.hand.draft.actions() == before
            assert "too fast" in she.screen
    assert states(office) == {JobState.HELD}


async def test_a_burst_while_words_are_picked_picks_none(shop):
    async with at_work(shop) as she:
        await she.press("w")
        await she.hurry(*BARCODE, "enter", gap=GUN, after=1)
        assert she.hand.mode is Mode.WORDS
        assert not she.hand.entry.by_clerk


async def test_on_the_real_clock_a_burst_is_text_too(shop):
    async with at_work(shop, make=StationApp) as she:
        await she.hurry(*"rst", gap=PASTE, after=1)
        assert she.hand.typed.text == "rst"


async def test_a_fast_typist_types_and_commands(shop):
    async with at_work(shop) as she:
        await she.hurry("e", *"R-9", "enter", "enter", gap=0.13, after=1)
        assert she.name == "R-2.txt"
    assert keyed(shop, "R-1.txt")["invoice_number"] == "R-9"


async def test_keys_that_waited_in_a_busy_station_are_taken_as_they_came(office):
    """A4: a held Enter and the next one are both there before the screen has the first."""
    office.drop("R-1", Said(unsure=("invoice_number", "invoice_date", "order_number")))
    office.work()
    at: dict[events.Key, float] = {}
    async with at_work(office, pressed_at=at.__getitem__) as she:
        office.now += 10
        for seconds in (0, 0.03, 0.06, 1):
            key = events.Key("enter", None)
            at[key] = office.now + seconds
            she.app.post_message(key)
        await she.calm()
        assert she.hand.place == FieldRef("order_number"), "the first and the last were meant"


async def test_what_ends_a_document_and_is_not_shown_is_asked_for_once_more(shop):
    """A1: on a narrow screen."""
    async with at_work(shop, size=(40, 24)) as she:
        assert "t kind" not in "".join(she.lines[-2:])
        await she.press("t")
        assert "t again" in she.screen and "What kind" not in she.screen
        await she.press("tab", "t")
        assert "t again" in she.screen and "What kind" not in she.screen, "a key came between"
        await she.press("t")
        assert "What kind" in she.screen


@pytest.mark.parametrize(
    ("key", "asked", "done"),
    [("r", "r again", "refused?"), ("s", "s again", "left for later")],
)
async def test_where_a_line_of_words_covers_the_keys_they_are_asked_for_once_more(
    shop, key, asked, done
):
    """A1."""
    async with at_work(shop, size=(40, 24)) as she:
        assert f"{key} " in she.lines[-2]
        await she.press("x")
        assert "does nothing here" in she.screen
        await she.press(key)
        assert asked in she.screen and done not in she.screen
        await she.press(key)
        assert done in she.screen


async def test_where_the_key_is_shown_it_is_asked_for_once(shop):
    async with at_work(shop) as she:
        assert "r refuse" in she.lines[-1]
        await she.press("r")
        assert "refused?" in she.screen
