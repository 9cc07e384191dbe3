"""The rows, over as many pages as they need."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from appliance.samples.layouts.base import Order
from appliance.samples.sheet import BLACK, HEIGHT, PALE, WHITE, Sheet
from appliance.samples.style import round_to
from appliance.samples.table import DrawnColumn, TableLook, draw_table
from bench.office.layouts.foot import foot
from bench.office.layouts.look import BOTTOM, Look
from bench.office.layouts.wording import full_title

_WIDTHS = {
    "pos": 9.0,
    "article": 20.0,
    "description": 64.0,
    "quantity": 16.0,
    "unit": 13.0,
    "unit_price": 22.0,
    "rate": 13.0,
    "net_amount": 25.0,
    "row_gross": 23.0,
}
_LEFT = ("pos", "article", "description", "unit")


def table(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    """Gives the y below its last row, which may be on another page."""
    scale = look.wide / sum(_WIDTHS[name] for name in look.columns)
    columns = [
        DrawnColumn(
            _heading(look, order, name),
            _WIDTHS[name] * scale,
            _cells(order, name),
            "left" if name in _LEFT else "right",
        )
        for name in look.columns
    ]
    dark = look.fill not in (None, PALE)
    return draw_table(
        sheet,
        columns,
        left=look.margin,
        top=y,
        bottom=BOTTOM,
        look=TableLook(
            step=look.step,
            rules=look.rules,
            head_fill=look.fill,
            head_colour=WHITE if dark else BLACK,
            stripe=PALE if look.striped else None,
        ),
        turn=lambda: overleaf(look, sheet, order),
        notes=[f"{order.word('article')} {line.article}" for line in order.invoice.lines]
        if look.noted
        else (),
        note_column=list(look.columns).index("description"),
    )


def _heading(look: Look, order: Order, name: str) -> str:
    word = order.word("amount" if name == "net_amount" else name)
    if look.mark == "head" and name in ("net_amount", "unit_price"):
        return f"{word} {order.telling.say('currency')}"
    return word


def _cells(order: Order, name: str) -> Sequence[str]:
    lines = order.invoice.lines
    others: Mapping[str, Callable[[], Sequence[str]]] = {
        "pos": order.positions,
        "article": lambda: [line.article for line in lines],
        "unit": lambda: [line.unit for line in lines],
        "rate": order.rates,
        "row_gross": lambda: [
            order.money(round_to(line.net * (1 + line.rate / 100))) for line in lines
        ],
    }
    return others[name]() if name in others else order.telling.column(name)


def overleaf(look: Look, sheet: Sheet, order: Order) -> float:
    """Ends the page, and gives the y from which on the next one is free."""
    foot(look, sheet, order)
    sheet.page()
    if look.head == "stripe":
        sheet.box(0, 0, 7, HEIGHT, fill=look.ink, width=None)
    sheet.text(look.margin, 20, order.invoice.supplier.name, bold=True, room=80)
    sheet.text(look.right, 20, full_title(order), align="right", room=80)
    return 28.0
