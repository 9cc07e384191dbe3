"""Draws the fields: mark, name, value, how sure; of the one in hand all that is said. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len

from appliance.domain.doctype import FieldType
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import DOCUMENT, Entry, Phase
from appliance.review.hand.hand import Hand
from appliance.review.widgets.drawn import Line, Run, fit, typing, wrapped

NAME = 22
"""Cells; longer names are cut."""
SURE = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """A click on one of the choices."""

    number: int


def drawn(hand: Hand, width: int) -> tuple[list[Line], tuple[int, int]]:
    """The lines, and the first and last that have to be in sight."""
    entries = hand.draft.entries
    name = min(max((len(spoken(hand.draft, entry)) for entry in entries), default=0), NAME)
    name = min(name, width // 2 - 4)
    lines: list[Line] = []
    show = (0, 0)
    for entry in entries:
        if entry.place == hand.place:
            block = list(_in_hand(hand, entry, name, width))
            show = (len(lines), len(lines) + len(block) - 1)
            lines += block
        else:
            lines.append(_row(hand.draft, entry, name, width))
    return lines, show


def spoken(draft: Draft, entry: Entry) -> str:
    if entry.place == DOCUMENT:
        return "the document"
    return entry.spec.name.replace("_", " ")


def mark(entry: Entry) -> Run:
    """What stands before a field; read without colour too."""
    if entry.needs:
        return Run("! ", "problem")
    return Run("✓ ", "fine") if entry.hers else Run("  ")


def said(entry: Entry) -> Run:
    """A value in one run."""
    if entry.place == DOCUMENT:
        return Run("")
    if entry.illegible:
        return Run("illegible", "dim")
    if entry.text is None:
        return Run("none" if entry.hers or not entry.needs else "–", "dim")
    return Run(entry.text)


def sure(entry: Entry) -> Run:
    if entry.place == DOCUMENT:
        return Run("")
    if entry.hers:
        return Run("yours", "dim")
    if entry.score is None or entry.text is None:
        return Run("")
    return Run(f"{entry.score * 100:.0f} %", "dim")


def _row(draft: Draft, entry: Entry, name: int, width: int) -> Line:
    value, how = said(entry), sure(entry)
    room = _room(name, width)
    return Line(
        (
            Run("  "),
            mark(entry),
            Run(fit(spoken(draft, entry), name), "dim"),
            Run("  "),
            Run(fit(value.text, room), value.look),
            Run(fit(how.text, SURE + 1, right=True), how.look),
        ),
        hit=entry.place,
    )


def _room(name: int, width: int) -> int:
    """Cells for a value: beside it stand bar, mark, name, how sure, and an empty one at the end."""
    return width - 2 - 2 - name - 2 - (SURE + 1) - 1


def _in_hand(hand: Hand, entry: Entry, name: int, width: int) -> Iterator[Line]:
    """The field in hand: a bar on its left, the whole value, what is wrong, what to choose."""
    room = _room(name, width)
    title = (Run("▌ ", "accent"), mark(entry), Run(fit(spoken(hand.draft, entry), name), "strong"))
    if hand.typed and entry.spec.type is not FieldType.TEXT:
        yield _held((*title, Run("  "), *typing(hand.typed, room + SURE)), entry)
    elif hand.typed:
        yield _held(title, entry)
        yield _held((Run("▌   ", "accent"), *typing(hand.typed, width - 5)), entry)
    else:
        yield from _value(entry, title, room, width)
    for line in notes(hand, entry, width - 5):
        yield _held((Run("▌   ", "accent"), *line.runs), entry)


def _value(entry: Entry, title: tuple[Run, ...], room: int, width: int) -> Iterator[Line]:
    value, how = said(entry), sure(entry)
    if cell_len(value.text) <= room:
        cells = (Run(fit(value.text, room), value.look or "strong"),)
        end = Run(fit(how.text, SURE + 1, right=True), how.look)
        yield _held((*title, Run("  "), *cells, end), entry)
        return
    end = Run(fit(how.text, room + SURE + 3, right=True), how.look)
    yield _held((*title, end), entry)
    for line in wrapped(value.text, width - 5):
        yield _held((Run("▌   ", "accent"), Run(line, value.look or "strong")), entry)


def _held(runs: tuple[Run, ...], entry: Entry) -> Line:
    return Line(runs, "hand", hit=entry.place)


def notes(hand: Hand, entry: Entry, width: int) -> Iterator[Line]:
    """Under the field in hand: remarks as she types, else problems and choices."""
    if hand.typed:
        for remark in hand.remarks():
            yield from (Line((Run(line, "dim"),)) for line in wrapped(remark, width))
        return
    for problem in entry.problems:
        yield from (Line((Run(line, "problem"),)) for line in wrapped(problem, width))
    compared = hand.draft.phase is Phase.COMPARE
    for number, choice in enumerate(entry.choices, 1):
        label = {1: "you keyed ", 2: "the appliance read "}.get(number, "") if compared else ""
        hit = Choice(number)
        for begin, line in enumerate(wrapped(choice, width - 2 - len(label))):
            sign = Run("  " if begin else f"{number} ", "key", hit)
            indent = Run(" " * len(label) if begin else label, "dim", hit)
            yield Line((sign, indent, Run(line, "", hit)))
