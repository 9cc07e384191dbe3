"""Receipt from a till: a narrow roll of paper, typewriter face, as long as it has to be."""

from __future__ import annotations

from appliance.samples.layouts.base import Slip
from appliance.samples.sheet import Face, Sheet

NAME = "roll"
FACE: Face = "SansMono"
WIDTH, LEFT, RIGHT, STEP, SIZE = 80.0, 5.0, 75.0, 4.2, 8.0


def height(rows: int) -> float:
    """Millimetres of paper for so many purchases."""
    return 98.0 + 2 * STEP * rows


def draw(sheet: Sheet, slip: Slip) -> None:
    receipt, word = slip.receipt, slip.word
    y = _head(sheet, slip)
    for purchase in receipt.purchases:
        sheet.text(LEFT, y, purchase.description, size=SIZE, room=70)
        amount = f"{purchase.count} x {slip.money(purchase.price)}"
        sheet.text(LEFT + 4, y + STEP, amount, size=SIZE)
        sheet.text(RIGHT, y + STEP, slip.money(purchase.sum), size=SIZE, align="right")
        y += 2 * STEP
    y = _totals(sheet, slip, y)
    sheet.text(WIDTH / 2, y + 8, word("thanks"), size=SIZE, align="centre")


def _head(sheet: Sheet, slip: Slip) -> float:
    receipt, say, word = slip.receipt, slip.telling.say, slip.word
    sheet.text(WIDTH / 2, 12, say("company"), size=11, bold=True, align="centre", room=70)
    slip.telling.say("address")
    for y, text in ((17.5, receipt.street), (21.7, receipt.town)):
        sheet.text(WIDTH / 2, y, text, size=SIZE, align="centre", room=70)
    clock = f"{receipt.minute // 60:02}:{receipt.minute % 60:02}"
    sheet.text(LEFT, 31, say("date"), size=SIZE)
    sheet.text(RIGHT, 31, clock, size=SIZE, align="right")
    sheet.text(LEFT, 35.2, f"{word('cashier')}: {receipt.cashier}", size=SIZE)
    sheet.rule(LEFT, 38, RIGHT, 38, width=0.2)
    return 43.0


def _totals(sheet: Sheet, slip: Slip, y: float) -> float:
    receipt, say, word = slip.receipt, slip.telling.say, slip.word
    sheet.rule(LEFT, y - 2, RIGHT, y - 2, width=0.2)
    sheet.text(LEFT, y + 4, f"{word('total')} {say('currency')}", size=11, bold=True)
    sheet.text(RIGHT, y + 4, say("total"), size=11, bold=True, align="right")
    rate = f"{word('tax')} {slip.language.style.count(receipt.rate).text} %"
    y += 11
    for label, text in (
        (rate, say("tax_total")),
        (word("cash"), slip.money(receipt.paid)),
        (word("change"), slip.money(receipt.paid - receipt.total)),
    ):
        sheet.text(LEFT, y, label, size=SIZE)
        sheet.text(RIGHT, y, text, size=SIZE, align="right")
        y += STEP
    return y
