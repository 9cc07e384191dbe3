"""All keys, grouped by where they work."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from textual.app import ComposeResult

from appliance.review.editor.commands import Command, Request
from appliance.review.editor.editor import Mode
from appliance.review.editor.keyboard import Keyboard, spoken_key
from appliance.review.screens.key_screen import KeyScreen
from appliance.review.widgets.lines import Lines
from appliance.review.widgets.styled_text import StyledLine, StyledRun, fit

GROUPS = (
    ("On a field", Mode.FIELD, ()),
    ("In the table, besides", Mode.ROWS, (Mode.FIELD,)),
    ("While typing", Mode.TYPING, ()),
    ("Picking words", Mode.WORDS, ()),
    ("In the list", Mode.QUEUE, (Mode.FIELD,)),
)
KEYS = 13
"""Cells."""


class HelpScreen(KeyScreen[None]):
    def compose(self) -> ComposeResult:
        yield Lines(id="help")
        yield Lines(id="foot")

    @property
    def mode(self) -> Mode:
        return Mode.HELP

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        lines = self.query_one("#help", Lines)
        width = (lines.size.width - 2) // 2
        left, *others = (list(group) for group in drawn(self.keyboard, width))
        right = [line for group in others for line in (*group, StyledLine())]
        lines.put(
            [beside(a, b, width) for a, b in zip_longest(left, right, fillvalue=StyledLine())]
        )
        self.put_foot()

    def offered(self) -> tuple[Command, ...]:
        more = self.query_one("#help", Lines).more
        return tuple(one for one in super().offered() if more or one.does is not Request.DOWN)

    def answer(self, request: Request) -> None:
        match request:
            case Request.BACK:
                self.dismiss(None)
            case Request.UP:
                self._roll(-1)
            case Request.DOWN:
                self._roll(1)

    def _roll(self, by: int) -> None:
        self.query_one("#help", Lines).roll(by)
        self.put_foot()


def drawn(keyboard: Keyboard, width: int) -> Iterator[Iterator[StyledLine]]:
    """The groups, each with its title."""
    for title, mode, without in GROUPS:
        yield _group(keyboard, title, mode, without, width)


def _group(
    keyboard: Keyboard, title: str, mode: Mode, without: tuple[Mode, ...], width: int
) -> Iterator[StyledLine]:
    yield StyledLine((StyledRun(title, "strong"),))
    for command in keyboard.commands:
        known = set(command.modes)
        if mode in known and not command.paired and not known.intersection(without):
            keys = StyledRun(fit(_keys(command), KEYS), "key")
            yield StyledLine((keys, StyledRun(fit(command.title, width - KEYS).rstrip())))


def _keys(command: Command) -> str:
    return command.shown or " ".join(spoken_key(key) for key in command.keys)


def beside(left: StyledLine, right: StyledLine, width: int) -> StyledLine:
    gap = StyledRun(" " * max(width + 2 - left.width, 0))
    return StyledLine((*left.runs, gap, *right.runs))
