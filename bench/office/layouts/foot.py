"""What stands at the bottom of each page."""

from __future__ import annotations

from appliance.samples.layouts.base import Order
from appliance.samples.sheet import GREY, WIDTH, Sheet
from bench.office.layouts.look import Look
from bench.office.layouts.wording import vat_line


def foot(look: Look, sheet: Sheet, order: Order) -> None:
    """Of the page that is drawn now: its number, and who sent it."""
    invoice, supplier = order.invoice, order.invoice.supplier
    page = order.page_line(sheet)
    sheet.text(look.right, 291, page, size=7, align="right", colour=GREY)
    paid = [invoice.bank, f"IBAN {order.telling.say('iban')}"] if look.payment == "foot" else []
    if look.foot == "columns":
        sheet.rule(look.margin, 273, look.right, 273, colour=look.ink)
        three = (
            (supplier.name, supplier.street, supplier.town),
            (f"{order.word('phone')} {invoice.phone}", order.registered(), vat_line(order)),
            paid,
        )
        for place, lines in enumerate(three):
            x = look.margin + place * look.wide / 3
            sheet.lines(x, 277.5, lines, step=3.7, size=7, colour=GREY, room=look.wide / 3 - 4)
        return
    vat = [vat_line(order)] if look.foot == "line" else []
    lines = (" · ".join((supplier.name, order.registered(), *vat)), " · ".join(paid))
    sheet.lines(WIDTH / 2, 279, lines, step=3.8, size=7.5, align="centre", room=look.wide)
