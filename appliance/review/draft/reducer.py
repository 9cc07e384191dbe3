"""What each action of a clerk makes of the state. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count

from appliance.domain.blockers import AMBIGUOUS
from appliance.domain.doctype import NUMBERS, FieldSpec, FieldType, display_name
from appliance.domain.document import Span
from appliance.domain.prediction import Field
from appliance.domain.sections import Section
from appliance.review.draft.actions import ActionKind, ArrangedRow, DraftAction, FilledCell
from appliance.review.draft.choices import as_clerk_value, choices, parse_input
from appliance.review.draft.context import ReviewContext
from appliance.review.draft.derived import DerivedState
from appliance.review.draft.places import DOCUMENT, ActionRefused, FieldRef, Phase, sentence
from appliance.review.draft.rest_of_table import rest_of_table
from appliance.review.draft.state import ClerkValue, ReviewState

_NOT_THERE = "{absent} if it is not on the document"
_DIGITS = 6
"""Fewer than so many has the number of rows of a table."""
_OF_ROWS = {
    ActionKind.ADD_ROW,
    ActionKind.FILL_ROW,
    ActionKind.REMOVE_ROW,
    ActionKind.CONFIRM_ROWS,
    ActionKind.CLEAR_ROWS,
    ActionKind.ARRANGE_ROWS,
}


def apply(derived: DerivedState, action: DraftAction) -> ReviewState:
    """Raises ActionRefused, and KeyError for a place that the document does not have."""
    if action.do is ActionKind.LOOK:
        return derived.state.with_seen(action.place)
    return shown_once_keyed(DerivedState(derived.context, _applied(derived, action)))


def shown_once_keyed(derived: DerivedState) -> ReviewState:
    """Where nothing is left to key blind, what was read is shown."""
    context, state = derived.context, derived.state
    if state.phase is not Phase.BLIND or derived.needed:
        return state
    keyed = {place: said for place, said in state.clerk_values.items() if context.is_blind(place)}
    shown = _with_all_rows(context, state.comparing(keyed))
    return _compared(DerivedState(context, shown))


def _with_all_rows(context: ReviewContext, state: ReviewState) -> ReviewState:
    """Where one was drawn, but for that one where she said that it is none: she stood on the table
    and saw no other."""
    if context.table is None or Section.ROW not in context.blind:
        return state
    rows = tuple(row for row in context.rows if row != context.drawn or row in state.rows)
    return replace(state, rows=rows, seen=state.seen - {context.table})


def _compared(derived: DerivedState) -> ReviewState:
    """Where she keyed what the model read, its writing stands: hers may lack capitals or dots."""
    state = derived.state
    agreed = {
        place: as_clerk_value(derived, place, derived.read(place))
        for place in state.keyed
        if derived.read(place).text is not None and not derived.differs(place)
    }
    settled = {place: answer for place, answer in agreed.items() if answer.settled}
    return replace(state, clerk_values={**state.clerk_values, **settled})


def _applied(derived: DerivedState, action: DraftAction) -> ReviewState:
    place, state = action.place, derived.state
    if action.do in _OF_ROWS:
        return _with_rows(derived, action)
    if place == DOCUMENT or place == derived.context.table:
        return _whole(derived, action)
    if place.row is not None and place.row not in state.rows:
        raise ActionRefused("This row was removed.")
    derived.context.spec(place)
    return state.with_values({place: _clerk_value(derived, action)}).with_seen(place)


def _clerk_value(derived: DerivedState, action: DraftAction) -> ClerkValue:
    place = action.place
    match action.do:
        case ActionKind.CONFIRM:
            return _confirmed(derived, place)
        case ActionKind.WRITE:
            return _written(derived, place, action.text, action.spans, action.wraps)
        case ActionKind.TAKE:
            return _choice_taken(derived, place, action)
        case _:
            nothing = Field(place.fieldtype, None, line_item_id=place.row)
            return ClerkValue(nothing, illegible=action.do is ActionKind.ILLEGIBLE)


def _written(
    derived: DerivedState,
    place: FieldRef,
    text: str,
    spans: tuple[Span, ...],
    wraps: tuple[Span, ...],
) -> ClerkValue:
    if not all(span.lies_in(derived.context.document) for span in (*spans, *wraps)):
        raise ActionRefused("The pages were read again. The words are not there any more.")
    return parse_input(derived, place, text, spans, wraps)


def _confirmed(derived: DerivedState, place: FieldRef) -> ClerkValue:
    state, phase, spec = derived.state, derived.phase_of(place), derived.context.spec(place)
    field, answer = derived.field(place), state.clerk_values.get(place)
    if field.text is None:
        if answer:
            return answer
        if phase is Phase.BLIND and not spec.type.verbatim and choices(derived, place):
            raise ActionRefused("Nothing is chosen yet. {first} takes the first.")
        if phase is Phase.BLIND:
            raise ActionRefused(f"Nothing is typed yet. Type it, or press {_NOT_THERE}.")
        if spec.required and phase is Phase.REVIEW:
            raise ActionRefused(f"This value is missing. Type it, or press {_NOT_THERE}.")
        return ClerkValue(field)
    value = derived.normal(place).value
    if value is None:
        raise ActionRefused(_unreadable(derived, place))
    return answer if answer and answer.settled else ClerkValue(field, value)


def _unreadable(derived: DerivedState, place: FieldRef) -> str:
    normal = derived.normal(place)
    problem = normal.problem or "cannot be read"
    offered = choices(derived, place)
    if normal.code in AMBIGUOUS and offered:
        keys = " or ".join(("{first}", "{second}")[: len(offered)])
        return f"{sentence(problem)} {keys} takes one."
    how_to = _how_to(derived.context.spec(place))
    return f"{sentence(problem)} {sentence(how_to)} {{absent}}: it is not on the document."


def _how_to(spec: FieldSpec) -> str:
    if spec.type is FieldType.DATE:
        return "type it as 2025-04-03"
    return "type it as 1234.56" if spec.type in NUMBERS else f"type the {display_name(spec.name)}"


def _choice_taken(derived: DerivedState, place: FieldRef, action: DraftAction) -> ClerkValue:
    """By what it says: when a draft is taken up again, the choices may stand in another order, say
    a day in other words, or be fewer."""
    offered, number = choices(derived, place), action.number
    if text := action.text:
        same = tuple(one for one in offered if text == one.text)
        offered = same or tuple(one for one in offered if one.value and text == one.value.value)
        number = min(number, len(offered))
        if not offered and _was_offered(derived, place, text):
            return parse_input(derived, place, text)
    if not 1 <= number <= len(offered):
        raise ActionRefused(f"There is no choice {action.number} here.")
    choice = offered[number - 1]
    return choice.value or parse_input(derived, place, choice.text, choice.spans)


def _was_offered(derived: DerivedState, place: FieldRef, text: str) -> bool:
    """By an earlier release, which offered more of the page and of what the model nearly read."""
    context = derived.context
    read, spec = context.read(place), context.spec(place)
    known = text in (read.text, *read.runners_up) or bool(context.lookup.places(text, spec))
    return derived.phase_of(place) is Phase.REVIEW and (known or text in spec.values)


def _whole(derived: DerivedState, action: DraftAction) -> ReviewState:
    """The document or its table."""
    state, place = derived.state, action.place
    if place == DOCUMENT:
        if action.do is not ActionKind.CONFIRM:
            raise ActionRefused("{accept}: all of it is right. {reject} refuses the document.")
        return state.with_closed(place).with_seen(place)
    if derived.draws:
        return _counted(state, action)
    match action.do:
        case ActionKind.CONFIRM:
            return _table_kept(derived)
        case ActionKind.TAKE if action.number in (1, 2) and choices(derived, place):
            return _table_kept(derived) if action.number == 1 else _table_read(derived)
        case ActionKind.ABSENT:
            return state.without_rows(*state.rows).with_closed(place).with_seen(place)
        case _:
            raise ActionRefused(
                "{accept}: the rows are right. {remove_row} removes all. {next} leads to a cell."
            )


def _counted(state: ReviewState, action: DraftAction) -> ReviewState:
    """How many rows the table has, as she says; of none nothing is keyed either."""
    if action.do is ActionKind.ABSENT:
        return replace(state.without_rows(*state.rows), counted=0).with_seen(action.place)
    text = action.text.strip()
    if action.do is ActionKind.CONFIRM and state.counted is not None:
        return state
    if not (text.isascii() and text.isdigit() and len(text) < _DIGITS):
        raise ActionRefused("Type how many rows the table has, 0 if it has none.")
    return replace(state, counted=int(text)).with_seen(action.place)


def _table_kept(derived: DerivedState) -> ReviewState:
    """As it is; a cell without a normal form stays open."""
    context, state = derived.context, derived.state
    table = context.table or DOCUMENT
    if derived.phase_of(table) is Phase.BLIND and not state.rows:
        raise ActionRefused("No row is typed yet. {absent}: the document has none.")
    cells = [cell for row in derived.cells for cell in row]
    values = {cell: ClerkValue(derived.field(cell), derived.normal(cell).value) for cell in cells}
    kept = {
        cell: one for cell, one in values.items() if cell not in state.clerk_values and one.settled
    }
    return state.with_values(kept).with_closed(table).with_seen(table)


def _table_read(derived: DerivedState) -> ReviewState:
    """The model's rows in place of hers."""
    context, state = derived.context, derived.state
    cleared = state.without_rows(*state.rows)
    for row in context.rows:
        cleared = cleared.with_row(row, after=cleared.rows[-1] if cleared.rows else None)
    cells = [cell for row in context.rows for cell in context.cells(row)]
    table = context.table or DOCUMENT
    values = {cell: as_clerk_value(derived, cell, context.read(cell)) for cell in cells}
    return cleared.with_values(values).with_closed(table).with_seen(table)


