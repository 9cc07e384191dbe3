"""Production report in two columns: order data and hourly output left, counts and stops right."""

from __future__ import annotations

from appliance.samples.layouts.base import Report, ReportLayout
from appliance.samples.sheet import GREY, PALE, Sheet
from appliance.samples.table import DrawnColumn, TableLook, draw_table

LEFT, MIDDLE, RIGHT = 16.0, 96.0, 194.0
GRID = TableLook(step=6.4, rules="grid", head_fill=PALE)


def draw(sheet: Sheet, report: Report) -> None:
    say, word = report.telling.say, report.word
    sheet.text(105, 22, word("title"), size=17, bold=True, align="centre")
    head = f"{word('number')} {say('report_number')}   {word('date')}: {say('report_date')}"
    sheet.text(105, 29, head, size=9.5, align="centre")
    sheet.rule(LEFT, 33, RIGHT, 33, width=0.5)
    y = _pairs(sheet, report)
    _hours(sheet, report, y + 4)
    y = _counts(sheet, report)
    _stops(sheet, report, y + 10)
    sheet.text(LEFT, 262, f"{word('remarks')}: {word('remark')}", size=8.5)
    sheet.text(RIGHT, 272, f"{word('signed')}: {report.shift.leader}", size=8.5, align="right")


def _pairs(sheet: Sheet, report: Report) -> float:
    say, word = report.telling.say, report.word
    y = 42.0
    for key, text in (
        ("shift", say("shift")),
        ("machine", say("machine")),
        ("operator", say("operator")),
        ("order", say("order_number")),
        ("article", say("article")),
    ):
        sheet.text(LEFT, y, word(key), size=7.5, colour=GREY)
        sheet.text(LEFT, y + 4.8, text, size=10, room=72)
        y += 12
    return y


def _hours(sheet: Sheet, report: Report, y: float) -> None:
    shift, word = report.shift, report.word
    columns = (
        DrawnColumn(word("hour"), 34, [shift.hour(place) for place, _ in enumerate(shift.hourly)]),
        DrawnColumn(word("output"), 34, [str(pieces) for pieces in shift.hourly], "right"),
    )
    draw_table(sheet, columns, left=LEFT, top=y, bottom=250, look=GRID, turn=lambda: y)


def _counts(sheet: Sheet, report: Report) -> float:
    say, word = report.telling.say, report.word
    y = 38.0
    for key, text in (
        ("target", str(report.shift.target)),
        ("total", say("total_quantity")),
        ("good", say("good_quantity")),
        ("scrap", say("scrap_quantity")),
        ("downtime", say("downtime_minutes")),
    ):
        sheet.box(MIDDLE, y, 62, 8, width=0.25, fill=PALE)
        sheet.box(MIDDLE + 62, y, RIGHT - MIDDLE - 62, 8, width=0.25)
        sheet.text(MIDDLE + 2, y + 5.4, word(key))
        sheet.text(RIGHT - 3, y + 5.6, text, size=10.5, bold=True, align="right")
        y += 8
    return y


def _stops(sheet: Sheet, report: Report, y: float) -> None:
    telling, word = report.telling, report.word
    sheet.text(MIDDLE, y, word("downtimes"), size=10, bold=True)
    columns = (
        DrawnColumn(word("reason"), 52, telling.column("reason")),
        DrawnColumn(word("begin"), 15, report.begins()),
        DrawnColumn(word("end"), 15, report.ends()),
        DrawnColumn(word("minutes"), 16, telling.column("minutes"), "right"),
    )
    draw_table(sheet, columns, left=MIDDLE, top=y + 3, bottom=250, look=GRID, turn=lambda: y)


LAYOUT = ReportLayout("board", "SansCondensed", draw)
