"""Addresses and details, side by side below the head."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from appliance.samples.layouts.base import Order
from appliance.samples.sheet import GREY, PALE, Sheet
from bench.office.layouts.look import GAP, Look
from bench.office.layouts.wording import address, sender_name


def blocks(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    """Beside each other, equally wide; gives the y below the longest."""
    share = (look.wide + GAP) / len(look.blocks)
    ends = [
        BLOCKS[block](look, sheet, order, look.margin + place * share, y, share - GAP)
        for place, block in enumerate(look.blocks)
    ]
    return max(ends) + 5


def _buyer(look: Look, sheet: Sheet, order: Order, x: float, y: float, room: float) -> float:
    buyer, sender = order.invoice.buyer, order.invoice.supplier
    if look.heading:
        sheet.text(x, y, order.word("buyer"), size=8, colour=GREY, room=room)
    else:
        above = " · ".join((sender.name, sender.street, sender.town))
        sheet.text(x, y, above, size=6, colour=GREY, room=room)
    name = order.telling.say("buyer_name")
    lines = [name, buyer.street, buyer.town, buyer.country]
    if "buyer_vat" not in look.facts and look.heading:
        lines[3:] = [f"{order.word('buyer_vat')} {order.telling.say('buyer_vat_id')}"]
    return sheet.lines(x, y + 6, lines, step=4.9, size=9.5, room=room, first_bold=look.heading)


def _seller(look: Look, sheet: Sheet, order: Order, x: float, y: float, room: float) -> float:
    if look.heading:
        sheet.text(x, y, order.word("seller"), size=8, colour=GREY, room=room)
    lines = [sender_name(order), *address(look, order)]
    return sheet.lines(x, y + 6, lines, step=4.9, size=9.5, room=room, first_bold=True)


def _shipping(look: Look, sheet: Sheet, order: Order, x: float, y: float, room: float) -> float:
    sheet.text(x, y, order.word("ship_to"), size=8, colour=GREY, room=room)
    buyer = order.invoice.buyer
    lines = (order.invoice.contact, buyer.street, buyer.town)
    return sheet.lines(x, y + 6, lines, step=4.9, size=9.5, room=room)


FACTS: Mapping[str, Callable[[Order], tuple[str, str]]] = {
    "number": lambda order: (order.number_label(), order.telling.say("invoice_number")),
    "date": lambda order: (order.word("date"), order.telling.say("invoice_date")),
    "due": lambda order: (
        (order.word("original"), order.invoice.original)
        if order.invoice.credit
        else (order.word("due"), order.telling.say("due_date"))
    ),
    "order": lambda order: (order.word("order"), order.telling.say("order_number")),
    "customer": lambda order: (order.word("customer"), order.invoice.customer),
    "delivery": lambda order: (
        order.word("delivery"),
        order.language.style.date(order.invoice.delivered).text,
    ),
    "contact": lambda order: (order.word("contact"), order.invoice.contact),
    "buyer_vat": lambda order: (order.word("buyer_vat"), order.telling.say("buyer_vat_id")),
}


def _details(look: Look, sheet: Sheet, order: Order, x: float, y: float, room: float) -> float:
    pairs = [FACTS[fact](order) for fact in look.facts]
    return DETAILS[look.details](look, sheet, pairs, x, y, room)


BLOCKS: Mapping[str, Callable[[Look, Sheet, Order, float, float, float], float]] = {
    "buyer": _buyer,
    "seller": _seller,
    "shipping": _shipping,
    "details": _details,
}

Pairs = Sequence[tuple[str, str]]


def _pairs(look: Look, sheet: Sheet, pairs: Pairs, x: float, y: float, room: float) -> float:
    for label, text in pairs:
        sheet.text(x, y, label, size=8.5, colour=GREY, room=room * 0.46)
        sheet.text(x + room * 0.5, y, text, room=room * 0.5)
        y += 5
    return y


def _stacked(look: Look, sheet: Sheet, pairs: Pairs, x: float, y: float, room: float) -> float:
    """Two beside each other, the label above."""
    for place, (label, text) in enumerate(pairs):
        left = x + place % 2 * room / 2
        sheet.text(left, y, label, size=7, colour=GREY, room=room / 2 - 2)
        sheet.text(left, y + 4.2, text, size=9, bold=True, room=room / 2 - 2)
        y += 10 * (place % 2)
    return y + 10 * (len(pairs) % 2)


def _colon(look: Look, sheet: Sheet, pairs: Pairs, x: float, y: float, room: float) -> float:
    texts = [f"{label}: {text}" for label, text in pairs]
    return sheet.lines(x + room, y, texts, step=5, align="right", room=room)


def _ruled(look: Look, sheet: Sheet, pairs: Pairs, x: float, y: float, room: float) -> float:
    y -= 4
    for label, text in pairs:
        sheet.box(x, y, room * 0.48, 6.2, fill=PALE, width=0.2)
        sheet.box(x + room * 0.48, y, room * 0.52, 6.2, width=0.2)
        sheet.text(x + 1.5, y + 4.3, label, size=8, room=room * 0.48 - 3)
        sheet.text(x + room - 1.5, y + 4.3, text, size=8.5, align="right", room=room * 0.52 - 3)
        y += 6.2
    return y + 4


DETAILS: Mapping[str, Callable[[Look, Sheet, Pairs, float, float, float], float]] = {
    "pairs": _pairs,
    "stacked": _stacked,
    "colon": _colon,
    "boxes": _ruled,
}