def _with_rows(derived: DerivedState, action: DraftAction) -> ReviewState:
    context, state, row = derived.context, derived.state, action.place.row
    if context.table is None:
        raise ActionRefused("This kind of document has no rows.")
    if row is not None and row not in state.rows:
        raise ActionRefused("This row was removed.")
    if derived.draws and action.do is not ActionKind.REMOVE_ROW:
        raise ActionRefused("Only this row is asked for. The others are shown when it is typed.")
    match action.do:
        case ActionKind.REMOVE_ROW:
            return state.without_rows(*_given(row))
        case ActionKind.CONFIRM_ROWS:
            return _rest_confirmed(derived, row)
        case ActionKind.CLEAR_ROWS:
            return state.without_rows(*state.rows)
        case ActionKind.ARRANGE_ROWS:
            return _arranged(derived, action.rows)
    new = new_row(context, state)
    with_row = state.with_row(new, after=row)
    if action.do is ActionKind.ADD_ROW:
        return with_row
    return _with_cells(context, with_row, {new: action.cells})


def _rest_confirmed(derived: DerivedState, row: int | None) -> ReviewState:
    if row is None:
        raise ActionRefused("Go to the row from which on all are right.")
    values = rest_of_table(derived, row).values
    state = derived.state.with_values(values)
    return replace(state, seen=state.seen | values.keys())


