"""A CSV file of data: its cells with their places, and what is wrong with it as a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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


def read_table(path: Path, names: Sequence[str], faults: list[DataFault]) -> list[Row]:
    """Of a table that has the columns ``names``, in this order. Rows without any text are left
    out."""
    lines = in_utf8(path, faults).split("\n")
    head = _cells(path, 1, lines[0], faults)
    found = [name for name, _ in head or []]
    for name in names:
        if name not in found:
            faults.append(DataFault(str(path), 1, len(lines[0]) + 1, f"no column {name!r}"))
    for place, (name, column) in enumerate(head or []):
        if name not in names:
            faults.append(DataFault(str(path), 1, column, f"no column may be called {name!r}"))
        elif name in found[:place]:
            faults.append(DataFault(str(path), 1, column, f"a second column {name!r}"))
    rows = []
    for line, text in enumerate(lines[1:], 2):
        if not text.strip(", "):
            continue
        cells = _cells(path, line, text, faults)
        if cells is None:
            continue
        if len(cells) != len(found):
            message = f"{len(cells)} cells below {len(found)} columns"
            faults.append(DataFault(str(path), line, len(text) + 1, message))
            continue
        told = dict(zip(found, cells, strict=True))
        rows.append(
            Row(
                path,
                line,
                {name: cell for name, (cell, _) in told.items()},
                {name: column for name, (_, column) in told.items()},
            )
        )
    return rows


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
