"""Invoice as a business letter: address window left, details right with labels beside values,
ruled rows, totals right, a foot in three columns."""

from __future__ import annotations

from appliance.samples.layouts.base import Layout, Order
from appliance.samples.sheet import GREY, Sheet
from appliance.samples.table import DrawnColumn, TableLook, draw_table

LEFT, RIGHT, BOTTOM = 25.0, 195.0, 262.0
ACCENT = (24, 74, 120)


def draw(sheet: Sheet, order: Order) -> None:
    _letterhead(sheet, order)
    _window(sheet, order)
    _details(sheet, order)
    say, invoice = order.telling.say, order.invoice
    sheet.text(LEFT, 106, f"{say('kind')} {say('invoice_number')}", size=14, bold=True)
    intro = f"{order.word('original')}: {invoice.original}" if invoice.credit else ""
    sheet.text(LEFT, 113, intro or order.word("intro"))
    y = _items(sheet, order)
    if y > BOTTOM - 42:
        y = _overleaf(sheet, order)
    y = _totals(sheet, order, y + 4)
    sheet.text(LEFT, y + 10, order.payment_line())


def _letterhead(sheet: Sheet, order: Order) -> None:
    sheet.box(LEFT, 14, 11, 11, fill=ACCENT, width=None)
    sheet.box(LEFT + 3, 17, 11, 11, width=0.8, colour=ACCENT)
    name = order.telling.say("supplier_name")
    sheet.text(RIGHT, 24, name, size=15, bold=True, align="right", colour=ACCENT, room=145)
    _foot(sheet, order)


def _foot(sheet: Sheet, order: Order) -> None:
    invoice, say, supplier = order.invoice, order.telling.say, order.invoice.supplier
    sheet.rule(LEFT, 272, RIGHT, 272, colour=GREY)
    columns = (
        (LEFT, (supplier.name, supplier.street, supplier.town)),
        (
            LEFT + 60,
            (
                f"{order.word('phone')} {invoice.phone}",
                order.registered(),
                f"{order.word('supplier_vat')} {say('supplier_vat_id')}",
            ),
        ),
        (LEFT + 112, (invoice.bank, f"IBAN {say('iban')}")),
    )
    for x, texts in columns:
        sheet.lines(x, 277, texts, step=3.6, size=7, colour=GREY, room=50)
    sheet.text(RIGHT, 290, order.page_line(sheet), size=7, align="right", colour=GREY)


def _window(sheet: Sheet, order: Order) -> None:
    supplier, buyer = order.invoice.supplier, order.invoice.buyer
    sender = " · ".join((supplier.name, supplier.street, supplier.town))
    sheet.text(LEFT, 49, sender, size=6, colour=GREY, room=80)
    sheet.rule(LEFT, 50.2, LEFT + 80, 50.2, width=0.1, colour=GREY)
    texts = (order.telling.say("buyer_name"), buyer.street, buyer.town, buyer.country)
    sheet.lines(LEFT, 57, texts, step=5, size=10, room=80)


def _details(sheet: Sheet, order: Order) -> None:
    invoice, say, write = order.invoice, order.telling.say, order.language.style
    pairs = [
        (order.number_label(), say("invoice_number")),
        (order.word("date"), say("invoice_date")),
        (order.word("customer"), invoice.customer),
        (order.word("order"), say("order_number")),
        (order.word("delivery"), write.date(invoice.delivered).text),
        (order.word("buyer_vat"), say("buyer_vat_id")),
        (order.word("contact"), invoice.contact),
    ]
    y = 57.0
    for label, text in pairs:
        sheet.text(122, y, label, size=8.5, colour=GREY, room=33)
        sheet.text(157, y, text, size=8.5, room=38)
        y += 5


def _items(sheet: Sheet, order: Order) -> float:
    telling, currency = order.telling, order.telling.say("currency")
    columns = (
        DrawnColumn(order.word("pos"), 11, order.positions()),
        DrawnColumn(order.word("description"), 68, telling.column("description")),
        DrawnColumn(order.word("quantity"), 18, telling.column("quantity"), "right"),
        DrawnColumn(order.word("unit"), 14, [line.unit for line in order.invoice.lines]),
        DrawnColumn(order.word("unit_price"), 27, telling.column("unit_price"), "right"),
        DrawnColumn(
            f"{order.word('amount')} {currency}", 32, telling.column("net_amount"), "right"
        ),
    )
    notes = [f"{order.word('article')} {line.article}" for line in order.invoice.lines]
    return draw_table(
        sheet,
        columns,
        left=LEFT,
        top=118,
        bottom=BOTTOM,
        look=TableLook(step=6.2),
        turn=lambda: _overleaf(sheet, order),
        carry=order.carry,
        notes=notes,
        note_column=1,
    )


def _overleaf(sheet: Sheet, order: Order) -> float:
    sheet.page()
    _letterhead(sheet, order)
    say = order.telling.say
    head = f"{say('kind')} {say('invoice_number')} · {say('invoice_date')}"
    sheet.text(LEFT, 40, head, bold=True)
    return 46.0


def _totals(sheet: Sheet, order: Order, y: float) -> float:
    say, currency = order.telling.say, order.telling.say("currency")
    rates = " / ".join(f"{order.percent(rate)} %" for rate in order.invoice.taxes)
    for label, name in (
        (order.word("net"), "net_total"),
        (f"{order.word('tax')} {rates}", "tax_total"),
    ):
        sheet.text(128, y + 4, label)
        sheet.text(RIGHT - 1.2, y + 4, say(name), align="right")
        y += 5.6
    sheet.rule(126, y + 0.6, RIGHT, y + 0.6, width=0.4)
    sheet.text(128, y + 6, f"{order.gross_label()} {currency}", size=10, bold=True, room=42)
    sheet.text(RIGHT - 1.2, y + 6, say("gross_total"), size=10, bold=True, align="right")
    sheet.rule(126, y + 8.4, RIGHT, y + 8.4, width=0.4)
    return y + 9


LAYOUT = Layout("window", "SansCondensed", draw)
