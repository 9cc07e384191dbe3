"""What a spreadsheet would do with the files that lie beside a result: compute, follow, divide."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

_LIVE = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
"""What a spreadsheet computes, or may once it has left out a blank."""
_NUMBER = re.compile(r"-?[0-9.,;\t]+")
_INERT = {"worksheet", "sheetViews", "sheetView", "pane", "cols", "col", "sheetData", "row"}
_INERT |= {"c", "v", "is", "t"}
"""All that a sheet may be made of: no formula and no link."""


def computed(data: bytes) -> list[str]:
    """Texts of a CSV that begin as a formula does, by whatever mark it is divided."""
    text = data.decode("utf-8-sig")
    cells: list[str] = []
    for mark in ",;\t":
        cells += (cell for line in text.splitlines() for cell in line.split(mark))
        cells += (
            cell
            for line in csv.reader(io.StringIO(text, newline=""), delimiter=mark)
            for cell in line
        )
    bare = (cell.lstrip('"') for cell in cells)
    return [cell for cell in bare if _LIVE.match(cell) and not _NUMBER.fullmatch(cell)]


def acting(data: bytes) -> Iterator[str]:
    """Parts of an XLSX that are more than text, numbers and dates."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            tags = {
                one.tag.rpartition("}")[2]
                for one in ElementTree.fromstring(archive.read(name)).iter()
            }
            if name.startswith("xl/worksheets/"):
                yield from tags - _INERT
            elif "externalLinks" in name or "sheet" in name:
                yield name
