"""Draws the line at the head of the screen and the keys at its foot. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from appliance.review.editor.commands import Command, Mode, spoken
from appliance.review.widgets.styled_text import StyledLine, StyledRun, apart


@dataclass(frozen=True, slots=True)
class FooterClick:
    """A click on a key of the footer."""

    action: str


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a document."""

    name: str
    kind: str = ""
    sender: str = ""
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
    right = "  ·  ".join(part for part in (told.page, told.at, told.pace, told.clerk) if part)
    return apart(left, [StyledRun(right + " ", "dim")], width)


def leaf(at: int, many: int) -> str:
    """Which page of how many; empty for a single one."""
    return f"page {at + 1} of {many}" if many > 1 else ""


def foot(mode: Mode, actions: Sequence[Command], width: int) -> tuple[StyledLine, StyledLine]:
    """The mode and as many keys as fit, the last always: it is the help; and above it the rest."""
    title = [StyledRun(f" {mode.value} ", "mode"), StyledRun(" ")]
    begin = sum(cell_len(run.text) for run in title)
    last = actions[-1:]
    first, others = _fitting(actions[:-1], width - begin - sum(map(_size, last)))
    above, _ = _fitting(others, width - begin)
    return StyledLine((StyledRun(" " * begin), *_shown(above))), StyledLine(
        (*title, *_shown([*first, *last]))
    )


def _fitting(actions: Sequence[Command], room: int) -> tuple[list[Command], list[Command]]:
    """Those for which there is room, and the others."""
    fit: list[Command] = []
    for action in actions:
        if _size(action) <= room:
            fit.append(action)
            room -= _size(action)
    return fit, [action for action in actions if action not in fit]


def _size(action: Command) -> int:
    return len(_key(action)) + len(action.label) + 3


def _key(action: Command) -> str:
    return action.shown or spoken(action.keys[0])


def _shown(actions: Sequence[Command]) -> Iterator[StyledRun]:
    for action in actions:
        press = FooterClick(action.id)
        yield StyledRun(_key(action), "key", press)
        yield StyledRun(f" {action.label}", "dim", press)
        yield StyledRun("  ")
