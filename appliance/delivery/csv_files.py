"""Tables as CSV, for programs and for Excel. Pure.

UTF-8 with the mark by which Excel knows it, a line of names, CRLF (RFC 4180). Excel computes a cell
that begins as a formula does, quoted or not, and one whose local separator differs divides cells
elsewhere. So an apostrophe stands before whatever would begin a formula there; it is the one
character by which a text differs from the JSON. Numbers need none.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal

from appliance.delivery.columns import Cell, Columns
from appliance.domain.delivery import DecimalMark

_LIVE = re.compile(r"^(?=\"*[\t\r\n])|(?:^|(?<=[,;\t\r\n]))(?=[\s\"]*[=+\-@＝＋－＠])")
"""Where a formula may begin: also in their wide forms, which Excel takes for the same."""


def as_csv(columns: Columns, decimal: DecimalMark) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if decimal == "," else ",", lineterminator="\r\n")
    writer.writerow(columns.names)
    for line in columns.lines:
        writer.writerow([_written(cell, decimal) for cell in line])
    return text.getvalue().encode("utf-8-sig")


def _written(cell: Cell, decimal: DecimalMark) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", decimal)
    return cell.isoformat() if isinstance(cell, date) else inert(cell or "")


def inert(text: str) -> str:
    """``text`` of which no spreadsheet computes anything."""
    return _LIVE.sub("'", text)
