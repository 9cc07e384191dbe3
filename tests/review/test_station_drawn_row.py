"""At the station one row of a table is keyed blind, and the rows are counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from made_up_station import HEADER, ROWS, UNSURE, Office, Said, at_work

from appliance.domain.sections import Section
from appliance.records.evidence import SamplingPlan, lot_of
from appliance.records.labels import Labels
from appliance.review.draft.places import FieldRef, Phase
from appliance.review.editor.standing import Mode

pytestmark = pytest.mark.asyncio

TABLE = FieldRef("line_items")
HEADINGS = {name: text.format(number="R-1") for name, text in HEADER.items()}
EVERY = SamplingPlan(first=1, until=9, then=0)


@pytest.fixture
def rows_alone(tmp_path: Path) -> Iterator[Office]:
    """A document of which a row is to be keyed, beside a header that is shown."""
    enough = frozenset({Section.HEADER})
    with closing(Office(tmp_path, evidence=EVERY, enough=enough)) as office:
        office.drop("R-1")
        office.work()
        yield office


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Office]:
    """A document of which header and row are to be keyed."""
    with closing(Office(tmp_path, evidence=EVERY)) as office:
        office.drop("R-1", UNSURE)
        office.work()
        yield office


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Office]:
    """A document of an owner who promises so much that the whole header is to be keyed."""
    with closing(Office(tmp_path, evidence=EVERY, accuracy=0.99)) as office:
        office.drop("R-1")
        office.work()
        yield office


def drawn(office: Office) -> int:
    (job,) = office.store.jobs()
    return int(lot_of(office.store, job.docid)("row") * len(ROWS))


async def key(she, texts) -> None:
    for text in texts:
        await she.press(*text, "enter")


async def test_she_keys_the_marked_row_and_their_number_and_sees_the_others_then(rows_alone):
    at = drawn(rows_alone)
    async with at_work(rows_alone) as she:
        assert "Type the marked row yourself" in she.screen
        assert she.text("supplier_name") == HEADINGS["supplier_name"]
        (row,) = she.hand.draft.rows
        assert [cell.text for cell in row] == [None] * 4
        assert she.hand.place == row[0].place
        (mark,) = she.hand.entry.marked
        words = " ".join(word.text for word in mark.words(she.hand.draft.document))
        assert words == " ".join(ROWS[at])
        await key(she, ROWS[at])
        assert she.hand.place == TABLE
        assert "How many rows does the table have?" in she.screen
        await key(she, ["3"])
        assert she.hand.draft.phase is Phase.COMPARE
        assert [tuple(cell.text for cell in row) for row in she.hand.draft.rows] == list(ROWS)
        if she.hand.mode is Mode.APPROVE:
            await she.press("enter")
    (found,) = Labels(rows_alone.store).evidence(reading="1")
    assert (found.table, found.counted) == (False, len(ROWS))
    assert {one.line_item_id for one in found.labels} == {at}


async def test_header_and_row_come_one_behind_the_other(whole):
    at = drawn(whole)
    async with at_work(whole) as she:
        keyed = she.hand.draft.derived.context.keyed
        await key(she, [text for name, text in HEADINGS.items() if name in keyed])
        assert she.hand.place == FieldRef("description", at)
        await key(she, [*ROWS[at], "3"])
        assert she.hand.draft.phase is Phase.COMPARE


async def test_a_wrong_number_of_rows_is_told_beside_the_table(rows_alone):
    at = drawn(rows_alone)
    async with at_work(rows_alone) as she:
        await key(she, [*ROWS[at], "4"])
        assert she.hand.place == TABLE
        assert "You counted 4 rows. Here are 3." in she.screen
        await she.press("enter")
        assert "You counted" not in she.screen


async def test_her_number_can_be_typed_anew_before_she_sees_the_rows(whole):
    at = drawn(whole)
    async with at_work(whole) as she:
        await she.press("end")
        while she.hand.place != TABLE:
            await she.press("tab")
        await key(she, ["7"])
        assert she.hand.draft.table.text == "7" and she.hand.draft.phase is Phase.BLIND
        while she.hand.place != TABLE:
            await she.press("tab")
        await she.press("e", "3", "enter")
        assert she.hand.draft.table.text == "3"
        assert she.hand.draft.rows[0][0].place.row == at


async def test_the_title_of_the_table_removes_no_row_that_is_asked_for(rows_alone):
    at = drawn(rows_alone)
    async with at_work(rows_alone) as she:
        await key(she, ROWS[at])
        await she.press("delete")
        assert "Only this row is asked for" in she.screen and len(she.hand.draft.rows) == 1


async def test_what_is_no_number_is_told(rows_alone):
    at = drawn(rows_alone)
    async with at_work(rows_alone) as she:
        await key(she, [*ROWS[at], "x"])
        assert she.hand.draft.phase is Phase.BLIND
        assert "Type how many rows the table has" in she.screen


async def test_a_marked_line_that_is_no_row_is_removed(tmp_path: Path):
    enough = frozenset({Section.HEADER})
    with closing(Office(tmp_path, evidence=EVERY, enough=enough)) as office:
        office.drop("R-1", Said(rows=[("Net total", None, None, "100.00")]))
        office.work()
        async with at_work(office) as she:
            assert she.hand.place.row == 0
            await she.press("delete")
            assert she.hand.place == TABLE and not she.hand.draft.rows
            await key(she, ["3"])
            assert she.hand.draft.phase is Phase.COMPARE
            assert "You counted 3 rows. Here are none." in she.screen


async def test_where_much_is_promised_she_keys_the_whole_header_and_the_marked_row(strict):
    async with at_work(strict) as she:
        assert "Type every value outside the table yourself, and the marked row" in she.screen
        assert {she.text(name) for name in HEADINGS} == {None}
        await key(she, HEADINGS.values())
        assert she.hand.place.row is not None
