"""What is shown while no document is in hand: nothing waits, or the next one is being opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Static

from appliance.review.editor.command import Request
from appliance.review.editor.standing import Mode
from appliance.review.screens.key_screen import KeyScreen
from appliance.review.widgets.form import content
from appliance.review.widgets.lines import Lines
from appliance.review.widgets.styled_text import StyledLine, StyledRun


class IdleScreen(KeyScreen[None]):
    @dataclass
    class Chosen(Message):
        """A command, none of which is this screen's own."""

        request: Request

    def compose(self) -> ComposeResult:
        yield Static(id="idle")
        yield Lines(id="foot")

    @property
    def mode(self) -> Mode:
        return Mode.REST

    def say(self, words: Sequence[str]) -> None:
        """The first line is the strong one."""
        looks = ["strong", *["dim"] * len(words)]
        lines = (StyledLine((StyledRun(*pair),)) for pair in zip(words, looks, strict=False))
        self.query_one("#idle", Static).update(content(lines))

    def on_resize(self) -> None:
        self.call_after_refresh(self.put_foot)

    def answer(self, request: Request) -> None:
        self.post_message(self.Chosen(request))
