"""Invoice under a coloured band: details as a strip of boxes with the label above the value, two
addresses side by side, striped rows without rules, totals right, payment details left."""

from __future__ import annotations

from appliance.samples.layouts.base import Layout, Order
from appliance.samples.sheet import GREY, PALE, WHITE, WIDTH, Sheet
from appliance.samples.table import DrawnColumn, TableLook, draw_table

LEFT, RIGHT, BOTTOM = 16.0, 194.0, 270.0
BAND = (20, 92, 84)


def draw(sheet: Sheet, order: Order) -> None:
    _band(sheet, order)
    _strip(sheet, order)
    _addresses(sheet, order)
    y = _items(sheet, order)
    if y > BOTTOM - 46:
        y = _overleaf(sheet, order)
    _totals(sheet, order, y + 5)
    _payment(sheet, order, y + 5)


def _band(sheet: Sheet, order: Order) -> None:
    invoice, say, supplier = order.invoice, order.telling.say, order.invoice.supplier
    sheet.box(0, 0, WIDTH, 30, fill=BAND, width=None)
    sheet.text(LEFT, 14, say("supplier_name"), size=15, bold=True, colour=WHITE, room=105)
    address = f"{supplier.street}, {supplier.town}"
    contact = f"{order.word('phone')} {invoice.phone}"
    sheet.lines(LEFT, 20, (address, contact), size=8, colour=WHITE, room=105)
    title = say("kind")
    sheet.text(RIGHT, 19, title, size=24, bold=True, align="right", colour=WHITE, room=68)
    foot = (
        f"{supplier.name} · {order.registered()} · "
        f"{order.word('supplier_vat')} {say('supplier_vat_id')}"
    )
    sheet.text(LEFT, 286, foot, size=7, colour=GREY, room=150)
    sheet.text(RIGHT, 286, order.page_line(sheet), size=7, align="right", colour=GREY)


def _strip(sheet: Sheet, order: Order) -> None:
    invoice, say = order.invoice, order.telling.say
    due = (
        (order.word("original"), invoice.original)
        if invoice.credit
        else (order.word("due"), say("due_date"))
    )
    cells = (
        (order.number_label(), say("invoice_number")),
        (order.word("date"), say("invoice_date")),
        due,
        (order.word("order"), say("order_number")),
        (order.word("customer"), invoice.customer),
    )
    wide = (RIGHT - LEFT) / len(cells)
    for place, (label, text) in enumerate(cells):
        x = LEFT + place * wide
        sheet.box(x, 37, wide, 13, fill=PALE, width=0.3, colour=WHITE)
        sheet.text(x + 2, 42, label, size=7, colour=GREY, room=wide - 4)
        sheet.text(x + 2, 47.4, text, size=9, bold=True, room=wide - 4)


def _addresses(sheet: Sheet, order: Order) -> None:
    say, buyer = order.telling.say, order.invoice.buyer
    texts = (
        order.word("buyer"),
        say("buyer_name"),
        buyer.street,
        buyer.town,
        f"{order.word('buyer_vat')} {say('buyer_vat_id')}",
    )
    sheet.lines(LEFT, 60, texts, step=4.8, room=85, first_bold=True)
    elsewhere = (order.word("ship_to"), buyer.name, order.invoice.contact, buyer.town)
    sheet.lines(112, 60, elsewhere, step=4.8, room=80, first_bold=True)


def _items(sheet: Sheet, order: Order) -> float:
    telling = order.telling
    columns = (
        DrawnColumn(order.word("article"), 22, [line.article for line in order.invoice.lines]),
        DrawnColumn(order.word("description"), 70, telling.column("description")),
        DrawnColumn(order.word("quantity"), 17, telling.column("quantity"), "right"),
        DrawnColumn(order.word("unit"), 14, [line.unit for line in order.invoice.lines]),
        DrawnColumn(order.word("unit_price"), 23, telling.column("unit_price"), "right"),
        DrawnColumn(order.word("rate"), 13, order.rates(), "right"),
        DrawnColumn(order.word("amount"), 19, telling.column("net_amount"), "right"),
    )
    return draw_table(
        sheet,
        columns,
        left=LEFT,
        top=88,
        bottom=BOTTOM,
        look=TableLook(step=7, rules="head", head_fill=BAND, head_colour=WHITE, stripe=PALE),
        turn=lambda: _overleaf(sheet, order),
        carry=order.carry,
    )


def _overleaf(sheet: Sheet, order: Order) -> float:
    sheet.page()
    _band(sheet, order)
    return 38.0


def _totals(sheet: Sheet, order: Order, y: float) -> None:
    say, mark = order.telling.say, order.telling.say("currency")
    before = mark if len(mark) == 1 else f"{mark} "
    for label, name in ((order.word("net"), "net_total"), (order.word("tax"), "tax_total")):
        sheet.text(134, y + 5, label)
        sheet.text(RIGHT - 1.2, y + 5, before + say(name), align="right")
        y += 6
    sheet.box(132, y + 1, RIGHT - 132, 9, fill=BAND, width=None)
    sheet.text(134, y + 7, order.gross_label(), size=10, bold=True, colour=WHITE, room=28)
    amount = before + say("gross_total")
    sheet.text(RIGHT - 1.2, y + 7, amount, size=10, bold=True, align="right", colour=WHITE)


def _payment(sheet: Sheet, order: Order, y: float) -> None:
    texts = (
        order.word("payment"),
        f"{order.word('bank')}: {order.invoice.bank}",
        f"IBAN: {order.telling.say('iban')}",
        order.payment_line(),
    )
    sheet.lines(LEFT, y + 5, texts, step=5, size=8.5, room=105, first_bold=True)


LAYOUT = Layout("banner", "SansCondensed", draw)
