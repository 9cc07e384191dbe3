"""Typing a value: the page completes it, checks speak, Enter keeps and Escape leaves."""

from __future__ import annotations

import pytest
from made_up_station import HEADER, TEXT, UNSURE, Office, Said, at_work
from textual import events

from appliance.review.draft.places import FieldRef
from appliance.review.editor.standing import Mode

pytestmark = pytest.mark.asyncio

WRONG = Said(wrong={"gross_total": "19.00", "supplier_name": "ACME"}, unsure=("supplier_name",))
NAME = HEADER["supplier_name"]


@pytest.fixture
def shop(office: Office) -> Office:
    office.drop("R-1", WRONG)
    office.work()
    return office


@pytest.mark.parametrize("key", ["e", "f2"])
async def test_e_opens_the_old_value_and_the_first_character_replaces_it(shop, key):
    async with at_work(shop) as she:
        await she.press(key)
        assert she.hand.mode is Mode.TYPING
        assert "ACME" in she.screen
        await she.press("m")
        assert she.hand.typed.text == "m"


async def test_an_arrow_edits_the_old_value(shop):
    async with at_work(shop) as she:
        await she.press("e", "left", "x", "home", "delete", "y", "enter")
        assert she.text("supplier_name") == "yCMxE"


async def test_backspace_opens_it_empty(shop):
    async with at_work(shop) as she:
        await she.press("backspace")
        assert (she.hand.mode, she.hand.typed.text) == (Mode.TYPING, "")


async def test_every_printable_key_is_text(shop):
    async with at_work(shop) as she:
        await she.press("e", *"n1isruwq?/+- ptlé")
        assert she.hand.typed.text == "n1isruwq?/+- ptlé"
        assert she.hand.mode is Mode.TYPING


async def test_enter_keeps_what_is_typed_and_offered_and_goes_on(shop):
    async with at_work(shop) as she:
        await she.press("e", *"acme m")
        assert "acme metal Works GmbH" in "".join(line.partition("│")[2] for line in she.lines)
        await she.press("enter")
        assert she.text("supplier_name") == NAME
        assert she.hand.draft.entry(FieldRef("supplier_name")).spans
        assert she.hand.place == FieldRef("net_total")


async def test_a_name_typed_to_its_end_is_kept_as_it_is(shop):
    async with at_work(shop) as she:
        await she.press("e", *NAME, "enter")
        assert she.text("supplier_name") == NAME


async def test_backspace_drops_the_offer_first(shop):
    async with at_work(shop) as she:
        await she.press("e", *"acme m", "backspace", "enter")
        assert she.text("supplier_name") == "acme m"


async def test_backspace_offers_anew_for_what_is_left(shop):
    """C10: after a mistake and Backspace nothing was offered any more."""
    async with at_work(shop) as she:
        await she.press("e", *"acmex", "backspace")
        assert (she.hand.typed.text, she.hand.typed.kept) == ("acme", NAME)
        await she.press("backspace")
        assert she.hand.typed.text == "acm", "Backspace behind Backspace erases"
        await she.press("delete", "enter")
        assert she.text("supplier_name") == "acm", "what is dropped is not kept"


async def test_enter_takes_one_of_several_offers_before_it_keeps_it(shop):
    """A11."""
    async with at_work(shop) as she:
        await to_gross(she)
        await she.press("e", "6", "backspace", "backspace", "2")
        assert she.hand.typed.ambiguous
        assert "1 of 2" in she.screen
        first, second = [one.text for one in she.hand.typed.offers]
        await she.press("enter")
        assert (she.hand.mode, she.hand.typed.text) == (Mode.TYPING, first)
        assert "2 texts begin like this" in she.screen
        await she.press("down")
        assert she.hand.typed.text == second
        await she.press("enter")
        assert she.text("gross_total") == second


async def test_a_dropped_offer_is_not_asked_about(shop):
    async with at_work(shop) as she:
        await to_gross(she)
        await she.press("e", "2", "backspace", "enter")
        assert she.text("gross_total") == "2"


async def test_down_walks_the_offers_for_what_is_typed(shop):
    async with at_work(shop) as she:
        await to_gross(she)
        await she.press("e", "2")
        offered = [one.text for one in she.hand.typed.offers]
        await she.press("down")
        assert she.hand.typed.kept == offered[1]
        assert "2 of 2" in she.screen
        await she.press("down")
        assert (she.hand.typed.kept, she.hand.typed.text) == (offered[0], "2")
        await she.press("enter")
        assert she.text("gross_total") == offered[0]


async def to_gross(she):
    while she.hand.place != FieldRef("gross_total"):
        await she.press("down")


@pytest.mark.parametrize("key", ["right", "end"])
async def test_right_takes_the_offer_and_asks_for_what_follows(shop, key):
    async with at_work(shop) as she:
        await she.press("e", *"acme", key)
        assert (she.hand.typed.text, she.hand.typed.ghost) == (NAME, "")
        await she.press(key)
        assert she.hand.typed.ghost.strip().startswith("Musterweg")
        await she.press("delete", "enter")
        assert she.text("supplier_name") == NAME


