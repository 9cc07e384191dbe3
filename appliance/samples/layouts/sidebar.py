"""Invoice with a shaded column at the left: the sender and the details, label above value; the
totals stand in one line under the table."""

from __future__ import annotations

from appliance.samples.layouts.base import Layout, Order
from appliance.samples.sheet import GREY, HEIGHT, PALE, Sheet
from appliance.samples.table import DrawnColumn, TableLook, draw_table

BAR, LEFT, RIGHT, BOTTOM = 54.0, 61.0, 198.0, 262.0
ACCENT = (150, 52, 30)


def draw(sheet: Sheet, order: Order) -> None:
    _bar(sheet, order)
    _head(sheet, order)
    y = _items(sheet, order)
    if y > BOTTOM - 34:
        y = _overleaf(sheet, order)
    _totals(sheet, order, y + 6)
    sheet.text(LEFT, y + 30, order.payment_line())


def _bar(sheet: Sheet, order: Order) -> None:
    invoice, say, write = order.invoice, order.telling.say, order.language.style
    supplier = invoice.supplier
    sheet.box(0, 0, BAR, HEIGHT, fill=PALE, width=None)
    y = 20.0
    for text in sheet.wrap(say("supplier_name"), 36, size=11):
        sheet.text(8, y, text, size=11, bold=True, colour=ACCENT, room=42)
        y += 5
    texts = (supplier.street, supplier.town, f"{order.word('phone')} {invoice.phone}")
    y = sheet.lines(8, y + 1, texts, size=8, room=42)
    pairs = [
        (order.word("supplier_vat"), say("supplier_vat_id")),
        (order.number_label(), say("invoice_number")),
        (order.word("date"), say("invoice_date")),
        (order.word("delivery"), write.date(invoice.delivered).text),
        (order.word("order"), say("order_number")),
        (order.word("customer"), invoice.customer),
        (order.word("bank"), invoice.bank),
        ("IBAN", say("iban")),
    ]
    if invoice.credit:
        pairs.insert(2, (order.word("original"), invoice.original))
    else:
        pairs.insert(3, (order.word("due"), say("due_date")))
    y += 8
    for label, text in pairs:
        sheet.text(8, y, label, size=7, colour=GREY, room=42)
        sheet.text(8, y + 4.4, text, size=8.5, room=42)
        y += 11.5
    sheet.text(8, 288, order.page_line(sheet), size=7, colour=GREY)


def _head(sheet: Sheet, order: Order) -> None:
    say, buyer = order.telling.say, order.invoice.buyer
    sheet.text(LEFT, 26, say("kind"), size=22, colour=ACCENT)
    sheet.rule(LEFT, 31, RIGHT, 31, width=0.6, colour=ACCENT)
    sheet.text(LEFT, 40, order.word("buyer"), size=7, colour=GREY)
    texts = (say("buyer_name"), buyer.street, buyer.town)
    y = sheet.lines(LEFT, 45, texts, step=4.8, room=75, first_bold=True)
    sheet.text(LEFT, y, f"{order.word('buyer_vat')} {say('buyer_vat_id')}", room=75)
    sheet.text(142, 40, order.word("ship_to"), size=7, colour=GREY)
    elsewhere = (order.invoice.contact, buyer.street, buyer.town)
    sheet.lines(142, 45, elsewhere, step=4.8, room=54)
    sheet.text(LEFT, 74, order.word("intro"))


def _items(sheet: Sheet, order: Order) -> float:
    telling, mark = order.telling, order.telling.say("currency")
    columns = (
        DrawnColumn(order.word("description"), 58, telling.column("description")),
        DrawnColumn(order.word("quantity"), 17, telling.column("quantity"), "right"),
        DrawnColumn(order.word("unit"), 12, [line.unit for line in order.invoice.lines]),
        DrawnColumn(order.word("unit_price"), 20, telling.column("unit_price"), "right"),
        DrawnColumn(f"{order.word('amount')} ({mark})", 30, telling.column("net_amount"), "right"),
    )
    return draw_table(
        sheet,
        columns,
        left=LEFT,
        top=79,
        bottom=BOTTOM,
        look=TableLook(step=7.2, rules="rows"),
        turn=lambda: _overleaf(sheet, order),
        carry=order.carry,
    )


def _overleaf(sheet: Sheet, order: Order) -> float:
    sheet.page()
    _bar(sheet, order)
    return 20.0


def _totals(sheet: Sheet, order: Order, y: float) -> None:
    say, mark = order.telling.say, order.telling.say("currency")
    rates = " / ".join(f"{order.percent(rate)} %" for rate in order.invoice.taxes)
    cells = (
        (order.word("net"), say("net_total"), 40),
        (f"{order.word('tax')} {rates}", say("tax_total"), 42),
        (order.gross_label(), f"{say('gross_total')} {mark}", 55),
    )
    x = LEFT
    for label, text, wide in cells:
        last = wide == 55
        sheet.box(x, y, wide, 14, width=0.3, fill=PALE if last else None, colour=ACCENT)
        sheet.text(x + 3, y + 5, label, size=7.5, colour=GREY, room=wide - 6)
        sheet.text(x + wide - 3, y + 11, text, size=10, bold=last, align="right", room=wide - 6)
        x += wide


LAYOUT = Layout("sidebar", "SansCondensed", draw)
