"""Keying blind: what she types is a value, one Enter for each, and nothing is left unasked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from made_up_station import HEADER, ROWS, UNSURE, Office, at_work

from appliance.domain.results import JobState
from appliance.domain.sections import Section
from appliance.records.evidence import SamplingPlan
from appliance.records.labels import Labels
from appliance.review.draft.places import FieldRef, Phase
from appliance.review.editor.standing import Mode

pytestmark = pytest.mark.asyncio

TABLE = FieldRef("line_items")
HEADINGS = [text.format(number="R-1") for text in HEADER.values()]
COLUMNS = ("description", "quantity", "unit_price", "net_amount")


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Office]:
    """One document waits, to be keyed blind with all of its rows."""
    evidence = SamplingPlan(first=1, until=1, then=1)
    with closing(Office(tmp_path, evidence=evidence, whole=True)) as office:
        office.drop("R-1", UNSURE)
        office.work()
        yield office


def states(office: Office) -> set[JobState]:
    return {job.state for job in office.store.jobs()}


async def key_header(she, texts=HEADINGS) -> None:
    for text in texts:
        await she.press(*text, "enter")


async def test_what_she_types_into_a_document_that_she_loses_does_not_go_into_the_next(sample):
    """C7."""
    sample.drop("R-2", UNSURE)
    sample.work()
    async with at_work(sample) as she:
        await she.press(*"ACM")
        sample.now += 130
        other = sample.desk("two", "Bo")
        assert other.open(other.load(next(q for q in other.queue() if q.job.source == she.name)))
        lost = she.name
        she.app._look_again()
        await she.calm()
        assert she.name != lost
        await she.hurry(*"E Metal", "enter", gap=0.2)
        assert (she.hand.mode, she.text("supplier_name")) == (Mode.EMPTY, None)
        await she.press("A")
        assert she.hand.typed.text == "A"


async def test_letters_on_an_empty_field_are_its_text(sample):
    """A1."""
    async with at_work(sample) as she:
        await she.press(*"Marrick Engineering Limited")
        assert she.hand.mode is Mode.TYPING
        await she.press("enter")
        assert she.text("supplier_name") == "Marrick Engineering Limited"
        assert [entry.place for entry in she.hand.draft.entries if entry.by_clerk] == [
            FieldRef("supplier_name")
        ]
    assert states(sample) == {JobState.HELD}


@pytest.mark.parametrize("key", ["n", "i", "r", "t", "s", "q", "u", "l", "w", "c", "a", "e", "1"])
async def test_no_letter_or_digit_is_a_command_on_an_empty_field(sample, key):
    """A1."""
    async with at_work(sample) as she:
        await she.press(key)
        assert (she.hand.mode, she.hand.typed.text) == (Mode.TYPING, key)


@pytest.mark.parametrize("key", ["slash", "question_mark", "plus", "minus", "space"])
async def test_no_other_character_is_a_command_on_an_empty_field(sample, key):
    """A1."""
    async with at_work(sample) as she:
        await she.press(key)
        assert (she.hand.mode, len(she.hand.typed.text)) == (Mode.TYPING, 1)


async def test_function_keys_are_commands_on_an_empty_field_and_are_shown(sample):
    """A1."""
    async with at_work(sample, size=(120, 40)) as she:
        shown = " ".join(she.lines[-2:])
        for key in ("F2", "F4", "F5", "F6", "F7", "F8", "F9", "Esc"):
            assert f"{key} " in shown
        await she.press("f5")
        assert she.hand.draft.entry(FieldRef("supplier_name")).illegible
        assert she.hand.place == FieldRef("invoice_number")
        await she.press("f4")
        assert she.hand.draft.entry(FieldRef("invoice_number")).by_clerk
        await she.press("f6")
        assert she.hand.mode is Mode.WORDS
        await she.press("escape", "f2")
        assert she.hand.mode is Mode.TYPING
        await she.press("escape", "f9")
        assert "refused?" in she.screen
        await she.press("escape", "f8")
        assert "left for later" in she.screen


async def test_after_escape_letters_are_commands_until_she_moves(sample):
    """A1."""
    async with at_work(sample, size=(120, 40)) as she:
        await she.press("escape")
        assert she.hand.mode is Mode.FIELD
        assert "r refuse" in " ".join(she.lines[-2:])
        await she.press("n")
        assert she.hand.draft.entry(FieldRef("supplier_name")).by_clerk
        assert (she.hand.place, she.hand.mode) == (FieldRef("invoice_number"), Mode.EMPTY)
        await she.press("n")
        assert she.hand.typed.text == "n"


async def test_an_empty_field_takes_enter_for_nothing_typed(sample):
    async with at_work(sample) as she:
        await she.press("enter")
        assert she.hand.place == FieldRef("supplier_name")
        assert "nothing is typed" in she.screen.lower()
        await she.press("x")
        assert she.hand.typed.text == "x"


async def test_the_header_takes_one_enter_a_field(sample):
    """B1: none to open it."""
    async with at_work(sample) as she:
        for place, text in zip(HEADER, HEADINGS, strict=True):
            assert she.hand.place == FieldRef(place)
            await she.press(*text, "enter")
        assert she.hand.place == TABLE
        assert [she.text(name) for name in HEADER] == HEADINGS


async def test_tab_leads_to_a_field_where_typing_begins_a_value(sample):
    """B1."""
    async with at_work(sample) as she:
        await she.press("tab", "tab", *"17.01.2025", "tab")
        assert she.text("invoice_date") == "17.01.2025"
        assert (she.hand.place, she.hand.mode) == (FieldRef("order_number"), Mode.EMPTY)


async def test_enter_in_a_cell_goes_to_the_next_empty_one(sample):
    """A7."""
    async with at_work(sample) as she:
        await key_header(she)
        for number, row in enumerate(ROWS):
            for name, text in zip(COLUMNS, row, strict=True):
                await she.press(*text)
                assert she.hand.place == FieldRef(name, number)
                await she.press("enter")
            assert (she.hand.place, she.hand.mode) == (TABLE, Mode.EMPTY)
        assert she.hand.draft.phase is Phase.BLIND
        await she.press("enter")
        assert she.hand.draft.phase is Phase.COMPARE
        assert she.hand.mode is Mode.APPROVE, "nothing differs, nothing is empty"
        assert [tuple(cell.text for cell in row) for row in she.hand.draft.rows] == list(ROWS)


async def test_an_empty_cell_is_passed_by_enter_and_asked_about_when_the_table_is_closed(sample):
    """A7."""
    async with at_work(sample) as she:
        await key_header(she)
        await she.press("S", "enter")
        assert she.hand.place == FieldRef("quantity", 0)
        assert "–" in she.screen and "none" not in "".join(she.lines[:-2])
        await she.press("enter", "enter")
        assert she.hand.place == FieldRef("net_amount", 0)
        await she.press("enter")
        assert she.hand.place == TABLE
        await she.press("enter")
        assert "3 cells are empty" in she.screen
        assert she.hand.draft.phase is Phase.BLIND
        await she.press("tab", "right", *"3", "enter", "enter", "enter")
        assert she.text("quantity", 0) == "3"
        await she.press("enter")
        assert "2 cells are empty" in she.screen, "asked anew, as something changed"
        assert she.hand.draft.phase is Phase.BLIND
        await she.press("enter")
        assert she.hand.draft.phase is Phase.COMPARE


@pytest.mark.parametrize(
    ("keys", "undo", "none"), [({}, "F7", "F4"), ({"undo": "z", "absent": "x"}, "Esc z", "Esc x")]
)
async def test_what_names_a_key_names_the_one_that_works_there(sample, keys, undo, none):
    """C1: where letters are text, u takes nothing back."""
    sample.drop("R-2", UNSURE)
    sample.work()
    async with at_work(sample, keys=keys) as she:
        first = she.name
        await she.press("enter")
        assert f"or press {none} if it is not on the document." in she.screen
        await she.press("end")
        assert f"{none}: the document has none." in she.screen
        await she.press("home")
        await key_header(she)
        await she.press(*none.lower().replace("esc", "escape").split())
        await she.press("1", "enter")
        assert she.hand.mode is Mode.EMPTY
        assert f"{first} is approved. {undo} takes it back." in she.screen


@pytest.mark.parametrize("key", ["f4", "enter"])
async def test_no_key_closes_a_table_with_empty_cells_at_once(sample, key):
    """A7."""
    async with at_work(sample) as she:
        await key_header(she)
        await she.press("S", "enter", "enter", "enter", "enter", key)
        assert she.hand.draft.phase is Phase.BLIND
        await she.press(key)
        assert she.hand.draft.phase is Phase.COMPARE


async def test_a_sum_that_she_keyed_wrong_is_told_again_before_approval(sample):
    """A6."""
    async with at_work(sample) as she:
        wrong = [text if text != "19.00" else "20.00" for text in HEADINGS]
        await key_header(she, wrong)
        await she.press("f4")
        assert "you: 20.00" in she.screen and she.hand.place == FieldRef("tax_total")
        await she.press("1", "1")
        assert "Approve?  a" in she.screen
        assert "120.00" in she.screen and "1 you" not in she.screen
        await she.press("enter")
        assert states(sample) == {JobState.HELD}
        await she.press("escape")
        while she.hand.place != FieldRef("tax_total"):
            await she.press("tab")
        await she.press("e", *"19.00", "enter")
        assert "Approve?  Enter" in she.screen
        await she.press("enter")
    assert states(sample) == {JobState.ACCEPTED}


async def test_undo_of_what_is_fixed_says_so_before_it_takes_back_the_last_document(sample):
    sample.drop("R-2", UNSURE)
    sample.work()
    async with at_work(sample) as she:
        await key_header(she)
        await she.press("f4", "2", "enter")
        assert she.name == "R-2.txt"
        await key_header(she, [text.format(number="R-2") for text in HEADER.values()])
        await she.press("f4")
        assert she.hand.draft.phase is Phase.COMPARE
        await she.press("f7")
        assert she.name == "R-2.txt" and "What you typed blind is kept." in she.screen
        await she.press("f7")
        assert she.name == "R-1.txt"


@pytest.fixture
def rows_alone(tmp_path: Path) -> Iterator[Office]:
    """One document waits, of which the rows are to be keyed blind."""
    enough = frozenset({Section.HEADER})
    evidence = SamplingPlan(first=1, until=9, then=0)
    with closing(Office(tmp_path, evidence=evidence, enough=enough, whole=True)) as office:
        office.drop("R-1", UNSURE)
        office.work()
        yield office


async def test_where_the_header_is_proven_she_keys_the_rows_alone(rows_alone):
    async with at_work(rows_alone) as she:
        assert "Type the rows yourself" in she.screen
        assert she.text("supplier_name") == HEADINGS[0]
        assert not she.hand.draft.rows, "nothing of the rows that were read"
        assert she.hand.place == TABLE, "what is keyed blind comes first"
        for row in ROWS:
            for text in row:
                await she.press(*text, "enter")
        assert she.hand.draft.phase is Phase.BLIND
        await she.press("enter")
        assert she.hand.draft.phase is Phase.COMPARE
        while she.hand.mode is not Mode.APPROVE:  # what the appliance is not sure of, as ever
            assert she.hand.place.row is None, "no row differs"
            await she.press("enter")
        await she.press("enter")
    (found,) = Labels(rows_alone.store).evidence(reading="1")
    assert found.table and {label.line_item_id for label in found.labels} == set(range(len(ROWS)))
