"""Draws the fields: mark, name, value, how sure; of the one in hand all that is said. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len

from appliance.domain.doctype import FieldType, display_name
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import DOCUMENT, FieldView, Phase
from appliance.review.editor.editor import EditorState
from appliance.review.widgets.styled_text import StyledLine, StyledRun, fit, typing, wrapped

NAME = 22
"""Cells; longer names are cut."""
SURE = 5


@dataclass(frozen=True, slots=True)
class ChoiceClicked:
    """A click on one of the choices."""

    number: int


def drawn(state: EditorState, width: int) -> tuple[list[StyledLine], tuple[int, int]]:
    """The lines, and the first and last that have to be in sight."""
    entries = state.draft.entries
    name = min(max((len(entry_name(state.draft, entry)) for entry in entries), default=0), NAME)
    name = min(name, width // 2 - 4)
    lines: list[StyledLine] = []
    show = (0, 0)
    for entry in entries:
        if entry.place == state.place and not state.approving:
            block = list(_in_hand(state, entry, name, width))
            show = (len(lines), len(lines) + len(block) - 1)
            lines += block
        else:
            lines.append(_row(state.draft, entry, name, width))
    if state.approving:
        block = [StyledLine(()), *approval(state, width)]
        show = (len(lines), len(lines) + len(block) - 1)
        lines += block
    return lines, show


def approval(state: EditorState, width: int) -> Iterator[StyledLine]:
    """The question whether to approve the document, and what is left of it, as one block."""
    draft = state.draft
    key = "a" if draft.failing else "Enter"
    bar = StyledRun("▌ ", "accent")
    yield _held((bar, StyledRun("Approve?  ", "strong"), StyledRun(key, "key")))
    told = ", ".join(_left(draft, entry) for entry in draft.unseen)
    left = [(sentence, "problem") for sentence in draft.failing]
    left += [(f"Not looked at yet: {told}.", "")] if told else []
    for sentence, look in left:
        for line in wrapped(sentence, width - 5):
            yield _held((StyledRun("▌   ", "accent"), StyledRun(line, look)))


def _left(draft: Draft, entry: FieldView) -> str:
    if draft.table and entry.place == draft.table.place:
        return f"{display_name(entry.place.fieldtype)} ({len(draft.rows)})"
    return f"{entry_name(draft, entry)} {entry.text}"


def entry_name(draft: Draft, entry: FieldView) -> str:
    if entry.place == DOCUMENT:
        return "the document"
    return display_name(entry.spec.name)


def mark(entry: FieldView) -> StyledRun:
    """What stands before a field; read without colour too."""
    if entry.needs:
        return StyledRun("! ", "problem")
    return StyledRun("✓ ", "fine") if entry.by_clerk else StyledRun("  ")


def value_run(entry: FieldView) -> StyledRun:
    """A value in one run."""
    if entry.place == DOCUMENT:
        return StyledRun("")
    if entry.illegible:
        return StyledRun("illegible", "dim")
    if entry.text is None:
        return StyledRun("none" if entry.by_clerk or not entry.needs else "–", "dim")
    return StyledRun(entry.text)


def score_run(entry: FieldView) -> StyledRun:
    if entry.place == DOCUMENT:
        return StyledRun("")
    if entry.by_clerk:
        return StyledRun("yours", "dim")
    if entry.score is None or entry.text is None:
        return StyledRun("")
    return StyledRun(f"{entry.score * 100:.0f} %", "dim")


def _row(draft: Draft, entry: FieldView, name: int, width: int) -> StyledLine:
    value, how = value_run(entry), score_run(entry)
    room = _room(name, width)
    return StyledLine(
        (
            StyledRun("  "),
            mark(entry),
            StyledRun(fit(entry_name(draft, entry), name), "dim"),
            StyledRun("  "),
            StyledRun(fit(value.text, room), value.look),
            StyledRun(fit(how.text, SURE + 1, right=True), how.look),
        ),
        hit=entry.place,
    )


def _room(name: int, width: int) -> int:
    """Cells for a value: beside it stand bar, mark, name, how sure, and an empty one at the end."""
    return width - 2 - 2 - name - 2 - (SURE + 1) - 1


def _in_hand(state: EditorState, entry: FieldView, name: int, width: int) -> Iterator[StyledLine]:
    """The field in hand: a bar on its left, the whole value, what is wrong, what to choose."""
    room = _room(name, width)
    title = (
        StyledRun("▌ ", "accent"),
        mark(entry),
        StyledRun(fit(entry_name(state.draft, entry), name), "strong"),
    )
    if state.typed and entry.spec.type is not FieldType.TEXT:
        yield _held((*title, StyledRun("  "), *typing(state.typed, room + SURE)), entry)
    elif state.typed:
        yield _held(title, entry)
        yield _held((StyledRun("▌   ", "accent"), *typing(state.typed, width - 5)), entry)
    else:
        yield from _value(entry, title, room, width)
    for line in notes(state, entry, width - 5):
        yield _held((StyledRun("▌   ", "accent"), *line.runs), entry)


def _value(
    entry: FieldView, title: tuple[StyledRun, ...], room: int, width: int
) -> Iterator[StyledLine]:
    value, how = value_run(entry), score_run(entry)
    if cell_len(value.text) <= room:
        cells = (StyledRun(fit(value.text, room), value.look or "strong"),)
        end = StyledRun(fit(how.text, SURE + 1, right=True), how.look)
        yield _held((*title, StyledRun("  "), *cells, end), entry)
        return
    end = StyledRun(fit(how.text, room + SURE + 3, right=True), how.look)
    yield _held((*title, end), entry)
    for line in wrapped(value.text, width - 5):
        yield _held((StyledRun("▌   ", "accent"), StyledRun(line, value.look or "strong")), entry)


def _held(runs: tuple[StyledRun, ...], entry: FieldView | None = None) -> StyledLine:
    return StyledLine(runs, "hand", hit=entry.place if entry else None)


def notes(state: EditorState, entry: FieldView, width: int) -> Iterator[StyledLine]:
    """Under the field in hand: remarks as she types, else problems and choices."""
    if state.typed:
        for remark in state.remarks():
            yield from (StyledLine((StyledRun(line, "dim"),)) for line in wrapped(remark, width))
        return
    for problem in entry.problems:
        yield from (StyledLine((StyledRun(line, "problem"),)) for line in wrapped(problem, width))
    compared = state.draft.phase is Phase.COMPARE
    for number, choice in enumerate(entry.choices, 1):
        label = {1: "you keyed ", 2: "the appliance read "}.get(number, "") if compared else ""
        hit = ChoiceClicked(number)
        for begin, line in enumerate(wrapped(choice, width - 2 - len(label))):
            sign = StyledRun("  " if begin else f"{number} ", "key", hit)
            indent = StyledRun(" " * len(label) if begin else label, "dim", hit)
            yield StyledLine((sign, indent, StyledRun(line, "", hit)))
