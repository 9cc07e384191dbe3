"""What stands at the top of the first page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from appliance.samples.layouts.base import Order
from appliance.samples.sheet import GREY, HEIGHT, WHITE, WIDTH, Sheet
from bench.office.layouts.look import Look
from bench.office.layouts.wording import address, sender_name


def _band(look: Look, sheet: Sheet, order: Order) -> float:
    sheet.box(0, 0, WIDTH, 26, fill=look.ink, width=None)
    sheet.text(look.margin, 16, sender_name(order), size=16, bold=True, colour=WHITE, room=110)
    kind = order.telling.say("kind")
    sheet.text(look.right, 16, kind, size=18, align="right", colour=WHITE, room=60)
    sheet.text(look.margin, 32, " · ".join(address(look, order)), size=8, room=look.wide)
    return 44.0


def _letter(look: Look, sheet: Sheet, order: Order) -> float:
    sheet.text(
        look.right,
        22,
        sender_name(order),
        size=16,
        bold=True,
        align="right",
        colour=look.ink,
        room=130,
    )
    y = sheet.lines(look.right, 28, address(look, order), size=8, align="right", room=90)
    return max(y + 4, 46.0)


def _centre(look: Look, sheet: Sheet, order: Order) -> float:
    sheet.text(
        WIDTH / 2,
        20,
        sender_name(order),
        size=18,
        bold=True,
        align="centre",
        colour=look.ink,
        room=150,
    )
    line = " – ".join(address(look, order))
    sheet.text(WIDTH / 2, 26, line, size=8, align="centre", room=look.wide)
    sheet.rule(look.margin, 29, look.right, 29, width=0.7, colour=look.ink)
    sheet.rule(look.margin, 30.2, look.right, 30.2, width=0.2, colour=look.ink)
    return 42.0


def _corner(look: Look, sheet: Sheet, order: Order) -> float:
    kind = order.telling.say("kind")
    sheet.text(look.right, 24, kind, size=24, bold=True, align="right", colour=look.ink, room=74)
    sheet.text(look.margin, 20, sender_name(order), size=13, bold=True, room=92)
    return sheet.lines(look.margin, 25.5, address(look, order), size=8.5, room=92) + 8


def _boxed(look: Look, sheet: Sheet, order: Order) -> float:
    sheet.box(look.margin, 12, look.wide, 24, width=0.5, colour=look.ink)
    sheet.rule(WIDTH / 2 + 14, 12, WIDTH / 2 + 14, 36, width=0.5, colour=look.ink)
    sheet.text(look.margin + 5, 26, sender_name(order), size=15, bold=True, room=look.wide / 2 + 4)
    x = WIDTH / 2 + 18
    sheet.lines(x, 18.5, address(look, order), step=4.6, size=8, room=look.right - x - 3)
    return 48.0


def _stripe(look: Look, sheet: Sheet, order: Order) -> float:
    sheet.box(0, 0, 7, HEIGHT, fill=look.ink, width=None)
    sheet.text(look.margin, 24, sender_name(order), size=17, colour=look.ink, room=120)
    sheet.rule(look.margin, 28, look.margin + 40, 28, width=1.2, colour=look.ink)
    sheet.lines(look.right, 17, address(look, order), size=8, align="right", room=52, colour=GREY)
    return 46.0


def _bare(look: Look, sheet: Sheet, order: Order) -> float:
    """Nothing: the sender is one of the blocks."""
    sheet.rule(look.margin, 14, look.right, 14, width=0.3, colour=look.ink)
    return 24.0


HEADS: Mapping[str, Callable[[Look, Sheet, Order], float]] = {
    "band": _band,
    "letter": _letter,
    "centre": _centre,
    "corner": _corner,
    "boxed": _boxed,
    "stripe": _stripe,
    "bare": _bare,
}