async def test_control_right_takes_a_word_of_the_offer(shop):
    async with at_work(shop) as she:
        first, second, *rest = NAME.split()
        await she.press("e", *first[:2], "ctrl+right")
        assert she.hand.typed.text == first
        assert she.hand.typed.ghost == " ".join(["", second, *rest])
        await she.press("ctrl+right", "backspace", "enter")
        assert she.text("supplier_name") == f"{first} {second}"


async def test_control_right_takes_the_last_word_as_right_does(shop):
    async with at_work(shop) as she:
        await she.press("e", *"acme", *["ctrl+right"] * len(NAME.split()[1:]))
        assert (she.hand.typed.text, she.hand.typed.ghost) == (NAME, "")


async def test_down_and_up_walk_the_words_of_the_page(shop):
    async with at_work(shop) as she:
        await she.press("down", "down", "down", "down", "down", "down", "e", "down")
        assert she.hand.place == FieldRef("gross_total")
        first = she.hand.typed.kept
        await she.press("down")
        assert she.hand.typed.kept != first
        await she.press("up")
        assert she.hand.typed.kept == first
        await she.press("enter")
        assert she.text("gross_total") == first


async def test_checks_speak_while_she_types(shop):
    async with at_work(shop) as she:
        await she.press("shift+tab", "up", "up", "up", "up")
        while she.hand.place != FieldRef("gross_total"):
            await she.press("tab")
        await she.press("e", *"118.00")
        assert "118.00" in she.screen
        assert "Net total + tax total is 119.00." in she.screen
        await she.press("backspace", "backspace", "backspace", "backspace", *"9.00")
        assert "tax total is" not in she.screen


async def test_escape_leaves_it_as_it_was(shop):
    async with at_work(shop) as she:
        await she.press("e", "x", "escape")
        assert (she.hand.mode, she.text("supplier_name")) == (Mode.FIELD, "ACME")
        assert not she.hand.entry.by_clerk


async def test_tab_keeps_and_goes_to_the_next_field(shop):
    async with at_work(shop) as she:
        await she.press("e", *"Other Ltd", "tab")
        assert she.text("supplier_name") == "Other Ltd"
        assert she.hand.place == FieldRef("invoice_number")


async def test_an_empty_text_is_not_kept(shop):
    async with at_work(shop) as she:
        await she.press("backspace", "enter")
        assert she.hand.mode is Mode.TYPING
        assert she.hand.notice
        assert she.notice in she.screen


async def test_enter_on_the_old_value_confirms_it(shop):
    async with at_work(shop) as she:
        await she.press("e", "enter")
        entry = she.hand.draft.entry(FieldRef("supplier_name"))
        assert (entry.text, entry.by_clerk) == ("ACME", True)


async def test_a_text_is_pasted_as_one(shop):
    async with at_work(shop) as she:
        await she.press("e")
        she.app.screen.post_message(events.Paste("Other\nLtd"))
        await she.calm()
        await she.press("enter")
        assert she.text("supplier_name") == "Other Ltd"


async def test_typing_the_last_field_right_leads_to_the_approval(office):
    office.drop("R-1", Said(wrong={"order_number": "X"}, unsure=("order_number",)))
    office.work()
    async with at_work(office) as she:
        await she.press("e", *"b-4", "enter")
        assert she.hand.mode is Mode.APPROVE
        await she.press("enter")
        assert "Nothing waits." in she.screen


TWO_DAYS = TEXT.replace("17.01.2025", "12/01/2026")


@pytest.fixture
def two_days(office: Office) -> Office:
    """A date that may be two days waits."""
    office.drop("R-1", Said(wrong={"invoice_date": "12/01/2026"}), text=TWO_DAYS)
    office.work()
    return office


async def test_an_ambiguous_date_stays_in_typing_and_a_date_then_goes_into_the_field(two_days):
    """A2."""
    async with at_work(two_days) as she:
        await she.press("e", "enter")
        assert (she.hand.place, she.hand.mode) == (FieldRef("invoice_date"), Mode.TYPING)
        assert she.notice in she.screen
        await she.press(*"12 Jan 2026", "enter")
        assert she.text("invoice_date") == "12 Jan 2026"
        assert [entry.place.fieldtype for entry in she.hand.draft.entries if entry.by_clerk] == [
            "invoice_date"
        ]


async def test_an_ambiguous_date_that_she_typed_stays_in_typing(office):
    """A2."""
    office.drop("R-1", Said(wrong={"invoice_date": None}), text=TWO_DAYS)
    office.work()
    async with at_work(office) as she:
        await she.press(*"12/01/2026", "enter")
        assert (she.hand.mode, she.hand.typed.text) == (Mode.TYPING, "12/01/2026")
        await she.press(*"12 Jan 2026", "enter")
        assert she.text("invoice_date") == "12 Jan 2026"
        assert she.hand.mode is Mode.APPROVE


