"""Invoice layouts that neither samples nor starter have: parts that a ``Look`` puts together.

A page is a head, blocks side by side, a title, the table, totals with the payment, and a foot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from appliance.samples.layouts.base import Layout, Order
from appliance.samples.sheet import BLACK, GREY, HEIGHT, PALE, WHITE, WIDTH, Face, Ink, Sheet
from appliance.samples.style import round_to
from appliance.samples.table import DrawnColumn, TableLook, draw_table

BOTTOM = 264.0
"""Millimetres from the top; the foot begins below."""
TEAL, NAVY, RUST, MOSS, PLUM = (
    (12, 98, 110),
    (28, 44, 92),
    (168, 66, 24),
    (62, 92, 40),
    (92, 36, 84),
)
GAP = 6.0


@dataclass(frozen=True, slots=True)
class Look:
    name: str
    face: Face
    head: str
    blocks: Sequence[str]
    """From the left."""
    title: str
    columns: Sequence[str]
    totals: str
    facts: Sequence[str] = ("number", "date", "order", "customer")
    """Of the details, from the top."""
    details: Literal["pairs", "stacked", "colon", "boxes"] = "pairs"
    ink: Ink = BLACK
    mark: Literal["before", "after", "head"] = "after"
    """Where the currency stands."""
    rules: Literal["grid", "rows", "head"] = "rows"
    fill: Ink | None = None
    """Of the table's head."""
    striped: bool = False
    step: float = 6.4
    """Height of a row."""
    noted: bool = False
    """The article's number stands below its description."""
    heading: bool = False
    """A word stands above an address."""
    payment: Literal["beside", "below", "foot"] = "beside"
    foot: Literal["columns", "line", "none"] = "line"
    prompt: bool = True
    """Tells when to pay, if the details do not."""
    margin: float = 18.0

    @property
    def right(self) -> float:
        return WIDTH - self.margin

    @property
    def wide(self) -> float:
        return WIDTH - 2 * self.margin


def layout(look: Look, *, western: bool) -> Layout:
    """``western`` False: in a face that knows all letters of Europe."""
    return Layout(
        look.name, look.face if western else _WIDER.get(look.face, look.face), partial(draw, look)
    )


_WIDER: Mapping[Face, Face] = {
    "Helvetica": "SansCondensed",
    "Times": "SerifCondensed",
    "Courier": "SansMono",
}


def draw(look: Look, sheet: Sheet, order: Order) -> None:
    """All that ``look`` names, on as many pages as the table needs."""
    y = HEADS[look.head](look, sheet, order)
    y = _blocks(look, sheet, order, y)
    y = TITLES[look.title](look, sheet, order, y)
    y = _items(look, sheet, order, y)
    if y > BOTTOM - 52:
        y = _overleaf(look, sheet, order)
    _ending(look, sheet, order, y + 6)
    _foot(look, sheet, order)


def _name(order: Order) -> str:
    return order.telling.say("supplier_name")


def _address(look: Look, order: Order) -> list[str]:
    """Of the sender; with the VAT id where no foot tells it."""
    supplier = order.invoice.supplier
    lines = [supplier.street, supplier.town, f"{order.word('phone')} {order.invoice.phone}"]
    return [*lines, _vat(order)] if look.foot == "none" else lines


def _vat(order: Order) -> str:
    return f"{order.word('supplier_vat')} {order.telling.say('supplier_vat_id')}"


def _band(look: Look, sheet: Sheet, order: Order) -> float:
    sheet.box(0, 0, WIDTH, 26, fill=look.ink, width=None)
    sheet.text(look.margin, 16, _name(order), size=16, bold=True, colour=WHITE, room=110)
    kind = order.telling.say("kind")
    sheet.text(look.right, 16, kind, size=18, align="right", colour=WHITE, room=60)
    sheet.text(look.margin, 32, " · ".join(_address(look, order)), size=8, room=look.wide)
    return 44.0


def _letter(look: Look, sheet: Sheet, order: Order) -> float:
    sheet.text(
        look.right, 22, _name(order), size=16, bold=True, align="right", colour=look.ink, room=130
    )
    y = sheet.lines(look.right, 28, _address(look, order), size=8, align="right", room=90)
    return max(y + 4, 46.0)


