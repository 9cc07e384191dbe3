"""The state of the editor: a clerk stands, decides, types and picks words. Pure.

It is built floor by floor: ``Standing``, ``TableRows``, ``RowChanges``, ``ColumnNaming``,
``Deciding``, and here typing and picking.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Self

from appliance.fields.candidates import joined
from appliance.review.draft.actions import ActionKind, DraftAction
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import FieldRef, Phase, sentence
from appliance.review.editor import word_selection as picking
from appliance.review.editor.completion import Completion, Offers, candidates, offers
from appliance.review.editor.deciding import Deciding
from appliance.review.editor.standing import Asked, Mode
from appliance.review.editor.text_input import TextInput
from appliance.review.editor.word_selection import WordSelection

NOT_HERE = "There is nothing to type here. {next} leads to a field."
ANSWERS = frozenset("ni")
"""Letters that answer a field with a value; on an empty one they are text."""
TOO_FAST = "That was too fast for a hand: nothing was done."


@dataclass(frozen=True, slots=True)
class EditorState(Deciding):
    def type(self, *, empty: bool = False) -> Self:
        """Opens the field: with the old value selected, or empty."""
        if not self.typable:
            return self._tell(NOT_HERE)
        text = "" if empty else self.entry.as_typed
        typed = TextInput(text, len(text), selected=bool(text))
        return replace(self, typed=typed, notice="", approving=False)

    def typing(self, change: Callable[[TextInput], TextInput]) -> Self:
        return replace(self, typed=change(self.typed), notice="") if self.typed else self

    def write(self, characters: str) -> Self:
        """Typed or pasted; on a place without a value it begins one, on the table a row."""
        state = self
        if not self.typed and self.vacant:
            row = self.add_row() if self.on_table and not self.counting else self
            state = row.type(empty=True) if row.typable else row
        for part in (characters[:-1], characters[-1:]):
            if part:
                state = state.typing(partial(TextInput.typed, characters=part, ask=self._offers))
        return state

    def read_in(self, text: str) -> Self:
        """What came faster than a hand types: into the field in hand, in place of its value."""
        if self.mode in (Mode.FIELD, Mode.ROWS) and self.typable:
            return self.type(empty=True).write(text)
        return self._tell(TOO_FAST)

    def erase(self) -> Self:
        return self.typing(partial(TextInput.erased, ask=self._offers))

    def complete(self, *, end: bool = False) -> Self:
        return self.typing(lambda typed: typed.right(self._offers, end=end))

    def complete_word(self) -> Self:
        return self.typing(lambda typed: typed.word_right(self._offers))

    def walk(self, step: int) -> Self:
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
        compared = self.draft.phase_of(self.place) is Phase.COMPARE
        choices = () if compared else self.entry.choices
        found = {one.text: one for one in candidates(self.draft, self.place)}
        first = {text: found.get(text, Completion(text)) for text in choices}
        return tuple({**first, **found}.values())

    def keep(self, *, stay: bool = False) -> Self:
        """What is typed and offered; then the next that needs her, or only the next field. What
        is refused stays in typing; an offer that is one of several alike is first taken into the
        text."""
        if self.typed is None:
            return self
        if self.typed.ambiguous:
            one = f"{self.typed.of} texts begin like this."
            told = f"{one} {{keep}} saves this one, {{other}} shows the next."
            return self.typing(TextInput.settled)._tell(told)
        text, typed = self.typed.kept, self.typed
        if self._may_be_command(text):
            told = (
                f"'{typed.text}' was typed as text. {{keep}} again saves {text}, {{absent}}: none."
            )
            return replace(self, asked=Asked(self.draft, text))._tell(told)
        if not text and self.place.row is not None and self.is_new(self.place):
            return replace(self, typed=None)._onward(self.draft)
        unchanged = self.entry.text and text == self.entry.as_typed
        if unchanged and stay:
            return replace(self, typed=None).step(1)
        if question := self._doubted(text):
            return question
        if unchanged:
            kept = replace(self, typed=None).decide(ActionKind.CONFIRM)
        else:
            kept = self._written(typed, stay=stay)
        if kept.approving or kept.place != self.place:
            return kept
        if kept.entry.text == text and kept.entry.unclear:
            return kept._asks_which(text)
        return replace(kept, typed=self.typed) if kept.notice else kept

    def _may_be_command(self, text: str) -> bool:
        """A letter alone on an empty field may be meant as the command that it is elsewhere: it is
        asked once whether it is text."""
        typed = self.typed
        alone = typed is not None and typed.text in ANSWERS and typed.at <= 0
        return alone and self.entry.text is None and not self.is_asked(text)

    def _doubted(self, text: str) -> Self | None:
        """Asks once whether a value is saved that is read, but cannot be right."""
        if not (text and self.entry.spec.type.verbatim) or self.is_asked(text):
            return None
        normal = self.draft.derived.read_as(self.place, text)
        if normal.value is None or not normal.problem:
            return None
        doubt = f"{sentence(normal.problem)} {{keep}} again saves it all the same."
        return replace(self, asked=Asked(self.draft, text))._tell(doubt)

    def _asks_which(self, text: str) -> Self:
        """Which reading of the text she means: in typing still, where Down shows them."""
        readings = " or ".join(self.entry.choices)
        typed = TextInput(text, len(text), selected=True)
        return replace(self, typed=typed, asked=Asked(self.draft, text))._tell(
            f"{readings}? {{other}} shows them, {{keep}} saves one."
        )

    def _written(self, typed: TextInput, *, stay: bool) -> Self:
        """A text that cannot be read as a value is not kept, unless one of its readings is."""
        text, spans, wraps = typed.kept, typed.spans, typed.wraps
        if text in self.entry.choices:
            number = self.entry.choices.index(text) + 1
            return self.decide(ActionKind.TAKE, text=text, number=number, stay=stay)
        written = self._act(DraftAction(ActionKind.WRITE, self.place, text, spans, wraps=wraps))
        entry = written.entry
        if written.draft is self.draft or entry.value is not None or entry.text is None:
            return self.decide(ActionKind.WRITE, text=text, spans=spans, wraps=wraps, stay=stay)
        refused = written.decide(ActionKind.CONFIRM)
        return refused if entry.unclear else self._tell(refused.notice)

    def leave(self) -> Self:
        """As it was: also without a text of which she was asked what it means."""
        last, draft = self.draft.last, self.draft
        asked = self.entry.unclear and self.is_asked(self.entry.text or "")
        if asked and last and last.place == self.place and last is not self.came:
            draft = draft.undo() or draft
        return replace(self, draft=draft, typed=None, picked=None, columns=None, notice="")

    def remarks(self) -> tuple[str, ...]:
        """Of the checks, on what is being typed."""
        if self.typed is None or not self.typed.kept:
            return ()
        return self.draft.remarks(self.place, self.typed.kept)

    # Picking words

    def pick(self) -> Self:
        if not self.typable or self.approving:
            return self._tell(NOT_HERE)
        span = self.entry.spans[0] if self.entry.spans else None
        picked = picking.begin(self.draft.document, span, self.page)
        return replace(self, picked=picked) if picked else self._tell("The page has no words.")

    def point_at(self, place: FieldRef) -> Self:
        """With the mouse: a field that is clicked again is opened; what is typed there stays."""
        if place != self.place or self.approving:
            return self.stand(place)
        return self if self.typed else self.type()

    def point_at_word(self, page: int, word: int, *, dragged: bool) -> Self:
        """With the mouse: a word that is clicked again is taken. While columns are named no
        word is a value."""
        if self.columns:
            return self
        old, here = self.picked, WordSelection(page, word, word)
        if not dragged and old == here:
            return self.take_words()
        if not self.typable or self.approving:
            return self._tell(NOT_HERE)
        if dragged and old and old.page == page:
            return replace(self, picked=old.to(word, more=True))
        return replace(self, picked=here, typed=None)

    def move(self, step: int, *, lines: bool, more: bool) -> Self:
        if self.picked is None:
            return self
        go = self.picked.climbed if lines else self.picked.stepped
        return replace(self, picked=go(self.draft.document, step, more=more))

    def take_words(self) -> Self:
        if self.picked is None:
            return self
        span = self.picked.span
        text = joined(span.words(self.draft.document))
        return self.decide(ActionKind.WRITE, text=text, spans=(span,))

    def _offers(self, text: str) -> Offers:
        return offers(self.draft, text, self.place)

    # Moving

    def side(self, by: int) -> Self:
        """Left or right within the row; to the right of an empty field stands what is suggested."""
        if by > 0 and self.vacant and self.place.row is None and not self.on_table:
            return self.type(empty=True).walk(1)
        return Deciding.side(self, by)


class Coming(StrEnum):
    """How a document comes to hand."""

    WAITING = "waiting"
    OPENED = "opened"
    """She was done with it, and looked it up: undo goes on to what she did in it."""
    TAKEN_BACK = "taken back"
    """She undoes that she was done with it, with what she decided last where that approved it."""


def take_up(
    draft: Draft, *, pictures: bool = False, coming: Coming = Coming.WAITING
) -> EditorState:
    """As it stands before her."""
    begun = EditorState(draft, draft.entries[0].place, pictures=pictures).taken_up(draft)
    if coming is Coming.WAITING:
        return replace(begun, came=draft.last)
    if coming is Coming.TAKEN_BACK and draft.ended_by_deciding:
        return begun.undo() or begun
    return begun
