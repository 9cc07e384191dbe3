"""What a clerk's command is: its keys, its words, what it makes of the editor's state. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from appliance.review.editor.editor import EditorState
from appliance.review.editor.standing import Mode


class Request(StrEnum):
    """What only a screen can do."""

    REOPEN = "reopen"
    """The document done last: in the one in hand there is nothing to undo."""
    SKIP = "skip"
    REJECT = "reject"
    APPROVE_ANYWAY = "approve anyway"
    """Although a check fails: she says why."""
    KIND = "kind"
    QUEUE = "queue"
    SEARCH = "search"
    SENDERS = "senders"
    RENAME = "rename"
    MERGE = "merge"
    FORGET_SENDER = "forget sender"
    NAME = "name"
    """Another clerk is at the station."""
    HELP = "help"
    QUIT = "quit"
    PICTURE = "picture"
    PAGE_DOWN = "page down"
    PAGE_UP = "page up"
    UP = "up"
    DOWN = "down"
    FAR_UP = "far up"
    FAR_DOWN = "far down"
    TAKE = "take"
    """What is marked on the screen."""
    GROUP = "group"
    FOUND = "found"
    FORGET = "forget"
    """The words that are looked for."""
    BACK = "back"


Outcome = EditorState | Request
Change = Callable[[EditorState], Outcome]


def always(state: EditorState) -> bool:
    return True


def _never(state: EditorState) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Command:
    id: str
    """By which the settings give it other keys; shared where it does two things in two modes."""
    keys: str
    """As Textual names them, with blanks between; the first is shown."""
    label: str
    """In the footer; empty keeps it out of there."""
    title: str
    """In the help."""
    modes: tuple[Mode, ...]
    does: Change | Request
    available: Callable[[EditorState], bool] = always
    """Whether it would do something; else the footer leaves it out."""
    shown: str = ""
    """In the footer and the help; empty shows the keys themselves."""
    paired: bool = False
    """The help tells of it in the line of another."""
    beats_text: Callable[[EditorState], bool] = _never
    """Whether a printable key is this command also where typing begins a value."""
    ends: bool = False
    """It takes the document out of her hands: where the footer does not show it she is asked."""

    def apply(self, state: EditorState) -> Outcome:
        return self.does if isinstance(self.does, Request) else self.does(state)
