"""What each key does to the document in hand: the actions of the table, as the hand's own."""

from __future__ import annotations

from appliance.review.editor.editor import EditorState
from appliance.review.editor.text_input import TextInput
from appliance.review.screens.key_screen import KeyScreen


class Acts(KeyScreen[None]):
    """Actions that change nothing but the hand."""

    hand: EditorState

    def hold(self, hand: EditorState) -> None:
        """Takes the hand that came of an action, and shows it."""
        raise NotImplementedError

    def do_first(self) -> None:
        self.hold(self.hand.take(1))

    def do_second(self) -> None:
        self.hold(self.hand.take(2))

    def do_third(self) -> None:
        self.hold(self.hand.take(3))

    def do_edit(self) -> None:
        self.hold(self.hand.type())

    def do_clear(self) -> None:
        self.hold(self.hand.type(empty=True))

    def do_absent(self) -> None:
        self.hold(self.hand.absent())

    def do_illegible(self) -> None:
        self.hold(self.hand.illegible())

    def do_add_row(self) -> None:
        self.hold(self.hand.add_row())

    def do_insert_row(self) -> None:
        self.hold(self.hand.add_row(above=True))

    def do_remove_row(self) -> None:
        self.hold(self.hand.remove_row())

    def do_next(self) -> None:
        self.hold(self.hand.step(1))

    def do_previous(self) -> None:
        self.hold(self.hand.step(-1))

    def do_up(self) -> None:
        self.hold(self.hand.climb(-1))

    def do_down(self) -> None:
        self.hold(self.hand.climb(1))

    def do_left(self) -> None:
        self.hold(self.hand.side(-1))

    def do_right(self) -> None:
        self.hold(self.hand.side(1))

    # Typing

    def do_keep(self) -> None:
        self.hold(self.hand.keep())

    def do_keep_next(self) -> None:
        self.hold(self.hand.keep(stay=True))

    def do_leave(self) -> None:
        self.hold(self.hand.leave())

    def do_complete(self) -> None:
        self.hold(self.hand.complete())

    def do_complete_word(self) -> None:
        self.hold(self.hand.complete_word())

    def do_other(self) -> None:
        self.hold(self.hand.walk(1))

    def do_other_up(self) -> None:
        self.hold(self.hand.walk(-1))

    def do_cursor_left(self) -> None:
        self.hold(self.hand.typing(TextInput.left))

    def do_cursor_home(self) -> None:
        self.hold(self.hand.typing(TextInput.home))

    def do_erase(self) -> None:
        self.hold(self.hand.typing(TextInput.erased))

    def do_erase_right(self) -> None:
        self.hold(self.hand.typing(TextInput.erased_right))

    # Words

    def do_take(self) -> None:
        self.hold(self.hand.take_words())

    def do_word_right(self) -> None:
        self.hold(self.hand.move(1, lines=False, more=False))

    def do_word_left(self) -> None:
        self.hold(self.hand.move(-1, lines=False, more=False))

    def do_word_up(self) -> None:
        self.hold(self.hand.move(-1, lines=True, more=False))

    def do_word_down(self) -> None:
        self.hold(self.hand.move(1, lines=True, more=False))

    def do_more_right(self) -> None:
        self.hold(self.hand.move(1, lines=False, more=True))

    def do_more_left(self) -> None:
        self.hold(self.hand.move(-1, lines=False, more=True))

    def do_more_up(self) -> None:
        self.hold(self.hand.move(-1, lines=True, more=True))

    def do_more_down(self) -> None:
        self.hold(self.hand.move(1, lines=True, more=True))
