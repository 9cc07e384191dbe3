"""How much room fields, page and table have, at three sizes of a screen."""

from __future__ import annotations

from contextlib import closing

import pytest
from made_up_station import ROWS, TEXT, UNSURE, Office, Said, at_work

from appliance.records.evidence import SamplingPlan
from appliance.review.widgets.layout import ReviewLayout

pytestmark = pytest.mark.asyncio

NAME = "Maison Ferrand SARL"
LONGER = "ACME Metal Works GmbH"
VAT = "FR32 419 725 004 18"
LINES = ROWS * 6


def beside(she) -> list[str]:
    return [line.partition("│")[2].strip(" ▌") for line in she.lines]


def page(she) -> int:
    """Cells of the page's text."""
    return next(line for line in she.lines if "│" in line).index("│")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_a_value_is_whole_where_the_page_can_give_way(office, size):
    """D3."""
    text = TEXT.replace("ACME Metal Works GmbH", NAME).replace("B-4711", VAT)
    said = Said(wrong={"supplier_name": NAME, "order_number": VAT}, unsure=("invoice_number",))
    office.drop("R-1", said, text=text)
    office.work()
    async with at_work(office, size=size) as she:
        assert any(NAME in line for line in beside(she))
        assert any(VAT in line for line in beside(she))
        assert page(she) >= 22


async def test_a_value_longer_than_the_screen_leaves_the_page_its_room(office):
    office.drop("R-1", Said(wrong={"supplier_name": "Works " * 30}))
    office.work()
    async with at_work(office) as she:
        assert page(she) >= 22


@pytest.mark.parametrize("name", ["LT-2024/" * 12, "One more of the works of Hamburg " * 8])
async def test_a_value_in_hand_is_whole_however_long_it_is(office, name):
    office.drop("R-1", Said(wrong={"supplier_name": name.strip()}, unsure=("supplier_name",)))
    office.work()
    async with at_work(office) as she:
        told = "".join(beside(she)).replace(" ", "")
        assert name.replace(" ", "") in told


async def test_a_value_that_she_types_blind_is_whole(tmp_path):
    """D3."""
    with closing(Office(tmp_path, evidence=SamplingPlan(first=1, until=1, then=1))) as office:
        office.drop("R-1", UNSURE)
        office.work()
        async with at_work(office) as she:
            await she.press("enter", *LONGER, "enter", "tab")
            assert any(LONGER in line for line in beside(she))


async def test_a_day_that_she_chose_is_whole_too(office):
    """C2."""
    text = TEXT.replace("17.01.2025", "12/01/2026")
    office.drop(
        "R-1", Said(wrong={"invoice_date": "12/01/2026"}, unsure=("gross_total",)), text=text
    )
    office.work()
    async with at_work(office) as she:
        await she.press("1", "l", "enter", "escape")
        while she.hand.place.fieldtype != "supplier_name":
            await she.press("tab")
        assert any("12/01/2026 = 12 January 2026" in line for line in beside(she))


async def test_no_key_moves_the_line_between_page_and_fields(office):
    office.drop("R-1", UNSURE)
    office.work()
    async with at_work(office) as she:
        before = page(she)
        while she.hand.place.fieldtype != "supplier_name":
            await she.press("tab")
        await she.press("e", *"A Name That Is Much Longer Than Any", "enter")
        assert page(she) == before


async def test_on_a_wide_screen_the_table_stands_under_the_fields(office):
    """D5."""
    office.drop("R-1", Said(rows=LINES))
    office.work()
    async with at_work(office, size=(200, 60)) as she:
        assert sum("Hex bolt M8 x 40" in line for line in beside(she)) == 6
        paper = she.app.screen.query_one(ReviewLayout).paper
        assert paper.size.height == 60 - 4


async def test_the_table_moves_with_the_size_of_the_screen(office):
    office.drop("R-1", UNSURE)
    office.work()
    async with at_work(office, size=(200, 60)) as she:
        assert not any(line.startswith("  2 Washer M8") for line in she.lines)
        await she.pilot.resize_terminal(80, 24)
        for _ in range(20):  # a new size is laid out over several messages
            await she.calm()
            if any(line.startswith("  2 Washer M8") for line in she.lines):
                return
        raise AssertionError(she.screen)
