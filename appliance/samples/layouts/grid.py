"""Invoice in a full grid: sender left, boxed addressee right, number in the title, totals left
beside the taxes by rate, in a face with serifs."""

from __future__ import annotations

from appliance.samples.layouts.base import Layout, Order
from appliance.samples.sheet import GREY, PALE, Sheet
from appliance.samples.table import DrawnColumn, TableLook, draw_table

LEFT, RIGHT, BOTTOM = 15.0, 195.0, 266.0


def draw(sheet: Sheet, order: Order) -> None:
    _sender(sheet, order)
    _addressee(sheet, order)
    say = order.telling.say
    title = f"{say('kind')} {order.word('no')} {say('invoice_number')}"
    sheet.text(105, 80, title, size=15, bold=True, align="centre")
    _boxes(sheet, order)
    y = _items(sheet, order)
    if y > BOTTOM - 44:
        y = _overleaf(sheet, order)
    _totals(sheet, order, y + 6)
    _by_rate(sheet, order, y + 6)
    sheet.text(LEFT, y + 40, order.payment_line())


def _sender(sheet: Sheet, order: Order) -> None:
    invoice, say, supplier = order.invoice, order.telling.say, order.invoice.supplier
    sheet.text(LEFT, 20, say("supplier_name"), size=13, bold=True, room=88)
    texts = (
        supplier.street,
        supplier.town,
        f"{order.word('phone')} {invoice.phone}",
        f"{order.word('supplier_vat')} : {say('supplier_vat_id')}",
    )
    sheet.lines(LEFT, 26, texts, step=4.6, room=88)
    sheet.rule(LEFT, 276, RIGHT, 276, width=0.3)
    bank = f"{invoice.bank} — IBAN {say('iban')}"
    sheet.text(105, 280.5, bank, size=7.5, align="centre", room=170)
    legal = f"{supplier.name} — {order.registered()}"
    sheet.text(105, 284.5, legal, size=7.5, align="centre", colour=GREY, room=170)
    sheet.text(RIGHT, 290, order.page_line(sheet), size=7.5, align="right", colour=GREY)


def _addressee(sheet: Sheet, order: Order) -> None:
    say, buyer = order.telling.say, order.invoice.buyer
    sheet.box(112, 34, 83, 34, width=0.4)
    sheet.text(115, 39.5, order.word("buyer"), size=7.5, colour=GREY)
    sheet.text(115, 46, say("buyer_name"), size=10, bold=True, room=77)
    texts = (
        buyer.street,
        buyer.town,
        buyer.country,
        f"{order.word('buyer_vat')} : {say('buyer_vat_id')}",
    )
    sheet.lines(115, 51.5, texts, step=4.6, room=77)


def _boxes(sheet: Sheet, order: Order) -> None:
    invoice, say = order.invoice, order.telling.say
    last = (
        (order.word("original"), invoice.original)
        if invoice.credit
        else (order.word("due"), say("due_date"))
    )
    cells = (
        (order.word("date"), say("invoice_date")),
        (order.word("customer"), invoice.customer),
        (order.word("order"), say("order_number")),
        last,
    )
    wide = (RIGHT - LEFT) / len(cells)
    for place, (label, text) in enumerate(cells):
        x = LEFT + place * wide
        sheet.box(x, 87, wide, 6, fill=PALE)
        sheet.box(x, 93, wide, 7)
        middle = x + wide / 2
        sheet.text(middle, 91.2, label, size=8, align="centre", room=wide - 2)
        sheet.text(middle, 98, text, align="centre", room=wide - 2)


def _items(sheet: Sheet, order: Order) -> float:
    telling = order.telling
    columns = (
        DrawnColumn(order.word("article"), 24, [line.article for line in order.invoice.lines]),
        DrawnColumn(order.word("description"), 68, telling.column("description")),
        DrawnColumn(order.word("rate"), 16, order.rates(), "centre"),
        DrawnColumn(order.word("unit"), 14, [line.unit for line in order.invoice.lines], "centre"),
        DrawnColumn(order.word("quantity"), 16, telling.column("quantity"), "right"),
        DrawnColumn(order.word("unit_price"), 19, telling.column("unit_price"), "right"),
        DrawnColumn(order.word("amount"), 23, telling.column("net_amount"), "right"),
    )
    return draw_table(
        sheet,
        columns,
        left=LEFT,
        top=107,
        bottom=BOTTOM,
        look=TableLook(step=6.4, rules="grid", head_fill=PALE),
        turn=lambda: _overleaf(sheet, order),
        carry=order.carry,
    )


def _overleaf(sheet: Sheet, order: Order) -> float:
    sheet.page()
    _sender(sheet, order)
    title = f"{order.telling.say('kind')} {order.telling.say('invoice_number')}"
    sheet.text(RIGHT, 20, title, size=10, bold=True, align="right")
    return 52.0


def _totals(sheet: Sheet, order: Order, y: float) -> None:
    say, mark = order.telling.say, order.telling.say("currency")
    rows = (
        (order.word("net"), "net_total"),
        (order.word("tax"), "tax_total"),
        (order.gross_label(), "gross_total"),
    )
    for place, (label, name) in enumerate(rows):
        last = place == len(rows) - 1
        top = y + place * 7.5
        sheet.box(LEFT, top, 80, 7.5, fill=PALE if last else None, width=0.3)
        sheet.text(LEFT + 2, top + 5.1, label, bold=last)
        amount = f"{say(name)} {mark}"
        sheet.text(LEFT + 78, top + 5.1, amount, bold=last, align="right")


def _by_rate(sheet: Sheet, order: Order, y: float) -> None:
    taxes = order.invoice.taxes
    columns = (
        DrawnColumn(order.word("rate"), 22, [order.percent(rate) for rate in taxes], "right"),
        DrawnColumn(
            order.word("amount"), 28, [order.money(base) for base, _ in taxes.values()], "right"
        ),
        DrawnColumn(
            order.word("tax"), 26, [order.money(tax) for _, tax in taxes.values()], "right"
        ),
    )
    look = TableLook(step=5.4, size=8, rules="grid", head_fill=PALE)
    draw_table(sheet, columns, left=119, top=y, bottom=BOTTOM, look=look, turn=lambda: y)


LAYOUT = Layout("grid", "SerifCondensed", draw)
