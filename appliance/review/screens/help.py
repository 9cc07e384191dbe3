"""All keys, grouped by where they work."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from appliance.review.editor.command import Command, Request
from appliance.review.editor.keyboard import Keyboard, spoken_key
from appliance.review.editor.standing import Mode
from appliance.review.screens.scroll_screen import ScrollScreen
from appliance.review.widgets.form import content
from appliance.review.widgets.lines import Lines
from appliance.review.widgets.styled_text import StyledLine, StyledRun, fit

GROUPS = (
    ("On a field", Mode.FIELD, ()),
    ("Empty field: letters are text", Mode.EMPTY, (Mode.FIELD, Mode.ROWS)),
    ("In the table, besides", Mode.ROWS, (Mode.FIELD,)),
    ("Columns of a table", Mode.COLUMNS, ()),
    ("While typing", Mode.TYPING, ()),
    ("Picking words", Mode.WORDS, (Mode.FIELD,)),
    ("Approve?", Mode.APPROVE, (Mode.FIELD,)),
    ("In the list", Mode.QUEUE, (Mode.FIELD,)),
    ("In the known senders", Mode.SENDERS, (Mode.FIELD, Mode.QUEUE)),
    ("On a sender", Mode.SENDER, (Mode.FIELD, Mode.HELP)),
)
"""Title, mode, and modes whose commands are told of elsewhere."""
SIGNS = (
    ("!", "needs you"),
    ("yours", "checked by you"),
    ("known", "from earlier documents of the sender"),
    ("99 %", "how sure the appliance is"),
    ("= 3 May 2026", "the day that is meant"),
    ("= 9.50", "in the table: arithmetic proves it"),
    ("◆", "in the list: to be typed (test)"),
)
KEYS = 13
"""Cells."""


class HelpScreen(ScrollScreen[None]):
    def compose(self) -> ComposeResult:
        field, empty, rows, *others, signs = (
            Static(content(group)) for group in groups(self.keyboard)
        )
        with VerticalScroll(id="text", can_focus=False), Horizontal():
            yield Vertical(field, empty, rows, signs)
            yield Vertical(*others)
        yield Lines(id="foot")

    @property
    def mode(self) -> Mode:
        return Mode.HELP

    def on_resize(self) -> None:
        self.call_after_refresh(self.put_foot)

    def answer(self, request: Request) -> None:
        if request is Request.BACK:
            self.dismiss(None)
        else:
            super().answer(request)


def groups(keyboard: Keyboard) -> Iterator[list[StyledLine]]:
    """Each with its title; the last says what the signs mean."""
    for title, mode, without in GROUPS:
        told = [
            _told(keys, command.title)
            for command in keyboard.commands
            if mode in command.modes and not command.paired
            if not set(without).intersection(command.modes)
            if (keys := _keys(command, keyboard, mode))
        ]
        yield [_title(title), *told]
    yield [_title("Signs"), *(_told(*sign) for sign in SIGNS)]


def _title(title: str) -> StyledLine:
    return StyledLine((StyledRun(title, "strong"),))


def _keys(command: Command, keyboard: Keyboard, mode: Mode) -> str:
    """Without letters where they are text; empty where no key is left."""
    keys = [key for key in command.keys.split() if keyboard.find(mode, key) is command]
    return (command.shown if keys else "") or " ".join(map(spoken_key, keys))


def _told(sign: str, meaning: str) -> StyledLine:
    return StyledLine((StyledRun(fit(sign, KEYS), "key"), StyledRun(meaning)))
