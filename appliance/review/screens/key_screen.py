"""A screen that is led by the table of commands: what a key or a click on the footer does."""

from __future__ import annotations

from typing import TypeVar

from textual import events
from textual.screen import Screen

from appliance.review.editor.commands import Command, Request
from appliance.review.editor.editor import Mode
from appliance.review.editor.keyboard import Keyboard
from appliance.review.widgets.header_footer import FooterClick, foot
from appliance.review.widgets.lines import Lines

Result = TypeVar("Result")


class KeyScreen(Screen[Result]):
    AUTO_FOCUS = ""

    def __init__(self, keyboard: Keyboard) -> None:
        super().__init__()
        self.keyboard = keyboard

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

    def character(self, text: str) -> None:
        """A printable key that is no command, or what was pasted."""

    def on_key(self, event: events.Key) -> None:
        command = self.keyboard.find(self.mode, event.key)
        if command is None and self.focused is not None:
            return  # to edit the line in which she types
        event.stop()
        event.prevent_default()
        if command is not None:
            self.act(command)
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
            self.act(message.hit.command)

    def put_foot(self) -> None:
        lines = self.query_one("#foot", Lines)
        lines.put(foot(self.mode, self.offered(), lines.size.width)[1:])