async def test_which_day_an_ambiguous_date_means_is_told_with_down_and_enter(two_days):
    """A2."""
    async with at_work(two_days) as she:
        first, second = she.hand.entry.choices[:2]
        await she.press("e", "enter", "down")
        assert she.hand.typed.kept == first
        await she.press("down")
        assert she.hand.typed.kept == second
        await she.press("enter")
        entry = she.hand.draft.entry(FieldRef("invoice_date"))
        assert (entry.text, entry.value) == ("12/01/2026", "2026-12-01")


async def test_an_ambiguous_date_is_not_passed_by_enter(two_days):
    async with at_work(two_days) as she:
        await she.press("enter", "enter", "enter")
        assert (she.hand.place, she.hand.approving) == (FieldRef("invoice_date"), False)


@pytest.mark.parametrize(
    ("name", "text"), [("gross_total", "Invoice"), ("invoice_date", "soon"), ("net_total", "-")]
)
async def test_a_text_that_is_no_value_is_refused_and_stays(office, name, text):
    """C11."""
    office.drop("R-1", UNSURE)
    office.work()
    async with at_work(office) as she:
        while she.hand.place != FieldRef(name):
            await she.press("tab")
        before = she.text(name)
        await she.press("e", *text, "backspace", text[-1], "enter")
        assert (she.hand.place, she.hand.mode) == (FieldRef(name), Mode.TYPING)
        assert she.hand.typed.text == text
        assert she.hand.notice and she.hand.notice.split(".")[0] in she.screen
        assert she.text(name) == before, "nothing of it is kept"
        await she.press("escape")
        assert she.text(name) == before and not she.hand.entry.by_clerk


async def test_tab_refuses_what_is_no_value_too(shop):
    """C11."""
    async with at_work(shop) as she:
        while she.hand.place != FieldRef("gross_total"):
            await she.press("tab")
        await she.press("e", *"Invoice", "tab")
        assert (she.hand.place, she.hand.mode) == (FieldRef("gross_total"), Mode.TYPING)


@pytest.mark.parametrize("key", ["x", "z", "9", "ö"])
async def test_a_key_without_meaning_says_so(shop, key):
    """C12."""
    async with at_work(shop) as she:
        await she.press(key)
        assert f"{key} does nothing here" in she.screen
        await she.press("tab")
        assert "does nothing here" not in she.screen


async def test_minus_in_the_header_says_where_rows_are_removed(shop):
    """C12."""
    async with at_work(shop) as she:
        await she.press("minus")
        assert she.hand.notice and she.notice in she.screen
        assert len(she.hand.draft.rows) == 3


async def test_a_number_without_a_choice_says_so(office):
    """C12."""
    office.drop("R-1", Said(unsure=("order_number", "invoice_number")))
    office.work()
    async with at_work(office) as she:
        while she.hand.entry.choices:
            await she.press("tab")
        await she.press("3")
        assert she.hand.notice and she.notice in she.screen
        assert not she.hand.entry.by_clerk


async def test_on_a_field_without_a_value_typing_begins_it(office):
    """A1: also where she does not key blind."""
    office.drop("R-1", Said(wrong={"supplier_name": None}))
    office.work()
    async with at_work(office) as she:
        await she.press(*"Rinse Ltd", "enter")
        assert she.text("supplier_name") == "Rinse Ltd"


async def test_where_digits_are_text_no_digit_stands_before_what_is_suggested(office):
    """A3."""
    office.drop("R-1", Said(wrong={"gross_total": None}))
    office.work()
    async with at_work(office) as she:
        while she.hand.place != FieldRef("gross_total"):
            await she.press("tab")
        (first, *_) = she.hand.entry.choices
        assert f"· {first}" in she.screen and f"1 {first}" not in she.screen
        assert "Right suggested" in she.screen
        await she.press("right", "enter")
        assert she.text("gross_total") == first


@pytest.mark.parametrize("letter", ["n", "i"])
async def test_c1_a_letter_that_answers_elsewhere_is_asked_about_before_it_is_saved(office, letter):
    office.drop("R-1", Said(wrong={"order_number": None}, unsure=("order_number",)))
    office.work()
    async with at_work(office) as she:
        while she.hand.place != FieldRef("order_number"):
            await she.press("tab")
        await she.press(letter, "enter")
        assert she.text("order_number") is None
        assert she.hand.typed.text == letter
        assert "was typed as text" in she.screen and "F4" in she.screen
        await she.press("f4")
        entry = she.hand.draft.entry(FieldRef("order_number"))
        assert (entry.text, entry.by_clerk) == (None, True)


async def test_c2_what_enter_saves_stands_in_words(shop, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with at_work(shop) as she:
        await she.press("e", *"acme m")
        assert f"Enter saves: {NAME}" in she.screen
        await she.press("backspace")
        assert "Enter saves:" not in she.screen, "it saves what is typed"
        await she.press("enter")
        assert she.text("supplier_name") == "acme m"
