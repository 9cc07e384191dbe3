"""A screen that is led by the table of commands: what a key or a click on the footer does.

Keys that came faster than a hand types do nothing but type; what leaves the screen waits until the
next key could have shown that it was no hand.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TypeVar, cast

from textual import events
from textual.screen import Screen

from appliance.review.editor.command import Command, Request
from appliance.review.editor.editor import EditorState
from appliance.review.editor.keyboard import Keyboard
from appliance.review.editor.rhythm import BURST, Hand
from appliance.review.editor.standing import Mode
from appliance.review.widgets.header_footer import FooterClick, foot
from appliance.review.widgets.lines import Lines

Result = TypeVar("Result")


class Hearing(Protocol):
    """What all screens of a station share of its keys."""

    def hand(self, key: events.Key) -> Hand: ...

    def after(self, screen: Screen[Any], seconds: float, action: Callable[[], None]) -> Waiting:
        """Does it then, unless it is stopped or the screen is gone."""


class Waiting(Protocol):
    def stop(self) -> None: ...


class KeyScreen(Screen[Result]):
    AUTO_FOCUS = ""

    def __init__(self, keyboard: Keyboard) -> None:
        super().__init__()
        self.keyboard = keyboard
        self._pending: Waiting | None = None

    @property
    def busy(self) -> bool:
        """Something waits for the next key not to come."""
        return self._pending is not None

    @property
    def mode(self) -> Mode:
        raise NotImplementedError

    def answer(self, request: Request) -> None:
        """Does what a command of this screen's modes asks for."""
        raise NotImplementedError

    def act(self, command: Command) -> None:
        if isinstance(command.does, Request):
            self.answer(command.does)

    def offered(self) -> tuple[Command, ...]:
        """Commands for the footer."""
        return self.keyboard.footer(self.mode)

    @property
    def state(self) -> EditorState | None:
        """Of the document in hand, where there is one."""
        return None

    def character(self, text: str) -> None:
        """A printable key that is no command."""

    def burst(self, text: str) -> None:
        """A character that no hand typed."""

    def pasted(self, text: str) -> None:
        """In one line."""

    def unless_key(self, action: Callable[[], object], seconds: float = BURST) -> None:
        """Does it, unless another key, a paste or a click comes so soon."""

        def act() -> None:
            self._pending = None
            action()

        self.drop_pending()
        self._pending = cast(Hearing, self.app).after(self, seconds, act)

    def drop_pending(self) -> None:
        if self._pending is not None:
            self._pending.stop()
            self._pending = None

    def hand(self, key: events.Key) -> Hand:
        """How it came."""
        return cast(Hearing, self.app).hand(key)

    def on_key(self, event: events.Key) -> None:
        self.drop_pending()
        hand, edits = self.hand(event), self.focused is not None
        command = self.keyboard.find(self.mode, event.key, self.state)
        text = event.character if event.character and event.is_printable else ""
        if edits and (command is None or (text and hand is Hand.BURST)):
            return  # to edit the line in which she types
        event.stop()
        event.prevent_default()
        match hand:
            case Hand.BURST:
                self.burst(text or " ")
            case Hand.MEANT if command is not None and text and isinstance(command.does, Request):
                self.unless_key(partial(self.act, command))
            case Hand.MEANT if command is not None:
                self.act(command)
            case Hand.MEANT if text:
                self.character(text)

    def on_paste(self, event: events.Paste) -> None:
        self.drop_pending()
        event.stop()
        self.pasted(" ".join(event.text.split()))

    def on_lines_hit(self, message: Lines.Hit) -> None:
        # Textual calls the handler of every class, also after one that has called its parent's.
        message.prevent_default()
        self.drop_pending()
        if isinstance(message.hit, FooterClick) and not message.dragged:
            message.stop()
            self.act(message.hit.command)

    def put_foot(self) -> None:
        lines = self.query_one("#foot", Lines)
        lines.put(foot(self.mode, self.offered(), lines.size.width)[1:])
