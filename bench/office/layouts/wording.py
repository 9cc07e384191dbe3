"""What an invoice says of itself in several parts of its page."""

from __future__ import annotations

from appliance.samples.layouts.base import Order
from bench.office.layouts.look import Look


def sender_name(order: Order) -> str:
    return order.telling.say("supplier_name")


def address(look: Look, order: Order) -> list[str]:
    """Of the sender; with the VAT id where no foot tells it."""
    supplier = order.invoice.supplier
    lines = [supplier.street, supplier.town, f"{order.word('phone')} {order.invoice.phone}"]
    return [*lines, vat_line(order)] if look.foot == "none" else lines


def vat_line(order: Order) -> str:
    return f"{order.word('supplier_vat')} {order.telling.say('supplier_vat_id')}"


def full_title(order: Order) -> str:
    return f"{order.telling.say('kind')} {order.word('no')} {order.telling.say('invoice_number')}"


def amount_of(look: Look, order: Order, name: str) -> str:
    """With its currency, where the look says."""
    text = order.telling.say(name)
    if look.mark == "head":
        return text
    mark = order.telling.say("currency")
    if look.mark == "after":
        return f"{text} {mark}"
    return f"{mark}{text}" if mark == "£" else f"{mark} {text}"
