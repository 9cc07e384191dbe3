"""One key accepts the rows from the one in hand on; what is doubtful about them is said before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_up_station import HEADER, ROWS, TEXT, AtWork, Office, Said, at_work

from appliance.domain.results import JobState
from appliance.records.reviews import Reviews
from appliance.review.draft.places import FieldRef
from appliance.review.editor.editor import take_up
from appliance.review.editor.standing import Mode
from appliance.review.scripted import KnownValues, ScriptedClerk, steps

pytestmark = pytest.mark.asyncio

MANY = 64
LONG = [(f"Bolt M{number}", "1", "2.00", "2.00") for number in range(1, MANY + 1)]
UNSURE = [f"description {row}" for row in range(MANY)]

TOTALS = {"net_total": "128.00", "tax_total": "24.32", "gross_total": "152.32"}


def text_of(rows: list[tuple[str, ...]]) -> str:
    """The page of an invoice with these rows, whose net total is 128.00."""
    above, _, below = TEXT.partition("Hex bolt")
    below = below.partition("60.00\n")[2]
    lines = "\n".join(f"{a or '':<22}{b:>9}{c:>11}{d:>11}" for a, b, c, d in rows)
    paper = f"{above}{lines}\n{below}"
    return (
        paper.replace("100.00", "128.00").replace("19.00", "24.32").replace("1" + "24.32", "152.32")
    )


def long_table(office: Office, rows: list[tuple[str, ...]] = LONG, unsure=UNSURE) -> None:
    office.drop("R-1", Said(wrong=TOTALS, unsure=unsure, rows=rows), text=text_of(rows))
    office.work()


async def to(she: AtWork, place: FieldRef) -> None:
    while she.hand.place != place:
        await she.press("tab")


def mine(she: AtWork) -> set[int]:
    return {
        number
        for number, row in enumerate(she.hand.draft.rows, 1)
        if all(cell.by_clerk for cell in row)
    }


async def test_a_table_of_64_rows_takes_one_key_and_the_question_one_more(office):
    """Third walk, C5: it took 66 Enter."""
    long_table(office)
    async with at_work(office, size=(120, 40)) as she:
        assert she.hand.place == FieldRef("description", 0)
        assert "a accept rest" in " ".join(she.lines[-2:])
        await she.press("a")
        assert mine(she) == set(range(1, MANY + 1))
        assert "Rows 1 to 64 are accepted. u takes it back." in she.screen
        assert she.hand.mode is Mode.APPROVE, "the document is not approved by it"
        assert [job.state for job in office.store.jobs()] == [JobState.HELD]
        await she.press("enter")
        assert "R-1.txt is approved" in she.screen
    (job,) = office.store.jobs()
    cells = [one for one in Reviews(office.store).corrections(job) if one.line_item_id is not None]
    assert {one.kind for one in cells} == {"confirmed"}


async def test_it_begins_with_the_row_in_hand_and_undo_takes_it_back_as_one_step(office):
    long_table(office)
    async with at_work(office, size=(120, 40)) as she:
        await to(she, FieldRef("description", 9))
        await she.press("a")
        assert mine(she) == set(range(10, MANY + 1))
        assert she.hand.place == FieldRef("description", 0), "what is above still needs her"
        await she.press("u")
        assert mine(she) == set() and she.hand.draft.last is None
        assert she.hand.place == FieldRef("description", 9)


async def test_rows_carry_their_numbers(office):
    long_table(office)
    async with at_work(office, size=(120, 40)) as she:
        await to(she, FieldRef("description", 9))
        (line,) = (line for line in she.lines[-16:] if "Bolt M10 " in line)
        assert line.split()[:2] == ["▌", "10"]


async def test_rows_whose_sum_does_not_fit_are_not_swept_away_silently(office):
    wrong = [*LONG[:19], ("Bolt M20", "1", "2.00", "7.00"), *LONG[20:]]
    long_table(office, wrong)
    async with at_work(office, size=(120, 40)) as she:
        await to(she, FieldRef("description", 0))
        await she.press("a")
        assert mine(she) == set()
        assert "The rows add up to 133.00. The net total is 128.00." in she.screen
        assert "a again accepts rows 1 to 64." in she.screen
        await she.hurry("a", gap=0.2)
        assert mine(she) == set(), "a doubled key is no answer"
        await she.press("a", "a")
        assert mine(she) == set(range(1, MANY + 1))
        for _ in range(4):
            await she.press("enter")
        assert [job.state for job in office.store.jobs()] == [JobState.HELD]


async def test_another_key_between_asks_again(office):
    wrong = [*LONG[:19], ("Bolt M20", "1", "2.00", "7.00"), *LONG[20:]]
    long_table(office, wrong)
    async with at_work(office, size=(120, 40)) as she:
        await to(she, FieldRef("description", 0))
        await she.press("a", "down", "a")
        assert mine(she) == set()
        assert "a again accepts rows 2 to 64." in she.screen


async def test_a_cell_that_cannot_be_read_is_told_and_stays_open(office):
    wrong = [*LONG[:4], ("Bolt M5", "one", "2.00", "2.00"), *LONG[5:]]
    long_table(office, wrong)
    async with at_work(office, size=(120, 40)) as she:
        await to(she, FieldRef("description", 0))
        await she.press("a")
        assert "Row 5 in doubt." in she.screen and mine(she) == set()
        await she.press("a")
        assert mine(she) == set(range(1, MANY + 1)) - {5}
        assert she.hand.place == FieldRef("quantity", 4)


async def test_on_an_empty_cell_a_letter_is_text_and_ctrl_end_accepts(office):
    rows = [("", "1", "2.00", "2.00") if number == 7 else row for number, row in enumerate(LONG)]
    long_table(office, [(row[0] or None, *row[1:]) for row in rows])
    async with at_work(office, size=(120, 40)) as she:
        await to(she, FieldRef("description", 7))
        assert she.hand.mode is Mode.EMPTY
        await she.press("ctrl+end")
        assert mine(she) == set(range(8, MANY + 1))


async def test_outside_the_table_it_says_where_the_rows_are(office):
    office.drop("R-1", Said(unsure=("order_number",), rows=ROWS))
    office.work()
    async with at_work(office, size=(120, 40)) as she:
        await she.press("a")
        assert "Rows are changed in the table. End leads there." in she.screen
        assert "accept rest" not in " ".join(she.lines[-2:])


async def test_the_title_of_the_table_says_that_enter_accepts_all_rows(office):
    office.drop("R-1", Said(unsure=("order_number",), rows=ROWS))
    office.work()
    async with at_work(office, size=(120, 40)) as she:
        await she.press("end")
        assert she.hand.on_table and "Enter: all rows are right." in she.screen


async def test_the_scripted_clerk_takes_a_right_table_by_one_key_and_a_wrong_one_by_a_few(office):
    wrong = [*LONG[:4], ("Bolt M6", "1", "2.00", "2.00"), *LONG[5:]]
    names = ("description", "quantity", "unit_price", "net_amount")
    said = KnownValues(
        {
            **{name: text.format(number="R-1") for name, text in HEADER.items()},
            **TOTALS,
        },
        tuple(dict(zip(names, row, strict=True)) for row in LONG),
    )
    pressed = {}
    for number, rows in (("R-1", LONG), ("R-2", wrong)):
        office.drop(number, Said(wrong=TOTALS, unsure=UNSURE, rows=rows), text=text_of(LONG))
        office.work()
        desk = office.desk()
        loaded = desk.load(desk.queue()[-1])
        assert loaded.draft
        truth = replace(said, values={**said.values, "invoice_number": number})
        state = take_up(loaded.draft)
        pressed[number] = 0
        for step, after in steps(state, ScriptedClerk(loaded.draft, truth)):
            pressed[number] += len(step.way) + len(step.keys)
            state = after
        assert state.done
        assert [state.draft.rows[4][0].text] == ["Bolt M5"]
    assert pressed["R-1"] <= 3
    assert pressed["R-2"] <= 20
