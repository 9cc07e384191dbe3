"""The line items: arrows move, rows come and go, cells are typed like fields."""

from __future__ import annotations

import pytest
from made_up_station import ROWS, Office, Said, at_work

from appliance.domain.corrections import CorrectionKind
from appliance.records.reviews import Reviews
from appliance.review.draft.places import FieldRef
from appliance.review.editor.editor import Mode

pytestmark = pytest.mark.asyncio

ONE_MISSING = Said(rows=ROWS[:2])
WASHER = FieldRef("net_amount", 1)


@pytest.fixture
def shop(office: Office) -> Office:
    office.drop("R-1", ONE_MISSING)
    office.work()
    return office


async def to(she, place: FieldRef) -> None:
    while she.hand.place != place:
        await she.press("tab")


async def test_arrows_move_within_the_table_and_out_at_its_top(shop):
    async with at_work(shop) as she:
        await to(she, FieldRef("description", 0))
        assert (she.hand.mode, "ROWS" in she.screen) == (Mode.ROWS, True)
        await she.press("right", "right", "right", "down")
        assert she.hand.place == WASHER
        await she.press("down", "left")
        assert she.hand.place == FieldRef("supplier_name"), "in a ring"
        await she.press("up", "right", "up", "up")
        assert she.hand.place == FieldRef("line_items")
        await she.press("up")
        assert she.hand.place == FieldRef("gross_total")
        await she.press("down", "down")
        assert she.hand.place == FieldRef("description", 0)


async def test_a_row_is_added_below_and_typed_cell_by_cell(shop):
    async with at_work(shop) as she:
        await to(she, WASHER)
        await she.press("plus")
        assert she.hand.mode is Mode.EMPTY
        await she.press(*"Steel p", "tab", *"3", "tab", *"20.00", "tab", *"60.00")
        await she.press("enter")
        assert [entry.text for entry in she.hand.draft.rows[2]] == list(ROWS[2])
        while she.app.session.in_hand:
            await she.press("enter")
    (job,) = shop.store.find("")
    added = [
        one.after
        for one in Reviews(shop.store).corrections(job)
        if one.kind is CorrectionKind.ADDED
    ]
    assert added == list(ROWS[2])


async def test_tab_leads_to_the_next_cell_where_typing_begins_a_value_while_it_is_empty(shop):
    async with at_work(shop) as she:
        await to(she, FieldRef("quantity", 0))
        await she.press("e", *"7", "tab")
        assert (she.hand.place, she.hand.mode) == (FieldRef("unit_price", 0), Mode.ROWS)
        await she.press("n")
        await to(she, FieldRef("quantity", 0))
        await she.press("e", *"8", "tab")
        assert (she.hand.place, she.hand.mode) == (FieldRef("unit_price", 0), Mode.EMPTY)


async def test_insert_adds_a_row_above(shop):
    async with at_work(shop) as she:
        await to(she, FieldRef("quantity", 0))
        await she.press("insert", *"Nut", "enter")
        assert [row[0].text for row in she.hand.draft.rows] == [
            "Nut",
            "Hex bolt M8 x 40",
            "Washer M8",
        ]


async def test_a_row_is_added_at_the_end_of_the_table_as_a_whole(shop):
    async with at_work(shop) as she:
        await to(she, FieldRef("line_items"))
        await she.press("plus", *"Nut", "enter")
        assert [row[0].text for row in she.hand.draft.rows][1:] == ["Washer M8", "Nut"]


async def test_what_is_wrong_with_the_table_is_said_in_full(office):
    office.drop("R-1", Said(rows=(*ROWS, ("Hex bolt M8 x 40", "200", "0.10", "20.00"))))
    office.work()
    async with at_work(office) as she:
        await to(she, FieldRef("net_amount", 3))
        await she.press("e", *"21.00")
        said = " ".join(she.screen.split())
        assert "The rows add up to 121.00. The net total is 100.00." in said


@pytest.mark.parametrize("key", ["minus", "delete"])
async def test_a_row_is_removed_and_comes_back_by_undo(shop, key):
    async with at_work(shop) as she:
        await to(she, FieldRef("quantity", 0))
        await she.press(key)
        assert [row[0].text for row in she.hand.draft.rows] == ["Washer M8"]
        assert she.hand.place == FieldRef("description", 1)
        await she.press("u")
        assert len(she.hand.draft.rows) == 2


async def test_a_cell_is_typed_and_marked_as_hers(shop):
    async with at_work(shop) as she:
        await to(she, WASHER)
        await she.press("e", *"70.00", "enter")
        assert she.text("net_amount", 1) == "70.00"
        assert "✓ 70.00" in she.screen


async def test_a_table_without_rows_is_a_stop_of_its_own(office):
    office.drop("R-1", Said(rows=()))
    office.work()
    async with at_work(office) as she:
        table = FieldRef("line_items")
        await to(she, table)
        assert "no rows" in she.screen
        await she.press("plus", "escape")
        assert len(she.hand.draft.rows) == 1


async def test_a_long_text_runs_over_the_cells_on_its_right(shop):
    async with at_work(shop) as she:
        await to(she, FieldRef("quantity", 0))
        await she.press("e", *"1234567890 1234567890 12345")
        (line,) = [line for line in she.lines if "Hex bolt M8 x 40  " in line and "▌" in line]
        assert "1234567890 1234567890 12345" in line
