"""Invoice with seller and buyer side by side as equals, dates top right, a gridded table with the
gross amount of every row, taxes by rate, and the amount to pay large at the left."""

from __future__ import annotations

from appliance.samples.layouts.base import Layout, Order
from appliance.samples.sheet import GREY, PALE, Sheet
from appliance.samples.style import round_to
from appliance.samples.table import DrawnColumn, TableLook, draw_table

LEFT, RIGHT, BOTTOM = 18.0, 192.0, 270.0


def draw(sheet: Sheet, order: Order) -> None:
    _dates(sheet, order)
    say = order.telling.say
    title = f"{say('kind')} {order.word('no')} {say('invoice_number')}"
    sheet.text(LEFT, 46, title, size=16, bold=True, room=174)
    if order.invoice.credit:
        sheet.text(LEFT, 52, f"{order.word('original')}: {order.invoice.original}")
    _parties(sheet, order)
    y = _items(sheet, order)
    if y > BOTTOM - 62:
        y = _overleaf(sheet, order)
    y = _by_rate(sheet, order, y + 5)
    _payment(sheet, order, y + 10)


def _dates(sheet: Sheet, order: Order) -> None:
    say, write = order.telling.say, order.language.style
    pairs = (
        (order.word("date"), say("invoice_date")),
        (order.word("delivery"), write.date(order.invoice.delivered).text),
        (order.word("order"), say("order_number")),
    )
    y = 20.0
    for label, text in pairs:
        sheet.text(158, y, f"{label}:", size=8.5, align="right", colour=GREY)
        sheet.text(161, y, text, size=8.5, room=31)
        y += 4.8
    sheet.text(RIGHT, 288, order.page_line(sheet), size=7, align="right", colour=GREY)


def _parties(sheet: Sheet, order: Order) -> None:
    say, invoice = order.telling.say, order.invoice
    for x, role, name, party, vat in (
        (LEFT, "seller", say("supplier_name"), invoice.supplier, say("supplier_vat_id")),
        (108.0, "buyer", say("buyer_name"), invoice.buyer, say("buyer_vat_id")),
    ):
        sheet.text(x, 62, order.word(role), size=8, colour=GREY)
        sheet.rule(x, 63.8, x + 84, 63.8, width=0.3)
        label = order.word("supplier_vat")
        texts = (name, party.street, party.town, f"{label}: {vat}")
        sheet.lines(x, 69, texts, step=4.8, room=84, first_bold=True)


def _items(sheet: Sheet, order: Order) -> float:
    telling, lines = order.telling, order.invoice.lines
    gross = [order.money(round_to(line.net * (1 + line.rate / 100))) for line in lines]
    columns = (
        DrawnColumn(order.word("pos"), 10, order.positions(), "centre"),
        DrawnColumn(order.word("description"), 60, telling.column("description")),
        DrawnColumn(order.word("quantity"), 15, telling.column("quantity"), "right"),
        DrawnColumn(order.word("unit"), 13, [line.unit for line in lines], "centre"),
        DrawnColumn(order.word("unit_price"), 20, telling.column("unit_price"), "right"),
        DrawnColumn(order.word("amount"), 24, telling.column("net_amount"), "right"),
        DrawnColumn(order.word("rate"), 12, order.rates(), "centre"),
        DrawnColumn(order.word("row_gross"), 20, gross, "right"),
    )
    return draw_table(
        sheet,
        columns,
        left=LEFT,
        top=94,
        bottom=BOTTOM,
        look=TableLook(step=6, size=8, rules="grid", head_fill=PALE),
        turn=lambda: _overleaf(sheet, order),
    )


def _overleaf(sheet: Sheet, order: Order) -> float:
    sheet.page()
    _dates(sheet, order)
    return 42.0


def _by_rate(sheet: Sheet, order: Order, y: float) -> float:
    taxes, money, say = order.invoice.taxes, order.money, order.telling.say
    rates = [*(f"{order.percent(rate)} %" for rate in taxes), order.word("together")]
    nets = [*(money(base) for base, _ in taxes.values()), say("net_total")]
    sums = [*(money(tax) for _, tax in taxes.values()), say("tax_total")]
    gross = [*(money(base + tax) for base, tax in taxes.values()), say("gross_total")]
    columns = (
        DrawnColumn(order.word("rate"), 20, rates),
        DrawnColumn(order.word("net"), 24, nets, "right"),
        DrawnColumn(order.word("tax"), 24, sums, "right"),
        DrawnColumn(order.word("row_gross"), 24, gross, "right"),
    )
    look = TableLook(step=5.6, size=8, rules="grid", head_fill=PALE)
    return draw_table(sheet, columns, left=100, top=y, bottom=BOTTOM, look=look, turn=lambda: y)


def _payment(sheet: Sheet, order: Order, y: float) -> None:
    say = order.telling.say
    amount = f"{order.gross_label()}: {say('gross_total')} {say('currency')}"
    sheet.text(LEFT, y, amount, size=13, bold=True, room=120)
    texts = (
        order.payment_line(),
        f"{order.word('bank')}: {order.invoice.bank}",
        f"IBAN: {say('iban')}",
    )
    sheet.lines(LEFT, y + 7, texts, step=4.8)
    for x, name in ((LEFT, order.invoice.contact), (132.0, "")):
        sheet.rule(x, y + 42, x + 60, y + 42, width=0.1)
        sheet.text(x + 30, y + 41, name, size=8, align="centre", room=58)


LAYOUT = Layout("twin", "SansCondensed", draw)
