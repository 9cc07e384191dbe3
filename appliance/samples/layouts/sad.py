"""Customs declaration in numbered boxes, after the Single Administrative Document."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.samples.declaration import Trader
from appliance.samples.layouts.base import CustomsLayout, Filing
from appliance.samples.sheet import GREY, PALE, Sheet

LEFT, MIDDLE, RIGHT = 12.0, 104.0, 198.0
ITEM, LAST = 36.0, 262.0


def draw(sheet: Sheet, filing: Filing) -> None:
    _head(sheet, filing)
    _traders(sheet, filing)
    _figures(sheet, filing)
    y = _goods(sheet, filing)
    say, word = filing.telling.say, filing.word
    here = f"{filing.declaration.place}, {say('declaration_date')}"
    _box(sheet, MIDDLE, y, RIGHT - MIDDLE, 16, "54", word("place"), (here,))
    _box(sheet, LEFT, y, MIDDLE - LEFT, 16, "D", word("office"), (word("status"),))


def _head(sheet: Sheet, filing: Filing) -> None:
    mrn = filing.telling.say("mrn")
    sheet.text(LEFT, 16, filing.title(), size=13, bold=True)
    sheet.barcode(mrn, 124, 8, 8)
    sheet.text(RIGHT, 21, f"{filing.word('mrn')} {mrn}", size=11, bold=True, align="right")


def _traders(sheet: Sheet, filing: Filing) -> None:
    declaration, word = filing.declaration, filing.word
    _trader(sheet, filing, 25, "2", "exporter", declaration.exporter)
    _trader(sheet, filing, 53, "8", "importer", declaration.importer)
    _box(
        sheet, LEFT, 81, MIDDLE - LEFT, 22, "14", word("declarant"), (filing.declaration.declarant,)
    )


def _trader(sheet: Sheet, filing: Filing, y: float, number: str, role: str, trader: Trader) -> None:
    say = filing.telling.say
    texts = (say(f"{role}_name"), trader.street, trader.town)
    _box(sheet, LEFT, y, MIDDLE - LEFT, 28, number, filing.word(role), texts)
    if trader.eori:
        text = f"{filing.word('number')} {say(f'{role}_eori')}"
        sheet.text(MIDDLE - 2, y + 4, text, size=8.5, align="right", room=50)


def _figures(sheet: Sheet, filing: Filing) -> None:
    declaration, say, word = filing.declaration, filing.telling.say, filing.word
    kind = "EX  A" if declaration.export else "IM  A"
    items = str(len(declaration.goods))
    amount = f"{say('currency')}  {say('invoice_amount')}"
    dispatch, destination = declaration.exporter.country, declaration.importer.country
    rows: tuple[tuple[tuple[float, str, str, str], ...], ...] = (
        (
            (30, "1", word("declaration"), kind),
            (24, "5", word("items"), items),
            (40, "6", word("packages"), say("packages")),
        ),
        (
            (64, "15", word("dispatch"), say("country_of_dispatch")),
            (30, "15a", "", dispatch),
        ),
        (
            (64, "17", word("destination"), say("country_of_destination")),
            (30, "17a", "", destination),
        ),
        ((94, "20", word("delivery"), declaration.delivery),),
        ((94, "22", word("amount"), amount),),
        ((94, "35", word("gross_total"), say("gross_mass_kg")),),
    )
    y = 25.0
    for row in rows:
        x = MIDDLE
        for wide, number, label, text in row:
            _box(sheet, x, y, wide, 13, number, label, (text,))
            x += wide
        y += 13


def _goods(sheet: Sheet, filing: Filing) -> float:
    y = 106.0
    for index, _ in enumerate(filing.declaration.goods):
        if y + ITEM > LAST:
            sheet.page()
            _head(sheet, filing)
            y = 25.0
        _item(sheet, filing, index, y)
        y += ITEM
    return y


def _item(sheet: Sheet, filing: Filing, index: int, y: float) -> None:
    goods, telling, word = filing.declaration.goods[index], filing.telling, filing.word
    cells = {
        name: telling.column(name)[index]
        for name in ("description", "hs_code", "packages", "gross_mass_kg", "net_mass_kg")
    }
    marks = f"{word('marks')}: {filing.declaration.mrn[-6:-2]}/{index + 1}"
    texts = (f"{cells['packages']} {word('package')}", cells["description"], marks)
    _box(sheet, LEFT, y, 102, ITEM, "31", word("goods"), texts)
    value = filing.language.style.amount(goods.value).text
    rows: tuple[tuple[tuple[float, str, str, str], ...], ...] = (
        (
            (28, "32", word("item"), str(index + 1)),
            (56, "33", word("commodity"), cells["hs_code"]),
        ),
        (
            (42, "34", word("origin"), goods.origin),
            (42, "35", word("gross"), cells["gross_mass_kg"]),
        ),
        (
            (42, "38", word("net"), cells["net_mass_kg"]),
            (42, "46", word("value"), value),
        ),
    )
    for place, row in enumerate(rows):
        x = LEFT + 102
        for wide, number, label, text in row:
            _box(sheet, x, y + place * 12, wide, 12, number, label, (text,))
            x += wide


def _box(
    sheet: Sheet,
    x: float,
    y: float,
    wide: float,
    high: float,
    number: str,
    label: str,
    texts: Iterable[str],
) -> None:
    sheet.box(x, y, wide, high, width=0.25)
    sheet.box(x, y, 7, 4.2, width=0.25, fill=PALE)
    sheet.text(x + 3.5, y + 3.1, number, size=6.5, bold=True, align="centre")
    sheet.text(x + 8.5, y + 3.1, label, size=6.5, colour=GREY, room=min(wide, 50) - 10)
    sheet.lines(x + 3, y + 9.4, texts, step=5, room=wide - 6)


LAYOUT = CustomsLayout("sad", "SansCondensed", draw, places=3)
