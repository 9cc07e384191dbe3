"""What each action of a clerk makes of the state. Pure; what cannot be done is Refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from appliance.domain.blockers import AMBIGUOUS
from appliance.domain.doctype import NUMBERS, FieldSpec, FieldType
from appliance.domain.prediction import Field
from appliance.judgement.assess import display_name
from appliance.review.draft.actions import ActionKind, DraftAction
from appliance.review.draft.choices import choices, taken, write
from appliance.review.draft.context import ReviewContext
from appliance.review.draft.derived import DerivedState
from appliance.review.draft.places import DOCUMENT, ActionRefused, FieldRef, Phase
from appliance.review.draft.state import ClerkValue, ReviewState

_NOT_THERE = "n if it is not on the document"


def done(standing: DerivedState, action: DraftAction) -> ReviewState:
    """Raises Refused, and KeyError for a place that the document does not have."""
    if action.do is ActionKind.LOOK:
        return standing.state.seeing(action.place)
    state = _done(standing, action)
    if state.phase is Phase.BLIND and not DerivedState(standing.case, state).needed:
        return _compared(DerivedState(standing.case, state.comparing()))
    return state


def _compared(standing: DerivedState) -> ReviewState:
    """Where she keyed what the model read, its writing stands: hers may lack capitals or dots."""
    state = standing.state
    agreed = {
        place: taken(standing, place, standing.read(place))
        for place in state.said
        if standing.read(place).text is not None and not standing.differs(place)
    }
    settled = {place: said for place, said in agreed.items() if said.settled}
    return replace(state, said={**state.said, **settled})


def _done(standing: DerivedState, action: DraftAction) -> ReviewState:
    place, state = action.place, standing.state
    if action.do in (ActionKind.ADD_ROW, ActionKind.REMOVE_ROW):
        return _with_rows(standing, action)
    if place == DOCUMENT or place == standing.case.table:
        return _whole(standing, action)
    if place.row is not None and place.row not in state.rows:
        raise ActionRefused("this row is gone")
    standing.case.spec(place)
    return state.saying({place: _said(standing, action)}).seeing(place)


def _said(standing: DerivedState, action: DraftAction) -> ClerkValue:
    place = action.place
    match action.do:
        case ActionKind.CONFIRM:
            return _confirmed(standing, place)
        case ActionKind.WRITE:
            if not all(span.lies_in(standing.case.document) for span in action.spans):
                raise ActionRefused("the pages were read anew: it does not stand there any more")
            return write(standing, place, action.text, action.spans)
        case ActionKind.TAKE:
            return _taken(standing, place, action)
        case _:
            nothing = Field(place.fieldtype, None, line_item_id=place.row)
            return ClerkValue(nothing, illegible=action.do is ActionKind.ILLEGIBLE)


def _confirmed(standing: DerivedState, place: FieldRef) -> ClerkValue:
    state, spec = standing.state, standing.case.spec(place)
    field, said = standing.field(place), state.said.get(place)
    if field.text is None:
        if said:
            return said
        if state.phase is Phase.BLIND:
            raise ActionRefused(f"nothing is typed yet: e to type it, {_NOT_THERE}")
        if spec.required and state.phase is Phase.REVIEW:
            raise ActionRefused(f"is missing: e to type it, {_NOT_THERE}")
        return ClerkValue(field)
    value = standing.normal(place).value
    if value is None:
        raise ActionRefused(_unreadable(standing, place))
    return said if said and said.settled else ClerkValue(field, value)


def _unreadable(standing: DerivedState, place: FieldRef) -> str:
    normal = standing.normal(place)
    problem = normal.problem or "cannot be read"
    offered = choices(standing, place)
    if normal.code in AMBIGUOUS and offered:
        keys = " or ".join(str(number) for number in range(1, min(len(offered), 2) + 1))
        return f"{problem}: {keys} takes one"
    return f"{problem}: {_how_to(standing.case.spec(place))}, or {_NOT_THERE}"


def _how_to(spec: FieldSpec) -> str:
    if spec.type is FieldType.DATE:
        return "type it as 2025-04-03"
    return "type it as 1234.56" if spec.type in NUMBERS else f"type the {display_name(spec.name)}"


def _taken(standing: DerivedState, place: FieldRef, action: DraftAction) -> ClerkValue:
    """By what it says: when a draft is taken up again, the choices may stand in another order."""
    offered, number = choices(standing, place), action.number
    if action.text:
        offered = tuple(one for one in offered if one.text == action.text)
        number = min(number, len(offered))
    if not 1 <= number <= len(offered):
        raise ActionRefused(f"there is no choice {action.number} here")
    choice = offered[number - 1]
    return choice.said or write(standing, place, choice.text, choice.spans)


def _whole(standing: DerivedState, action: DraftAction) -> ReviewState:
    """The document or its table."""
    state, place = standing.state, action.place
    if place == DOCUMENT:
        if action.do is not ActionKind.CONFIRM:
            raise ActionRefused("Enter if it is all right, r to reject the document")
        return state.closing(place).seeing(place)
    match action.do:
        case ActionKind.CONFIRM:
            return _table_kept(standing)
        case ActionKind.TAKE if action.number in (1, 2) and choices(standing, place):
            return _table_kept(standing) if action.number == 1 else _table_read(standing)
        case ActionKind.ABSENT:
            return state.without_rows(*state.rows).closing(place).seeing(place)
        case _:
            raise ActionRefused(
                "Enter if the rows are right, n if there are none; Tab leads to a cell"
            )


def _table_kept(standing: DerivedState) -> ReviewState:
    """As it is; a cell without a normal form stays open."""
    case, state = standing.case, standing.state
    table = case.table or DOCUMENT
    if state.phase is Phase.BLIND and not state.rows:
        raise ActionRefused("no row is typed yet: n if there are none")
    cells = [cell for row in standing.cells for cell in row]
    said = {cell: ClerkValue(standing.field(cell), standing.normal(cell).value) for cell in cells}
    kept = {cell: one for cell, one in said.items() if cell not in state.said and one.settled}
    return state.saying(kept).closing(table).seeing(table)


def _table_read(standing: DerivedState) -> ReviewState:
    """The model's rows in place of hers."""
    case, state = standing.case, standing.state
    cleared = state.without_rows(*state.rows)
    for row in case.rows:
        cleared = cleared.with_row(row, after=cleared.rows[-1] if cleared.rows else None)
    cells = [cell for row in case.rows for cell in case.cells(row)]
    table = case.table or DOCUMENT
    said = {cell: taken(standing, cell, case.read(cell)) for cell in cells}
    return cleared.saying(said).closing(table).seeing(table)


def _with_rows(standing: DerivedState, action: DraftAction) -> ReviewState:
    case, state, row = standing.case, standing.state, action.place.row
    if case.table is None:
        raise ActionRefused("this kind of document has no rows")
    if row is not None and row not in state.rows:
        raise ActionRefused("this row is gone")
    if action.do is ActionKind.REMOVE_ROW:
        return state.without_rows(*_given(row))
    return state.with_row(new_row(case, state), after=row)


def _given(row: int | None) -> Iterable[int]:
    if row is None:
        raise ActionRefused("stand on the row that goes")
    return (row,)


def new_row(case: ReviewContext, state: ReviewState) -> int:
    """Counts on from the last row of the prediction; blind, from those that she added."""
    known = state.rows if state.phase is Phase.BLIND else (*case.rows, *state.rows)
    return max(known, default=-1) + 1
