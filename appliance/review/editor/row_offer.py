"""A row of the page's table that is not among the rows of the draft, offered whole. Pure.

The rows that there are tell which table is meant and which of its columns says which field. Rows
that say much less than these, or a number of the header, are sums and notes and not offered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.domain.doctype import NUMBERS
from appliance.domain.document import Span
from appliance.review.draft.actions import FilledCell
from appliance.review.draft.derived import DerivedState
from appliance.review.draft.laid_rows import LaidRows

_LEAST = 0.6
"""Share of the named columns that a row fills, and of those with numbers."""


@dataclass(frozen=True, slots=True)
class RowOffer:
    cells: tuple[FilledCell, ...]
    """One a column of the draft's table; without a text where nothing stands."""
    after: int | None
    """The row of the draft below which it belongs; None above the first."""


def missing_row(derived: DerivedState, *, behind: int | None = None) -> RowOffer | None:
    """The first that is missing, or the first that is missing below the row ``behind``."""
    laid = derived.laid
    if laid is None:
        return None
    first = laid.stands.get(behind, -1) if behind is not None else -1
    header = _header_words(derived)
    for number in laid.missing:
        if number > first and (cells := row_cells(derived, laid, number, header)):
            return RowOffer(cells, laid.above(number))
    return None


_Words = frozenset[tuple[int, int]]
"""By page and index."""


def row_cells(
    derived: DerivedState, laid: LaidRows, number: int, header: _Words = frozenset()
) -> tuple[FilledCell, ...]:
    """What a row of the table says; empty where it is none of the draft's kind."""
    row, specs = laid.table.rows[number], derived.context.columns
    cells = tuple(
        derived.read_cell(laid.table, row, spec, laid.naming.get(spec.name)) for spec in specs
    )
    named = [
        (spec, cell) for spec, cell in zip(specs, cells, strict=True) if spec.name in laid.naming
    ]
    numbers = [bool(cell.text) for spec, cell in named if spec.type in NUMBERS]
    enough = sum(bool(cell.text) for _, cell in named) >= _LEAST * len(named)
    if not enough or sum(numbers) < _LEAST * len(numbers):
        return ()
    return cells if header.isdisjoint(_words(span for cell in cells for span in cell.spans)) else ()


def _header_words(derived: DerivedState) -> _Words:
    """Of values that she has settled and that stand in one place alone."""
    state = derived.state
    answers = [state.clerk_values.get(place) for place in derived.context.header]
    found = [one.field.spans for one in answers if one and one.settled]
    return _words(spans[0] for spans in found if len(spans) == 1)


def _words(spans: Iterable[Span]) -> _Words:
    return frozenset((span.page, at) for span in spans for at in range(span.start, span.end))
