"""The columns of a table are named, its rows joined, divided and picked, at the real station."""

from __future__ import annotations

from contextlib import closing

import pytest
from made_up_station import ROWS, TEXT, Office, Said, at_work

from appliance.domain.corrections import CorrectionKind
from appliance.domain.document import Span
from appliance.records.evidence import SamplingPlan
from appliance.records.reviews import Reviews
from appliance.review.draft.places import FieldRef, Phase
from appliance.review.editor.standing import Mode

pytestmark = pytest.mark.asyncio

MISNAMED = Said(rows=[(what, many, amount, price) for what, many, price, amount in ROWS])
"""Price and amount are taken for each other."""
TABLE = FieldRef("line_items")
WRAPPED = TEXT.replace(
    "Washer M8                   500       0.04      20.00\n",
    "Washer M8                   500       0.04      20.00\nzinc plated\n",
)


def table(she) -> list[tuple[str | None, ...]]:
    return [tuple(cell.text for cell in row) for row in she.hand.draft.rows]


async def to(she, place: FieldRef) -> None:
    for _ in she.hand.places:
        if she.hand.place == place:
            return
        await she.press("tab")
    raise AssertionError(f"{place} is not to be reached")


async def test_columns_taken_for_each_other_cost_six_keys_with_the_approval(office: Office):
    office.drop("R-1", MISNAMED)
    office.work()
    async with at_work(office) as she:
        assert she.hand.draft.failing
        await she.press("o", "c", "3")
        assert she.hand.mode is Mode.COLUMNS and "C unit price" in she.screen
        assert not she.hand.previewed.failing
        await she.press("enter", "enter", "enter")
        assert she.app.session.done == 1
    (job,) = office.store.find("")
    found = Reviews(office.store).corrections(job)
    changed = [one for one in found if one.kind is CorrectionKind.CHANGED]
    assert {one.fieldtype for one in changed} == {"unit_price", "net_amount"}
    assert len(changed) == 2 * len(ROWS)


async def test_while_columns_are_named_no_row_is_asked_for_or_offered(tmp_path):
    """There letters and Enter mean columns."""
    evidence = SamplingPlan(first=1, until=1, then=1)
    with closing(Office(tmp_path, evidence=evidence, whole=True)) as office:
        office.drop("R-1")
        office.work()
        async with at_work(office) as she:
            await to(she, TABLE)
            assert "Type the first row." in she.screen
            await she.press("f10", "a", "1", "c", "3", "d", "4")
            assert len(she.hand.previewed.rows) == len(ROWS), she.screen
            assert "Type the" not in she.screen
            await she.press("enter")
            assert "Type the next row." in she.screen


async def test_escape_changes_nothing(office: Office):
    office.drop("R-1", MISNAMED)
    office.work()
    async with at_work(office) as she:
        before, place = table(she), she.hand.place
        await she.press("o", "c", "3", "escape")
        assert (table(she), she.hand.place, she.hand.mode) == (before, place, Mode.FIELD)


async def test_a_click_on_the_page_while_columns_are_named_changes_no_value(office: Office):
    office.drop("R-1", MISNAMED)
    office.work()
    async with at_work(office) as she:
        await to(she, FieldRef("order_number"))
        await she.press("o")
        for _ in range(2):
            await she.click("Washer M8")
        assert (she.hand.mode, she.text("order_number")) == (Mode.COLUMNS, "B-4711")


async def test_a_key_of_no_column_or_field_says_so(office: Office):
    office.drop("R-1", MISNAMED)
    office.work()
    async with at_work(office) as she:
        await she.press("o", "z")
        assert "The last column is D." in she.screen
        await she.press("9")
        assert "The last field is 4." in she.screen
        await she.press(".")
        assert "? shows all keys." in she.screen
        await she.press("question_mark")
        assert "Columns of a table" in she.screen
        await she.press("escape")
        assert she.hand.mode is Mode.COLUMNS


async def test_from_the_question_whether_to_approve_escape_leads_back_to_it(office: Office):
    office.drop("R-1", Said(unsure=("order_number",)))
    office.work()
    async with at_work(office) as she:
        while she.hand.mode is not Mode.APPROVE:
            await she.press("enter")
        await she.press("o", "escape")
        assert she.hand.mode is Mode.APPROVE


async def test_undo_takes_all_rows_back_at_once(office: Office):
    office.drop("R-1", MISNAMED)
    office.work()
    async with at_work(office) as she:
        before = table(she)
        await she.press("o", "c", "3", "enter")
        assert table(she) == list(ROWS)
        await she.press("u")
        assert (table(she), she.hand.place) == (before, TABLE)


