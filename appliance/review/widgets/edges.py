"""Draws the line at the head of the screen and the keys at its foot. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from appliance.review.hand.keys import Action, Mode, spoken
from appliance.review.widgets.drawn import Line, Run, apart


@dataclass(frozen=True, slots=True)
class Press:
    """A click on a key of the footer."""

    action: str


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a document."""

    name: str
    about: tuple[str, ...] = ()
    """Its kind, and who sent it."""
    at: str = ""
    """Such as "3 of 40"."""
    pace: str = ""
    clerk: str = ""


def head(told: Head, width: int) -> Line:
    left = [Run(" "), Run(told.name, "strong")]
    for each in told.about:
        left += [Run("  ·  ", "dim"), Run(each)]
    right = "  ·  ".join(part for part in (told.at, told.pace, told.clerk) if part)
    return apart(left, [Run(right + " ", "dim")], width)


def foot(mode: Mode, actions: Sequence[Action], width: int) -> Line:
    """As many keys as fit, the last always: it is the help."""
    runs = [Run(f" {mode.value} ", "mode"), Run(" ")]
    room = width - sum(cell_len(run.text) for run in runs)
    sizes = [len(_key(action)) + len(action.label) + 3 for action in actions]
    last = sizes[-1] if sizes else 0
    for action, size in zip(actions[:-1], sizes, strict=False):
        if size + last > room:
            continue
        runs += _shown(action)
        room -= size
    return Line((*runs, *(_shown(actions[-1]) if actions else ())))


def _key(action: Action) -> str:
    return action.shown or spoken(action.keys[0])


def _shown(action: Action) -> list[Run]:
    press = Press(action.id)
    return [
        Run(_key(action), "key", press),
        Run(f" {action.label}", "dim", press),
        Run("  "),
    ]
