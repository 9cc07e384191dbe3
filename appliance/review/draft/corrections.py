"""A document as a clerk left it -> what she said of each answer of the model. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.domain.corrections import Correction, CorrectionKind
from appliance.domain.doctype import FieldSpec
from appliance.domain.prediction import Field
from appliance.fields.comparison import equal
from appliance.review.draft.derived import DerivedState
from appliance.review.draft.places import FieldRef


def corrections(standing: DerivedState, *, asked: frozenset[FieldRef]) -> tuple[Correction, ...]:
    """The header, then the rows by their place in the table; ``asked`` needed her at first.

    Cells that neither she nor the model filled are left out.
    """
    case = standing.case
    header = (FieldRef(spec.name) for spec in case.doctype.fields)
    found = [_correction(standing, place, case.read(place), asked) for place in header]
    for at, cells in enumerate(standing.cells):
        found += _filled(
            _correction(standing, cell, standing.read(cell), asked, at) for cell in cells
        )
    for row in _gone(standing):
        found += _filled(_removed(case.read(cell)) for cell in case.cells(row))
    return tuple(found)


def _correction(
    standing: DerivedState, place: FieldRef, read: Field, asked: frozenset[FieldRef], at: int = 0
) -> Correction:
    state, field = standing.state, standing.field(place)
    said, keyed = state.said.get(place), state.keyed.get(place)
    illegible = said is not None and said.illegible
    value = standing.normal(place).value
    spec = standing.case.spec(place)
    return Correction(
        place.fieldtype,
        _row(standing, place, at),
        before=read.text,
        after=field.text,
        kind=CorrectionKind.ILLEGIBLE
        if illegible
        else _kind(spec, read.text, standing.read_as(place, read.text).value, field.text, value),
        seen=said is not None or _stood(standing, place, asked),
        spans=field.spans,
        value=value,
        keyed=keyed.field.text if keyed else None,
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


def _stood(standing: DerivedState, place: FieldRef, asked: frozenset[FieldRef]) -> bool:
    """She stood on it, or was asked about it; of a cell, its whole table does."""
    whole = {place} if place.row is None else {place, standing.case.table}
    return bool(whole & (standing.state.seen | asked))


def _row(standing: DerivedState, place: FieldRef, at: int) -> int | None:
    """The model's row; rows that only she has count on from its last."""
    if place.row is None or not standing.case.blind:
        return place.row
    rows = standing.case.rows
    return rows[at] if at < len(rows) else max(rows, default=-1) + 1 + at - len(rows)


def _gone(standing: DerivedState) -> tuple[int, ...]:
    """The model's rows that she has not."""
    rows, state = standing.case.rows, standing.state
    if standing.case.blind:
        return rows[len(state.rows) :]
    return tuple(row for row in rows if row not in state.rows)


def _removed(read: Field) -> Correction:
    return Correction(
        read.fieldtype, read.line_item_id, read.text, None, CorrectionKind.REMOVED, seen=True
    )


def _filled(found: Iterator[Correction]) -> list[Correction]:
    return [one for one in found if one.before is not None or one.after is not None]
