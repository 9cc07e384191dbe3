"""Draws an invoice as a look says.

A page is a head, blocks side by side, a title, the table, totals with the payment, and a foot.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from appliance.samples.layouts.base import Layout, Order
from appliance.samples.sheet import Face, Sheet
from bench.office.layouts.blocks import blocks
from bench.office.layouts.foot import foot
from bench.office.layouts.heads import HEADS
from bench.office.layouts.look import BOTTOM, Look
from bench.office.layouts.table import overleaf, table
from bench.office.layouts.titles import TITLES
from bench.office.layouts.totals import totals


def layout(look: Look, *, western: bool) -> Layout:
    """``western`` False: in a face that knows all letters of Europe."""
    return Layout(
        look.name, look.face if western else _WIDER.get(look.face, look.face), partial(draw, look)
    )


_WIDER: Mapping[Face, Face] = {
    "Helvetica": "SansCondensed",
    "Times": "SerifCondensed",
    "Courier": "SansMono",
}


def draw(look: Look, sheet: Sheet, order: Order) -> None:
    """All that ``look`` names, on as many pages as the table needs."""
    y = HEADS[look.head](look, sheet, order)
    y = blocks(look, sheet, order, y)
    y = TITLES[look.title](look, sheet, order, y)
    y = table(look, sheet, order, y)
    if y > BOTTOM - 52:
        y = overleaf(look, sheet, order)
    totals(look, sheet, order, y + 6)
    foot(look, sheet, order)