def _arranged(derived: DerivedState, rows: Sequence[ArrangedRow]) -> ReviewState:
    context, state = derived.context, derived.state
    if not {one.row for one in rows} <= {None, *state.rows}:
        raise ActionRefused("This row was removed.")
    new = count(new_row(context, state))
    cells = {next(new) if one.row is None else one.row: one.cells for one in rows}
    kept = state.without_rows(*(row for row in state.rows if row not in cells))
    return _with_cells(context, replace(kept, rows=tuple(cells)), cells)


def _with_cells(
    context: ReviewContext, state: ReviewState, rows: Mapping[int, Iterable[FilledCell]]
) -> ReviewState:
    there = DerivedState(context, state)
    cells = {FieldRef(cell.fieldtype, row): cell for row, found in rows.items() for cell in found}
    return state.with_values({place: _filled(there, place, cell) for place, cell in cells.items()})


def _filled(derived: DerivedState, place: FieldRef, cell: FilledCell) -> ClerkValue:
    derived.context.spec(place)
    if not cell.text:
        return ClerkValue(Field(place.fieldtype, None, line_item_id=place.row))
    return _written(derived, place, cell.text, cell.spans, cell.wraps)


def _given(row: int | None) -> Iterable[int]:
    if row is None:
        raise ActionRefused("Go to the row that you want to remove.")
    return (row,)


def new_row(context: ReviewContext, state: ReviewState) -> int:
    """Counts on from the last row of the prediction; blind, from those that she added."""
    blind = state.phase is Phase.BLIND and Section.TABLE in context.blind
    known = state.rows if blind else (*context.rows, *state.rows)
    return max(known, default=-1) + 1