def _centre(look: Look, sheet: Sheet, order: Order) -> float:
    sheet.text(
        WIDTH / 2, 20, _name(order), size=18, bold=True, align="centre", colour=look.ink, room=150
    )
    line = " – ".join(_address(look, order))
    sheet.text(WIDTH / 2, 26, line, size=8, align="centre", room=look.wide)
    sheet.rule(look.margin, 29, look.right, 29, width=0.7, colour=look.ink)
    sheet.rule(look.margin, 30.2, look.right, 30.2, width=0.2, colour=look.ink)
    return 42.0


def _corner(look: Look, sheet: Sheet, order: Order) -> float:
    kind = order.telling.say("kind")
    sheet.text(look.right, 24, kind, size=24, bold=True, align="right", colour=look.ink, room=74)
    sheet.text(look.margin, 20, _name(order), size=13, bold=True, room=92)
    return sheet.lines(look.margin, 25.5, _address(look, order), size=8.5, room=92) + 8


def _boxed(look: Look, sheet: Sheet, order: Order) -> float:
    sheet.box(look.margin, 12, look.wide, 24, width=0.5, colour=look.ink)
    sheet.rule(WIDTH / 2 + 14, 12, WIDTH / 2 + 14, 36, width=0.5, colour=look.ink)
    sheet.text(look.margin + 5, 26, _name(order), size=15, bold=True, room=look.wide / 2 + 4)
    x = WIDTH / 2 + 18
    sheet.lines(x, 18.5, _address(look, order), step=4.6, size=8, room=look.right - x - 3)
    return 48.0


def _stripe(look: Look, sheet: Sheet, order: Order) -> float:
    sheet.box(0, 0, 7, HEIGHT, fill=look.ink, width=None)
    sheet.text(look.margin, 24, _name(order), size=17, colour=look.ink, room=120)
    sheet.rule(look.margin, 28, look.margin + 40, 28, width=1.2, colour=look.ink)
    sheet.lines(look.right, 17, _address(look, order), size=8, align="right", room=52, colour=GREY)
    return 46.0


def _bare(look: Look, sheet: Sheet, order: Order) -> float:
    """Nothing: the sender is one of the blocks."""
    sheet.rule(look.margin, 14, look.right, 14, width=0.3, colour=look.ink)
    return 24.0


HEADS: Mapping[str, Callable[[Look, Sheet, Order], float]] = {
    "band": _band,
    "letter": _letter,
    "centre": _centre,
    "corner": _corner,
    "boxed": _boxed,
    "stripe": _stripe,
    "bare": _bare,
}


def _blocks(look: Look, sheet: Sheet, order: Order, y: float) -> float:
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
    lines = [_name(order), *_address(look, order)]
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


def _full_title(order: Order) -> str:
    return f"{order.telling.say('kind')} {order.word('no')} {order.telling.say('invoice_number')}"


