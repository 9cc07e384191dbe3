"""Tables as one XLSX: a sheet each.

Text is text, whatever it begins with: nothing that is written here is a formula or a link. Numbers
keep their digits, which no float would; one with more than Excel keeps is text. Dates are dates.
Excel takes 32,767 characters in a cell: of a longer text the JSON alone has the rest.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from appliance.delivery.columns import Cell, Columns
from appliance.domain.characters import UNKNOWN

_DIGITS = 15
"""Of a number, that Excel keeps."""
_LONGEST = 32767
"""UTF-16 units in a cell."""
_ZERO, _FIRST_DAY = date(1899, 12, 30), date(1900, 3, 1)
"""Excel counts days from the one on; before the other it has a 29 February that there never was."""
_WIDEST = 60
"""Characters of a column, as it is shown first."""
_NAMES, _DAY = 1, 2
"""Styles, by where they stand in ``_STYLES``."""

_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What Excel would take for the number of a character."""
_NO_XML = re.compile("[\ufffe\uffff]")

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = f"""{_XML}<styleSheet xmlns="{_SHEETS}">\
<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>\
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>\
</styleSheet>"""


def as_xlsx(sheets: Mapping[str, Columns]) -> bytes:
    """``sheets`` by their names. The same values give the same bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in _parts(sheets):
            archive.writestr(zipfile.ZipInfo(name), part.encode(), zipfile.ZIP_DEFLATED)
    return data.getvalue()


def _parts(sheets: Mapping[str, Columns]) -> Iterator[tuple[str, str]]:
    numbers = range(1, len(sheets) + 1)
    yield "[Content_Types].xml", _content_types(numbers)
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    yield "xl/workbook.xml", _book(sheets)
    files = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations([*files, ("styles", "styles.xml")])
    yield "xl/styles.xml", _STYLES
    for number, columns in zip(numbers, sheets.values(), strict=True):
        yield f"xl/worksheets/sheet{number}.xml", _sheet(columns)


def _content_types(numbers: range) -> str:
    parts = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles"}
    parts |= {f"/xl/worksheets/sheet{number}.xml": "worksheet" for number in numbers}
    told = "".join(
        f'<Override PartName="{part}" ContentType="{_KINDS}.{kind}+xml"/>'
        for part, kind in parts.items()
    )
    return (
        f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{told}</Types>'
    )


def _relations(parts: list[tuple[str, str]]) -> str:
    told = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(parts, 1)
    )
    return f'{_XML}<Relationships xmlns="{_LINKS}">{told}</Relationships>'


def _book(names: Mapping[str, Columns]) -> str:
    told = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, 1)
    )
    return (
        f'{_XML}<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}">'
        f"<bookViews><workbookView/></bookViews><sheets>{told}</sheets></workbook>"
    )


def _sheet(columns: Columns) -> str:
    """The line of names stays in sight."""
    names = _row(1, columns.names, _NAMES)
    lines = "".join(_row(number, line) for number, line in enumerate(columns.lines, 2))
    return (
        f'{_XML}<worksheet xmlns="{_SHEETS}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews>{_widths(columns)}"
        f"<sheetData>{names}{lines}</sheetData></worksheet>"
    )


def _widths(columns: Columns) -> str:
    table = zip(columns.names, *columns.lines, strict=True)
    longest = (max(len(str(cell)) for cell in column if cell is not None) for column in table)
    told = "".join(
        f'<col min="{at}" max="{at}" width="{min(width, _WIDEST) + 2}" customWidth="1"/>'
        for at, width in enumerate(longest, 1)
    )
    return f"<cols>{told}</cols>"


def _row(number: int, cells: tuple[Cell, ...], style: int = 0) -> str:
    told = "".join(
        _cell(cell, f'r="{_letters(at)}{number}"', style)
        for at, cell in enumerate(cells, 1)
        if cell is not None
    )
    return f'<row r="{number}">{told}</row>'


def _letters(column: int) -> str:
    """Of a column from 1: A, B, ... Z, AA."""
    left, last = divmod(column - 1, 26)
    return (_letters(left) if left else "") + chr(ord("A") + last)


def _cell(cell: str | Decimal | date, place: str, style: int) -> str:
    if isinstance(cell, Decimal) and len(cell.as_tuple().digits) <= _DIGITS:
        return f"<c {place}><v>{cell:f}</v></c>"
    if isinstance(cell, date) and cell >= _FIRST_DAY:
        return f'<c {place} s="{_DAY}"><v>{(cell - _ZERO).days}</v></c>'
    text = f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
    fit = text.encode("utf-16-le")[: 2 * _LONGEST].decode("utf-16-le", errors="ignore")
    said = escape(_ESCAPED.sub("_x005F_", _NO_XML.sub(UNKNOWN, fit)))
    return f'<c {place} s="{style}" t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'
