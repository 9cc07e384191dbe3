"""All keys, grouped by where they work."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from textual.app import ComposeResult

from appliance.review.editor.commands import Command, Keyboard, Mode, spoken
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

    def possible(self) -> frozenset[str]:
        more = self.query_one("#help", Lines).more
        return frozenset({"shut", "help_down"} if more else {"shut"})

    def do_shut(self) -> None:
        self.dismiss(None)

    def do_help_up(self) -> None:
        self._roll(-1)

    def do_help_down(self) -> None:
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
    for action in keyboard.actions:
        known = set(action.modes)
        if mode in known and action.help and not known.intersection(without):
            keys = StyledRun(fit(_keys(action), KEYS), "key")
            yield StyledLine((keys, StyledRun(fit(action.help, width - KEYS).rstrip())))


def _keys(action: Command) -> str:
    return action.shown or " ".join(spoken(key) for key in action.keys)


def beside(left: StyledLine, right: StyledLine, width: int) -> StyledLine:
    gap = StyledRun(" " * max(width + 2 - left.width, 0))
    return StyledLine((*left.runs, gap, *right.runs))
