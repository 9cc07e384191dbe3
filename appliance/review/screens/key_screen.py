"""A screen that is led by the table of keys: a key becomes an action, an action a method."""

from __future__ import annotations

from typing import TypeVar

from textual import events
from textual.screen import Screen

from appliance.review.editor.commands import Keyboard, Mode
from appliance.review.widgets.header_footer import FooterClick, foot
from appliance.review.widgets.lines import Lines

Result = TypeVar("Result")


class KeyScreen(Screen[Result]):
    """``do_NAME`` is what the action NAME does."""

    def __init__(self, keyboard: Keyboard) -> None:
        super().__init__()
        self.keyboard = keyboard

    @property
    def mode(self) -> Mode:
        raise NotImplementedError

    def possible(self) -> frozenset[str] | None:
        """Ids of what can be done now; None for all that the mode knows."""
        return None

    def character(self, text: str) -> bool:
        """A printable key that is no command; True when it was text."""
        return False

    def act(self, action: str) -> None:
        getattr(self, f"do_{action}")()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        action = self.keyboard.find(self.mode, event.key)
        if action is not None:
            self.act(action)
        elif event.character and event.is_printable:
            self.character(event.character)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.character(" ".join(event.text.split()))

    def on_lines_hit(self, message: Lines.Hit) -> None:
        # Textual calls the handler of every class, also after one that has called its parent's.
        message.prevent_default()
        if isinstance(message.hit, FooterClick) and not message.dragged:
            message.stop()
            self.act(message.hit.action)

    def put_foot(self) -> None:
        lines = self.query_one("#foot", Lines)
        actions = self.keyboard.footer(self.mode, self.possible())
        lines.put(foot(self.mode, actions, lines.size.width)[1:])
