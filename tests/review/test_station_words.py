"""Picking words on the page, with arrows and with the mouse; the mouse elsewhere."""

from __future__ import annotations

import pytest
from made_up_station import TEXT, UNSURE, Office, Said, at_work, keyed
from textual import events

from appliance.review.draft.places import FieldRef
from appliance.review.editor.standing import Mode

pytestmark = pytest.mark.asyncio


@pytest.fixture
def shop(office: Office) -> Office:
    office.drop("R-1", Said(wrong={"supplier_name": "ACME"}, unsure=("supplier_name",)))
    office.drop("R-2", Said(wrong={"order_number": "20095"}, unsure=("order_number",)))
    office.work()
    return office


def marked(she) -> str:
    words = she.hand.picked.span.words(she.hand.draft.document)
    return " ".join(word.text for word in words)


async def test_w_picks_words_with_arrows_and_enter_takes_them(shop):
    async with at_work(shop) as she:
        await she.press("w")
        assert (she.hand.mode, marked(she)) == (Mode.WORDS, "ACME")
        await she.press("shift+right", "shift+right", "shift+right")
        assert marked(she) == "ACME Metal Works GmbH"
        await she.press("shift+left")
        assert marked(she) == "ACME Metal Works"
        await she.press("enter")
    assert keyed(shop, "R-1.txt")["supplier_name"] == "ACME Metal Works"


async def test_arrows_go_by_word_and_by_line(shop):
    async with at_work(shop) as she:
        await she.press("w", "right", "right")
        assert marked(she) == "Works"
        await she.press("down")
        assert marked(she) in ("20095", "5,")
        await she.press("up", "left")
        assert she.hand.picked.span.start in (0, 1)
        await she.press("shift+down")
        assert "Musterweg" in marked(she)
        await she.press("shift+up")
        assert "Musterweg" not in marked(she)


async def test_arrows_go_past_a_page_without_words(office):
    """As the back of a sheet is."""
    office.drop("R-1", UNSURE, text=TEXT + "\f\fLast sheet")
    office.work()
    async with at_work(office) as she:
        await she.press("w", *["down"] * 16)
        assert marked(she) == "sheet"
        await she.press("left", "left")
        assert she.hand.picked.page == 0


async def test_escape_leaves_the_words_alone(shop):
    async with at_work(shop) as she:
        await she.press("w", "right", "escape")
        assert (she.hand.mode, she.text("supplier_name")) == (Mode.FIELD, "ACME")


async def test_a_word_clicked_twice_is_taken(shop):
    async with at_work(shop) as she:
        await she.click("Hamburg")
        assert (she.hand.mode, marked(she)) == (Mode.WORDS, "Hamburg")
        await she.click("Hamburg")
    assert keyed(shop, "R-1.txt")["supplier_name"] == "Hamburg"


async def test_words_that_are_dragged_over_are_taken(shop):
    async with at_work(shop) as she:
        row = she.spot("Hamburg")[1]
        await she.pilot.mouse_down(offset=she.spot("Musterweg"))
        for word in ("5, 20095", "20095", "Hamburg"):
            await she.pilot.hover(offset=(she.spot(word)[0], row))
            await she.pilot.pause()
        assert marked(she) == "Musterweg 5, 20095 Hamburg"
        await she.pilot.mouse_up(offset=she.spot("Hamburg"))
        await she.calm()
        assert she.text("supplier_name") == "Musterweg 5, 20095 Hamburg"


async def test_a_click_goes_to_a_field_and_another_one_opens_it(shop):
    async with at_work(shop) as she:
        await she.click("gross total")
        assert she.hand.place == FieldRef("gross_total")
        await she.click("gross total")
        assert she.hand.mode is Mode.TYPING


async def test_a_click_on_the_field_in_which_she_types_leaves_her_text(shop):
    async with at_work(shop) as she:
        await she.press("e", *"Musterm")
        await she.click("! supplier name")
        assert (she.hand.mode, she.hand.typed.text) == (Mode.TYPING, "Musterm")


async def test_words_of_the_page_change_no_field_while_the_approval_is_asked_for(shop):
    async with at_work(shop) as she:
        await she.press("enter", "l", "down", "enter")
        for _ in range(2):
            await she.click("Hamburg")
        assert (she.hand.mode, she.text("supplier_name")) == (Mode.APPROVE, "ACME")


async def test_a_click_behind_enter_takes_the_approval_back(shop):
    async with at_work(shop) as she:
        shop.now += 1
        await she.pilot.press("enter")
        await she.pilot.click(offset=she.spot("gross total"))
        await she.calm()
        assert (she.name, she.hand.place) == ("R-1.txt", FieldRef("gross_total"))


async def test_a_click_on_a_cell_a_choice_and_a_key_of_the_footer(shop):
    async with at_work(shop) as she:
        await she.click("500        0.04")
        assert she.hand.place == FieldRef("quantity", 1)
        await she.click("! supplier name")
        await she.click("Enter accept")
        assert she.name == "R-2.txt"
        await she.click("Enter accept")  # the supplier, as it was on R-1
        offered = she.hand.entry.choices
        await she.click(f"1 {offered[0]}")
    assert keyed(shop, "R-2.txt")["order_number"] == offered[0]


async def test_the_wheel_scrolls_the_page(shop):
    async with at_work(shop) as she:
        assert she.lines[2].startswith(" ACME")
        x, y = she.spot("Hamburg")
        await she.pilot._post_mouse_events([events.MouseScrollDown], offset=(x, y), button=0)
        await she.calm()
        assert not she.lines[2].startswith(" ACME")
