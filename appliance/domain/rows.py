"""What stands in the header of a document, and what in which row of its line items. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class InTable(Protocol):
    """A field, its label, its judgement: whatever has a name and may stand in a row."""

    @property
    def fieldtype(self) -> str: ...

    @property
    def line_item_id(self) -> int | None:
        """Row of the table, from 0; None in the header."""
        ...


Value = TypeVar("Value", bound=InTable)

CellKey = tuple[int, str]
"""``line_item_id`` and name of what stands in a row."""


def header(values: Iterable[Value]) -> list[Value]:
    return [value for value in values if value.line_item_id is None]


def header_by_name(values: Iterable[Value]) -> dict[str, Value]:
    return {value.fieldtype: value for value in header(values)}


def cells(values: Iterable[Value]) -> list[Value]:
    """Of all rows."""
    return [value for value in values if value.line_item_id is not None]


def rows(values: Iterable[Value]) -> dict[int, list[Value]]:
    """By ``line_item_id``, in the order in which the rows come first."""
    found: dict[int, list[Value]] = {}
    for value in values:
        if value.line_item_id is not None:
            found.setdefault(value.line_item_id, []).append(value)
    return found
