"""What a clerk is shown of one place: its value, why it needs her, what she may choose. Pure.

Blind, nothing of the model's is in it. Blockers stand under their field, in a clerk's words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import Term
from appliance.domain.prediction import Basis
from appliance.fields.types import NormalForm
from appliance.judgement.assess import grounded, unsaid, without_name
from appliance.judgement.checks import CheckState, check_outcomes
from appliance.review.draft.choices import choices, counted
from appliance.review.draft.derived import DerivedState
from appliance.review.draft.places import DOCUMENT, FieldRef, FieldView, Phase


def view_model(derived: DerivedState, place: FieldRef) -> FieldView:
    """Raises KeyError for a place that the document does not have."""
    state = derived.state
    entry = FieldView(
        place,
        derived.context.spec(place),
        seen=place in state.seen,
        needs=place in derived.needed,
        problems=problems(derived, place),
        choices=tuple(choice.text for choice in choices(derived, place)),
    )
    if place in (DOCUMENT, derived.context.table):
        return replace(entry, by_clerk=place in state.closed)
    field, answer = derived.field(place), state.clerk_values.get(place)
    model = answer is None and state.phase is Phase.REVIEW
    return replace(
        entry,
        text=field.text,
        value=derived.normal(place).value,
        spans=field.spans,
        score=derived.decided[place].score if model else None,
        by_clerk=answer is not None,
        illegible=answer is not None and answer.illegible,
    )


_AS_TYPED = {BlockerCode.UNSURE, BlockerCode.NOT_ON_THE_PAGE, BlockerCode.MISSING_REQUIRED}
"""Codes that tell a clerk nothing about a text which she typed herself."""


def problems(derived: DerivedState, place: FieldRef) -> tuple[str, ...]:
    """Why she is asked; empty when nothing is open."""
    phase = derived.state.phase
    if place != DOCUMENT and phase is not Phase.REVIEW:
        answer = derived.state.clerk_values.get(place)
        if answer and not answer.settled:
            return _unread(derived.normal(place))
        return _differing(derived, place) if place in derived.needed else ()
    found = derived.blockers.get(place, ())
    if place in derived.state.clerk_values:
        found = tuple(blocker for blocker in found if blocker.code not in _AS_TYPED)
    if any(blocker.code != BlockerCode.UNSURE for blocker in found):
        found = tuple(blocker for blocker in found if blocker.code != BlockerCode.UNSURE)
    return tuple(dict.fromkeys(display_message(derived, place, one) for one in found))


def display_message(derived: DerivedState, place: FieldRef, blocker: Blocker) -> str:
    """Without the field's name in front, which stands over it already."""
    judged = derived.decided.get(place)
    match blocker.code:
        case BlockerCode.NOT_ON_THE_PAGE if judged:
            if grounded(judged.field, derived.context.document):
                return "so short that it may be another: its label is not beside it"
            return "not found on the page"
        case BlockerCode.UNSURE if judged:
            known = judged.field.text is not None
            return (known and unsaid(judged.field, derived.context.spec(place))) or "not sure"
    return without_name(blocker)


def _unread(normal: NormalForm) -> tuple[str, ...]:
    return (normal.problem,) if normal.problem else ()


def _differing(derived: DerivedState, place: FieldRef) -> tuple[str, ...]:
    if derived.state.phase is Phase.BLIND:
        return ()
    if place == derived.context.table:
        typed, read = counted(derived.state.rows), counted(derived.context.rows)
        return (f"{typed} typed, {read} read by the appliance",)
    return ("the appliance read otherwise",)


def remarks(derived: DerivedState, place: FieldRef, text: str) -> tuple[str, ...]:
    """What would be said of ``text`` there: its normal form, or why it has none, and the checks
    that it would fail."""
    if place not in derived.places or place in (DOCUMENT, derived.context.table):
        return ()
    spec = derived.context.spec(place)
    if not text.strip() or not spec.type.verbatim:
        return ()
    normal = derived.read_as(place, text)
    found = [normal.problem] if normal.problem else []
    if normal.value is not None and normal.value != text.strip() and not normal.problem:
        found.append(f"= {normal.value}")
    return tuple([*found, *_failing(derived, place, normal.value)])


def _failing(derived: DerivedState, place: FieldRef, value: str | None) -> Iterable[str]:
    context = derived.context
    checks = [check for check in context.doctype.checks if _concerns(check.terms, place)]
    if not checks:
        return ()
    values = {at: one.value for at, one in derived.decided.items()} | {place: value}
    header = {at.fieldtype: found for at, found in values.items() if at.row is None}
    rows = [{cell.fieldtype: values[cell] for cell in row} for row in derived.cells]
    outcomes = check_outcomes(checks, header, rows)
    return [one.message for one in outcomes if one.state is CheckState.FAILED]


def _concerns(terms: Sequence[Term], place: FieldRef) -> bool:
    return any(t.name == place.fieldtype and t.column == (place.row is not None) for t in terms)


def failing(derived: DerivedState) -> tuple[str, ...]:
    """What the checks say that fail. A table without rows fails no sum."""
    values = {at: one.value for at, one in derived.decided.items()}
    header = {at.fieldtype: found for at, found in values.items() if at.row is None}
    rows = [{cell.fieldtype: values[cell] for cell in row} for row in derived.cells]
    outcomes = check_outcomes(derived.context.doctype.checks, header, rows)
    failed = (one for one in outcomes if one.state is CheckState.FAILED)
    return tuple(one.message for one in failed if rows or not one.sums_rows)


_CARRIED = {Basis.CHECK, Basis.PROBABILITY, Basis.CLERK}
"""Why a value is right; of any other nothing is promised."""


def unseen(derived: DerivedState) -> tuple[FieldRef, ...]:
    """Places with a value that neither a promise carries nor the clerk has looked at."""
    state, table = derived.state, derived.context.table
    if state.phase is not Phase.REVIEW:
        return ()
    header = [place for place in derived.context.header if _is_unseen(derived, place)]
    cells = [cell for row in derived.cells for cell in row]
    looked = table is None or table in state.seen | state.closed
    if table and not looked and any(_is_unseen(derived, cell) for cell in cells):
        return (*header, table)
    return tuple(header)


def _is_unseen(derived: DerivedState, place: FieldRef) -> bool:
    if place in derived.state.seen or place in derived.state.clerk_values:
        return False
    judged = derived.decided[place]
    return judged.field.text is not None and judged.how not in _CARRIED
