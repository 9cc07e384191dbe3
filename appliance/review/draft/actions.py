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
    REMOVE_ROW = "remove row"


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
        "spans": [[span.page, span.start, span.end] for span in action.spans],
        "number": action.number,
    }
    return {key: value for key, value in found.items() if value or (key == "row" and value == 0)}


def _action(found: dict[str, Any]) -> DraftAction:
    return DraftAction(
        ActionKind(found["do"]),
        FieldRef(found.get("field", ""), found.get("row")),
        found.get("text", ""),
        tuple(Span(*span) for span in found.get("spans", ())),
        found.get("number", 0),
    )
