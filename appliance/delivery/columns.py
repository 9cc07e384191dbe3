"""What of a result goes into the cells of a table: one line of the document, and its rows. Pure.

The columns are those of the document type, whatever a document says, so that the tables of many
documents can be put below each other. A total stands once, beside the document and not beside each
of its rows: whoever sums a column sums right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from appliance.domain.characters import uncontrolled
from appliance.domain.doctype import NUMBERS, DocType, FieldSpec, FieldType

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")

Cell = str | Decimal | date | None
"""None where the document says nothing."""


@dataclass(frozen=True, slots=True)
class Columns:
    names: tuple[str, ...]
    lines: tuple[tuple[Cell, ...], ...]


def header_columns(result: Mapping[str, Any], doctype: DocType) -> Columns:
    """One line."""
    # No field has a point in its name.
    about = {f"document.{key}": result[key] for key in ("docid", "source", "revision", "party")}
    cells = [_cell(value) for value in about.values()]
    names = (*about, *(spec.name for spec in doctype.fields))
    return Columns(names, ((*cells, *_said(result["fields"], doctype.fields)),))


def row_columns(result: Mapping[str, Any], doctype: DocType) -> Columns | None:
    """A line for each row; None for a type that has no line items."""
    if doctype.items is None:
        return None
    specs = doctype.items.fields
    rows = result["items"][doctype.items.name]
    return Columns(
        ("document.docid", "document.row", *(spec.name for spec in specs)),
        tuple(
            (result["docid"], Decimal(number), *_said(row, specs))
            for number, row in enumerate(rows, 1)
        ),
    )


def _said(values: Mapping[str, Any], specs: Sequence[FieldSpec]) -> list[Cell]:
    return [_value(values.get(spec.name), spec.type) for spec in specs]


def _value(value: Mapping[str, Any] | None, fieldtype: FieldType) -> Cell:
    """In its normal form; what has none, as the document says it."""
    if value is None:
        return None
    normal: str | None = value["normalised"]
    if normal is None:
        return _cell(value["value"])
    # The field may have been of another type when the value was answered.
    if fieldtype in NUMBERS and _NUMBER.fullmatch(normal):
        return Decimal(normal)
    if fieldtype is FieldType.DATE:
        with suppress(ValueError):
            return date.fromisoformat(normal)
    return _cell(normal)


def _cell(value: str | int | None) -> Cell:
    if isinstance(value, str):
        return "\n".join(map(uncontrolled, value.splitlines()))
    return value if value is None else Decimal(value)
