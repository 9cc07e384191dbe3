"""A row of the page's table that is not among the rows of the draft, offered whole. Pure.

The rows that there are tell which table is meant and which of its columns says which field. Rows
that say much less than these, or what rows above add up to, are notes and sums and not offered;
a number of the header ends the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from appliance.domain.doctype import NUMBERS, FieldSpec, FieldType
from appliance.fields.types import normalise
from appliance.review.draft.actions import FilledCell
from appliance.review.draft.derived import DerivedState
from appliance.review.draft.laid_rows import LaidRows
from appliance.tables.table import Row

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
    header, rows = _header_words(derived), rows_of(derived, laid)
    for number in laid.missing:
        if number <= first:
            continue
        if not header.isdisjoint(_words_of(laid.table.rows[number])):
            return None  # the totals
        if rows[number]:
            return RowOffer(rows[number], laid.above(number))
    return None


def rows_of(derived: DerivedState, laid: LaidRows) -> list[tuple[FilledCell, ...]]:
    """What each row of the table says; nothing where it is none of the draft's kind, or a sum."""
    specs = derived.context.columns
    found = [
        tuple(
            derived.read_cell(laid.table, row, spec, laid.naming.get(spec.name)) for spec in specs
        )
        for row in laid.table.rows
    ]
    named = [at for at, spec in enumerate(specs) if spec.name in laid.naming]
    numbers = [at for at in named if specs[at].type in NUMBERS]
    sums = {
        number
        for at, spec in enumerate(specs)
        if spec.type is FieldType.AMOUNT
        for number in _sums([_number(derived, spec, row[at]) for row in found])
    }

    def is_row(number: int, cells: Sequence[FilledCell]) -> bool:
        filled = [sum(bool(cells[at].text) for at in some) for some in (named, numbers)]
        enough = filled[0] >= _LEAST * len(named) and filled[1] >= _LEAST * len(numbers)
        return enough and filled[0] > 0 and number not in sums

    return [cells if is_row(number, cells) else () for number, cells in enumerate(found)]


def _sums(values: Sequence[Decimal | None]) -> Iterator[int]:
    """Which of them are what all above add up to, two at least."""
    total, many = Decimal(0), 0
    for number, value in enumerate(values):
        if value is not None and many > 1 and value == total:
            yield number
        elif value is not None:
            total, many = total + value, many + 1


def _number(derived: DerivedState, spec: FieldSpec, cell: FilledCell) -> Decimal | None:
    value = normalise(cell.text, spec, derived.style).value if cell.text else None
    return Decimal(value) if value is not None else None


_Words = frozenset[tuple[int, int]]
"""By page and index."""


def _header_words(derived: DerivedState) -> _Words:
    """Of values that stand in one place alone."""
    places = derived.context.header
    found = [derived.field(place).spans for place in places]
    alone = [spans[0] for spans in found if len(spans) == 1]
    return frozenset((span.page, at) for span in alone for at in range(span.start, span.end))


def _words_of(row: Row) -> _Words:
    return frozenset((row.page, at) for cell in row.cells for line in cell for at in line)
