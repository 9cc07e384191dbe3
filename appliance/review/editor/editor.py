"""The state of the editor: the document, where the clerk stands, what she types or picks. Pure.

Every change gives a new state. What the draft refuses becomes a line for her to read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from appliance.domain.doctype import FieldType
from appliance.domain.document import Span
from appliance.fields.candidates import joined
from appliance.review.draft.actions import ActionKind, DraftAction
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import DOCUMENT, ActionRefused, FieldRef, FieldView, Phase
from appliance.review.editor import word_selection as picking
from appliance.review.editor.completion import Completion, candidates, complete
from appliance.review.editor.text_input import TextInput
from appliance.review.editor.word_selection import WordSelection

NOT_HERE = "There is nothing to type here: Tab leads to a field."
READY = "Nothing needs you any more. Enter approves the document."


class Mode(StrEnum):
    """What a key means: the first four are the editor's, the others those of the other screens."""

    FIELD = "FIELD"
    ROWS = "ROWS"
    TYPING = "TYPING"
    WORDS = "WORDS"
    QUEUE = "QUEUE"
    SEARCH = "SEARCH"
    CHOICE = "CHOICE"
    NAME = "NAME"
    HELP = "HELP"
    REST = "REST"


@dataclass(frozen=True, slots=True)
class EditorState:
    draft: Draft
    place: FieldRef
    typed: TextInput | None = None
    picked: WordSelection | None = None
    notice: str = ""
    """A line for her about the last command."""
    done: bool = False
    """She accepted the last of it: to be approved."""
    page: int = 0
    """The one in sight, from 0."""
    pictures: bool = False
    """This station can show pages as pictures."""

    @property
    def mode(self) -> Mode:
        if self.typed:
            return Mode.TYPING
        if self.picked:
            return Mode.WORDS
        return Mode.FIELD if self.place.row is None else Mode.ROWS

    @property
    def entry(self) -> FieldView:
        return self.draft.entry(self.place)

    @property
    def places(self) -> tuple[FieldRef, ...]:
        """Every stop of Tab: the header's, the table's cells row by row, the table as a whole."""
        cells = (entry.place for row in self.draft.rows for entry in row)
        table = (self.draft.table.place,) if self.draft.table else ()
        return (*(entry.place for entry in self.draft.entries), *cells, *table)

    @property
    def on_table(self) -> bool:
        """She stands on the table as a whole."""
        table = self.draft.table
        return table is not None and self.place == table.place

    @property
    def typable(self) -> bool:
        """She stands on a field or a cell."""
        return self.place != DOCUMENT and not self.on_table

    # Moving

    def stand(self, place: FieldRef) -> EditorState:
        draft = self.draft.look(place)
        return replace(self, draft=draft, place=place, typed=None, picked=None, notice="")

    def step(self, by: int) -> EditorState:
        places = self.places
        return self.stand(places[(places.index(self.place) + by) % len(places)])

    def climb(self, by: int) -> EditorState:
        """Up or down; in the table by rows, from its first row back to the header."""
        at = self._row
        if at is None:
            return self.step(by)
        rows = self.draft.rows
        if at + by < 0:
            return self.stand(self.draft.entries[-1].place)
        row = rows[min(at + by, len(rows) - 1)]
        return self.stand(row[self._column].place)

    def side(self, by: int) -> EditorState:
        """Left or right within the row."""
        at = self._row
        if at is None:
            return self
        row = self.draft.rows[at]
        return self.stand(row[min(max(self._column + by, 0), len(row) - 1)].place)

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

    def accept(self) -> EditorState:
        """As it stands; the next that needs her, or done."""
        entry = self.entry
        empty = entry.needs and entry.text is None and self.typable
        if empty and self.draft.phase is Phase.BLIND:
            return self.type(empty=True)
        return self.decide(ActionKind.CONFIRM, ends=True)

    def take(self, number: int) -> EditorState:
        """The choice of that number, from 1."""
        text = "".join(self.entry.choices[number - 1 : number])
        return self.decide(ActionKind.TAKE, text=text, number=number)

    def add_row(self, *, above: bool = False) -> EditorState:
        """Beside the row in hand; at the table's end when she stands in none."""
        ids = [row[0].place.row for row in self.draft.rows]
        at = len(ids) if self._row is None else self._row + (not above)
        after = self._row_ref(ids[at - 1] if at else None)
        state = self._act(DraftAction(ActionKind.ADD_ROW, after))
        if state.draft is self.draft:
            return state
        before = {entry.place for row in self.draft.rows for entry in row}
        new = next(e.place for row in state.draft.rows for e in row if e.place not in before)
        return state.stand(new).type(empty=True)

    def remove_row(self) -> EditorState:
        row, at = self.place.row, self._row
        if row is None or at is None:
            return self
        state = self._act(DraftAction(ActionKind.REMOVE_ROW, self._row_ref(row)))
        if state.draft is self.draft:
            return state
        rows = state.draft.rows
        if not rows:
            return state.stand(state.draft.entries[-1].place)
        return state.stand(rows[min(at, len(rows) - 1)][0].place)

    def undo(self) -> EditorState | None:
        """None when there is nothing to undo in this document."""
        draft = self.draft.undo()
        if draft is None:
            return None
        there = self._differing(draft) or self.place
        undone = replace(self, draft=draft, place=there, typed=None, picked=None)
        if there not in undone.places:
            undone = take_up(draft, pictures=self.pictures)
        return undone._tell("Undone.")

    # Typing

    def type(self, *, empty: bool = False) -> EditorState:
        """Opens the field: with the old value selected, or empty."""
        if not self.typable:
            return self._tell(NOT_HERE)
        text = "" if empty else self.entry.text or ""
        return replace(self, typed=TextInput(text, len(text), selected=bool(text)), notice="")

    def typing(self, change: Callable[[TextInput], TextInput]) -> EditorState:
        return replace(self, typed=change(self.typed), notice="") if self.typed else self

    def write(self, characters: str) -> EditorState:
        """Typed or pasted."""
        state = self
        for part in (characters[:-1], characters[-1:]):
            if part:
                state = state.typing(partial(TextInput.typed, characters=part, offers=self._offers))
        return state

    def complete(self, *, end: bool = False) -> EditorState:
        return self.typing(lambda typed: typed.right(self._offers, end=end))

    def complete_word(self) -> EditorState:
        return self.typing(lambda typed: typed.word_right(self._offers))

    def walk(self, step: int) -> EditorState:
        return self.typing(lambda typed: typed.walked(candidates(self.draft, self.place), step))

    @property
    def others(self) -> bool:
        """Does the page have something to walk to?"""
        return bool(self.typed and self.typed.fitting(candidates(self.draft, self.place)))

    def keep(self, *, stay: bool = False) -> EditorState:
        """What is typed and offered; then the next that needs her, or only the next field."""
        if self.typed is None:
            return self
        text, spans = self.typed.kept, self.typed.spans
        if text == (self.entry.text or "") and self.entry.text:
            kept = replace(self, typed=None)
            return kept._beside() if stay else kept.accept()
        return self.decide(ActionKind.WRITE, text=text, spans=spans, ends=True, stay=stay)

    def leave(self) -> EditorState:
        return replace(self, typed=None, picked=None, notice="")

    def remarks(self) -> tuple[str, ...]:
        """Of the checks, on what is being typed."""
        if self.typed is None or not self.typed.kept:
            return ()
        return self.draft.remarks(self.place, self.typed.kept)

    # Picking words

    def pick(self) -> EditorState:
        if not self.typable:
            return self._tell(NOT_HERE)
        span = self.entry.spans[0] if self.entry.spans else None
        picked = picking.begin(self.draft.document, span, self.page)
        return replace(self, picked=picked) if picked else self._tell("The page has no words.")

    def pick_from(self, page: int, word: int, *, more: bool) -> EditorState:
        """With the mouse."""
        if not self.typable:
            return self._tell(NOT_HERE)
        old = self.picked
        if more and old and old.page == page:
            return replace(self, picked=old.to(word, more=True))
        return replace(self, picked=WordSelection(page, word, word), typed=None)

    def move(self, step: int, *, lines: bool, more: bool) -> EditorState:
        if self.picked is None:
            return self
        go = self.picked.climbed if lines else self.picked.stepped
        return replace(self, picked=go(self.draft.document, step, more=more))

    def take_words(self) -> EditorState:
        if self.picked is None:
            return self
        span = self.picked.span
        text = joined(span.words(self.draft.document))
        return self.decide(ActionKind.WRITE, text=text, spans=(span,))

    # What the commands are made of

    def decide(
        self,
        kind: ActionKind,
        *,
        text: str = "",
        spans: tuple[Span, ...] = (),
        number: int = 0,
        ends: bool = False,
        stay: bool = False,
    ) -> EditorState:
        """Acts on the draft where she stands, and goes on to what needs her next; ``ends``: with
        nothing left, the document is done; ``stay``: only to the next field."""
        state = self._act(DraftAction(kind, self.place, text, spans, number))
        if state.draft is self.draft and state.notice:
            return state
        state = replace(state, typed=None, picked=None)
        return state._beside() if stay else state._onward(self.draft.phase, ends=ends)

    def _differing(self, other: Draft) -> FieldRef | None:
        """Where ``other`` says something else."""
        before = {entry.place: _answer(entry) for row in other.rows for entry in row}
        before |= {entry.place: _answer(entry) for entry in other.entries}
        return next((at for at, told in before.items() if told != self._answer_at(at)), None)

    def _answer_at(self, place: FieldRef) -> object:
        return _answer(self.draft.entry(place)) if place in self.places else None

    def _offers(self, text: str) -> Completion | None:
        """A value that stands on the page as typed is not led on: 3 does not become 30."""
        exact = None
        if self.entry.spec.type is not FieldType.TEXT:
            whole = candidates(self.draft, self.place)
            exact = next((one for one in whole if one.text == text), None)
        return exact or complete(self.draft, text, self.place)

    def _tell(self, notice: str) -> EditorState:
        return replace(self, notice=notice)

    def _act(self, action: DraftAction) -> EditorState:
        try:
            return replace(self, draft=self.draft.act(action), notice="")
        except ActionRefused as refused:
            notice = str(refused)
            return self._tell(notice[:1].upper() + notice[1:])

    def _row_ref(self, row: int | None) -> FieldRef:
        """A row of the table; None stands above its first."""
        table = self.draft.table
        return FieldRef(table.place.fieldtype if table else "", row)

    def _beside(self) -> EditorState:
        """The next field; an empty cell of the same row is opened, as rows are typed in a go."""
        there = self.step(1)
        empty = there.entry.text is None and not there.entry.illegible
        same = there.place.row is not None and there.place.row == self.place.row
        return there.type(empty=True) if empty and same else there

    def _onward(self, phase: Phase, *, ends: bool) -> EditorState:
        compared = phase is Phase.BLIND and self.draft.phase is Phase.COMPARE
        there = self.draft.next(None if compared else self.place)
        if there is not None:
            return self.stand(there)
        return replace(self, done=True) if ends else self._tell(READY)


def take_up(draft: Draft, *, pictures: bool = False) -> EditorState:
    """A document as it comes to hand: at the first field that needs her."""
    first = draft.next(None)
    if first is None:
        return EditorState(draft, draft.entries[0].place, notice=READY, pictures=pictures)
    return EditorState(draft.look(first), first, pictures=pictures)


def _answer(entry: FieldView) -> tuple[str | None, bool, bool]:
    return entry.text, entry.by_clerk, entry.illegible
