"""The state of the editor: the document, where the clerk stands, what she types or picks. Pure.

Every change gives a new state. What the draft refuses becomes a line for her to read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import islice

from appliance.domain.doctype import FieldType, display_name
from appliance.domain.document import Span
from appliance.fields.candidates import joined
from appliance.review.draft.actions import ActionKind, DraftAction, FilledCell
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import (
    DOCUMENT,
    ActionRefused,
    FieldRef,
    FieldView,
    Phase,
    sentence,
)
from appliance.review.editor import word_selection as picking
from appliance.review.editor.completion import Completion, Offers, candidates, offers
from appliance.review.editor.row_offer import RowOffer, next_row
from appliance.review.editor.text_input import TextInput
from appliance.review.editor.word_selection import WordSelection

NOT_HERE = "There is nothing to type here. Tab leads to a field."
NO_ROW = "Rows are added and removed in the table. End leads there."
FAILING = "A check fails. a approves the document all the same, and asks why."


class Mode(StrEnum):
    """What a key means: the first six are the editor's, the others those of the other screens."""

    FIELD = "FIELD"
    ROWS = "ROWS"
    EMPTY = "EMPTY"
    """On a field, cell or table without a value: printable keys begin its text."""
    APPROVE = "APPROVE"
    """Behind the last field: what is left is told, and one more key approves the document."""
    TYPING = "TYPING"
    WORDS = "WORDS"
    QUEUE = "QUEUE"
    SEARCH = "SEARCH"
    CHOICE = "CHOICE"
    NAME = "NAME"
    HELP = "HELP"
    REST = "REST"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether cells of the table may stay empty; one answer holds while nothing is changed."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class EditorState:
    draft: Draft
    place: FieldRef
    typed: TextInput | None = None
    picked: WordSelection | None = None
    notice: str = ""
    """A line for her about the last command."""
    commanding: bool = False
    """On a place without a value letters are commands: until she moves."""
    approving: bool = False
    """She is behind the last field and asked whether to approve the document."""
    asked: Asked | None = None
    """The question that the next Enter answers with yes."""
    done: bool = False
    """The document is approved."""
    because: str = ""
    """Why it is right although a check fails."""
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
    def typable(self) -> bool:
        """She stands on a field or a cell."""
        return self.place != DOCUMENT and not self.on_table

    @property
    def vacant(self) -> bool:
        """What she types here is a new value, or the next row."""
        if self.on_table:
            return not self.draft.rows or self._grows
        return self.typable and self.entry.text is None

    @property
    def digits_choose(self) -> bool:
        """Also where typing begins a value: no listed value begins with a digit, and where both
        readings differ she decides."""
        listed = self.typable and not self.entry.spec.type.verbatim
        return bool(self.entry.choices) and (listed or self.draft.phase is Phase.COMPARE)

    @property
    def _grows(self) -> bool:
        """The last row is her own: more are added until she closes the table."""
        table, rows = self.draft.table, self.draft.rows
        return bool(table and not table.by_clerk and rows and self.is_new(rows[-1][0].place))

    # Moving

    def stand(self, place: FieldRef) -> EditorState:
        return replace(
            self,
            draft=self.draft.look(place),
            place=place,
            typed=None,
            picked=None,
            notice="",
            commanding=False,
            approving=False,
        )

    def step(self, by: int) -> EditorState:
        places = self.places
        return self.stand(places[(places.index(self.place) + by) % len(places)])

    def climb(self, by: int) -> EditorState:
        """Up or down, in a ring; in the table by rows."""
        at = self._row
        if at is None:
            return self.step(by)
        if at + by < 0 and self.draft.table:
            return self.stand(self.draft.table.place)
        if at + by == len(self.draft.rows):
            return self.stand(self.draft.entries[0].place)
        return self.stand(self.draft.rows[at + by][self._column].place)

    def jump(self, by: int) -> EditorState:
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

    def back(self) -> EditorState:
        """From the question whether to approve, to the last field."""
        return self.stand(self.place)

    def unseen(self) -> EditorState:
        """From there, to the first value that nobody looked at, else to the first field."""
        unseen = (*self.draft.unseen, *self.draft.entries)
        return self.stand(unseen[0].place)

    def command(self) -> EditorState:
        """On a place without a value, letters become commands; a new row without a value goes."""
        row = self.draft.rows[self._row] if self._row is not None else ()
        if row and self.is_new(row[0].place) and not any(entry.by_clerk for entry in row):
            gone = self.remove_row()
            return gone.stand(gone.draft.table.place) if gone.draft.table else gone
        return replace(self, commanding=True, notice="")

    def side(self, by: int) -> EditorState:
        """Left or right within the row; to the right of an empty field stands what is suggested."""
        at = self._row
        if at is None:
            return self.type(empty=True).walk(1) if by > 0 and self.vacant else self
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
        """As it stands; then the next that needs her, or the question whether to approve.

        On the table and on a new row it takes the row that the page offers; a new cell may stay
        empty until the table is closed."""
        if self.row_offer:
            return self._fill_row()
        if self.place.row is not None and self.vacant and self.is_new(self.place):
            return self._onward(self.draft.phase)
        if self.on_table and (question := self._empty_cells()):
            return question
        return self.decide(ActionKind.CONFIRM)

    def absent(self) -> EditorState:
        """It is not on the document; of a table with rows, that no more follow."""
        if self.on_table and self.draft.rows:
            return self._empty_cells() or self.decide(ActionKind.CONFIRM)
        return self.decide(ActionKind.ABSENT)

    def approve(self, because: str = "") -> EditorState:
        """``because`` says why it is right although a check fails. What was told to her as not
        looked at counts as looked at."""
        if self.draft.failing and not because:
            return self._tell(FAILING)
        draft = self.draft
        for entry in draft.unseen:
            draft = draft.look(entry.place)
        return replace(self, draft=draft, because=because, done=True, notice="")

    def take(self, number: int) -> EditorState:
        """The choice of that number, from 1."""
        text = "".join(self.entry.choices[number - 1 : number])
        return self.decide(ActionKind.TAKE, text=text, number=number)

    def add_row(self, *, above: bool = False) -> EditorState:
        """Beside the row in hand; at the table's end when she stands on the table as a whole."""
        if self.place.row is None and not self.on_table:
            return self._tell(NO_ROW)
        ids = [row[0].place.row for row in self.draft.rows]
        at = len(ids) if self._row is None else self._row + (not above)
        after = self._row_ref(ids[at - 1] if at else None)
        state = self._act(DraftAction(ActionKind.ADD_ROW, after))
        if state.draft is self.draft:
            return state
        before = {entry.place for row in self.draft.rows for entry in row}
        new = next(e.place for row in state.draft.rows for e in row if e.place not in before)
        return state.stand(new)

    @property
    def row_offer(self) -> RowOffer | None:
        """The row that follows on the page: on a table to which she adds, and on a new row."""
        rows, at = self.draft.rows, self._row
        if self.commanding or self.typed or self.approving:
            return None
        if self.on_table and self._grows:
            return next_row(self.draft, rows[-1][0].place.row or 0)
        if not at or self._column or not self.is_new(self.place):
            return None
        if any(entry.by_clerk for entry in rows[at]):
            return None
        return next_row(self.draft, rows[at - 1][0].place.row or 0)

    def _fill_row(self) -> EditorState:
        """Takes the row that the page offers."""
        offer, at = self.row_offer, self._row
        if offer is None:
            return self
        names = [spec.name for spec in self.draft.derived.context.columns]
        cells = tuple(
            FilledCell(name, cell.text, cell.spans)
            for name, cell in zip(names, offer, strict=True)
            if cell
        )
        ids = [row[0].place.row for row in self.draft.rows]
        state = self
        if at is not None:  # the new row gives way to the filled one
            state = self._act(DraftAction(ActionKind.REMOVE_ROW, self._row_ref(ids.pop(at))))
        after = self._row_ref(ids[-1 if at is None else at - 1])
        filled = state._act(DraftAction(ActionKind.FILL_ROW, after, cells=cells))
        return filled._beyond_rows() if filled.draft is not state.draft else filled

    def remove_row(self) -> EditorState:
        """Or all rows, from the table as a whole."""
        row, at = self.place.row, self._row
        if self.on_table and self.draft.rows:
            return self._act(DraftAction(ActionKind.CLEAR_ROWS, self.place))
        if row is None or at is None:
            return self._tell(NO_ROW)
        state = self._act(DraftAction(ActionKind.REMOVE_ROW, self._row_ref(row)))
        if state.draft is self.draft:
            return state
        rows = state.draft.rows
        if not rows and state.draft.table:
            return state.stand(state.draft.table.place)
        return state.stand(rows[min(at, len(rows) - 1)][0].place)

    def undo(self) -> EditorState | None:
        """None when there is nothing to undo in this document."""
        draft = self.draft.undo()
        if draft is None:
            return None
        done = self.draft.last.place if self.draft.last else self.place
        undone = replace(take_up(draft), page=self.page, pictures=self.pictures)
        places = (done, self._differing(draft))
        there = next((place for place in places if place in undone.places), None)
        undone = undone.stand(there) if there else undone
        return undone._tell(f"Undone: {spoken(draft, undone.place)} is as it was.")

    # Typing

    def type(self, *, empty: bool = False) -> EditorState:
        """Opens the field: with the old value selected, or empty."""
        if not self.typable:
            return self._tell(NOT_HERE)
        text = "" if empty else self.entry.text or ""
        typed = TextInput(text, len(text), selected=bool(text))
        return replace(self, typed=typed, notice="", approving=False)

    def typing(self, change: Callable[[TextInput], TextInput]) -> EditorState:
        return replace(self, typed=change(self.typed), notice="") if self.typed else self

    def write(self, characters: str) -> EditorState:
        """Typed or pasted; on a place without a value it begins one, on the table a row."""
        state = self
        if not self.typed and self.vacant:
            row = self.add_row() if self.on_table else self
            state = row.type(empty=True) if row.typable else row
        for part in (characters[:-1], characters[-1:]):
            if part:
                state = state.typing(partial(TextInput.typed, characters=part, ask=self._offers))
        return state

    def erase(self) -> EditorState:
        return self.typing(partial(TextInput.erased, ask=self._offers))

    def complete(self, *, end: bool = False) -> EditorState:
        return self.typing(lambda typed: typed.right(self._offers, end=end))

    def complete_word(self) -> EditorState:
        return self.typing(lambda typed: typed.word_right(self._offers))

    def walk(self, step: int) -> EditorState:
        return self.typing(lambda typed: typed.walked(self._suggestions, step))

    @property
    def others(self) -> bool:
        """Is there something to walk to?"""
        typed = self.typed
        if typed and typed.offer:
            return typed.of > 1
        return bool(typed and typed.fitting(self._suggestions))

    @property
    def _suggestions(self) -> tuple[Completion, ...]:
        """The choices, then the words of the page."""
        choices = self.entry.choices if self.draft.phase is not Phase.COMPARE else ()
        found = candidates(self.draft, self.place)
        told = {one.text for one in found}
        return (*(Completion(text) for text in choices if text not in told), *found)

    def keep(self, *, stay: bool = False) -> EditorState:
        """What is typed and offered; then the next that needs her, or only the next field. What
        is refused stays in typing; an offer that is one of several alike is first taken into the
        text."""
        if self.typed is None:
            return self
        if self.typed.ambiguous:
            one = f"{self.typed.at + 1} of {self.typed.of} begins so."
            told = f"{one} Enter saves this one, Down shows the next."
            return self.typing(TextInput.settled)._tell(told)
        text, spans = self.typed.kept, self.typed.spans
        if not text and self.place.row is not None and self.is_new(self.place):
            return replace(self, typed=None)._onward(self.draft.phase)
        unchanged = text == (self.entry.text or "") and self.entry.text
        if unchanged and stay:
            return replace(self, typed=None)._beside()
        if unchanged:
            kept = replace(self, typed=None).decide(ActionKind.CONFIRM)
        else:
            kept = self._written(text, spans, stay=stay)
        if kept.approving or kept.place != self.place:
            return kept
        if kept.entry.text == text and kept.entry.unclear:
            return kept._asks_which(text)
        return replace(kept, typed=self.typed) if kept.notice else kept

    def _asks_which(self, text: str) -> EditorState:
        """Which reading of the text she means: in typing still, where Down shows them."""
        readings = " or ".join(self.entry.choices)
        typed = TextInput(text, len(text), selected=True)
        return replace(self, typed=typed)._tell(f"{readings}? Down shows them, Enter saves one.")

    def _written(self, text: str, spans: tuple[Span, ...], *, stay: bool) -> EditorState:
        """A text that cannot be read as a value is not kept, unless one of its readings is."""
        if text in self.entry.choices:
            number = self.entry.choices.index(text) + 1
            return self.decide(ActionKind.TAKE, text=text, number=number, stay=stay)
        written = self._act(DraftAction(ActionKind.WRITE, self.place, text, spans))
        entry = written.entry
        if written.draft is self.draft or entry.value is not None or entry.text is None:
            return self.decide(ActionKind.WRITE, text=text, spans=spans, stay=stay)
        refused = written.decide(ActionKind.CONFIRM)
        return refused if entry.unclear else self._tell(refused.notice)

    def leave(self) -> EditorState:
        return replace(self, typed=None, picked=None, notice="")

    def remarks(self) -> tuple[str, ...]:
        """Of the checks, on what is being typed."""
        if self.typed is None or not self.typed.kept:
            return ()
        return self.draft.remarks(self.place, self.typed.kept)

    # Picking words

    def pick(self) -> EditorState:
        if not self.typable or self.approving:
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
        stay: bool = False,
    ) -> EditorState:
        """Acts on the draft where she stands, and goes on to what needs her next, at last to the
        question whether to approve; ``stay``: only to the next field."""
        state = self._act(DraftAction(kind, self.place, text, spans, number))
        if state.draft is self.draft and state.notice:
            return state
        state = replace(state, typed=None, picked=None)
        return state._beside() if stay else state._onward(self.draft.phase)

    def _differing(self, other: Draft) -> FieldRef | None:
        """Where ``other`` says something else."""
        before = {entry.place: _answer(entry) for row in other.rows for entry in row}
        before |= {entry.place: _answer(entry) for entry in other.entries}
        return next((at for at, told in before.items() if told != self._answer_at(at)), None)

    def _answer_at(self, place: FieldRef) -> object:
        return _answer(self.draft.entry(place)) if place in self.places else None

    def _offers(self, text: str) -> Offers:
        return offers(self.draft, text, self.place)

    def _tell(self, notice: str) -> EditorState:
        return replace(self, notice=notice)

    def _act(self, action: DraftAction) -> EditorState:
        try:
            return replace(self, draft=self.draft.act(action), notice="")
        except ActionRefused as refused:
            return self._tell(sentence(str(refused)))

    def _row_ref(self, row: int | None) -> FieldRef:
        """A row of the table; None stands above its first."""
        table = self.draft.table
        return FieldRef(table.place.fieldtype if table else "", row)

    def _beside(self) -> EditorState:
        return self.step(1)

    def is_new(self, place: FieldRef) -> bool:
        """A cell of a row that the model did not read, or does not show."""
        blind = self.draft.phase is Phase.BLIND
        return place.row is not None and (blind or place.row not in self.draft.derived.context.rows)

    def _onward(self, phase: Phase) -> EditorState:
        if self.place.row is not None and self.is_new(self.place):
            return self._along_rows()
        compared = phase is Phase.BLIND and self.draft.phase is Phase.COMPARE
        there = self.draft.next(None if compared else self.place)
        if there is not None:
            return self.stand(there)
        return replace(self, commanding=False, approving=True, notice="")

    def _along_rows(self) -> EditorState:
        """To the next empty cell of her own rows behind the one in hand."""
        cells = [entry for row in self.draft.rows for entry in row]
        at = [entry.place for entry in cells].index(self.place)
        behind = (one for one in cells[at + 1 :] if self.is_new(one.place))
        empty = next((one.place for one in behind if not one.by_clerk), None)
        return self.stand(empty) if empty else self._beyond_rows()

    def _beyond_rows(self) -> EditorState:
        """To the table as a whole, where more may be added, or it is closed."""
        if table := self.draft.table:
            whole = self.stand(table.place)
            if table.needs or whole.row_offer:
                return whole
        there = self.draft.next(self.place)
        return self.stand(there) if there else replace(self, approving=True, notice="")

    def _empty_cells(self) -> EditorState | None:
        """Asks once whether cells of her own rows stay empty."""
        cells = [entry for row in self.draft.rows for entry in row]
        empty = [one for one in cells if self.is_new(one.place) and not one.by_clerk]
        asked = self.asked is not None and self.asked.draft is self.draft
        if not empty or asked:
            return None
        many = f"{len(empty)} cells are" if len(empty) > 1 else "One cell is"
        notice = f"{many} empty. Enter again: the document does not say more. Tab leads there."
        return replace(self, asked=Asked(self.draft), notice=notice)


def take_up(draft: Draft, *, pictures: bool = False) -> EditorState:
    """A document as it comes to hand: at the first field that needs her, else where she decided
    last and at the question whether to approve."""
    first = draft.next(None)
    if first is not None:
        return EditorState(draft.look(first), first, pictures=pictures)
    last = draft.last.place if draft.last else None
    there = EditorState(draft, draft.entries[0].place, pictures=pictures)
    return replace(there, place=last if last in there.places else there.place, approving=True)


def spoken(draft: Draft, place: FieldRef) -> str:
    """What a place is called."""
    if place == DOCUMENT:
        return "the document"
    name = display_name(place.fieldtype)
    if place.row is None:
        return name
    rows = [row[0].place.row for row in draft.rows]
    return f"{name} of row {rows.index(place.row) + 1}"


def _answer(entry: FieldView) -> tuple[str | None, bool, bool]:
    return entry.text, entry.by_clerk, entry.illegible
