"""Draws the line items as a table: a title, the columns, the rows; a cell in hand in full. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from rich.cells import cell_len

from appliance.domain.doctype import NUMBERS, display_name
from appliance.domain.plurals import counted
from appliance.review.draft.places import FieldView
from appliance.review.editor.editor import EditorState
from appliance.review.editor.row_offer import RowOffer
from appliance.review.editor.standing import Mode
from appliance.review.widgets.fields import LEFT, entry_name, mark, notes, value_run
from appliance.review.widgets.styled_text import StyledLine, StyledRun, fit, typing, wrapped

GAP = 2
APART = "   "
LEAST = 6


def drawn(
    state: EditorState, width: int, say: Callable[[str], str]
) -> tuple[list[StyledLine], list[StyledLine], tuple[int, int]]:
    """What stands still above, the rows, and which of them have to be in sight; ``say`` names the
    keys."""
    table, naming = state.draft.table, state.columns is not None
    if table is None:
        return [], [], (0, 0)
    if naming:
        previewed = replace(state, draft=state.previewed, place=table.place, columns=None)
        state = replace(previewed, commanding=False, approving=False)
    rows, offer = state.draft.rows, None if naming else state.row_offer
    margin = _margin(state, offer)
    widths = _widths(state, offer, width - 2 - margin)
    first = _first_in_sight(state, widths, width - 2 - margin)
    hint = () if naming else _hint(state, say)
    head = list(_title(state, table, width, (*_whole(state, widths, width - 5), *hint)))
    if rows or state.mode is Mode.EMPTY and state.on_table:
        head.append(_columns(state, widths, first, margin))
    lines = [
        _row(state, row[first:], widths[first:], _number(number, margin))
        for number, row in enumerate(rows, 1)
    ]
    at = next((i for i, row in enumerate(rows) if row and row[0].place.row == state.place.row), 0)
    if offer:
        at = len(lines) if state.on_table else at
        lines[at : at + 1] = [_offered(state, offer, widths, say("{accept}"), margin)]
    return head, lines, (at, at)


def _title(
    state: EditorState, table: FieldView, width: int, more: Sequence[StyledLine]
) -> Iterator[StyledLine]:
    """What the table is called; of what is in hand there ``more``, what is wrong, and what to
    choose."""
    count = len(state.draft.rows)
    drawn = f"one of {table.text or '?'} rows" if state.draft.draws else ""
    held = state.on_table and not state.approving
    name = display_name(table.place.fieldtype)
    many = counted(count, "row") if count else "no rows"
    bar, ground = StyledRun("▌ " if held else "  ", "accent"), "hand" if held else ""
    runs = [
        bar,
        *([mark(table)] if table.needs or table.by_clerk else []),
        StyledRun(name, "strong" if held else "dim", table.place),
        StyledRun(f"  ·  {drawn or many}", "dim", table.place),
    ]
    if held or (state.place.row is not None and not state.approving):
        if not held:
            runs.append(StyledRun(f"  ·  {entry_name(state.draft, state.entry)}", "strong"))
        for note in (*more, *notes(state, state.entry, width - 5)):
            if StyledLine((*runs, *note.runs)).width + len(APART) > width:
                yield StyledLine(tuple(runs), ground)
                runs = [bar, StyledRun("  "), *note.runs]
            else:
                runs += [StyledRun(APART), *note.runs]
    yield StyledLine(tuple(runs), ground)


def _hint(state: EditorState, say: Callable[[str], str]) -> tuple[StyledLine, ...]:
    """How rows are typed or accepted, while there is room for it."""
    absent = say("{absent}")
    if state.on_table and state.mode is Mode.FIELD and state.draft.rows and not state.notice:
        return (StyledLine((StyledRun(say("{accept}: all rows are right."), "dim"),)),)
    if not (state.on_table and state.mode is Mode.EMPTY):
        return ()
    if state.counting:
        said = f"How many rows does the table have? Type the number. {absent}: it has none."
    elif state.draft.rows:
        said = f"Type the next row. {absent}: no more rows."
    else:
        said = f"Type the first row. {absent}: the document has none."
    return (StyledLine((StyledRun(said, "dim"),)),)


def _whole(state: EditorState, widths: Sequence[int], width: int) -> Iterator[StyledLine]:
    """The value of the cell in hand, where its column is too narrow for it."""
    column = _column_in_hand(state)
    if column is None or state.typed or state.approving:
        return
    if cell_len(_said(state, state.entry).text) > widths[column]:
        for line in wrapped(value_run(state.entry).text, width, most=LEFT):
            yield StyledLine((StyledRun(line, "found"),))


def _column_in_hand(state: EditorState) -> int | None:
    columns = state.draft.derived.context.columns
    names = [spec.name for spec in columns]
    return None if state.place.row is None else names.index(state.place.fieldtype)


def _first_in_sight(state: EditorState, widths: Sequence[int], width: int) -> int:
    """The column with which the rows begin: the one in hand is in sight."""
    column, first = _column_in_hand(state) or 0, 0
    while first < column and sum(widths[first : column + 1]) + GAP * (column - first) > width:
        first += 1
    return first


def _widths(state: EditorState, offer: RowOffer | None, width: int) -> list[int]:
    """As wide as their widest cell; what is too much is taken from the widest."""
    rows, columns = state.draft.rows, state.draft.derived.context.columns
    offered = [cell.text for cell in offer.cells] if offer else [""] * len(columns)
    widths = [
        max(
            LEAST,
            cell_len(display_name(spec.name)),
            cell_len(offered[column]),
            *(cell_len(value_run(row[column]).text) + 2 for row in rows),
        )
        for column, spec in enumerate(columns)
    ]
    while sum(widths) + GAP * len(widths) > width and max(widths) > LEAST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _margin(state: EditorState, offer: RowOffer | None) -> int:
    """Cells for the numbers of the rows; none for a single row that was drawn out of others."""
    many = len(state.draft.rows) + (offer is not None)
    return len(str(many)) + 1 if many and not state.draft.draws else 0


def _number(number: int, margin: int) -> str:
    return f"{number:>{margin - 1}} " if margin else ""


def _columns(state: EditorState, widths: Sequence[int], first: int, margin: int) -> StyledLine:
    columns = state.draft.derived.context.columns[first:]
    names = (
        fit(display_name(spec.name), size, right=spec.type in NUMBERS) + " " * GAP
        for spec, size in zip(columns, widths[first:], strict=True)
    )
    return StyledLine((StyledRun("  " + " " * margin), *(StyledRun(name, "dim") for name in names)))


def _row(
    state: EditorState, row: Sequence[FieldView], widths: Sequence[int], number: str
) -> StyledLine:
    held = bool(row) and row[0].place.row == state.place.row and not state.approving
    runs = [StyledRun("▌ ", "accent") if held else StyledRun("  "), StyledRun(number, "dim")]
    whole = sum(widths) + GAP * len(widths)
    start = at = 0
    for entry, size in zip(row, widths, strict=True):
        if start >= at:
            runs.append(StyledRun(" " * (start - at)))
            if state.typed and entry.place == state.place:
                # As in a spreadsheet, a long text runs over the cells on its right.
                need = max(size, cell_len(state.typed.text + state.typed.ghost) + 2)
                at = start + min(need, whole - start)
                runs += typing(state.typed, at - start)
            else:
                runs.append(_cell(state, entry, size))
                at = start + size
        start += size + GAP
    return StyledLine(tuple(runs), "hand" if held else "")


def _offered(
    state: EditorState, offer: RowOffer, widths: Sequence[int], accept: str, margin: int
) -> StyledLine:
    """The row that the key ``accept`` would add."""
    runs = [StyledRun("▌ ", "accent"), StyledRun(" " * margin)]
    for spec, cell, size in zip(
        state.draft.derived.context.columns, offer.cells, widths, strict=True
    ):
        text = fit(cell.text or "–", size, right=spec.type in NUMBERS)
        runs.append(StyledRun(text + " " * GAP, "ghost"))
    return StyledLine((*runs, StyledRun(accept, "key"), StyledRun(" adds it", "dim")), "hand")


def _cell(state: EditorState, entry: FieldView, size: int) -> StyledRun:
    said, right = _said(state, entry), entry.spec.type in NUMBERS
    held = entry.place == state.place and not state.approving
    look = "found" if held else "problem" if entry.needs else said.look
    return StyledRun(fit(said.text, size, right=right), look, entry.place)


def _said(state: EditorState, entry: FieldView) -> StyledRun:
    """Its value, behind its sign."""
    value = value_run(entry)
    if entry.text is None and not entry.by_clerk and state.is_new(entry.place):
        value = StyledRun("–", "dim")
    sign = "!" if entry.needs else "✓" if entry.by_clerk else "=" if entry.proven else ""
    return StyledRun(f"{sign} {value.text}" if sign else value.text, value.look)
