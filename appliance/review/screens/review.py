"""The screen on which a clerk works.

Keys and clicks change the editor's state, and the board shows it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.message import Message

from appliance.domain.document import Document
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import FieldRef, Phase
from appliance.review.editor.command import Change, Command, Request
from appliance.review.editor.commands import WHY_REFUSED, WHY_RIGHT
from appliance.review.editor.editor import TOO_FAST, Coming, EditorState, take_up
from appliance.review.editor.keyboard import Keyboard
from appliance.review.editor.rhythm import Hand
from appliance.review.editor.standing import Mode
from appliance.review.pictures.view import PictureView
from appliance.review.screens.choose import ChooseScreen
from appliance.review.screens.key_screen import KeyScreen
from appliance.review.screens.time_on_task import TimeOnTask
from appliance.review.widgets.fields import ChoiceClicked
from appliance.review.widgets.header_footer import Head
from appliance.review.widgets.layout import ReviewLayout
from appliance.review.widgets.lines import Lines
from appliance.review.widgets.page import WordClicked

log = logging.getLogger(__name__)

DEAF = 0.7
"""Seconds after a document opened in which keys that accept are ignored: they were meant for the
one before, also that of a key that is held until it repeats, which takes half a second. Each of
them begins the time anew."""
ASKED = 0.3
"""The same behind the last field, where the question came of the key before. Where evidence is
compared, where each answer is one Enter, it is ``DEAF``."""
SETTLE = 0.15
"""Seconds without a key after which the document is approved: a held key would have come again."""
ACCEPTING = {"accept", "accept_rest", "approve", "approve_anyway", "first", "second", "third"}
"""Ids of commands that take what stands there for right."""
NOTHING = "{} does nothing here. {{help}} shows all keys."
PAUSE = 0.8
"""Seconds without a key after which her keys are meant for the document that came unasked."""


class ReviewScreen(KeyScreen[None]):
    """Shows one document after the other; what concerns more than it goes up as a message."""

    @dataclass
    class Changed(Message):
        """To be kept."""

        draft: Draft

    @dataclass
    class Approved(Message):
        draft: Draft
        seconds: float
        because: str
        """Why it is right although a check fails."""

    @dataclass
    class Rejected(Message):
        draft: Draft
        reason: str

    @dataclass
    class Requested(Message):
        """Something that concerns more than the document in hand."""

        request: Request

    class Pressed(Message):
        """She is at work on the document."""

    class Broken(Message):
        """A bug met in this document: it cannot be shown or handled."""

    def __init__(
        self,
        keyboard: Keyboard,
        clock: Callable[[], float],
        picture: PictureView | None,
        *,
        seen: bool,
    ) -> None:
        """``clock`` gives seconds, from any beginning."""
        super().__init__(keyboard)
        self._clock = clock
        self._board = ReviewLayout(picture, seen=seen)
        self._busy = False
        self._head = Head("")
        self._opened = clock()
        self._asked_at = self._opened
        """When she came to the question whether to approve, or to one that a key answers when it
        is given again."""
        self._pause = self._opened
        """Until when no key is heard."""
        self._worked = TimeOnTask(0.0, self._opened)
        self._spent: dict[tuple[str, str], float] = {}
        """Seconds on what she left for later."""
        self._before: tuple[EditorState, str] | None = None
        """The state before her last command, and the character that was the command."""
        self._confirming = ""
        """The id of a command that does its work when it is given once more."""

    def compose(self) -> ComposeResult:
        yield self._board

    def present(
        self,
        draft: Draft,
        head: Head,
        *,
        notice: str = "",
        path: Path | None,
        coming: Coming = Coming.WAITING,
    ) -> None:
        """Another document comes to hand; ``path`` is that of its file."""
        self.idle()
        self._opened = self._clock()
        self._worked = TimeOnTask(self._spent.pop(_key(draft), 0.0), self._opened)
        with self._unharmed():
            self.editor = take_up(draft, pictures=self._board.pictures, coming=coming)
            self._before, self._confirming = None, ""
            self._busy = True
            self._board.open(path)
            self.tell(notice, head)
            if coming is Coming.TAKEN_BACK:
                self.post_message(self.Changed(self.editor.draft))

    def undo_earlier(self) -> bool:
        """What was done to the document before it came to hand; False where nothing was."""
        undone = self.editor.undo() if self._busy else None
        if undone is not None:
            self.hold(undone)
        return undone is not None

    @property
    def is_fixed(self) -> bool:
        """She typed what cannot be undone any more, now that she sees what was read."""
        draft = self.editor.draft
        return draft.phase is Phase.COMPARE and draft.last is not self.editor.came

    def idle(self) -> None:
        """Nothing is in hand: no key changes what is still shown."""
        if self._busy:
            self._spent[_key(self.editor.draft)] = self._worked.seconds
        self._busy = False
        self.drop_pending()

    def lose(self) -> None:
        """The document went to other hands: what she types meanwhile is not meant for the next."""
        self._pause = self._clock() + PAUSE

    def expect(self, path: Path, document: Document | None) -> None:
        """What will be presented next."""
        if document is not None:
            self._board.expect(path, document)

    def tell(self, notice: str, head: Head | None = None) -> None:
        """A line for her; what stands above the document may have changed."""
        self._head = head or self._head
        if self._busy:
            self.editor = replace(self.editor, notice=notice or self.editor.notice)
            self.draw()

    @property
    def notice(self) -> str:
        """The line for her, keys by their command's id in braces."""
        return self.editor.notice if self._busy else ""

    def hold(self, state: EditorState, *, by_mouse: bool = False) -> None:
        """Takes the state that came of a command, and shows it. What approves the document waits
        for the key to be let go; meanwhile the question stands there."""
        if state.done and not self.editor.approving and not by_mouse:
            self.hold(replace(state, approving=True, done=False))
            self.unless_key(partial(self.hold, state), SETTLE)
            return
        before, self.editor = self.editor, state
        asks = state.approving and not (before.approving and state.draft is before.draft)
        if asks or (state.asked is not None and state.asked is not before.asked):
            self._asked_at = self._clock()
        if state.draft is not before.draft:
            self.post_message(self.Changed(state.draft))
        if state.done:
            self._busy = False
            self.post_message(self.Approved(state.draft, self._worked.seconds, state.because))
        else:
            self.draw()

    def draw(self) -> None:
        say = partial(self.keyboard.said, mode=self.mode, state=self.editor)
        self._board.draw(self.editor, self._head, self.offered(), say)

    def offered(self) -> tuple[Command, ...]:
        return self.keyboard.footer(self.mode, self.editor)

    def on_resize(self) -> None:
        if self._busy:
            self.call_after_refresh(self.draw)

    # Keys

    @property
    def mode(self) -> Mode:
        return self.editor.mode if self._busy else Mode.REST

    @property
    def state(self) -> EditorState | None:
        return self.editor if self._busy else None

    def character(self, text: str) -> None:
        if not self._busy:
            return
        if self._types:
            self._change(lambda state: state.write(text))
        else:
            self.tell(NOTHING.format(text))

    def pasted(self, text: str) -> None:
        if self._busy and self._types and not self._pausing():
            self._change(lambda state: state.write(text))

    def burst(self, text: str) -> None:
        """No command came of the character before, and none comes of this one: they are typed into
        the field in hand, and are saved by Enter alone."""
        if not self._busy:
            return
        if self._before is not None:
            before, first = self._before
            self._before = None
            self._change(lambda state: before.read_in(first + text))
        elif self._types:
            self._change(lambda state: state.write(text))
            if text.isspace():  # an Enter, as a scanner gun sends it
                self.tell("{keep} saves what was read in.")
        else:
            self.tell(TOO_FAST)

    @property
    def _types(self) -> bool:
        return self.editor.mode in (Mode.TYPING, Mode.EMPTY)

    def on_key(self, event: events.Key) -> None:
        if self._busy and self._pausing():
            event.stop()
            event.prevent_default()
            return
        character = event.character if event.character and event.is_printable else ""
        commands = self._busy and character and not self._types
        before = (self.editor, character) if commands else None
        super().on_key(event)
        if self.hand(event) is Hand.MEANT:
            self._before = before

    def act(self, command: Command) -> None:
        if not self._busy or self._deaf(command):
            return
        if not command.ends:
            self._confirming = ""
        elif not command.available(self.editor):
            self.tell(NOTHING.format(self.keyboard.spoken(command, self.mode, self.editor)))
            return
        elif not self._is_meant(command):
            return
        if command.id == "approve":
            self.unless_key(partial(self._change, command.apply), SETTLE)
        else:
            self._change(command.apply)

    def _is_meant(self, command: Command) -> bool:
        """What takes the document out of her hands is done when the footer shows its key, else when
        it is given once more."""
        meant = command.id in (*self._board.shown, self._confirming)
        self._confirming = "" if meant else command.id
        if not meant:
            key = self.keyboard.spoken(command, self.mode, self.editor)
            self.tell(f"{key} again: {command.title}.")
        return meant

    def _change(self, change: Change, *, by_mouse: bool = False) -> None:
        """What a key or a click makes of the document in hand."""
        with self._unharmed():
            self._touched()
            outcome = change(
                replace(self.editor, page=self._board.paper.page, told=self._board.told)
            )
            if outcome is Request.REOPEN:
                self.unless_key(partial(self.answer, outcome))
            elif isinstance(outcome, Request):
                self.answer(outcome)
            else:
                self.hold(outcome, by_mouse=by_mouse)

    def _deaf(self, command: Command) -> bool:
        now = self._clock()
        if self._pausing():
            return True
        if command.id not in ACCEPTING:
            return False
        if now - self._opened < DEAF:
            self._opened = now
            return True
        wait = DEAF if self.editor.draft.blind else ASKED
        if (self.editor.approving or self.editor.asked) and now - self._asked_at < wait:
            self._asked_at = now
            return True
        return False

    def _pausing(self) -> bool:
        """She goes on with the document that she lost: each key begins the pause anew."""
        now = self._clock()
        pausing = now < self._pause
        if pausing:
            self._pause = now + PAUSE
        return pausing

    @contextmanager
    def _unharmed(self) -> Iterator[None]:
        """A bug that one document meets costs that document, not the station."""
        try:
            yield
        except Exception:
            log.exception("bug: unexpected error on a document")
            self._busy = False
            self.post_message(self.Broken())

    def _touched(self) -> None:
        self._worked = self._worked.touched(self._clock())
        self.post_message(self.Pressed())

    def answer(self, request: Request) -> None:
        match request:
            case Request.PICTURE:
                if not self._board.toggle(self.editor):
                    self.tell("This station shows no pictures.")
            case Request.PAGE_DOWN:
                self._board.leaf(self.editor, 1)
            case Request.PAGE_UP:
                self._board.leaf(self.editor, -1)
            case Request.REJECT:
                self._ask("Why is it refused?", WHY_REFUSED, self._rejected)
            case Request.APPROVE_ANYWAY:
                self._ask("Why is it right all the same?", WHY_RIGHT, self._approved_anyway)
            case _:
                self.post_message(self.Requested(request))

    def _ask(
        self, question: str, reasons: Sequence[str], then: Callable[[Draft, str], None]
    ) -> None:
        draft = self.editor.draft

        def told(reason: str | None) -> None:
            if reason:
                then(draft, reason)

        ask = ChooseScreen(
            self.keyboard,
            question,
            reasons,
            marked=False,
            free="another reason",
            about="  ".join((self._head.name, *draft.failing)),
            document=draft.document,
        )
        self.app.push_screen(ask, told)

    def _rejected(self, draft: Draft, reason: str) -> None:
        self.post_message(self.Rejected(draft, reason))

    def _approved_anyway(self, draft: Draft, reason: str) -> None:
        if self._busy and self.editor.draft is draft:
            self._change(partial(EditorState.approve, because=reason))

    # Mouse

    def on_lines_hit(self, message: Lines.Hit) -> None:
        hit = message.hit
        self.drop_pending()
        if not self._busy:
            return
        if isinstance(hit, WordClicked):
            point = partial(EditorState.point_at_word, page=hit.page, word=hit.word)
            self._change(partial(point, dragged=message.dragged), by_mouse=True)
        elif message.dragged:
            return
        elif isinstance(hit, FieldRef):
            self._change(partial(EditorState.point_at, place=hit))
        elif isinstance(hit, ChoiceClicked):
            self._change(lambda state: state.take(hit.number), by_mouse=True)
        else:
            super().on_lines_hit(message)

    def on_lines_dropped(self) -> None:
        """Several words are taken at once, a single one when it is clicked again."""
        picked = self.editor.picked if self._busy else None
        if picked and picked.anchor != picked.at:
            self._change(EditorState.take_words, by_mouse=True)

    def on_lines_wheeled(self, message: Lines.Wheeled) -> None:
        if message.control.id == "paper" and self._busy:
            self._board.leaf(self.editor, message.by)

    def on_mouse_scroll_down(self) -> None:
        """Over the picture: what shows lines scrolls by itself."""
        if self._busy:
            self._board.leaf(self.editor, 1)

    def on_mouse_scroll_up(self) -> None:
        if self._busy:
            self._board.leaf(self.editor, -1)


def _key(draft: Draft) -> tuple[str, str]:
    return draft.document.docid, draft.doctype.name
