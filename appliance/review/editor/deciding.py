"""What a clerk decides of a field or a document, and where that leads her. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

from appliance.domain.document import Span
from appliance.review.draft.actions import ActionKind, DraftAction
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import DOCUMENT, FieldRef, Phase
from appliance.review.draft.rest_of_table import RestOfTable, rest_of_table
from appliance.review.editor.column_naming import ColumnNaming
from appliance.review.editor.standing import Asked, spoken
from appliance.review.editor.table_rows import NO_ROW, NO_TABLE

ROWS_HERE = "The table has rows. {accept}: they are right. {remove_row} removes them all."
MOST_ROWS = 6
"""Numbers of doubtful rows that are told at most."""
FAILING = "A check fails. {approve_anyway} approves the document all the same, and asks why."


@dataclass(frozen=True, slots=True)
class Deciding(ColumnNaming):
    def accept(self) -> Self:
        """As it stands; then the next that needs her.

        On the table and on a new row it takes the row that the page offers; a new cell may stay
        empty until the table is closed."""
        if self.row_offer:
            return self._fill_row()
        if self.place.row is not None and self.vacant and self.is_new(self.place):
            return self._onward(self.draft)
        if self.on_table and not self.counting and (question := self._empty_cells()):
            return question
        return self.decide(ActionKind.CONFIRM)

    def accept_rest(self) -> Self:
        """The rows from the one in hand on, from the title of the table all of them, as one step.
        What is doubtful about them she is told before, and asked once. It approves nothing."""
        rows = [row[0].place.row for row in self.draft.rows if row]
        row = rows[0] if self.on_table and rows else self.place.row
        if row is None or self.draft.table is None:
            return self._tell(NO_ROW if self.draft.table else NO_TABLE)
        rest = rest_of_table(self.draft.derived, row)
        many = f"Rows {rest.first} to {rest.last}" if rest.last > rest.first else f"Row {rest.last}"
        question = f"{many}?"
        if not rest.values:
            return self._tell(f"{many}: nothing is left to accept at once.")
        doubts = _doubts(rest)
        if doubts and not self.is_asked(question):
            asked = replace(self, asked=Asked(self.draft, question))
            return asked._tell(f"{doubts} {{accept_rest}} again accepts {_lower(many)}.")
        state = self._act(DraftAction(ActionKind.CONFIRM_ROWS, self._row_ref(row)))
        if state.draft is self.draft:
            return state
        are = "are" if rest.last > rest.first else "is"
        cells = (cell for those in state.draft.rows for cell in those)
        left = next((cell.place for cell in cells if cell.needs), None)
        led = state.stand(left) if left else state._led_on(self.place)
        return led._tell(f"{many} {are} accepted. {{undo}} takes it back.")

    def absent(self) -> Self:
        """It is not on the document; of a table to which she adds rows, that no more follow."""
        if self.on_table and self.draft.rows and not self.counting:
            if not self.vacant:
                return self._tell(ROWS_HERE)
            return self._empty_cells() or self.decide(ActionKind.CONFIRM)
        return self.decide(ActionKind.ABSENT)

    def take(self, number: int) -> Self:
        """The choice of that number, from 1."""
        text = "".join(self.entry.choices[number - 1 : number])
        return self.decide(ActionKind.TAKE, text=text, number=number)

    def approve(self, because: str = "") -> Self:
        """``because`` says why it is right although a check fails. What was told to her as not
        looked at counts as looked at, and the document as a whole: undo takes this answer back
        before what she decided last. Where more is left than was named, she is asked about that."""
        if self.draft.failing and not because:
            return self._tell(FAILING)
        draft = self.draft.act(DraftAction(ActionKind.LOOK, DOCUMENT))
        for entry in draft.unseen[: self.told]:
            draft = draft.look(entry.place)
        return replace(self, draft=draft, because=because, done=not draft.unseen, notice="")

    def taken_up(self, draft: Draft) -> Self:
        """A document as it comes to hand: at the first field that needs her, else where she decided
        last and at the question whether to approve."""
        needed, unseen = draft.next(None), self._unseen_table(draft)
        first = needed or unseen
        led = draft if unseen and not needed else None
        state = replace(self, draft=draft, asked=None, led=led)
        state = state.stand(first or draft.entries[0].place)
        if first is not None:
            return state
        last = draft.last.place if draft.last else None
        place = last if last in state.places else state.place
        return replace(state, draft=draft, place=place, approving=True)

    def undo(self) -> Self | None:
        """None when there is nothing to undo in this document."""
        draft = self.draft.undo()
        if draft is None:
            return None
        undone = self.taken_up(draft)
        last = self.draft.last
        places = (last.place, *_cells_again(last, draft)) if last else ()
        there = next((place for place in places if place in undone.places), None)
        undone = undone.stand(there) if there else undone
        return undone._tell(f"Undone: {spoken(draft, undone.place)} is as it was.")

    # What the commands are made of

    def decide(
        self,
        kind: ActionKind,
        *,
        text: str = "",
        spans: tuple[Span, ...] = (),
        wraps: tuple[Span, ...] = (),
        number: int = 0,
        stay: bool = False,
    ) -> Self:
        """Acts on the draft where she stands, and goes on to what needs her next; what was the last
        approves the document. ``stay``: only to the next field. What may be read in two ways keeps
        her there."""
        action = DraftAction(kind, self.place, text, spans, number, wraps=wraps)
        state = self._act(action)
        if state.draft is self.draft and state.notice:
            return state
        state = replace(state, typed=None, picked=None)
        if stay:
            return state.step(1)
        return state if state.entry.unclear else state._onward(self.draft)

    def _onward(self, before: Draft) -> Self:
        """``before``: the draft as it was before she decided."""
        if self.place.row is not None and self.is_new(self.place):
            return self._along_rows()
        compared = before.phase is Phase.BLIND and self.draft.phase is Phase.COMPARE
        led = self._led_on(None if compared else self.place)
        # Where she came back by herself to change something, she may not be at the end with it.
        was_open = before.next(None) is not None or self._is_led(before)
        was_last = led.approving and was_open
        return replace(led, done=True) if was_last and not self.draft.asks_before_approval else led

    def _is_led(self, before: Draft) -> bool:
        """To the table, and she decided nothing between."""
        return self.on_table and self.led is not None and self.led.last is before.last


def _doubts(rest: RestOfTable) -> str:
    """What is doubtful about the rows, for one line; empty where nothing is."""
    told = list(rest.failing_sums)
    if rest.doubtful_rows:
        numbers = ", ".join(map(str, rest.doubtful_rows[:MOST_ROWS]))
        more = " …" if len(rest.doubtful_rows) > MOST_ROWS else ""
        rows = "Row" if len(rest.doubtful_rows) == 1 else "Rows"
        told.append(f"{rows} {numbers}{more} in doubt.")
    return " ".join(told)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _cells_again(last: DraftAction, draft: Draft) -> Iterator[FieldRef]:
    """What of the table is in hand when ``last`` is undone: a row that is there or open again, or
    the table as a whole."""
    if last.do in (ActionKind.REMOVE_ROW, ActionKind.CONFIRM_ROWS):
        cells = (entry.place for row in draft.rows for entry in row)
        yield from (cell for cell in cells if cell.row == last.place.row)
    if draft.table:
        yield draft.table.place
