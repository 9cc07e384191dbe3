"""The sums, and how to pay them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from appliance.samples.layouts.base import Order
from appliance.samples.sheet import BLACK, GREY, HEIGHT, PALE, WHITE, WIDTH, Sheet
from appliance.samples.table import DrawnColumn, TableLook, draw_table
from bench.office.layouts.look import Look
from bench.office.layouts.wording import amount_of


def _sums(look: Look, order: Order) -> list[tuple[str, str]]:
    rates = " / ".join(f"{order.percent(rate)} %" for rate in order.invoice.taxes)
    return [
        (order.word("net"), amount_of(look, order, "net_total")),
        (f"{order.word('tax')} {rates}", amount_of(look, order, "tax_total")),
        (order.gross_label(), amount_of(look, order, "gross_total")),
    ]


def totals(look: Look, sheet: Sheet, order: Order, y: float) -> None:
    """From ``y`` on, in millimetres from the top as everywhere here."""
    left = look.totals in ("left", "big")
    end = TOTALS[look.totals](look, sheet, order, y)
    beside = look.payment == "beside" and look.totals != "across"
    x = WIDTH / 2 + 8 if beside and left else look.margin
    room = (look.right - x) if left else look.wide / 2 - 8
    _payment(look, sheet, order, x, y + 4 if beside else end + 9, room if beside else look.wide)


def _at_right(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    x = look.right - 72
    *some, (label, text) = _sums(look, order)
    for name, amount in some:
        sheet.text(x, y + 4, name, room=38)
        sheet.text(look.right - 1.2, y + 4, amount, align="right", room=32)
        y += 5.6
    sheet.rule(x, y + 0.6, look.right, y + 0.6, width=0.5, colour=look.ink)
    sheet.text(x, y + 6, label, size=10.5, bold=True, room=36)
    sheet.text(look.right - 1.2, y + 6, text, size=10.5, bold=True, align="right", room=34)
    return y + 9


def _in_a_box(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    x = look.right - 80
    for place, (label, text) in enumerate(_sums(look, order)):
        last = place == 2
        fill = (look.fill or PALE) if last else None
        colour = WHITE if last and look.fill not in (None, PALE) else BLACK
        sheet.box(x, y, 42, 7, width=0.25, fill=fill)
        sheet.box(x + 42, y, 38, 7, width=0.25, fill=fill)
        sheet.text(x + 2, y + 4.8, label, bold=last, colour=colour, room=38)
        sheet.text(x + 78, y + 4.8, text, bold=last, align="right", colour=colour, room=34)
        y += 7
    return y


def _at_left(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    for place, (label, text) in enumerate(_sums(look, order)):
        bold = place == 2
        sheet.text(look.margin, y + 4, f"{label}:", bold=bold, room=40)
        sheet.text(look.margin + 76, y + 4, text, bold=bold, align="right", room=34)
        y += 6
    sheet.rule(look.margin, y, look.margin + 77, y, width=0.6, colour=look.ink)
    return y + 2


def _across(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    wide = look.wide / 3
    for place, (label, text) in enumerate(_sums(look, order)):
        x, last = look.margin + place * wide, place == 2
        sheet.box(x, y, wide, 13, width=0.3, fill=PALE if last else None, colour=look.ink)
        sheet.text(x + 3, y + 4.6, label, size=7.5, colour=GREY, room=wide - 6)
        sheet.text(x + 3, y + 10.4, text, size=11, bold=last, room=wide - 6)
    return y + 13


def _by_rate(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    taxes, money, say = order.invoice.taxes, order.money, order.telling.say
    columns = (
        DrawnColumn(
            order.word("rate"),
            18,
            [*(f"{order.percent(rate)} %" for rate in taxes), order.word("together")],
        ),
        DrawnColumn(
            order.word("net"),
            30,
            [*(money(base) for base, _ in taxes.values()), say("net_total")],
            "right",
        ),
        DrawnColumn(
            order.word("tax"),
            30,
            [*(money(tax) for _, tax in taxes.values()), say("tax_total")],
            "right",
        ),
    )
    style = TableLook(step=5.8, size=8, rules="grid", head_fill=look.fill or PALE)
    if look.fill not in (None, PALE):
        style = TableLook(step=5.8, size=8, rules="grid", head_fill=look.fill, head_colour=WHITE)
    x = look.right - 78
    y = draw_table(sheet, columns, left=x, top=y, bottom=HEIGHT, look=style, turn=lambda: y)
    sheet.text(x, y + 7, order.gross_label(), size=11, bold=True, room=38)
    text = amount_of(look, order, "gross_total")
    sheet.text(look.right - 1.2, y + 7, text, size=11, bold=True, align="right", room=36)
    return y + 9


def _big(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    """What is to be paid comes first and large, what it consists of in a line below."""
    net, tax, (label, text) = _sums(look, order)
    sheet.text(look.margin, y + 4, label, size=8.5, colour=GREY, room=80)
    sheet.text(look.margin, y + 12, text, size=18, bold=True, colour=look.ink, room=80)
    sheet.text(look.margin, y + 19, f"{net[0]}: {net[1]}", size=8.5, room=80)
    sheet.text(look.margin, y + 24, f"{tax[0]}: {tax[1]}", size=8.5, room=80)
    return y + 26


TOTALS: Mapping[str, Callable[[Look, Sheet, Order, float], float]] = {
    "right": _at_right,
    "boxed": _in_a_box,
    "left": _at_left,
    "across": _across,
    "rates": _by_rate,
    "big": _big,
}


def _payment(look: Look, sheet: Sheet, order: Order, x: float, y: float, room: float) -> None:
    told = "due" in look.facts or not look.prompt
    lines = [] if told and not order.invoice.credit else sheet.wrap(order.payment_line(), room)
    if order.invoice.credit and "due" not in look.facts:
        lines.append(f"{order.word('original')}: {order.invoice.original}")
    if look.payment != "foot":
        bank = f"{order.word('bank')}: {order.invoice.bank}"
        lines += [bank, f"IBAN: {order.telling.say('iban')}"]
    sheet.lines(x, y, lines, step=4.8, size=8.5, room=room)
