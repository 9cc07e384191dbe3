"""The columns of a table while a clerk says what they are, and the rows that come of it. Pure.

A column says one field, or several fields that are different parts of its cells. What is changed is
read anew for all rows; the other cells of the rows stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from appliance.domain.doctype import FieldSpec
from appliance.extraction.column_question import default_part
from appliance.review.draft.actions import ActionKind, ArrangedRow, DraftAction
from appliance.review.draft.derived import DerivedState
from appliance.review.draft.draft import Draft
from appliance.review.draft.laid_rows import LaidRows
from appliance.review.draft.places import ActionRefused, FieldRef
from appliance.review.editor.row_offer import rows_of
from appliance.tables.table import CellPart, ColumnPart, Table, cell_text

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Of the columns; those behind the last are reached by arrows alone."""
_SAMPLES = 6
"""Rows in which the parts of a cell have to differ."""


@dataclass(frozen=True, slots=True)
class ColumnsInHand:
    number: int
    """Of the table, among those of the pages."""
    at: int
    """The column in hand."""
    naming: tuple[tuple[str, ColumnPart], ...] = ()
    whole: bool = False
    """She takes all rows of the table, and no others."""

    def says(self, column: int) -> list[str]:
        """The fields that a column is named as."""
        return [name for name, where in self.naming if where.column == column]

    def to(self, column: int) -> ColumnsInHand:
        return replace(self, at=column)

    def named(self, name: str, part: CellPart) -> ColumnsInHand:
        """The column in hand says that field. Another that it said by the same part goes where
        that field stood: two columns were taken for each other."""
        naming, where = dict(self.naming), ColumnPart(self.at, part)
        before = naming.pop(name, None)
        for other in [one for one, said in naming.items() if said == where]:
            naming.pop(other)
            if before and before.column != self.at:
                naming[other] = ColumnPart(before.column, part)
        return replace(self, naming=(*naming.items(), (name, where)))

    def unnamed(self) -> ColumnsInHand:
        others = [one for one in self.naming if one[1].column != self.at]
        return replace(self, naming=tuple(others))


def begin(derived: DerivedState, place: FieldRef) -> ColumnsInHand | None:
    """On the table in which the rows stand, else on the likeliest; None when no page has one."""
    tables, laid = derived.context.tables, derived.laid
    if not tables:
        return None
    if laid is None:
        return ColumnsInHand(0, 0)
    here = laid.naming.get(place.fieldtype)
    number = next(at for at, table in enumerate(tables) if table is laid.table)
    return ColumnsInHand(number, here.column if here else 0, tuple(laid.naming.items()))


def table_in_hand(draft: Draft, columns: ColumnsInHand) -> Table:
    return draft.derived.context.tables[columns.number]


def takes_all(draft: Draft, columns: ColumnsInHand) -> bool:
    """All rows of the table and no others: where she says so, and where none stands on it yet."""
    laid = draft.derived.laid
    stands = laid is not None and laid.table is table_in_hand(draft, columns) and laid.rows
    return columns.whole or not stands


def further_part(draft: Draft, columns: ColumnsInHand, spec: FieldSpec) -> CellPart:
    """Of the column in hand: what is usual for the field, or the next other part where the field
    is named as this column already."""
    usual = default_part(spec.type)
    now = dict(columns.naming).get(spec.name)
    if now is None or now.column != columns.at:
        return usual
    parts = parts_of(draft, columns, spec)
    return parts[(parts.index(now.part) + 1) % len(parts)] if now.part in parts else usual


def parts_of(draft: Draft, columns: ColumnsInHand, spec: FieldSpec) -> list[CellPart]:
    """Of the column in hand those that say different things in the first rows, the usual one
    first."""
    table, derived, usual = table_in_hand(draft, columns), draft.derived, default_part(spec.type)
    found: dict[tuple[str, ...], CellPart] = {}
    for part in (usual, *CellPart):
        where = ColumnPart(columns.at, part)
        cells = (derived.read_cell(table, row, spec, where) for row in table.rows[:_SAMPLES])
        said = tuple(cell.text for cell in cells)
        if any(said):
            found.setdefault(said, part)
    return [*found.values()]


def samples(draft: Draft, columns: ColumnsInHand) -> list[tuple[str, str]]:
    """Of each column what heads it, and what its first row with something in it says."""
    table, document = table_in_hand(draft, columns), draft.document
    found = []
    for at, column in enumerate(table.columns):
        head = cell_text(document, table.page, [column.header])
        cells = (cell_text(document, row.page, row.cells[at]) for row in table.rows)
        found.append((head, next(filter(None, cells), "")))
    return found


@lru_cache(maxsize=4)
def arranged(draft: Draft, columns: ColumnsInHand) -> Draft:
    """As it is once she takes them; the same draft where that changes nothing."""
    rows = _rows(draft, columns)
    untouched = all(one.row is not None and not one.cells for one in rows)
    if not columns.naming or (untouched and len(rows) == len(draft.rows)):
        return draft
    table = draft.derived.context.table
    assert table
    try:
        return draft.act(DraftAction(ActionKind.ARRANGE_ROWS, table, rows=rows))
    except ActionRefused:
        return draft


def _rows(draft: Draft, columns: ColumnsInHand) -> tuple[ArrangedRow, ...]:
    table, derived = table_in_hand(draft, columns), draft.derived
    laid = derived.laid
    if laid is None or laid.table is not table:
        laid = LaidRows(table, {}, {}, {}, tuple(range(len(table.rows))))
    naming = dict(columns.naming)
    specs = derived.context.columns
    changed = [one for one in specs if naming.get(one.name) != laid.naming.get(one.name)]
    named = replace(laid, naming=naming)

    def again(row: int) -> ArrangedRow:
        words = laid.rows.get(row)
        read = changed if words else ()
        cells = (
            derived.read_cell(table, words, one, naming.get(one.name)) for one in read if words
        )
        return ArrangedRow(row, tuple(cells))

    rows = map(again, derived.state.rows)
    return tuple(_every_row(derived, named, rows) if takes_all(draft, columns) else rows)


def _every_row(
    derived: DerivedState, laid: LaidRows, rows: Iterable[ArrangedRow]
) -> Iterator[ArrangedRow]:
    """The table's own, from the top: those that stand on it and those that are missing."""
    standing: dict[int, list[ArrangedRow]] = {}
    for one in rows:
        if one.row is not None and one.row in laid.stands:
            standing.setdefault(laid.stands[one.row], []).append(one)
    missing = set(laid.missing)
    for number, cells in enumerate(rows_of(derived, laid)):
        yield from standing.get(number, ())
        if number in missing and cells:
            yield ArrangedRow(None, tuple(cell for cell in cells if cell.text))
