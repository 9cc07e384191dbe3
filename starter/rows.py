"""A CSV file of data: its cells with their places, and what is wrong with it as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.doctypes.shape import instead
from starter.faults import DataFault, in_utf8

_CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^",]*))(,|$)')


@dataclass(frozen=True, slots=True)
class Row:
    path: Path
    line: int
    cells: Mapping[str, str]
    """By the name of the column, without white space around."""
    columns: Mapping[str, int]
    """Where each cell begins, from 1."""

    def fault(self, column: str, message: str) -> DataFault:
        told = f"{column}: {message}"
        return DataFault(str(self.path), self.line, self.columns.get(column, 1), told)


def read_rows(path: Path, names: Sequence[str], faults: list[DataFault]) -> list[Row]:
    """Of a table with the columns ``names``, and none when it has others. Rows without any text
    are left out."""
    text = in_utf8(path, faults)
    if text is None:
        return []
    lines = text.split("\n")
    head = _cells(path, 1, lines[0], faults) or []
    if wrong := list(_wrong_head(path, lines[0], head, names)):
        faults += wrong
        return []
    rows = []
    for line, text in enumerate(lines[1:], 2):
        cells = _cells(path, line, text, faults) if text.strip(", ") else None
        if cells is None:
            continue
        if len(cells) != len(head):
            message = f"{len(cells)} cells below {len(head)} columns"
            faults.append(DataFault(str(path), line, len(text) + 1, message))
            continue
        told = list(zip([name for name, _ in head], cells, strict=True))
        texts = {name: cell for name, (cell, _) in told}
        rows.append(Row(path, line, texts, {name: column for name, (_, column) in told}))
    return rows


def _wrong_head(
    path: Path, text: str, head: Sequence[tuple[str, int]], names: Sequence[str]
) -> Iterator[DataFault]:
    found = [name for name, _ in head]
    for name in names:
        if name not in found:
            yield DataFault(str(path), 1, len(text) + 1, f"no column {name!r}")
    for place, (name, column) in enumerate(head):
        if name not in names:
            yield DataFault(str(path), 1, column, f"unknown column{instead(name, names)}")
        elif name in found[:place]:
            yield DataFault(str(path), 1, column, f"a second column {name!r}")


def _cells(
    path: Path, line: int, text: str, faults: list[DataFault]
) -> list[tuple[str, int]] | None:
    """Each cell and the column where it begins; None where quotes do not match."""
    found, at = [], 0
    while True:
        match = _CELL.match(text, at)
        if not match:
            message = "a quote that is not doubled, or not closed"
            faults.append(DataFault(str(path), line, at + 1, message))
            return None
        quoted, bare, end = match.groups()
        cell = bare if quoted is None else quoted.replace('""', '"')
        found.append((cell.strip(), at + 1))
        at = match.end()
        if not end:
            return found
