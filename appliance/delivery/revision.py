"""Does a later judgement say anything else than the one that was delivered? Pure."""

from __future__ import annotations

from appliance.domain.fields import Judgement


def differ(before: Judgement, after: Judgement) -> bool:
    """Would a reader of what is delivered find another value? Spelling and place do not count."""
    return _said(before) != _said(after)


def _said(judgement: Judgement) -> list[set[tuple[str, str]]]:
    """The values of the header, then of each row in the order of the table, whatever its number."""
    rows: dict[int, set[tuple[str, str]]] = {-1: set()}
    for decided in judgement.fields:
        row = decided.field.line_item_id
        said = decided.value or decided.field.text
        found = rows.setdefault(-1 if row is None else row, set())
        if said is not None:
            found.add((decided.field.fieldtype, said))
    return list(rows.values())
