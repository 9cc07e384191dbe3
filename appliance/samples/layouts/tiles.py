"""Production report as a form: boxes with labels above, the counts as tiles, the downtime log."""

from __future__ import annotations

from appliance.samples.layouts.base import Report, ReportLayout
from appliance.samples.sheet import BLACK, GREY, PALE, WHITE, Sheet
from appliance.samples.table import DrawnColumn, TableLook, draw_table

LEFT, RIGHT = 15.0, 195.0
ACCENT = (52, 58, 70)


def draw(sheet: Sheet, report: Report) -> None:
    say, word = report.telling.say, report.word
    sheet.box(LEFT, 14, RIGHT - LEFT, 14, fill=ACCENT, width=None)
    sheet.text(LEFT + 4, 23.4, word("title"), size=16, bold=True, colour=WHITE)
    number = f"{word('number')} {say('report_number')}"
    sheet.text(RIGHT - 4, 23, number, size=11, align="right", colour=WHITE)
    _boxes(sheet, report)
    _tiles(sheet, report)
    y = _log(sheet, report)
    _remarks(sheet, report, y + 12)


def _boxes(sheet: Sheet, report: Report) -> None:
    say, word = report.telling.say, report.word
    rows = (
        (("date", say("report_date")), ("shift", say("shift")), ("operator", say("operator"))),
        (("machine", say("machine")), ("order", say("order_number")), ("article", say("article"))),
    )
    for line, row in enumerate(rows):
        for place, (key, text) in enumerate(row):
            x, y = LEFT + place * 60, 34 + line * 14
            sheet.box(x, y, 60, 14, width=0.25)
            sheet.text(x + 2, y + 4.6, word(key), size=7, colour=GREY)
            sheet.text(x + 2, y + 11, text, size=10, room=56)


def _tiles(sheet: Sheet, report: Report) -> None:
    say, word = report.telling.say, report.word
    tiles = (
        ("good", say("good_quantity")),
        ("scrap", say("scrap_quantity")),
        ("total", say("total_quantity")),
        ("target", str(report.shift.target)),
    )
    for place, (key, text) in enumerate(tiles):
        x = LEFT + place * 46
        sheet.box(x, 70, 42, 24, fill=PALE, width=None)
        sheet.text(x + 21, 83, text, size=18, bold=key != "target", align="centre", room=38)
        sheet.text(x + 21, 90, word(key), size=8, align="centre", colour=GREY)


def _log(sheet: Sheet, report: Report) -> float:
    telling, word = report.telling, report.word
    sheet.text(LEFT, 106, word("downtimes"), size=11, bold=True)
    columns = (
        DrawnColumn(word("begin"), 22, report.begins()),
        DrawnColumn(word("end"), 22, report.ends()),
        DrawnColumn(word("reason"), 104, telling.column("reason")),
        DrawnColumn(word("minutes"), 32, telling.column("minutes"), "right"),
    )
    look = TableLook(step=7, rules="grid", head_fill=PALE)
    y = draw_table(sheet, columns, left=LEFT, top=110, bottom=240, look=look, turn=lambda: 110)
    total = telling.say("downtime_minutes")
    sheet.text(RIGHT - 34, y + 5.4, word("downtime"), bold=True, align="right")
    sheet.text(RIGHT - 1.2, y + 5.4, total, bold=True, align="right")
    return y


def _remarks(sheet: Sheet, report: Report, y: float) -> None:
    sheet.box(LEFT, y, RIGHT - LEFT, 20, width=0.25, colour=BLACK)
    sheet.text(LEFT + 2, y + 4.6, report.word("remarks"), size=7, colour=GREY)
    sheet.text(LEFT + 2, y + 11, report.word("remark"))
    sheet.rule(RIGHT - 60, y + 40, RIGHT, y + 40, width=0.2)
    signed = f"{report.word('signed')}: {report.shift.leader}"
    sheet.text(RIGHT - 60, y + 44, signed, size=7.5, colour=GREY, room=60)


LAYOUT = ReportLayout("tiles", "SansCondensed", draw)
