"""Values that a program gives, put into a draft as a clerk would type them. Pure.

A program writes numbers with a decimal point and dates as ISO 8601. What stands there already in
another writing is confirmed, and keeps the document's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from appliance.domain.doctype import NUMBERS, FieldType, display_name
from appliance.domain.errors import RefusedError
from appliance.fields.comparison import same
from appliance.fields.style import PLAIN
from appliance.fields.types import normalise
from appliance.review.draft.actions import ActionKind, DraftAction
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import DOCUMENT, ActionRefused, FieldRef, sentence

Values = Mapping[str, str | None | Sequence[Mapping[str, str | None]]]
"""By field what the document says, None where it does not say it; by the name of the table its
rows, each by column."""

_IN_ONE_WAY = {FieldType.DATE, *NUMBERS}
"""A program writes them without asking how the document does."""


def filled(draft: Draft, values: Values) -> Draft:
    """``draft`` with ``values``. Raises RefusedError with what a clerk would be told."""
    items = draft.doctype.items
    known = [spec.name for spec in draft.doctype.fields] + ([items.name] if items else [])
    if odd := ", ".join(name for name in values if name not in known):
        raise RefusedError(
            f"{draft.doctype.name} has no field {odd}", hint=f"it has {', '.join(known)}"
        )
    for name in known:
        if name not in values:
            continue
        said = values[name]
        if items and name == items.name:
            draft = _with_rows(draft, FieldRef(name), _rows(name, said))
        else:
            draft = _with(draft, FieldRef(name), said)
    return draft


def check_ready(draft: Draft, because: str) -> None:
    """Raises RefusedError while something needs a clerk, or a check fails ``because`` of nothing
    that anybody said."""
    if DOCUMENT in draft.derived.needed:
        raise RefusedError(
            " ".join(draft.entry(DOCUMENT).problems),
            hint="a person has to look at the document: `appliance review`",
        )
    if open_ := [place for place in draft.derived.places if place in draft.derived.needed]:
        raise RefusedError(
            "; ".join(f"{_called(draft, place)}: {_why(draft, place)}" for place in open_),
            hint="give a value for each; None where the document does not say it",
        )
    if draft.failing and not because.strip():
        raise RefusedError(
            " ".join(draft.failing),
            hint="give other values, or say with `because` why they are right all the same",
        )


def _rows(name: str, said: object) -> Sequence[Mapping[str, str | None]]:
    if said is None:
        return ()
    if isinstance(said, str) or not isinstance(said, Sequence):
        raise RefusedError(f"{name} are rows", hint="give a list of rows, each by column")
    return said


def _with_rows(draft: Draft, table: FieldRef, rows: Sequence[Mapping[str, str | None]]) -> Draft:
    """Row by row from the top; a column that is left out stays as it is read."""
    columns = {spec.name for spec in draft.derived.context.columns}
    if odd := ", ".join(sorted({name for row in rows for name in row} - columns)):
        raise RefusedError(
            f"{table.fieldtype} have no column {odd}", hint=f"they have {', '.join(columns)}"
        )
    for row in draft.derived.state.rows[len(rows) :]:
        draft = draft.act(DraftAction(ActionKind.REMOVE_ROW, FieldRef(table.fieldtype, row)))
    for at, cells in enumerate(rows):
        there = draft.derived.state.rows
        if at == len(there):
            above = FieldRef(table.fieldtype, there[-1] if there else None)
            draft = draft.act(DraftAction(ActionKind.ADD_ROW, above))
        row = draft.derived.state.rows[at]
        for name, said in cells.items():
            draft = _with(draft, FieldRef(name, row), said)
    return draft.act(DraftAction(ActionKind.CONFIRM if rows else ActionKind.ABSENT, table))


def _with(draft: Draft, place: FieldRef, said: object) -> Draft:
    if said is None:
        return draft.act(DraftAction(ActionKind.ABSENT, place))
    if not isinstance(said, str):
        raise RefusedError(f"{_called(draft, place)}: {said!r} is no text", hint="str() makes one")
    derived, spec = draft.derived, draft.derived.context.spec(place)
    one_way = spec.type in _IN_ONE_WAY
    plain = normalise(said, spec, PLAIN).value if one_way else None
    text = said if plain is None else plain
    meant = derived.read_as(place, text).value if plain is None else plain
    stands, value = derived.field(place).text, derived.normal(place).value
    if value is not None and meant is not None and same(spec, stands, value, text, meant):
        return draft.act(DraftAction(ActionKind.CONFIRM, place))
    if not text.strip():
        raise RefusedError(
            f"{_called(draft, place)}: an empty text is no value",
            hint="None says that the document does not say it",
        )
    try:
        draft = draft.act(DraftAction(ActionKind.WRITE, place, text))
    except ActionRefused as error:
        raise RefusedError(f"{_called(draft, place)}: {sentence(str(error))}") from error
    read = draft.derived.normal(place)
    if read.value is None:
        problem = sentence(read.problem or f'"{said}" cannot be read')
        raise RefusedError(f"{_called(draft, place)}: {problem}")
    if plain is not None and not same(spec, text, plain, text, read.value):
        raise RefusedError(
            f'{_called(draft, place)}: "{said}" would mean {read.value} on this document',
            hint="write it as the document does",
        )
    return draft


def _called(draft: Draft, place: FieldRef) -> str:
    name = display_name(place.fieldtype)
    rows = draft.derived.state.rows
    return f"{name} of row {rows.index(place.row) + 1}" if place.row in rows else name


def _why(draft: Draft, place: FieldRef) -> str:
    return " ".join(draft.entry(place).problems) or "A value is needed."
