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
from appliance.promise.bar import Bar, least_certain


def decide_cells(
    name: str, cells: Sequence[Looked], sums: Sequence[Outcome], bar: Bar
) -> list[Decided]:
    """``name`` is the table's, ``sums`` the outcomes of all checks that add up a column."""
    return [
        Decided(
            cell.field,
            cell.value,
            _score(cell, sums),
            "clerk" if cell.settled else _how(name, cell, sums, bar),
            cell.blockers,
        )
        for cell in cells
    ]


def unproven(
    name: str, cells: Sequence[Looked], sums: Sequence[Outcome], bar: Bar
) -> Blocker | None:
    """Why the table named ``name`` is held as a whole; None when it is not."""
    reason = _reason(name, cells, sums, bar)
    return Blocker("table-unproven", f"{spoken(name)}: {reason}", name) if reason else None


def _reason(name: str, cells: Sequence[Looked], sums: Sequence[Outcome], bar: Bar) -> str:
    states = {outcome.state for outcome in sums}
    if not cells:
        return "no rows were found" if sums and states != {State.PASSED} else ""
    if State.FAILED in states or all(cell.settled for cell in cells):
        return ""  # the failed check speaks for itself
    if State.NOT_APPLICABLE in states:
        return "the rows cannot be added up, a number is missing"
    unsure = sum(_is_unsure(name, cell, sums, bar) for cell in cells)
    return f"{unsure} of {len(cells)} cells are unsure" if unsure else ""


def _added_up(sums: Sequence[Outcome]) -> bool:
    return _none_open(sums) and any(outcome.proves for outcome in sums)


def _none_open(sums: Sequence[Outcome]) -> bool:
    return all(outcome.state is State.PASSED for outcome in sums)


def _score(cell: Looked, sums: Sequence[Outcome]) -> float | None:
    """Of a table that adds up every cell is as sure as can be."""
    if cell.settled:
        return None
    if _added_up(sums) and not cell.absent:
        return 1.0
    return least_certain(cell.field, {})


def _is_unsure(name: str, cell: Looked, sums: Sequence[Outcome], bar: Bar) -> bool:
    return not (cell.settled or cell.absent or bar.reached(name, _score(cell, sums)))


def _how(name: str, cell: Looked, sums: Sequence[Outcome], bar: Bar) -> str:
    if cell.absent:
        return "absent"
    if not _none_open(sums) or _is_unsure(name, cell, sums, bar):
        return "unsupported"
    if not bar.promises(name):
        return "unpromised"
    return "check" if _added_up(sums) else "probability"
