"""What a clerk is shown of one place. Pure. Blind, nothing of the model's is in it.

Blockers in a clerk's words, as they stand under the field that they are about. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import Term
from appliance.fields.types import NormalForm
from appliance.judgement.assess import display_name, grounded, unsaid
from appliance.judgement.checks import CheckState, evaluate
from appliance.review.draft.choices import choices, counted
from appliance.review.draft.derived import DerivedState
from appliance.review.draft.places import DOCUMENT, FieldRef, FieldView, Phase


def shown(standing: DerivedState, place: FieldRef) -> FieldView:
    """Raises KeyError for a place that the document does not have."""
    state = standing.state
    entry = FieldView(
        place,
        standing.case.spec(place),
        seen=place in state.seen,
        needs=place in standing.needed,
        problems=problems(standing, place),
        choices=tuple(choice.text for choice in choices(standing, place)),
    )
    if place in (DOCUMENT, standing.case.table):
        return replace(entry, hers=place in state.closed)
    field, said = standing.field(place), state.said.get(place)
    model = said is None and state.phase is Phase.REVIEW
    return replace(
        entry,
        text=field.text,
        value=standing.normal(place).value,
        spans=field.spans,
        score=standing.decided[place].score if model else None,
        hers=said is not None,
        illegible=said is not None and said.illegible,
    )


_AS_TYPED = {BlockerCode.UNSURE, BlockerCode.NOT_ON_THE_PAGE, BlockerCode.MISSING_REQUIRED}
"""Codes that tell a clerk nothing about a text which she typed herself."""


def problems(standing: DerivedState, place: FieldRef) -> tuple[str, ...]:
    """Why she is asked; empty when nothing is open."""
    phase = standing.state.phase
    if place != DOCUMENT and phase is not Phase.REVIEW:
        said = standing.state.said.get(place)
        if said and not said.settled:
            return _unread(standing.normal(place))
        return _differing(standing, place) if place in standing.needed else ()
    found = standing.blockers.get(place, ())
    if place in standing.state.said:
        found = tuple(blocker for blocker in found if blocker.code not in _AS_TYPED)
    if any(blocker.code != BlockerCode.UNSURE for blocker in found):
        found = tuple(blocker for blocker in found if blocker.code != BlockerCode.UNSURE)
    return tuple(dict.fromkeys(display_message(standing, place, one) for one in found))


def display_message(standing: DerivedState, place: FieldRef, blocker: Blocker) -> str:
    """Without the field's name in front, which stands over it already."""
    judged = standing.decided.get(place)
    match blocker.code:
        case BlockerCode.NOT_ON_THE_PAGE if judged:
            if grounded(judged.field, standing.case.document):
                return "so short that it may be another: its label is not beside it"
            return "not found on the page"
        case BlockerCode.UNSURE if judged:
            known = judged.field.text is not None
            return (known and unsaid(judged.field, standing.case.spec(place))) or "not sure"
    name = display_name(blocker.fieldtype or "")
    message = blocker.message
    for front in (f"{name}: ", f"{name} ") if name else ():
        if message.startswith(front):
            return message.removeprefix(front)
    return message


def _unread(normal: NormalForm) -> tuple[str, ...]:
    return (normal.problem,) if normal.problem else ()


def _differing(standing: DerivedState, place: FieldRef) -> tuple[str, ...]:
    if standing.state.phase is Phase.BLIND:
        return ()
    if place == standing.case.table:
        typed, read = counted(standing.state.rows), counted(standing.case.rows)
        return (f"{typed} typed, {read} read by the appliance",)
    return ("the appliance read otherwise",)


def remarks(standing: DerivedState, place: FieldRef, text: str) -> tuple[str, ...]:
    """What would be said of ``text`` there: its normal form, or why it has none, and the checks
    that it would fail."""
    if place not in standing.places or place in (DOCUMENT, standing.case.table):
        return ()
    spec = standing.case.spec(place)
    if not text.strip() or not spec.type.verbatim:
        return ()
    normal = standing.read_as(place, text)
    said = [normal.problem] if normal.problem else []
    if normal.value is not None and normal.value != text.strip() and not normal.problem:
        said.append(f"= {normal.value}")
    return tuple([*said, *_failing(standing, place, normal.value)])


def _failing(standing: DerivedState, place: FieldRef, value: str | None) -> Iterable[str]:
    case = standing.case
    checks = [check for check in case.doctype.checks if _concerns(check.terms, place)]
    if not checks:
        return ()
    values = {at: one.value for at, one in standing.decided.items()} | {place: value}
    header = {at.fieldtype: found for at, found in values.items() if at.row is None}
    rows = [{cell.fieldtype: values[cell] for cell in row} for row in standing.cells]
    outcomes = evaluate(checks, header, rows)
    return [one.message for one in outcomes if one.state is CheckState.FAILED]


def _concerns(terms: Sequence[Term], place: FieldRef) -> bool:
    return any(t.name == place.fieldtype and t.column == (place.row is not None) for t in terms)