async def test_what_was_named_is_kept_for_the_next_station(office: Office):
    office.drop("R-1", MISNAMED)
    office.work()
    async with at_work(office) as she:
        await she.press("o", "c", "3", "enter", "s")
    async with at_work(office, office.desk("two")) as she:
        assert table(she) == list(ROWS)


async def test_of_a_table_that_was_not_read_all_rows_are_taken(office: Office):
    office.drop("R-1", Said(rows=()))
    office.work()
    async with at_work(office) as she:
        await she.press("f10")
        for _ in range(8):
            if "(200)" in she.screen and "(0.10)" in she.screen:
                break
            await she.press("tab")
        assert "all taken" not in she.screen
        await she.press("a", "1")
        assert "3 rows, all taken" in she.screen
        await she.press("plus")
        assert "None of your rows stands on this table." in she.screen
        await she.press("b", "2", "c", "3", "d", "4", "enter")
        assert table(she) == list(ROWS)


async def test_a_missing_row_is_picked_to_its_place(office: Office):
    office.drop("R-1", Said(rows=(ROWS[0], ROWS[2])))
    office.work()
    async with at_work(office) as she:
        await to(she, TABLE)
        await she.press("plus")
        assert "Washer M8" in she.screen and "adds it" in she.screen
        await she.press("enter")
        assert table(she) == list(ROWS)
        await she.press("u")
        assert table(she) == [ROWS[0], ROWS[2]]


async def test_every_missing_row_is_taken_with_one_key(office: Office):
    office.drop("R-1", Said(rows=ROWS[2:]))
    office.work()
    async with at_work(office) as she:
        await she.press("o", "plus")
        assert "3 rows, all taken" in she.screen
        await she.press("plus")
        assert "all taken" not in she.screen
        await she.press("plus", "enter")
        assert table(she) == list(ROWS)


async def test_rows_are_joined_and_divided(office: Office):
    joined = ("Hex bolt M8 x 40 Washer M8", "200", "0.10", "20.00")
    office.drop("R-1", Said(unsure=("order_number",)))
    office.work()
    async with at_work(office) as she:
        await to(she, FieldRef("quantity", 1))
        await she.press("j")
        assert table(she) == [joined, ROWS[2]]
        assert she.hand.place == FieldRef("quantity", 0)
        description = she.hand.draft.rows[0][0]
        assert len(description.lines) == 2
        await she.press("d")
        assert table(she) == list(ROWS)
        await she.press("u", "u")
        assert table(she) == list(ROWS)


async def test_also_from_an_empty_cell_where_letters_are_text(office: Office):
    rows = [ROWS[0], ("Washer M8", None, "0.04", "20.00"), ROWS[2]]
    office.drop("R-1", Said(rows=rows, unsure=("order_number",)))
    office.work()
    async with at_work(office, size=(120, 40)) as she:
        await to(she, FieldRef("quantity", 1))
        assert she.hand.mode is Mode.EMPTY
        assert "Ctrl+Up join" in she.screen
        await she.press("ctrl+up")
        assert len(table(she)) == 2
        await she.press("u")
        await she.press("ctrl+down")
        assert "There is nothing to divide." in she.screen


async def test_an_edge_moves_by_a_word_and_a_line(office: Office):
    office.drop("R-1", Said(unsure=("order_number",)), text=WRAPPED)
    office.work()
    async with at_work(office) as she:
        await to(she, FieldRef("description", 1))
        await she.press("shift+down")
        assert she.text("description", 1) == "Washer M8 zinc plated"
        lines = she.hand.entry.lines
        assert isinstance(lines[1], Span) and len(lines) == 2
        await she.press("ctrl+left")
        assert she.text("description", 1) == "Washer M8 zinc"
        await she.press("shift+up", "ctrl+right")
        assert she.text("description", 1) == "M8"
        await she.press("shift+left", "shift+right")
        assert [she.text(name, 1) for name in ("description", "quantity")] == [
            "Washer M8 500",
            None,
        ], "a word is of one cell"
        assert "Now empty: quantity. u brings it back." in she.screen


@pytest.fixture
def sampled(tmp_path):
    office = Office(tmp_path, evidence=SamplingPlan(first=1, until=1, then=1), whole=True)
    yield office
    office.close()


async def test_blind_nothing_is_named_before_she_names_it(sampled: Office):
    sampled.drop("R-1", Said(rows=ROWS))
    sampled.work()
    async with at_work(sampled) as she:
        assert she.hand.draft.phase is Phase.BLIND
        await she.press("f10")
        assert she.hand.columns.naming == ()
        assert she.hand.columns.number == 0
        await she.press("escape")
        await to(she, TABLE)
        await she.press(*"Washer M8", "enter", *"500", "enter", "f10")
        assert {name for name, _ in she.hand.columns.naming} == {"description", "quantity"}
