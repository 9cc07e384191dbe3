"""What the document calls itself, above its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from appliance.samples.layouts.base import Order
from appliance.samples.sheet import BLACK, PALE, WHITE, WIDTH, Sheet
from bench.office.layouts.blocks import FACTS
from bench.office.layouts.look import Look
from bench.office.layouts.wording import full_title


def _plain(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    """The number is among the details."""
    sheet.text(look.margin, y + 5, order.telling.say("kind"), size=15, bold=True, colour=look.ink)
    return y + 11


def _numbered(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    sheet.text(
        look.margin, y + 5, full_title(order), size=13, bold=True, colour=look.ink, room=look.wide
    )
    sheet.text(look.margin, y + 11, order.word("intro"), room=look.wide)
    return y + 16


def _dated(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    """Number left and date right, between two rules."""
    sheet.rule(look.margin, y, look.right, y, width=0.5, colour=look.ink)
    sheet.text(look.margin, y + 6, full_title(order), size=12, bold=True, room=look.wide - 70)
    date = f"{order.word('date')} {order.telling.say('invoice_date')}"
    sheet.text(look.right, y + 6, date, size=10, align="right", room=64)
    sheet.rule(look.margin, y + 9, look.right, y + 9, width=0.5, colour=look.ink)
    return y + 15


def _middle(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    sheet.text(
        WIDTH / 2, y + 5, full_title(order), size=14, bold=True, align="centre", room=look.wide
    )
    return y + 11


def _strip(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    """Below the kind all the facts in one line of boxes."""
    if look.head not in ("band", "corner"):
        sheet.text(
            look.margin, y + 4, order.telling.say("kind"), size=14, bold=True, colour=look.ink
        )
        y += 8
    wide = look.wide / len(look.facts)
    for place, fact in enumerate(look.facts):
        label, text = FACTS[fact](order)
        x = look.margin + place * wide
        sheet.box(x, y, wide, 5.4, fill=look.fill or PALE, width=0.2)
        sheet.box(x, y + 5.4, wide, 6.6, width=0.2)
        colour = WHITE if look.fill not in (None, PALE) else BLACK
        sheet.text(
            x + wide / 2, y + 3.9, label, size=7.5, align="centre", colour=colour, room=wide - 2
        )
        sheet.text(x + wide / 2, y + 10, text, size=9, align="centre", room=wide - 2)
    return y + 18


def _above(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    """The head has told it."""
    return y + 2


TITLES: Mapping[str, Callable[[Look, Sheet, Order, float], float]] = {
    "plain": _plain,
    "numbered": _numbered,
    "dated": _dated,
    "middle": _middle,
    "strip": _strip,
    "above": _above,
}
