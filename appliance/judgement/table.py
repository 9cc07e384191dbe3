"""The line items as one value: proven by their sum, or without a sum check by every score.

A table without rows is proven too, unless its sum says that rows are missing.
"""

from __future__ import annotations

from collections.abc import Sequence

from appliance.domain.document import Blocker
from appliance.domain.fields import Decided
from appliance.judgement.checks import Outcome, State
from appliance.judgement.look import Looked, spoken


def decide_cells(
    cells: Sequence[Looked], sums: Sequence[Outcome], *, bound: float
) -> list[Decided]:
    """``sums`` are the outcomes of all checks that add up a column."""
    added_up = _added_up(sums)
    return [
        Decided(
            cell.field, cell.value, cell.score, _how(cell, added_up, sums, bound), cell.blockers
        )
        for cell in cells
    ]


def unproven(
    name: str, cells: Sequence[Looked], sums: Sequence[Outcome], *, bound: float
) -> Blocker | None:
    """Why the table named ``name`` is held as a whole; None when it is not."""
    reason = _reason(cells, sums, bound)
    return Blocker("table-unproven", f"{spoken(name)}: {reason}", name) if reason else None


def _reason(cells: Sequence[Looked], sums: Sequence[Outcome], bound: float) -> str:
    states = {outcome.state for outcome in sums}
    if State.FAILED in states:
        return "" if cells else "no rows were found"  # the failed check speaks for itself
    if not cells or State.PASSED in states:
        return ""
    if sums:
        return "the rows cannot be added up, a number is missing"
    unsure = sum(not (cell.absent or cell.sure(bound)) for cell in cells)
    return f"{unsure} of {len(cells)} cells are unsure" if unsure else ""


def _added_up(sums: Sequence[Outcome]) -> bool:
    states = {outcome.state for outcome in sums}
    return State.PASSED in states and State.FAILED not in states


def _how(cell: Looked, added_up: bool, sums: Sequence[Outcome], bound: float) -> str:
    if cell.absent:
        return "absent"
    if added_up:
        return "check"
    return "probability" if not sums and cell.sure(bound) else "unsupported"
