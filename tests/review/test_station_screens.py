"""A picture in text of every screen, at three sizes; ``APPLIANCE_DRAW=1`` draws them anew."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from golden import looks_as_it_did
from made_up_station import HEADER, ROWS, AtWork, Office, Said, at_work

from appliance.records.evidence import SamplingPlan
from appliance.review import loading
from appliance.review.widgets.lines import LOOKS

pytestmark = pytest.mark.asyncio

FOLDER = Path(__file__).parent / "screens"
SIZES = [(80, 24), (120, 40), (200, 60)]
HELD = Said(
    wrong={"gross_total": "19.00"},
    unsure=("order_number",),
    runners_up={"gross_total": ("119.00",)},
)
SCREENS: dict[str, Sequence[str]] = {
    "field": (),
    "typing": ("tab", "tab", "e", "1"),
    "words": ("w", "right", "shift+right"),
    "rows": (*["tab"] * 8, "down", "right"),
    "columns": ("o", "c"),
    "queue": ("l", "g"),
    "search": ("slash", "2"),
    "reject": ("r",),
    "kind": ("t",),
    "help": ("question_mark",),
}


def compare(she: AtWork, name: str) -> None:
    size = she.app.size
    looks_as_it_did(she.screen, FOLDER / f"{name}-{size.width}x{size.height}.txt")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_screens_look_as_they_did(office, size):
    office.drop("R-1001", HELD)
    office.drop("R-1002", Said(rows=ROWS[:2]))
    office.drop("R-1003", kind="")
    office.work()
    async with at_work(office, size=size) as she:
        for name, keys in SCREENS.items():
            await she.press(*keys)
            compare(she, name)
            await she.press("escape", "escape")
            while she.hand.place.fieldtype != "order_number":
                await she.press("shift+tab")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_first_and_the_last_screen_look_as_they_did(office, size):
    async with at_work(office, office.desk(clerk=""), size=size) as she:
        compare(she, "clerk")
        await she.press(*"Anna", "enter")
        compare(she, "nothing")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_document_of_unknown_kind_looks_as_it_did(office, size):
    office.drop("R-1003", kind="")
    office.work()
    async with at_work(office, size=size) as she:
        compare(she, "unknown")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_sample_looks_as_it_did(tmp_path, size, monkeypatch):
    monkeypatch.setattr(loading, "lot_of", lambda store, docid: lambda what: 0.5)
    with closing(Office(tmp_path, evidence=SamplingPlan(first=1, until=1, then=1))) as office:
        office.drop("R-2001", Said(wrong={"gross_total": "19.00"}))
        office.work()
        async with at_work(office, size=size) as she:
            await she.press(*"r-2", "enter")
            compare(she, "blind")
            for name in ("invoice_date", "order_number", "net_total", "gross_total"):
                await she.press(*HEADER[name], "enter")
            compare(she, "drawn-row")
            for text in ROWS[1]:
                await she.press(*text, "enter")
            compare(she, "counted-rows")
            await she.press("4", "enter")
            compare(she, "compare")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_table_that_is_keyed_whole_looks_as_it_did(tmp_path, size):
    evidence = SamplingPlan(first=1, until=1, then=1)
    with closing(Office(tmp_path, evidence=evidence, whole=True)) as office:
        office.drop("R-2001", Said(wrong={"gross_total": "19.00"}))
        office.work()
        async with at_work(office, size=size) as she:
            for text in HEADER.values():
                await she.press(*text.format(number="R-2001"), "enter")
            await she.press(*"Hex", "enter", *"200", "enter", *"0.10", "enter", *"20.00", "enter")
            compare(she, "next-row")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_question_whether_to_approve_looks_as_it_did(office, size):
    office.drop("R-2001", Said(wrong={"gross_total": "60.00"}))
    office.work()
    async with at_work(office, size=size) as she:
        while not she.hand.approving:
            await she.press("enter")
        compare(she, "approve")


async def test_nothing_is_told_by_colour_alone(office, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    office.drop("R-1001", HELD)
    office.work()
    async with at_work(office) as she:
        assert "! order number" in she.screen
        assert "▌" in she.screen
        await she.press("enter")
        assert "✓ order number" in she.screen


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_every_look_has_a_style_in_both_themes(office, theme):
    office.drop("R-1001", HELD)
    office.work()
    async with at_work(office, size=(200, 60), theme=theme) as she:
        lines = she.app.screen.query("Lines").first()
        for look in LOOKS:
            assert lines.get_component_rich_style(f"lines--{look}", partial=True)
        assert max(len(line) for line in she.lines) <= 200
