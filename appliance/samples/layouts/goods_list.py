"""Customs declaration as a modern print-out: pairs of label and value, then a list of goods."""

from __future__ import annotations

from appliance.samples.declaration import Trader
from appliance.samples.layouts.base import CustomsLayout, Filing
from appliance.samples.sheet import GREY, PALE, Sheet
from appliance.samples.table import DrawnColumn, TableLook, draw_table

LEFT, RIGHT, BOTTOM = 18.0, 192.0, 268.0


def draw(sheet: Sheet, filing: Filing) -> None:
    _head(sheet, filing)
    declaration, say = filing.declaration, filing.telling.say
    _trader(sheet, filing, LEFT, "exporter", declaration.exporter)
    _trader(sheet, filing, 108, "importer", declaration.importer)
    y = _pairs(sheet, filing)
    y = _goods(sheet, filing, y + 6)
    text = f"{filing.word('place')}: {declaration.place}, {say('declaration_date')}"
    sheet.text(LEFT, y + 14, text)
    sheet.text(LEFT, y + 20, declaration.declarant)


def _head(sheet: Sheet, filing: Filing) -> None:
    mrn = filing.telling.say("mrn")
    sheet.text(LEFT, 22, filing.title(), size=17, room=90)
    sheet.text(LEFT, 29, f"{filing.word('mrn')}: {mrn}", size=11, bold=True)
    sheet.barcode(mrn, 118, 14, 10)
    sheet.rule(LEFT, 35, RIGHT, 35, width=0.6)


def _trader(sheet: Sheet, filing: Filing, x: float, role: str, trader: Trader) -> None:
    say = filing.telling.say
    sheet.text(x, 43, filing.word(role), size=8, colour=GREY)
    texts = (say(f"{role}_name"), trader.street, trader.town)
    y = sheet.lines(x, 48.5, texts, step=4.8, room=80, first_bold=True)
    if trader.eori:
        sheet.text(x, y, f"EORI {say(f'{role}_eori')}", room=80)


def _pairs(sheet: Sheet, filing: Filing) -> float:
    declaration, say, word = filing.declaration, filing.telling.say, filing.word
    dispatch = f"{say('country_of_dispatch')} ({declaration.exporter.country})"
    destination = f"{say('country_of_destination')} ({declaration.importer.country})"
    pairs = (
        (word("date"), say("declaration_date")),
        (word("dispatch"), dispatch),
        (word("destination"), destination),
        (word("delivery"), declaration.delivery),
        (word("packages"), say("packages")),
        (word("gross_total"), say("gross_mass_kg")),
        (word("amount"), f"{say('invoice_amount')} {say('currency')}"),
    )
    y = 78.0
    for place, (label, text) in enumerate(pairs):
        sheet.box(LEFT, y, RIGHT - LEFT, 6.4, fill=PALE if place % 2 else None, width=None)
        sheet.text(LEFT + 2, y + 4.4, label, size=8.5, colour=GREY, room=78)
        sheet.text(LEFT + 84, y + 4.4, text, room=88)
        y += 6.4
    return y


def _goods(sheet: Sheet, filing: Filing, y: float) -> float:
    telling, word = filing.telling, filing.word
    numbers = [str(place) for place, _ in enumerate(filing.declaration.goods, start=1)]
    columns = (
        DrawnColumn(word("item"), 18, numbers),
        DrawnColumn(word("description"), 61, telling.column("description")),
        DrawnColumn(word("commodity"), 30, telling.column("hs_code")),
        DrawnColumn(word("count"), 17, telling.column("packages"), "right"),
        DrawnColumn(word("gross"), 24, telling.column("gross_mass_kg"), "right"),
        DrawnColumn(word("net"), 24, telling.column("net_mass_kg"), "right"),
    )

    def turn() -> float:
        sheet.page()
        _head(sheet, filing)
        return 42.0

    look = TableLook(step=6.6, size=8, rules="grid", head_fill=PALE)
    return draw_table(sheet, columns, left=LEFT, top=y, bottom=BOTTOM, look=look, turn=turn)


LAYOUT = CustomsLayout("goods_list", "SerifCondensed", draw, places=2)
