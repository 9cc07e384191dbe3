"""The line items: arrows move, rows come and go, cells are typed like fields."""

from __future__ import annotations

import pytest
from made_up_station import HEADER, ROWS, Office, Said, at_work

from appliance.domain.corrections import CorrectionKind
from appliance.records.reviews import Reviews
from appliance.review.draft.places import FieldRef
from appliance.review.editor.standing import Mode

pytestmark = pytest.mark.asyncio

ONE_MISSING = Said(rows=ROWS[:2])
COLUMNS = ("description", "quantity", "unit_price", "net_amount")
TABLE = FieldRef("line_items")
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


async def test_tab_from_the_table_leads_into_its_first_cell_and_back(shop):
    """B3."""
    async with at_work(shop) as she:
        await to(she, TABLE)
        await she.press("tab")
        assert she.hand.place == FieldRef("description", 0)
        await she.press("shift+tab")
        assert she.hand.place == TABLE
        await she.press("shift+tab")
        assert she.hand.place == FieldRef("gross_total")


async def test_end_and_home_jump_between_header_table_and_totals(shop):
    """B3."""
    async with at_work(shop) as she:
        first, totals = FieldRef("supplier_name"), FieldRef("net_total")
        await to(she, first)
        for place in (TABLE, totals, first):
            await she.press("end")
            assert she.hand.place == place
        for place in (totals, TABLE, first):
            await she.press("home")
            assert she.hand.place == place
        await to(she, WASHER)
        await she.press("end")
        assert she.hand.place == totals


async def test_up_and_down_go_in_a_ring(shop):
    """B3."""
    async with at_work(shop) as she:
        await to(she, FieldRef("supplier_name"))
        begun = she.hand.place
        down = []
        for _ in range(len(HEADER) + 1 + len(ONE_MISSING.rows)):
            down.append(she.hand.place)
            await she.press("down")
        assert she.hand.place == begun
        assert len(set(down)) == len(down)
        for place in reversed(down):
            await she.press("up")
            assert she.hand.place.row == place.row
        assert she.hand.place == begun


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


@pytest.mark.parametrize("key", ["minus", "delete"])
async def test_from_the_table_as_a_whole_all_rows_are_removed_and_come_back_by_undo(shop, key):
    """B2."""
    async with at_work(shop) as she:
        await to(she, TABLE)
        before = she.hand.draft.rows
        await she.press(key)
        assert (she.hand.draft.rows, she.hand.place) == ((), TABLE)
        assert "no rows" in she.screen
        assert "All rows are removed. F7 brings them back." in she.screen
        await she.press("f7")
        assert (she.hand.draft.rows, she.hand.place) == (before, TABLE)


@pytest.mark.parametrize("place", [TABLE, WASHER, FieldRef("description", 0)])
async def test_after_undo_of_an_added_row_she_stands_on_the_table(shop, place):
    """A8."""
    async with at_work(shop) as she:
        await to(she, place)
        await she.press("plus", "f7")
        assert (len(she.hand.draft.rows), she.hand.place) == (2, TABLE)
        assert "Undone: line items is as it was." in she.screen


async def test_what_no_row_says_does_not_confirm_the_rows_that_were_read(shop):
    async with at_work(shop) as she:
        await to(she, TABLE)
        await she.press("n")
        assert she.hand.place == TABLE
        assert not she.hand.draft.table.by_clerk
        assert "The table has rows." in she.screen


@pytest.mark.parametrize("keys", [["plus"], ["insert"]])
async def test_escape_takes_an_untouched_new_row_away(shop, keys):
    """C13."""
    async with at_work(shop) as she:
        await to(she, WASHER)
        await she.press(*keys)
        assert len(she.hand.draft.rows) == 3
        await she.press("escape")
        assert [row[0].text for row in she.hand.draft.rows] == ["Hex bolt M8 x 40", "Washer M8"]
        assert she.hand.place == TABLE


async def test_escape_out_of_the_typing_of_a_new_row_and_once_more_takes_it_away(shop):
    """C13."""
    async with at_work(shop) as she:
        await to(she, WASHER)
        await she.press("plus", "N", "escape", "escape")
        assert len(she.hand.draft.rows) == 2


async def test_escape_leaves_a_new_row_that_has_a_value(shop):
    async with at_work(shop) as she:
        await to(she, WASHER)
        await she.press("plus", *"Nut", "enter", "escape")
        assert len(she.hand.draft.rows) == 3


async def test_enter_in_a_new_row_goes_on_to_the_next_cell(shop):
    """A7."""
    async with at_work(shop) as she:
        await to(she, WASHER)
        await she.press("plus")
        for name, text in zip(COLUMNS, ROWS[2], strict=True):
            assert she.hand.place == FieldRef(name, 2)
            await she.press(*text, "enter")
        assert [cell.text for cell in she.hand.draft.rows[2]] == list(ROWS[2])


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


async def test_a_cell_in_hand_is_in_sight_and_whole_on_a_narrow_screen(office):
    row = ("Hex bolt M8 x 40 galvanised to ISO 10684", "200", "0.10", "1234567890.00")
    office.drop("R-1", Said(rows=(row,)))
    office.work()
    async with at_work(office, size=(30, 24)) as she:
        for name, column in (("description", "descr…"), ("net_amount", "net a…")):
            await to(she, FieldRef(name, 0))
            told = " ".join(line.strip(" ▌") for line in she.lines)
            assert column in told and she.hand.entry.text in told
