"""What a clerk did to one document, in order, as values and as the JSON that is kept of them.

Pure. A draft is its beginning and its actions: done again they give the same draft.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from appliance.domain.document import Span
from appliance.review.draft.places import FieldRef


class ActionKind(StrEnum):
    LOOK = "look"
    CONFIRM = "confirm"
    WRITE = "write"
    TAKE = "take"
    ABSENT = "absent"
    ILLEGIBLE = "illegible"
    ADD_ROW = "add row"
    FILL_ROW = "fill row"
    """A row that the page offered is added with its cells."""
    REMOVE_ROW = "remove row"
    CONFIRM_ROWS = "confirm rows"
    """The row of the place and all below it are right."""
    CLEAR_ROWS = "clear rows"
    ARRANGE_ROWS = "arrange rows"
    """The table has these rows and no others: columns are named, rows joined or divided."""


@dataclass(frozen=True, slots=True)
class FilledCell:
    fieldtype: str
    text: str
    """Empty where the row does not say it."""
    spans: tuple[Span, ...]
    wraps: tuple[Span, ...] = ()
    """As a ``Field`` has them."""


@dataclass(frozen=True, slots=True)
class ArrangedRow:
    row: int | None
    """One that there is; None for a new one."""
    cells: tuple[FilledCell, ...] = ()
    """That are written; the others of the row stay as they are."""


@dataclass(frozen=True, slots=True)
class DraftAction:
    do: ActionKind
    place: FieldRef
    """Of rows the table's name and the row, for a new one the row before it."""
    text: str = ""
    """What she wrote, or the choice that she took."""
    spans: tuple[Span, ...] = ()
    number: int = 0
    """Of a choice, from 1."""
    cells: tuple[FilledCell, ...] = ()
    """Of a row that is filled."""
    wraps: tuple[Span, ...] = ()
    """Of what she wrote."""
    rows: tuple[ArrangedRow, ...] = ()
    """From the top of the table."""


def dumped(actions: Iterable[DraftAction]) -> str:
    return json.dumps([_plain(action) for action in actions], ensure_ascii=False)


def loaded(text: str) -> tuple[DraftAction, ...]:
    """Empty where ``text`` was not made by this ``dumped``: another release may have kept it."""
    try:
        return tuple(_action(found) for found in json.loads(text or "[]"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ()


def _plain(action: DraftAction) -> dict[str, Any]:
    found = {
        "do": action.do.value,
        "field": action.place.fieldtype,
        "row": action.place.row,
        "text": action.text,
        "spans": _places(action.spans),
        "number": action.number,
        "cells": [_plain_cell(cell) for cell in action.cells],
        "wraps": _places(action.wraps),
        "rows": [[one.row, [_plain_cell(cell) for cell in one.cells]] for one in action.rows],
    }
    return {key: value for key, value in found.items() if value or (key == "row" and value == 0)}


def _action(found: dict[str, Any]) -> DraftAction:
    return DraftAction(
        ActionKind(found["do"]),
        FieldRef(found.get("field", ""), found.get("row")),
        found.get("text", ""),
        _spans(found.get("spans", ())),
        found.get("number", 0),
        _cells(found.get("cells", ())),
        _spans(found.get("wraps", ())),
        tuple(ArrangedRow(row, _cells(cells)) for row, cells in found.get("rows", ())),
    )


def _plain_cell(cell: FilledCell) -> list[Any]:
    wraps = [_places(cell.wraps)] if cell.wraps else []
    return [cell.fieldtype, cell.text, _places(cell.spans), *wraps]


def _cells(found: Iterable[Iterable[Any]]) -> tuple[FilledCell, ...]:
    return tuple(
        FilledCell(name, text, _spans(spans), *map(_spans, wraps))
        for name, text, spans, *wraps in found
    )


def _places(spans: Iterable[Span]) -> list[list[int]]:
    return [[span.page, span.start, span.end] for span in spans]


def _spans(places: Iterable[Iterable[int]]) -> tuple[Span, ...]:
    return tuple(Span(*place) for place in places)