def _plain(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    """The number is among the details."""
    sheet.text(look.margin, y + 5, order.telling.say("kind"), size=15, bold=True, colour=look.ink)
    return y + 11


def _numbered(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    sheet.text(
        look.margin, y + 5, _full_title(order), size=13, bold=True, colour=look.ink, room=look.wide
    )
    sheet.text(look.margin, y + 11, order.word("intro"), room=look.wide)
    return y + 16


def _dated(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    """Number left and date right, between two rules."""
    sheet.rule(look.margin, y, look.right, y, width=0.5, colour=look.ink)
    sheet.text(look.margin, y + 6, _full_title(order), size=12, bold=True, room=look.wide - 70)
    date = f"{order.word('date')} {order.telling.say('invoice_date')}"
    sheet.text(look.right, y + 6, date, size=10, align="right", room=64)
    sheet.rule(look.margin, y + 9, look.right, y + 9, width=0.5, colour=look.ink)
    return y + 15


def _middle(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    sheet.text(
        WIDTH / 2, y + 5, _full_title(order), size=14, bold=True, align="centre", room=look.wide
    )
    return y + 11


def _strip(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    """Below the kind all the facts in one line of boxes."""
    if look.head not in ("band", "corner"):
        sheet.text(
            look.margin, y + 4, order.telling.say("kind"), size=14, bold=True, colour=look.ink
        )
        y += 8
    wide = look.wide / len(look.facts)
    for place, fact in enumerate(look.facts):
        label, text = FACTS[fact](order)
        x = look.margin + place * wide
        sheet.box(x, y, wide, 5.4, fill=look.fill or PALE, width=0.2)
        sheet.box(x, y + 5.4, wide, 6.6, width=0.2)
        colour = WHITE if look.fill not in (None, PALE) else BLACK
        sheet.text(
            x + wide / 2, y + 3.9, label, size=7.5, align="centre", colour=colour, room=wide - 2
        )
        sheet.text(x + wide / 2, y + 10, text, size=9, align="centre", room=wide - 2)
    return y + 18


def _above(look: Look, sheet: Sheet, order: Order, y: float) -> float:
    """The head has told it."""
    return y + 2


TITLES: Mapping[str, Callable[[Look, Sheet, Order, float], float]] = {
    "plain": _plain,
    "numbered": _numbered,
    "dated": _dated,
    "middle": _middle,
    "strip": _strip,
    "above": _above,
}

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


def _items(look: Look, sheet: Sheet, order: Order, y: float) -> float:
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
        turn=lambda: _overleaf(look, sheet, order),
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


def _overleaf(look: Look, sheet: Sheet, order: Order) -> float:
    _foot(look, sheet, order)
    sheet.page()
    if look.head == "stripe":
        sheet.box(0, 0, 7, HEIGHT, fill=look.ink, width=None)
    sheet.text(look.margin, 20, order.invoice.supplier.name, bold=True, room=80)
    sheet.text(look.right, 20, _full_title(order), align="right", room=80)
    return 28.0


def _money(look: Look, order: Order, name: str) -> str:
    amount = order.telling.say(name)
    if look.mark == "head":
        return amount
    mark = order.telling.say("currency")
    if look.mark == "after":
        return f"{amount} {mark}"
    return f"{mark}{amount}" if mark == "£" else f"{mark} {amount}"


def _sums(look: Look, order: Order) -> list[tuple[str, str]]:
    rates = " / ".join(f"{order.percent(rate)} %" for rate in order.invoice.taxes)
    return [
        (order.word("net"), _money(look, order, "net_total")),
        (f"{order.word('tax')} {rates}", _money(look, order, "tax_total")),
        (order.gross_label(), _money(look, order, "gross_total")),
    ]


def _ending(look: Look, sheet: Sheet, order: Order, y: float) -> None:
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
    text = _money(look, order, "gross_total")
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


def _foot(look: Look, sheet: Sheet, order: Order) -> None:
    invoice, supplier = order.invoice, order.invoice.supplier
    page = order.page_line(sheet)
    sheet.text(look.right, 291, page, size=7, align="right", colour=GREY)
    paid = [invoice.bank, f"IBAN {order.telling.say('iban')}"] if look.payment == "foot" else []
    if look.foot == "columns":
        sheet.rule(look.margin, 273, look.right, 273, colour=look.ink)
        three = (
            (supplier.name, supplier.street, supplier.town),
            (f"{order.word('phone')} {invoice.phone}", order.registered(), _vat(order)),
            paid,
        )
        for place, lines in enumerate(three):
            x = look.margin + place * look.wide / 3
            sheet.lines(x, 277.5, lines, step=3.7, size=7, colour=GREY, room=look.wide / 3 - 4)
        return
    vat = [_vat(order)] if look.foot == "line" else []
    lines = (" · ".join((supplier.name, order.registered(), *vat)), " · ".join(paid))
    sheet.lines(WIDTH / 2, 279, lines, step=3.8, size=7.5, align="centre", room=look.wide)


_SHORT = ("description", "quantity", "unit_price", "net_amount")
_USUAL = ("pos", "description", "quantity", "unit", "unit_price", "net_amount")
_FULL = ("pos", "article", "description", "quantity", "unit", "unit_price", "rate", "net_amount")

LOOKS = (
    Look(
        "alder",
        "Helvetica",
        "letter",
        ("buyer", "details"),
        "numbered",
        _USUAL,
        "right",
        ("date", "customer", "order", "delivery", "contact"),
        ink=NAVY,
        payment="foot",
        foot="columns",
        margin=22,
    ),
    Look(
        "birch",
        "Times",
        "centre",
        ("details", "buyer"),
        "middle",
        ("article", *_SHORT),
        "boxed",
        ("date", "order", "due"),
        details="boxes",
        mark="head",
        rules="grid",
        heading=True,
    ),
    Look(
        "cedar",
        "SansCondensed",
        "band",
        ("buyer", "shipping"),
        "strip",
        ("description", "rate", "quantity", "unit_price", "net_amount"),
        "across",
        ("number", "date", "due", "order"),
        ink=TEAL,
        fill=TEAL,
        rules="head",
        striped=True,
        heading=True,
    ),
    Look(
        "elm",
        "Courier",
        "bare",
        ("seller", "buyer"),
        "dated",
        ("quantity", "unit", "article", "description", "unit_price", "net_amount"),
        "right",
        (),
        rules="head",
        step=5.4,
        foot="none",
        payment="below",
    ),
    Look(
        "fir",
        "Helvetica",
        "corner",
        ("buyer", "details"),
        "above",
        _SHORT,
        "boxed",
        ("number", "date", "due", "buyer_vat"),
        details="stacked",
        ink=RUST,
        mark="before",
        fill=RUST,
        rules="head",
        step=8,
        heading=True,
        foot="none",
    ),
    Look(
        "gorse",
        "SerifCondensed",
        "boxed",
        ("details", "seller", "buyer"),
        "plain",
        _FULL,
        "rates",
        ("number", "date", "delivery", "order", "customer"),
        details="pairs",
        rules="grid",
        fill=PALE,
        step=5.8,
        heading=True,
        foot="none",
        margin=14,
        prompt=False,
    ),
    Look(
        "hazel",
        "SansCondensed",
        "stripe",
        ("details", "buyer"),
        "dated",
        ("description", "quantity", "unit", "unit_price", "net_amount"),
        "big",
        ("order", "delivery", "contact"),
        ink=MOSS,
        mark="before",
        rules="rows",
        noted=True,
        heading=True,
        margin=20,
        prompt=False,
    ),
    Look(
        "ivy",
        "Times",
        "letter",
        ("buyer",),
        "strip",
        ("pos", "quantity", "unit", "description", "unit_price", "net_amount"),
        "left",
        ("date", "number", "customer", "order", "due"),
        ink=PLUM,
        rules="head",
        payment="beside",
        foot="columns",
        margin=24,
    ),
    Look(
        "juniper",
        "Helvetica",
        "bare",
        ("details", "seller", "buyer"),
        "numbered",
        (
            "article",
            "description",
            "unit",
            "quantity",
            "rate",
            "unit_price",
            "net_amount",
            "row_gross",
        ),
        "rates",
        ("date", "due", "delivery"),
        details="stacked",
        ink=NAVY,
        fill=NAVY,
        rules="rows",
        heading=True,
        foot="line",
        margin=14,
    ),
    Look(
        "kapok",
        "SansMono",
        "centre",
        ("buyer", "details"),
        "plain",
        ("description", "unit_price", "quantity", "net_amount"),
        "left",
        ("number", "date"),
        details="colon",
        mark="after",
        rules="head",
        step=5.6,
        payment="below",
        foot="none",
    ),
    Look(
        "larch",
        "SansCondensed",
        "corner",
        ("seller", "buyer", "shipping"),
        "strip",
        _FULL,
        "boxed",
        ("order", "number", "date", "delivery", "customer"),
        ink=PLUM,
        fill=PALE,
        rules="grid",
        mark="head",
        heading=True,
        payment="foot",
        foot="columns",
        margin=15,
        prompt=False,
    ),
    Look(
        "maple",
        "Helvetica",
        "stripe",
        ("buyer", "details"),
        "numbered",
        ("pos", "article", "description", "quantity", "net_amount"),
        "right",
        ("date", "due", "order", "buyer_vat"),
        details="boxes",
        ink=TEAL,
        rules="rows",
        striped=True,
        payment="beside",
        foot="line",
        margin=19,
    ),
    Look(
        "nutmeg",
        "Times",
        "boxed",
        ("buyer", "details"),
        "dated",
        ("quantity", "description", "rate", "unit_price", "net_amount"),
        "rates",
        ("customer", "order"),
        details="pairs",
        mark="before",
        rules="grid",
        heading=True,
        payment="below",
        foot="none",
        margin=17,
        prompt=False,
    ),
    Look(
        "olive",
        "SerifCondensed",
        "letter",
        ("details", "buyer"),
        "middle",
        ("description", "quantity", "unit", "net_amount"),
        "across",
        ("date", "customer", "contact"),
        details="colon",
        ink=MOSS,
        rules="rows",
        step=8.2,
        payment="below",
        foot="line",
        margin=26,
        prompt=False,
    ),
    Look(
        "poplar",
        "Courier",
        "boxed",
        ("details", "buyer"),
        "plain",
        ("article", "quantity", "unit", "description", "net_amount"),
        "left",
        ("number", "date", "due", "order"),
        details="colon",
        rules="rows",
        step=5.4,
        foot="none",
        payment="beside",
        margin=16,
    ),
    Look(
        "quince",
        "SansCondensed",
        "band",
        ("details", "buyer"),
        "numbered",
        ("pos", "description", "unit_price", "quantity", "unit", "rate", "net_amount"),
        "right",
        ("date", "order", "delivery", "customer", "due", "buyer_vat"),
        details="stacked",
        ink=NAVY,
        mark="before",
        fill=PALE,
        rules="rows",
        noted=True,
        foot="columns",
        payment="foot",
    ),
    Look(
        "rowan",
        "Helvetica",
        "centre",
        ("seller", "buyer"),
        "dated",
        ("pos", "description", "quantity", "unit_price", "rate", "net_amount", "row_gross"),
        "big",
        (),
        ink=RUST,
        mark="after",
        rules="grid",
        fill=PALE,
        heading=True,
        foot="none",
        margin=15,
    ),
    Look(
        "sorrel",
        "Times",
        "corner",
        ("details", "buyer"),
        "above",
        ("description", "quantity", "unit", "unit_price", "net_amount"),
        "right",
        ("date", "number", "customer", "due"),
        details="pairs",
        ink=GREY,
        rules="head",
        mark="before",
        striped=True,
        payment="below",
        foot="line",
        margin=20,
    ),
    Look(
        "teasel",
        "SansMono",
        "bare",
        ("buyer", "seller"),
        "strip",
        ("article", *_SHORT),
        "boxed",
        ("date", "number", "due"),
        rules="grid",
        mark="head",
        step=6,
        payment="below",
        foot="none",
        heading=True,
        margin=15,
    ),
    Look(
        "umbel",
        "SerifCondensed",
        "stripe",
        ("details", "buyer"),
        "middle",
        _USUAL,
        "rates",
        ("date", "order", "customer", "delivery"),
        details="stacked",
        ink=PLUM,
        fill=PLUM,
        rules="rows",
        foot="columns",
        payment="foot",
        margin=18,
    ),
    Look(
        "viburnum",
        "Helvetica",
        "letter",
        ("shipping", "buyer"),
        "strip",
        ("unit_price", "quantity", "unit", "description", "net_amount"),
        "across",
        ("customer", "number", "date", "order"),
        ink=MOSS,
        fill=MOSS,
        rules="head",
        step=7.2,
        payment="below",
        heading=True,
        foot="line",
    ),
    Look(
        "willow",
        "SansCondensed",
        "centre",
        ("buyer", "details"),
        "numbered",
        ("description", "net_amount"),
        "big",
        ("date",),
        ink=TEAL,
        mark="after",
        rules="rows",
        step=9,
        payment="beside",
        foot="columns",
        margin=28,
    ),
    Look(
        "yarrow",
        "Times",
        "band",
        ("seller", "details", "buyer"),
        "plain",
        ("pos", "article", "description", "quantity", "unit_price", "net_amount"),
        "boxed",
        ("number", "date", "due", "order", "delivery"),
        details="stacked",
        ink=BLACK,
        rules="head",
        fill=BLACK,
        heading=True,
        payment="foot",
        foot="line",
        margin=14,
    ),
    Look(
        "zinnia",
        "Helvetica",
        "corner",
        ("buyer",),
        "strip",
        ("description", "row_gross", "rate", "net_amount", "quantity", "unit_price"),
        "left",
        ("number", "customer", "date", "delivery", "buyer_vat"),
        ink=NAVY,
        fill=NAVY,
        mark="before",
        rules="head",
        striped=True,
        step=7,
        payment="beside",
        foot="columns",
    ),
)
