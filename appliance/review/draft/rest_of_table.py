"""The rows of a table from one on, which a clerk takes for right by one key. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.domain.blockers import BlockerCode
from appliance.judgement.checks import CheckOutcome, CheckState
from appliance.review.draft.derived import DerivedState
from appliance.review.draft.places import FieldRef, Phase
from appliance.review.draft.state import ClerkValue

_MERELY_UNSURE = {BlockerCode.UNSURE, BlockerCode.UNPROMISED}
"""Codes of cells that are held because nothing vouches for them: a look is all that they need."""


@dataclass(frozen=True, slots=True)
class RestOfTable:
    first: int
    """Number of its first row, from 1."""
    last: int
    values: Mapping[FieldRef, ClerkValue]
    """What becomes hers: cells with a value, or rightly without one, that she has not decided."""
    doubtful_rows: tuple[int, ...]
    """Numbers of the rows of which more is said than that the appliance is not sure."""
    failing_sums: tuple[str, ...]
    """What the checks say that add up the rows of the table, and fail."""


def rest_of_table(derived: DerivedState, row: int) -> RestOfTable:
    """Return what one key accepts from ``row`` on. What she keyed blind, and what cannot be read as
    a value, is left for her to decide one by one."""
    state, rows = derived.state, derived.state.rows
    at = rows.index(row)
    cells = [cell for those in derived.cells[at:] for cell in those]
    values = {
        cell: value
        for cell in cells
        if cell not in state.clerk_values and (value := _accepted(derived, cell))
    }
    failed = _failed(derived)
    doubtful = {number for one in failed for number, _ in one.failing} | {
        number
        for number, those in enumerate(derived.cells)
        if any(_is_doubtful(derived, cell) for cell in those)
    }
    return RestOfTable(
        at + 1,
        len(rows),
        values,
        tuple(number + 1 for number in sorted(doubtful) if number >= at),
        tuple(one.message for one in failed if one.sums_rows),
    )


def _accepted(derived: DerivedState, cell: FieldRef) -> ClerkValue | None:
    """None where she has to say more than that it is right."""
    if derived.phase_of(cell) is not Phase.REVIEW:
        return None
    field = derived.field(cell)
    is_hers = cell.row not in derived.context.rows
    if field.text is None and (is_hers or derived.context.spec(cell).required):
        return None
    value = ClerkValue(field, derived.normal(cell).value)
    return value if value.settled else None


def _is_doubtful(derived: DerivedState, cell: FieldRef) -> bool:
    codes = {blocker.code for blocker in derived.blockers.get(cell, ())}
    return cell in derived.needed and not codes <= _MERELY_UNSURE


def _failed(derived: DerivedState) -> list[CheckOutcome]:
    outcomes = derived.outcomes(derived.context.doctype.checks)
    return [one for one in outcomes if one.state is CheckState.FAILED]
