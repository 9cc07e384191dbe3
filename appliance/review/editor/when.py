"""When a command would do something: else the footer leaves it out. Pure."""

from __future__ import annotations

from appliance.review.editor.editor import EditorState


def offered(state: EditorState) -> bool:
    return bool(state.entry.choices)


def suggested(state: EditorState) -> bool:
    header = state.typable and state.place.row is None
    return header and offered(state) and not state.digits_choose


def in_table(state: EditorState) -> bool:
    return state.on_table or state.place.row is not None


def has_rest(state: EditorState) -> bool:
    """Cells of the rows need her; where none does, Enter on the title is as short."""
    shown = in_table(state) and not state.draft.draws
    return shown and any(cell.needs for row in state.draft.rows for cell in row)


def removable(state: EditorState) -> bool:
    return bool(state.draft.rows) and in_table(state)


def acceptable(state: EditorState) -> bool:
    """On an empty field that has to be typed Enter has nothing to accept."""
    entry = state.entry
    return not (state.typable and state.vacant and entry.needs) or bool(state.row_offer)


def may_be_absent(state: EditorState) -> bool:
    return state.typable or (state.on_table and (not state.draft.rows or state.vacant))


def fails(state: EditorState) -> bool:
    return bool(state.draft.failing)


def holds(state: EditorState) -> bool:
    return not state.draft.failing


def digits(state: EditorState) -> bool:
    return state.digits_choose


def completed(state: EditorState) -> bool:
    return bool(state.typed and state.typed.ghost)


def typable(state: EditorState) -> bool:
    return state.typable


def walkable(state: EditorState) -> bool:
    return state.others


def in_row(state: EditorState) -> bool:
    return state.place.row is not None


def below_another(state: EditorState) -> bool:
    return state.place.row is not None and state.place.row != state.draft.derived.state.rows[0]


def has_columns(state: EditorState) -> bool:
    return bool(state.draft.derived.context.tables) and not state.draft.draws


def named_column(state: EditorState) -> bool:
    return bool(state.columns and state.columns.says(state.columns.at))


def several_tables(state: EditorState) -> bool:
    return len(state.draft.derived.context.tables) > 1


def pictured(state: EditorState) -> bool:
    return state.pictures
