"""The list that comes with a folder of documents: what somebody says of each file.

It is a ``labels.jsonl``, or the only CSV of the folder: a column ``file`` and one for each field.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from appliance.domain.doctype import DocType
from appliance.domain.errors import ConfigError
from appliance.evaluation.evaluate import FILE, LABELS, labels, list_text
from appliance.evaluation.labels_file import absent, header, line_items, on_page, unknown_labels
from appliance.fields.comparison import RowTexts
from appliance.fields.folding import collapse_spaces
from appliance.intake.folder import called


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """What is said of one file; a field that is not spoken of is unknown."""

    file: str
    """Relative to the folder."""
    values: Mapping[str, str]
    rows: Sequence[Mapping[str, str]] = ()
    """From the top of the table."""
    absent: Sequence[str] = ()
    """Fields that the document does not say."""


@dataclass(frozen=True, slots=True)
class Manifest:
    path: Path
    given: tuple[ManifestEntry, ...]
    strange: tuple[str, ...]
    """Columns or labels that mean nothing in the document type."""


def listed(folder: Path, doctype: DocType) -> Manifest:
    """Raises ConfigError when there is no list, more than one, or one that cannot be used."""
    path = folder / LABELS
    if path.exists() or path.is_symlink():
        lines = labels(folder)
        odd = dict.fromkeys(name for line in lines for name in unknown_labels(line, doctype))
        return Manifest(path, tuple(_of_line(line, doctype) for line in lines), tuple(odd))
    path = _only_table(folder)
    columns, cells = _table(path)
    meant = {spec.label or spec.name: spec.name for spec in doctype.fields}
    meant |= {spec.name: spec.name for spec in doctype.fields}
    odd = dict.fromkeys(name for name in columns if name not in {FILE, *meant})
    return Manifest(path, tuple(_of_row(folder, row, meant) for row in cells), tuple(odd))


def _of_line(line: Mapping[str, Any], doctype: DocType) -> ManifestEntry:
    said = header(line, doctype)
    values = {
        spec.name: text
        for spec in doctype.fields
        if (text := said[spec.name]) is not None and on_page(line, spec)
    }
    items = [_squeezed(row) for row in line_items(line, doctype)]
    kept = _squeezed(values)
    gone = tuple(name for name in absent(line, doctype) if name not in kept)
    return ManifestEntry(line[FILE], kept, items, gone)


def _of_row(folder: Path, row: Mapping[str, str], meant: Mapping[str, str]) -> ManifestEntry:
    values = {meant[name]: text for name, text in row.items() if name in meant}
    return ManifestEntry(called(folder, row[FILE].strip()), _squeezed(values))


def _squeezed(texts: RowTexts) -> dict[str, str]:
    """What is empty says nothing."""
    pairs = ((name, collapse_spaces(text or "")) for name, text in texts.items())
    return {name: text for name, text in pairs if text}


def _only_table(folder: Path) -> Path:
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    if len(found) == 1:
        return found[0]
    many = ", ".join(path.name for path in found)
    raise ConfigError(
        f"which list counts? There are {many} in {folder}"
        if found
        else f"there is neither a {LABELS} nor a CSV in {folder}",
        hint=f"leave one CSV there, with a column `{FILE}` and a column for each field",
    )


def _table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The names of the columns and the rows by them; empty rows are left out."""
    text = list_text(path)
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    table = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    rows: list[dict[str, str]] = []
    try:
        columns = [name.strip() for name in next(table, [])]
        for cells in table:
            if any(cell.strip() for cell in cells):
                rows.append(_row(cells, columns))
    except (csv.Error, ValueError) as error:
        raise ConfigError(
            f"{path}, line {table.line_num}: {error}",
            hint="a cell that holds a delimiter or a quote stands in quotes",
        ) from error
    if several := [name for name, times in Counter(columns).items() if name and times > 1]:
        raise ConfigError(
            f"{path} has more than one column `{several[0]}`", hint="leave the one that counts"
        )
    if FILE not in columns:
        raise ConfigError(
            f"{path} has no column `{FILE}`",
            hint=f"its first row names the columns: {FILE}, and the fields of the type",
        )
    return columns, rows


def _row(cells: list[str], columns: list[str]) -> dict[str, str]:
    """Raises ValueError."""
    if len(cells) > len(columns):
        raise ValueError("there are more cells than columns")
    row = dict(zip(columns, cells, strict=False))
    if FILE in columns and not row.get(FILE, "").strip():
        raise ValueError(f"there is no file name under `{FILE}`")
    return row
