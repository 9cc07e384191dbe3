"""Draws the fields: mark, name, value, how sure; of the one in hand all that is said. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from appliance.domain.doctype import FieldType, display_name
from appliance.fields import dates
from appliance.fields.writing import written_day
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import DOCUMENT, FieldView, Phase, sentence
from appliance.review.editor.editor import EditorState
from appliance.review.editor.standing import Mode
from appliance.review.widgets.styled_text import StyledLine, StyledRun, fit, typing, wrapped

NAME = 22
"""Cells; longer names are cut."""
SURE = 5
LEFT = 30
"""Lines at most for a value in hand, and for what she did not look at: her Enter is a look at all
of it."""
PAGE = 22
"""Cells that the page keeps beside the fields, where the screen has so many."""
VALUE, EMPTY = 20, 24
"""Cells that any value may come to need, such as a name or a VAT id; and one still to be typed."""
FITS = "the sums are right with it"


@dataclass(frozen=True, slots=True)
class ChoiceClicked:
    """A click on one of the choices."""

    number: int


def needed(draft: Draft, screen: int) -> int:
    """Cells for the fields of this document on a screen of so many columns: values are whole where
    the page can give way. Blind, it tells nothing of what was read."""
    others = _names(draft) - _room(0, 0)
    sizes = [others + _expected(entry) for entry in draft.entries]
    most = max(screen * 6 // 10, min(screen - PAGE, 60)) - 1
    usual = min(max(screen * 46 // 100, 40), 80) - 1
    return max(usual, *(size for size in sizes if size <= most), 0)


def _expected(entry: FieldView) -> int:
    """Cells of its value, also once she decided it."""
    if entry.text is None:
        return EMPTY if entry.needs else VALUE
    size = cell_len(value_run(entry).text)
    if entry.value is None and entry.spec.type is FieldType.DATE:
        days = dates.readings(entry.text).possible
        size += max((len(f" = {written_day(day)}") for day in days), default=0)
    return max(size, VALUE)


def _names(draft: Draft) -> int:
    return min(max((len(entry_name(draft, entry)) for entry in draft.entries), default=0), NAME)


def drawn(
    state: EditorState, width: int, height: int, say: Callable[[str], str]
) -> tuple[list[StyledLine], tuple[int, int]]:
    """The lines, and the first and last that have to be in sight, of which there may be ``height``;
    ``say`` names the keys."""
    entries = state.draft.entries
    name = min(_names(state.draft), width // 2 - 4)
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
        block = list(approval(state.draft, width, height, say))
        show = (len(lines) + 1, len(lines) + len(block))
        lines += [StyledLine(()), *block]
    return lines, show


def approval(
    draft: Draft, width: int, height: int, say: Callable[[str], str]
) -> Iterator[StyledLine]:
    """The question whether to approve the document, and what is left of it, as one block."""
    key = _approves(draft, say)
    bar = StyledRun("▌ ", "accent")
    yield _held((bar, StyledRun("Approve?  ", "strong"), StyledRun(key, "key")))
    left = [(line, "problem") for line in _open(draft, width)]
    if named := told(draft, width, height, say):
        left += [(line, "") for line in _checked(draft, named, key, width)]
    for line, look in left:
        yield _held((StyledRun("▌   ", "accent"), StyledRun(line, look)))


def told(draft: Draft, width: int, height: int, say: Callable[[str], str]) -> tuple[FieldView, ...]:
    """Of what nobody looked at what the question names: as much as is in sight, one at least."""
    room, key = height - 1 - len(_open(draft, width)), _approves(draft, say)
    found = draft.unseen[:1]
    for entry in draft.unseen[1:]:
        if len(_checked(draft, (*found, entry), key, width)) > room:
            break
        found = (*found, entry)
    return found


def _approves(draft: Draft, say: Callable[[str], str]) -> str:
    return say("{approve_anyway}" if draft.failing else "{approve}")


def _open(draft: Draft, width: int) -> list[str]:
    said = (*draft.failing, *draft.cautions)
    return [line for one in said for line in wrapped(one, width - 5, most=LEFT)]


def _checked(draft: Draft, named: Sequence[FieldView], key: str, width: int) -> list[str]:
    many = len(draft.unseen) - len(named)
    more = f" Then {many} more." if many else ""
    values = ", ".join(_left(draft, entry) for entry in named)
    said = f"{key} says that you checked these: {values}.{more}"
    return wrapped(said, width - 5, most=LEFT)


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
        return StyledRun("unreadable", "dim")
    if entry.text is None:
        return StyledRun("none" if entry.by_clerk or not entry.needs else "–", "dim")
    return StyledRun(f"{entry.text} = {entry.reading}" if entry.reading else entry.text)


def score_run(entry: FieldView) -> StyledRun:
    if entry.place == DOCUMENT:
        return StyledRun("")
    if entry.by_clerk:
        return StyledRun("yours", "dim")
    if entry.stated:
        return StyledRun("XML", "dim")
    if entry.remembered:
        return StyledRun("known", "dim")
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
    for line in wrapped(value.text, width - 5, most=LEFT):
        yield _held((StyledRun("▌   ", "accent"), StyledRun(line, value.look or "strong")), entry)


def _held(runs: tuple[StyledRun, ...], entry: FieldView | None = None) -> StyledLine:
    return StyledLine(runs, "hand", hit=entry.place if entry else None)


def notes(state: EditorState, entry: FieldView, width: int) -> Iterator[StyledLine]:
    """Under the field in hand: remarks as she types, else problems and choices."""
    if state.typed:
        for line in wrapped(_saved(state), width):
            yield StyledLine((StyledRun(line, "strong"),))
        for remark in state.remarks():
            yield from (StyledLine((StyledRun(line, "dim"),)) for line in wrapped(remark, width))
        return
    origin = entry.stated or entry.remembered
    if origin and not entry.problems:
        for line in wrapped(sentence(origin), width):
            yield StyledLine((StyledRun(line, "dim"),))
    for problem in entry.problems:
        yield from (StyledLine((StyledRun(line, "problem"),)) for line in wrapped(problem, width))
    unclear = entry.text is not None and entry.value is None
    both = state.draft.phase_of(entry.place) is Phase.COMPARE and not unclear
    for number, choice in enumerate(entry.choices, 1):
        label = {1: "you: ", 2: "appliance: "}.get(number, "") if both else ""
        sign = str(number) if state.mode is not Mode.EMPTY or state.digits_choose else "·"
        behind = FITS if number == entry.fits else ""
        yield from _choice(ChoiceClicked(number), sign, label, choice, behind, width)


def _saved(state: EditorState) -> str:
    """Say in words what Enter saves where that is not what is typed; empty where it is."""
    typed = state.typed
    if typed is None or typed.kept == typed.text.strip():
        return ""
    key = "Enter fills in" if typed.ambiguous else "Enter saves"
    several = len(state.draft.document.pages) > 1 and bool(typed.spans)
    page = f" (page {typed.spans[0].page + 1})" if several else ""
    return f"{key}: {typed.kept}{page}"


def _choice(
    hit: ChoiceClicked, sign: str, label: str, text: str, behind: str, width: int
) -> Iterator[StyledLine]:
    """``sign`` is its key, where it has one."""
    lines = wrapped(text, width - 2 - len(label), most=LEFT)
    for begin, line in enumerate(lines):
        runs = [
            StyledRun("  " if begin else f"{sign} ", "key", hit),
            StyledRun(" " * len(label) if begin else label, "dim", hit),
            StyledRun(line, "", hit),
        ]
        if behind and begin == len(lines) - 1:
            together = cell_len(line) + 2 + len(behind) <= width - 2 - len(label)
            if not together:
                yield StyledLine(tuple(runs))
                runs = [StyledRun(" " * len(label), "", hit)]
            runs.append(StyledRun(f"  {behind}", "fine", hit))
        yield StyledLine(tuple(runs))
