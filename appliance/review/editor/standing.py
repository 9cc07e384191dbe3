"""Where a clerk stands in a document, what a key means there, and how she moves. Pure.

Every change gives a new state. What the draft refuses becomes a line for her to read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import Self

from appliance.domain.doctype import FieldType, display_name
from appliance.review.draft.actions import ActionKind, DraftAction
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import (
    DOCUMENT,
    ActionRefused,
    FieldRef,
    FieldView,
    Phase,
    sentence,
)
from appliance.review.editor.columns_in_hand import ColumnsInHand
from appliance.review.editor.text_input import TextInput
from appliance.review.editor.word_selection import WordSelection


class Mode(StrEnum):
    """What a key means: the first seven are the editor's, the others those of the other screens."""

    FIELD = "FIELD"
    ROWS = "ROWS"
    EMPTY = "EMPTY"
    """On a field, cell or table without a value: printable keys begin its text."""
    APPROVE = "APPROVE"
    """Behind the last field: she is told what is left to say, and one more key approves it."""
    TYPING = "TYPING"
    WORDS = "WORDS"
    COLUMNS = "COLUMNS"
    """Of a table of the page: a letter leads to a column, a figure says which field it is."""
    QUEUE = "QUEUE"
    SENDERS = "SENDERS"
    SENDER = "SENDER"
    MERGE = "MERGE"
    """Among the other senders, for the one that a sender really is."""
    SEARCH = "SEARCH"
    CHOICE = "CHOICE"
    NAME = "NAME"
    HELP = "HELP"
    REST = "REST"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether she means it: one answer holds while nothing is changed."""

    draft: Draft
    text: str = ""
    """That is to be saved; empty: cells of the table are to stay empty."""


@dataclass(frozen=True, slots=True)
class Standing:
    draft: Draft
    place: FieldRef
    typed: TextInput | None = None
    picked: WordSelection | None = None
    columns: ColumnsInHand | None = None
    """That she says what they are."""
    notice: str = ""
    """A line for her about the last command; keys by their command's id in braces."""
    commanding: bool = False
    """On a place without a value letters are commands: until she moves."""
    approving: bool = False
    """She is behind the last field and asked whether to approve the document."""
    asked: Asked | None = None
    """The question that the next Enter answers with yes."""
    led: Draft | None = None
    """As it was when she was led to a table that nobody had looked at."""
    done: bool = False
    """The document is approved."""
    came: DraftAction | None = None
    """What was decided last when the document came to hand: undo goes before it only when there is
    no document that she did before."""
    because: str = ""
    """Why it is right although a check fails."""
    page: int = 0
    """The one in sight, from 0."""
    told: int | None = None
    """Of what nobody looked at, how much the question whether to approve names; None for all."""
    pictures: bool = False
    """This station can show pages as pictures."""

    @property
    def mode(self) -> Mode:
        if self.columns:
            return Mode.COLUMNS
        if self.typed:
            return Mode.TYPING
        if self.picked:
            return Mode.WORDS
        if self.approving:
            return Mode.APPROVE
        if self.vacant and not self.commanding:
            return Mode.EMPTY
        return Mode.FIELD if self.place.row is None else Mode.ROWS

    @property
    def entry(self) -> FieldView:
        return self.draft.entry(self.place)

    @property
    def places(self) -> tuple[FieldRef, ...]:
        """Every stop of Tab: the header's, the table as a whole, its cells row by row."""
        cells = (entry.place for row in self.draft.rows for entry in row)
        table = (self.draft.table.place,) if self.draft.table else ()
        return (*(entry.place for entry in self.draft.entries), *table, *cells)

    @property
    def on_table(self) -> bool:
        """She stands on the table as a whole."""
        table = self.draft.table
        return table is not None and self.place == table.place

    @property
    def counting(self) -> bool:
        """She is asked how many rows the table has."""
        return self.on_table and self.draft.draws

    @property
    def typable(self) -> bool:
        """She stands on a field or a cell, or is asked for a number of rows."""
        return self.place != DOCUMENT and (not self.on_table or self.counting)

    @property
    def vacant(self) -> bool:
        """What she types here is a new value, or the next row."""
        if self.on_table and not self.counting:
            return not self.draft.rows or self._grows
        return self.typable and self.entry.text is None

    @property
    def digits_choose(self) -> bool:
        """Also where typing begins a value: no listed value begins with a digit, and where both
        readings differ she decides."""
        listed = self.typable and not self.entry.spec.type.verbatim
        return bool(self.entry.choices) and (
            listed or self.draft.phase_of(self.place) is Phase.COMPARE
        )

    @property
    def _grows(self) -> bool:
        """The last row is her own, or she took one of the page: more are added until she closes the
        table."""
        table, rows, last = self.draft.table, self.draft.rows, self.draft.last
        if not rows or table is None or table.by_clerk:
            return False
        filled = last is not None and last.do is ActionKind.FILL_ROW
        return filled or self.is_new(rows[-1][0].place)

    # Moving

    def is_new(self, place: FieldRef) -> bool:
        """A cell of a row that the model did not read, or does not show."""
        blind = self.draft.phase_of(place) is Phase.BLIND and not self.draft.draws
        return place.row is not None and (blind or place.row not in self.draft.derived.context.rows)

    def stand(self, place: FieldRef) -> Self:
        return replace(
            self,
            draft=self.draft.look(place),
            place=place,
            typed=None,
            picked=None,
            columns=None,
            notice="",
            commanding=False,
            approving=False,
        )

    def step(self, by: int) -> Self:
        places = self.places
        return self.stand(places[(places.index(self.place) + by) % len(places)])

    def climb(self, by: int) -> Self:
        """Up or down, in a ring; in the table by rows."""
        at = self._row
        if at is None:
            return self.step(by)
        if at + by < 0 and self.draft.table:
            return self.stand(self.draft.table.place)
        if at + by == len(self.draft.rows):
            return self.stand(self.draft.entries[0].place)
        return self.stand(self.draft.rows[at + by][self._column].place)

    def jump(self, by: int) -> Self:
        """To the beginning of the header, to the table, to the totals, and round."""
        entries, table = self.draft.entries, self.draft.table
        amounts = (one.place for one in entries if one.spec.type is FieldType.AMOUNT)
        parts = [entries[0].place, *([table.place] if table else []), *islice(amounts, 1)]
        parts = list(dict.fromkeys(parts))
        return self.stand(parts[(self._part(parts) + by) % len(parts)])

    def _part(self, parts: Sequence[FieldRef]) -> int:
        """In which of them she stands."""
        if self.on_table or self.place.row is not None:
            return 1
        order = [entry.place for entry in self.draft.entries]
        behind = order.index(parts[-1]) if parts[-1] in order else len(order)
        return len(parts) - 1 if 0 < behind <= order.index(self.place) else 0

    def back(self) -> Self:
        """From the question whether to approve, to the last field."""
        return self.stand(self.place)

    def to_unseen(self) -> Self:
        """From there, to the first value that nobody looked at, else to the first field."""
        unseen = (*self.draft.unseen, *self.draft.entries)
        return self.stand(unseen[0].place)

    def side(self, by: int) -> Self:
        """Left or right within the row."""
        at = self._row
        if at is None:
            return self
        row = self.draft.rows[at]
        return self.stand(row[min(max(self._column + by, 0), len(row) - 1)].place)

    def is_asked(self, text: str = "") -> bool:
        """She was asked that, and nothing was changed since."""
        return self.asked is not None and self.asked.draft is self.draft and self.asked.text == text

    @property
    def _row(self) -> int | None:
        for at, row in enumerate(self.draft.rows):
            if row and row[0].place.row == self.place.row:
                return at
        return None

    @property
    def _column(self) -> int:
        row = self.draft.rows[self._row or 0]
        return [entry.place for entry in row].index(self.place)

    # Deciding

    def _tell(self, notice: str) -> Self:
        return replace(self, notice=notice)

    def _act(self, action: DraftAction) -> Self:
        try:
            return replace(self, draft=self.draft.act(action), notice="")
        except ActionRefused as refused:
            return self._tell(sentence(str(refused)))


def spoken(draft: Draft, place: FieldRef) -> str:
    """What a place is called."""
    if place == DOCUMENT:
        return "the document"
    name = display_name(place.fieldtype)
    if place.row is None:
        return name
    rows = [row[0].place.row for row in draft.rows]
    return f"{name} of row {rows.index(place.row) + 1}"
