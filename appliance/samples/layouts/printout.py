"""Production report as a machine prints it: typewriter face, dotted leaders, no rules."""

from __future__ import annotations

from appliance.samples.layouts.base import Report, ReportLayout
from appliance.samples.sheet import Sheet

LEFT, STEP, SIZE = 22.0, 5.2, 9.5


def draw(sheet: Sheet, report: Report) -> None:
    say, word, telling = report.telling.say, report.word, report.telling
    sheet.text(LEFT, 24, word("title").upper(), size=13, bold=True)
    sheet.text(188, 24, report.shift.machine.split()[-1], size=13, bold=True, align="right")
    y = 36.0
    for key, text in (
        ("number", say("report_number")),
        ("date", say("report_date")),
        ("shift", say("shift")),
        ("machine", say("machine")),
        ("order", say("order_number")),
        ("article", say("article")),
        ("operator", say("operator")),
    ):
        y = _line(sheet, y, word(key), text)
    y = _line(sheet, y + STEP, word("target"), str(report.shift.target))
    for key, name in (
        ("total", "total_quantity"),
        ("good", "good_quantity"),
        ("scrap", "scrap_quantity"),
    ):
        y = _line(sheet, y, word(key), say(name))
    y += STEP
    sheet.text(LEFT, y, f"*** {word('downtimes')} ***", size=SIZE, bold=True)
    sheet.text(158, y, word("minutes"), size=SIZE, align="right")
    stops = zip(
        report.begins(),
        report.ends(),
        telling.column("reason"),
        telling.column("minutes"),
        strict=True,
    )
    for begin, end, reason, minutes in stops:
        y += STEP
        sheet.text(LEFT, y, f"{begin} - {end}", size=SIZE)
        sheet.text(64, y, reason, size=SIZE, room=74)
        sheet.text(158, y, minutes, size=SIZE, align="right")
    y = _line(sheet, y + 2 * STEP, word("downtime"), say("downtime_minutes"))
    sheet.text(LEFT, y + STEP, f"{word('remarks')}: {word('remark')}", size=SIZE, room=166)
    sheet.text(LEFT, y + 4 * STEP, f"{word('signed')}: {report.shift.leader}", size=SIZE)


def _line(sheet: Sheet, y: float, label: str, text: str) -> float:
    sheet.text(LEFT, y, label.ljust(24, "."), size=SIZE)
    sheet.text(76, y, text, size=SIZE, bold=True, room=112)
    return y + STEP


LAYOUT = ReportLayout("printout", "SansMono", draw)
