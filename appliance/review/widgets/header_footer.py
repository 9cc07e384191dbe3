"""Draws the line at the head of the screen and the keys at its foot. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from appliance.review.editor.command import Command
from appliance.review.editor.keyboard import spoken_key
from appliance.review.editor.standing import Mode
from appliance.review.widgets.styled_text import StyledLine, StyledRun, apart


@dataclass(frozen=True, slots=True)
class FooterClick:
    """A click on a key of the footer."""

    command: Command


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a document."""

    name: str
    kind: str = ""
    sender: str = ""
    mail: str = ""
    """From whom it came, as the mail says; empty when it came otherwise."""
    page: str = ""
    """Empty where the page itself says it."""
    at: str = ""
    """Such as "3 of 40"."""
    pace: str = ""
    clerk: str = ""


def head(told: Head, width: int) -> StyledLine:
    left = [StyledRun(" "), StyledRun(told.name, "strong")]
    for each in filter(None, (told.kind, told.sender)):
        left += [StyledRun("  ·  ", "dim"), StyledRun(each)]
    if told.mail:
        left.append(StyledRun(f"  ·  mail: {told.mail}", "dim"))
    right = "  ·  ".join(part for part in (told.page, told.at, told.pace, told.clerk) if part)
    return apart(left, [StyledRun(right + " ", "dim")], width)


def leaf(at: int, many: int) -> str:
    """Which page of how many; empty for a single one."""
    return f"page {at + 1} of {many}" if many > 1 else ""


def foot(mode: Mode, commands: Sequence[Command], width: int) -> tuple[StyledLine, StyledLine]:
    """The mode and as many keys as fit, the last always: it is the help; and above it the rest."""
    title = [StyledRun(f" {mode.value} ", "mode"), StyledRun(" ")]
    begin = sum(cell_len(run.text) for run in title)
    last = commands[-1:]
    first, others = _fitting(commands[:-1], width - begin - sum(map(_size, last)))
    above, _ = _fitting(others, width - begin)
    return StyledLine((StyledRun(" " * begin), *_shown(above))), StyledLine(
        (*title, *_shown([*first, *last]))
    )


def _fitting(commands: Sequence[Command], room: int) -> tuple[list[Command], list[Command]]:
    """Those for which there is room, and the others."""
    fit: list[Command] = []
    for command in commands:
        if _size(command) <= room:
            fit.append(command)
            room -= _size(command)
    return fit, [command for command in commands if command not in fit]


def _size(command: Command) -> int:
    return len(_key(command)) + len(command.label) + 3


def _key(command: Command) -> str:
    return command.shown or spoken_key(command.keys.split()[0])


def _shown(commands: Sequence[Command]) -> Iterator[StyledRun]:
    for command in commands:
        press = FooterClick(command)
        yield StyledRun(_key(command), "key", press)
        yield StyledRun(f" {command.label}", "dim", press)
        yield StyledRun("  ")
