"""The line items as one value: proven by their sums, else by every score.

Proven by sums means that all of them pass and one at least adds up: one row that equals its total
is the total copied. Without rows it is proven where nothing is summed or a sum is nothing.
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
    if not cells:
        return "no rows were found" if sums and states != {State.PASSED} else ""
    if State.FAILED in states or all(cell.settled for cell in cells):
        return ""  # the failed check speaks for itself
    if State.NOT_APPLICABLE in states:
        return "the rows cannot be added up, a number is missing"
    if _added_up(sums):
        return ""
    unsure = sum(not (cell.absent or cell.sure(bound)) for cell in cells)
    return f"{unsure} of {len(cells)} cells are unsure" if unsure else ""


def _added_up(sums: Sequence[Outcome]) -> bool:
    return _none_open(sums) and any(outcome.proves for outcome in sums)


def _none_open(sums: Sequence[Outcome]) -> bool:
    return all(outcome.state is State.PASSED for outcome in sums)


def _how(cell: Looked, added_up: bool, sums: Sequence[Outcome], bound: float) -> str:
    if cell.settled:
        return "clerk"
    if cell.absent:
        return "absent"
    if added_up:
        return "check"
    return "probability" if _none_open(sums) and cell.sure(bound) else "unsupported"
