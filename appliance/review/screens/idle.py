"""What is shown while no document is in hand: nothing waits, or the next one is being opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.message import Message

from appliance.review.editor.commands import Request
from appliance.review.editor.editor import Mode
from appliance.review.editor.keyboard import Keyboard
from appliance.review.screens.key_screen import KeyScreen
from appliance.review.widgets.lines import Lines
from appliance.review.widgets.styled_text import StyledLine, StyledRun


class IdleScreen(KeyScreen[None]):
    @dataclass
    class Chosen(Message):
        """A command, none of which is this screen's own."""

        request: Request

    def __init__(self, keyboard: Keyboard) -> None:
        super().__init__(keyboard)
        self._words: Sequence[str] = ()

    def compose(self) -> ComposeResult:
        yield Lines(id="rest")
        yield Lines(id="foot")

    @property
    def mode(self) -> Mode:
        return Mode.REST

    def say(self, words: Sequence[str]) -> None:
        """The first line is the strong one."""
        self._words = words
        self.draw()

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        lines = self.query_one("#rest", Lines)
        above = [StyledLine()] * max((lines.size.height - len(self._words)) // 2, 0)
        width = lines.size.width
        said = [
            StyledLine((StyledRun(word.center(width), "dim" if at else "strong"),))
            for at, word in enumerate(self._words)
        ]
        lines.put([*above, *said])
        self.put_foot()

    def answer(self, request: Request) -> None:
        self.post_message(self.Chosen(request))
