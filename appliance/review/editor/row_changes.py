"""Rows joined and divided, and the edges of a cell moved by a word. Pure.

Each is one action of the draft, whatever it changes, so that undo takes it back at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Self

from appliance.domain.doctype import FieldType, display_name
from appliance.domain.document import Document
from appliance.review.draft.actions import ActionKind, ArrangedRow, DraftAction, FilledCell
from appliance.review.draft.laid_rows import divided
from appliance.review.draft.places import FieldView
from appliance.review.editor.cell_edges import CellWords, Edge, cell_words, moved, without
from appliance.review.editor.table_rows import NO_ROW, NO_TABLE, TableRows
from appliance.tables.table import Row

FIRST_ROW = "There is no row above."
ONE_LINE = "This row has one line. There is nothing to divide."
NO_WORD = "There is no word to take or to give."
EMPTIED = "Now empty: {}. {{undo}} brings it back."


@dataclass(frozen=True, slots=True)
class RowChanges(TableRows):
    def join_row(self) -> Self:
        """The row in hand goes on from the row above: their texts are one, and of all else she has
        what stands above."""
        at = self._row
        if at is None:
            return self._tell(NO_ROW if self.draft.table else NO_TABLE)
        if at == 0:
            return self._tell(FIRST_ROW)
        above, below = self.draft.rows[at - 1], self.draft.rows[at]
        pairs = zip(above, below, strict=True)
        cells = tuple(_joined(*pair) for pair in pairs if _go_on(*pair))
        rows = self._rows_with({at - 1: [ArrangedRow(above[0].place.row, cells)], at: []})
        return self._arranged(rows, at - 1)

    def divide_row(self) -> Self:
        """Before the line that most of its cells begin anew on: that and all below is a new row."""
        at = self._row
        if at is None:
            return self._tell(NO_ROW if self.draft.table else NO_TABLE)
        parts = self._parts(at)
        if not parts:
            return self._tell(ONE_LINE)
        rows = self._rows_with({at: parts})
        return self._arranged(rows, at + 1)

    def _parts(self, at: int) -> Sequence[ArrangedRow]:
        row, laid = self.draft.rows[at][0].place.row, self.draft.derived.laid
        words = laid.rows.get(row) if laid and row is not None else None
        halves = divided(self.draft.document, words) if words else None
        if not halves:
            return ()
        upper, lower = map(self._cells_of, halves)
        filled = tuple(cell for cell in lower if cell.text)
        return (ArrangedRow(row, upper), ArrangedRow(None, filled)) if filled else ()

    def _cells_of(self, words: Row) -> tuple[FilledCell, ...]:
        """Of the fields that are a column of the table."""
        derived, laid = self.draft.derived, self.draft.derived.laid
        if laid is None:
            return ()
        named = (spec for spec in derived.context.columns if spec.name in laid.naming)
        return tuple(
            derived.read_cell(laid.table, words, spec, laid.naming[spec.name]) for spec in named
        )

    def move_edge(self, edge: Edge, by: int) -> Self:
        """Of the cell in hand. A word that it takes is another cell's of its row no more."""
        at, entry = self._row, self.entry
        if at is None or not entry.spec.type.verbatim:
            return self._tell(NO_ROW if self.draft.table else NO_TABLE)
        document, row = self.draft.document, self.draft.rows[at]
        before = cell_words(document, entry.lines)
        after = moved(document, before, edge, by) if before else None
        if before is None or after is None:
            return self._tell(NO_WORD)
        taken = set(after.words) - set(before.words)
        others = (one for one in row if one.place != entry.place)
        given = [_without(document, one, after.page, taken) for one in others]
        cells = (_filled(document, entry, after), *filter(None, given))
        rows = self._rows_with({at: [ArrangedRow(entry.place.row, cells)]})
        state = self._arranged(rows, at)
        emptied = [display_name(cell.fieldtype) for cell in given if cell and not cell.text]
        if not emptied or state.draft is self.draft:
            return state
        return state._tell(EMPTIED.format(", ".join(emptied)))

    def _rows_with(self, changed: Mapping[int, Sequence[ArrangedRow]]) -> Iterator[ArrangedRow]:
        for at, row in enumerate(self.draft.rows):
            yield from changed.get(at, (ArrangedRow(row[0].place.row),))

    def _arranged(self, rows: Iterable[ArrangedRow], at: int) -> Self:
        """She stands in the row ``at`` afterwards, in the same column."""
        column = self._column
        action = DraftAction(ActionKind.ARRANGE_ROWS, self.place, rows=tuple(rows))
        state = self._act(action)
        if state.draft is self.draft:
            return state
        return state.stand(state.draft.rows[at][column].place)


def _go_on(above: FieldView, below: FieldView) -> bool:
    """The row of both says more than the upper one."""
    return bool(below.text) and (above.text is None or above.spec.type is FieldType.TEXT)


def _joined(above: FieldView, below: FieldView) -> FilledCell:
    """What the row of both says."""
    name = above.place.fieldtype
    if above.text is None:
        return FilledCell(name, below.as_typed, below.spans, below.wraps)
    lines = (*above.lines, *below.lines) if above.lines and below.lines else ()
    return FilledCell(name, f"{above.text} {below.text}", lines[:1], lines[1:])


def _without(document: Document, entry: FieldView, page: int, taken: Set[int]) -> FilledCell | None:
    """A cell of the row that has some of the words; None of the others."""
    if len(entry.spans) != 1 or not entry.spec.type.verbatim:
        return None
    cell = cell_words(document, entry.lines)
    if cell is None or cell.page != page or not taken & set(cell.words):
        return None
    left = without(document, cell, taken)
    return _filled(document, entry, left) if left else FilledCell(entry.place.fieldtype, "", ())


def _filled(document: Document, entry: FieldView, cell: CellWords) -> FilledCell:
    spans = cell.spans
    return FilledCell(entry.place.fieldtype, cell.text(document), spans[:1], spans[1:])
