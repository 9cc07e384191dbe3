"""Lines of text as they are drawn: runs with a look, cut to a width in cells. Pure.

A look is a name that the style sheet gives a colour; ``hit`` is what a click on the run means.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len, set_cell_size

from appliance.domain.characters import shown
from appliance.review.editor.text_input import TextInput


@dataclass(frozen=True, slots=True)
class StyledRun:
    """Whatever it is made of, its text drives no terminal."""

    text: str
    look: str = ""
    hit: object = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", shown(self.text))


@dataclass(frozen=True, slots=True)
class StyledLine:
    runs: tuple[StyledRun, ...] = ()
    ground: str = ""
    """Look of the whole line, to its end."""
    hit: object = None
    """What a click beside the runs' own hits means."""

    @property
    def width(self) -> int:
        return sum(cell_len(run.text) for run in self.runs)

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Exactly ``width`` cells: cut with an ellipsis, or filled up on the other side."""
    if width <= 0:
        return ""
    size = cell_len(text)
    if size > width:
        text = set_cell_size(text, width - 1).rstrip() + "…"
        size = cell_len(text)
    blank = " " * (width - size)
    return blank + text if right else text + blank


def wrapped(text: str, width: int, *, most: int = 4) -> list[str]:
    """At most ``most`` lines of whole words, or of parts of one that is longer; the last one
    is cut."""
    lines: list[str] = []
    for part in (part for word in text.split() for part in in_parts(word, width)):
        if lines and cell_len(lines[-1]) + 1 + cell_len(part) <= width:
            lines[-1] += f" {part}"
        else:
            lines.append(part)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [fit(line, width).rstrip() for line in lines]


def in_parts(word: str, width: int) -> list[str]:
    """That fit; one as a rule."""
    parts = [""]
    for letter in word:
        if parts[-1] and cell_len(parts[-1] + letter) > width:
            parts.append("")
        parts[-1] += letter
    return parts


def apart(
    left: Sequence[StyledRun], right: Sequence[StyledRun], width: int, ground: str = ""
) -> StyledLine:
    """Left and right ends of a line; the left one is cut when both do not fit."""
    room = width - sum(cell_len(run.text) for run in right)
    cut = list(clipped(left, room - 1))
    gap = room - sum(cell_len(run.text) for run in cut)
    return StyledLine((*cut, StyledRun(" " * max(gap, 0)), *right), ground)


def clipped(runs: Iterable[StyledRun], width: int) -> Iterable[StyledRun]:
    """No more than ``width`` cells; the run that goes over is cut with an ellipsis."""
    for run in runs:
        size = cell_len(run.text)
        if size > width:
            if width > 0:
                yield StyledRun(fit(run.text, width), run.look, run.hit)
            return
        width -= size
        yield run


def typing(typed: TextInput, width: int) -> tuple[StyledRun, ...]:
    """The text under her hands in ``width`` cells: scrolled to the cursor, what is offered dim, and
    which of several offers it is where that leaves room for them."""
    count = f"  {typed.at + 1} of {typed.of}"
    if typed.offer and typed.of > 1 and cell_len(typed.text + typed.ghost + count) < width:
        alone = typing(replace(typed, offers=(typed.offer,), at=0), width)
        return (*alone, StyledRun(count, "dim"))
    if typed.selected:
        text = typed.text[-(width - 1) :]
        return (StyledRun(text, "selected"), StyledRun(" ", "cursor"))
    whole = typed.text + typed.ghost
    start = _scrolled(whole, typed.cursor, width)
    seen = whole[start : start + _taking(whole[start:] + " ", width)]
    at, end = typed.cursor - start, len(typed.text) - start
    under = seen[at : at + 1] or " "
    return (
        StyledRun(seen[:at], "typed"),
        StyledRun(under, "cursor"),
        StyledRun(seen[at + 1 : end] if at < end else "", "typed"),
        StyledRun(seen[max(end, at + 1) :], "ghost"),
    )


def _scrolled(text: str, cursor: int, width: int) -> int:
    """Where to begin so that the cursor is in sight."""
    start = 0
    while start < cursor and cell_len(text[start:cursor]) > width - 2:
        start += 1
    return start


def _taking(text: str, width: int) -> int:
    """How many characters fill ``width`` cells."""
    taken = 0
    for count, character in enumerate(text):
        taken += cell_len(character)
        if taken > width:
            return count
    return len(text)
