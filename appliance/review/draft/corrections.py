"""A document as a clerk left it -> what she said of each answer of the model, and what is
delivered. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from appliance.domain.corrections import Correction, CorrectionKind
from appliance.domain.doctype import FieldSpec
from appliance.domain.prediction import Field, FieldJudgement, Judgement
from appliance.domain.sections import Section
from appliance.fields.comparison import equal
from appliance.review.draft.derived import DerivedState
from appliance.review.draft.places import FieldRef


def corrections(derived: DerivedState, *, asked: frozenset[FieldRef]) -> tuple[Correction, ...]:
    """The header, then the rows by their place in the table; ``asked`` needed her at first.

    Cells of which neither she nor the model said anything are left out.
    """
    context = derived.context
    header = (FieldRef(spec.name) for spec in context.doctype.fields)
    found = [_correction(derived, place, context.read(place), asked) for place in header]
    for at, cells in enumerate(derived.cells):
        found += _filled(
            _correction(derived, cell, derived.read(cell), asked, at) for cell in cells
        )
    for row in _gone(derived):
        keyed = "" if row == context.drawn else None
        found += _filled(_removed(context.read(cell), keyed) for cell in context.cells(row))
    return tuple(found)


def approved(
    derived: DerivedState, *, asked: frozenset[FieldRef], failing: tuple[str, ...], because: str
) -> Judgement:
    """What is delivered: it tells which values nobody looked at, and which checks fail and why
    she approved it all the same."""

    def looked(one: FieldJudgement) -> FieldJudgement:
        place = FieldRef(one.fieldtype, one.line_item_id)
        return replace(one, looked_at=_seen(derived, place, asked))

    judgement = derived.judgement
    fields = tuple(map(looked, judgement.fields))
    return replace(judgement, fields=fields, checks_failed=failing, because=because)


def _correction(
    derived: DerivedState, place: FieldRef, read: Field, asked: frozenset[FieldRef], at: int = 0
) -> Correction:
    state, field = derived.state, derived.field(place)
    answer, keyed = state.clerk_values.get(place), state.keyed.get(place)
    illegible = answer is not None and answer.illegible
    value = derived.normal(place).value
    spec = derived.context.spec(place)
    return Correction(
        place.fieldtype,
        _row(derived, place, at),
        before=read.text,
        after=field.text,
        kind=CorrectionKind.ILLEGIBLE
        if illegible
        else _kind(spec, read.text, derived.normal_of(place, read).value, field.text, value),
        seen=_seen(derived, place, asked),
        spans=field.spans,
        value=value,
        keyed=(keyed.field.text or "") if keyed else None,
        wraps=field.wraps,
    )


def _kind(
    spec: FieldSpec, before: str | None, value: str | None, after: str | None, now: str | None
) -> CorrectionKind:
    if before is None or after is None:
        if before is after:
            return CorrectionKind.CONFIRMED
        return CorrectionKind.ADDED if before is None else CorrectionKind.REMOVED
    same = equal(spec, before, value, after, now) or before == after
    return CorrectionKind.CONFIRMED if same else CorrectionKind.CHANGED


def _seen(derived: DerivedState, place: FieldRef, asked: frozenset[FieldRef]) -> bool:
    """She decided it, stood on it, or was asked about it; of a cell, its whole table does."""
    whole = {place} if place.row is None else {place, derived.context.table}
    return bool(whole & (derived.state.clerk_values.keys() | derived.state.seen | asked))


def _row(derived: DerivedState, place: FieldRef, at: int) -> int | None:
    """The model's row; rows that only she has count on from its last."""
    if place.row is None or Section.TABLE not in derived.context.blind:
        return place.row
    rows = derived.context.rows
    return rows[at] if at < len(rows) else max(rows, default=-1) + 1 + at - len(rows)


def _gone(derived: DerivedState) -> tuple[int, ...]:
    """The model's rows that she has not."""
    rows, state = derived.context.rows, derived.state
    if Section.TABLE in derived.context.blind:
        return rows[len(state.rows) :]
    return tuple(row for row in rows if row not in state.rows)


def _removed(read: Field, keyed: str | None) -> Correction:
    return Correction(
        read.fieldtype,
        read.line_item_id,
        before=read.text,
        after=None,
        kind=CorrectionKind.REMOVED,
        seen=True,
        keyed=keyed,
    )


def _filled(found: Iterator[Correction]) -> list[Correction]:
    nothing = CorrectionKind.CONFIRMED, None
    return [one for one in found if (one.kind, one.after) != nothing]
