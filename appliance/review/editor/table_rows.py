"""Rows of a table: added, filled from the page, removed, walked through. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

from appliance.review.draft.actions import ActionKind, DraftAction
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import FieldRef
from appliance.review.editor.row_offer import RowOffer, missing_row
from appliance.review.editor.standing import Asked, Standing

_missing_row = lru_cache(maxsize=4)(missing_row)
"""A key asks several times for it: may Enter take it, where is it, how is it drawn?"""
NO_TABLE = "This kind of document has no rows."
NO_ROW = "Rows are changed in the table. {part} leads there."


@dataclass(frozen=True, slots=True)
class TableRows(Standing):
    @property
    def row_offer(self) -> RowOffer | None:
        """A row of the page that is missing: on a table to which she adds, and on a new row, where
        the next below the row above comes first."""
        rows, at, derived = self.draft.rows, self._row, self.draft.derived
        if self.commanding or self.typed or self.approving or self.columns or self.draft.draws:
            return None
        if self.on_table and self._grows:
            return _missing_row(derived)
        if at is None or self._column or not self.is_new(self.place):
            return None
        if any(entry.by_clerk for entry in rows[at]):
            return None
        above = rows[at - 1][0].place.row if at else None
        return _missing_row(derived, behind=above) or _missing_row(derived)

    def add_row(self, *, above: bool = False) -> Self:
        """Beside the row in hand; at the table's end when she stands on the table as a whole."""
        if self.place.row is None and not self.on_table:
            return self._tell(NO_ROW if self.draft.table else NO_TABLE)
        ids = [row[0].place.row for row in self.draft.rows]
        at = len(ids) if self._row is None else self._row + (not above)
        after = self._row_ref(ids[at - 1] if at else None)
        state = self._act(DraftAction(ActionKind.ADD_ROW, after))
        if state.draft is self.draft:
            return state
        before = {entry.place for row in self.draft.rows for entry in row}
        new = next(e.place for row in state.draft.rows for e in row if e.place not in before)
        return state.stand(new)

    def remove_row(self) -> Self:
        """Or all rows, from the table as a whole."""
        row, at = self.place.row, self._row
        if self.on_table and self.draft.rows:
            cleared = self._act(DraftAction(ActionKind.CLEAR_ROWS, self.place))
            if cleared.draft is self.draft:
                return cleared
            return cleared._tell("All rows are removed. {undo} brings them back.")
        if row is None or at is None:
            return self._tell(NO_ROW if self.draft.table else NO_TABLE)
        state = self._act(DraftAction(ActionKind.REMOVE_ROW, self._row_ref(row)))
        if state.draft is self.draft:
            return state
        rows = state.draft.rows
        if not rows and state.draft.table:
            return state.stand(state.draft.table.place)
        return state.stand(rows[min(at, len(rows) - 1)][0].place)

    def _fill_row(self) -> Self:
        """Takes the row that the page offers, to its place among the others."""
        offer = self.row_offer
        if offer is None:
            return self
        state = self if self.on_table else self._without_new_row()
        cells = tuple(cell for cell in offer.cells if cell.text)
        filled = state._act(
            DraftAction(ActionKind.FILL_ROW, self._row_ref(offer.after), cells=cells)
        )
        return filled._beyond_rows() if filled.draft is not state.draft else filled

    def _without_new_row(self) -> Self:
        """It gives way to the filled one: as if it had not been added, where that came last."""
        last = self.draft.last
        before = self.draft.undo() if last and last.do is ActionKind.ADD_ROW else None
        if before is not None and self.place.row not in before.derived.state.rows:
            return replace(self, draft=before)
        return self._act(DraftAction(ActionKind.REMOVE_ROW, self._row_ref(self.place.row)))

    def command(self) -> Self:
        """On a place without a value, letters become commands; a new row without a value goes."""
        row = self.draft.rows[self._row] if self._row is not None else ()
        if row and self.is_new(row[0].place) and not any(entry.by_clerk for entry in row):
            gone = self.remove_row()
            return gone.stand(gone.draft.table.place) if gone.draft.table else gone
        return replace(self, commanding=True, notice="")

    def _along_rows(self) -> Self:
        """To the next empty cell of her own rows behind the one in hand."""
        cells = [entry for row in self.draft.rows for entry in row]
        at = [entry.place for entry in cells].index(self.place)
        behind = (one for one in cells[at + 1 :] if self.is_new(one.place))
        empty = next((one.place for one in behind if not one.by_clerk), None)
        return self.stand(empty) if empty else self._beyond_rows()

    def _beyond_rows(self) -> Self:
        """To the table as a whole, where more may be added, or it is closed."""
        if table := self.draft.table:
            whole = self.stand(table.place)
            if table.needs or whole.row_offer:
                return whole
        return self._led_on(self.place)

    def _led_on(self, after: FieldRef | None) -> Self:
        """To what needs her next, to a table that nobody looked at, at last to the question whether
        to approve."""
        if needed := self.draft.next(after):
            return self.stand(needed)
        if unseen := self._unseen_table(self.draft):
            return replace(self.stand(unseen), led=self.draft)
        return replace(self, commanding=False, approving=True, notice="")

    def _unseen_table(self, draft: Draft) -> FieldRef | None:
        """Where nobody looked at it: a stop of its own, as its values are not told one by one."""
        table = draft.table
        return table.place if table and table in draft.unseen else None

    def _empty_cells(self) -> Self | None:
        """Asks once whether cells of her own rows stay empty."""
        cells = [entry for row in self.draft.rows for entry in row]
        empty = [one for one in cells if self.is_new(one.place) and not one.by_clerk]
        if not empty or self.is_asked():
            return None
        many = f"{len(empty)} cells are" if len(empty) > 1 else "One cell is"
        notice = f"{many} empty. {{accept}} again: the document does not say more."
        return replace(self, asked=Asked(self.draft), notice=notice)

    def _row_ref(self, row: int | None) -> FieldRef:
        """A row of the table; None stands above its first."""
        table = self.draft.table
        return FieldRef(table.place.fieldtype if table else "", row)
