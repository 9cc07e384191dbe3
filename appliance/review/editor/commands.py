"""What a clerk can do: the one table that keyboard, footer, help and screens ask. Pure.

A command makes of the editor's state another one, or says by a ``Request`` what the screen has to
do. A new command is one more entry here; what it does to the document is an action of the draft.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from appliance.review.draft.actions import ActionKind
from appliance.review.editor import when
from appliance.review.editor.cell_edges import Edge
from appliance.review.editor.columns_in_hand import LETTERS
from appliance.review.editor.command import Change, Command, Outcome, Request, always
from appliance.review.editor.editor import EditorState
from appliance.review.editor.standing import Mode
from appliance.review.editor.text_input import TextInput

WHY_REFUSED = (
    "not for us",
    "not readable: to be scanned again",
    "a page is missing",
    "we have it already",
)
WHY_RIGHT = (
    "the document itself is wrong there",
    "the document rounds differently",
    "the check does not fit this document",
)


def _undo(state: EditorState) -> Outcome:
    """Of a document on which she has done nothing yet, the one before; also where what she typed
    blind cannot be undone any more."""
    if state.draft.last is state.came:
        return Request.REOPEN
    return state.undo() or Request.REOPEN


def _typing(change: Callable[[TextInput], TextInput]) -> Change:
    return partial(EditorState.typing, change=change)


def _move(step: int, *, lines: bool = False, more: bool = False) -> Change:
    return partial(EditorState.move, step=step, lines=lines, more=more)


def _aside(by: int) -> Change:
    return partial(EditorState.beside_column, by=by)


def _named(by: int) -> Change:
    return partial(EditorState.walk_names, by=by)


def _edge(id: str, key: str, title: str, edge: Edge, by: int, *, shown: str = "") -> Command:
    moves = partial(EditorState.move_edge, edge=edge, by=by)
    return Command(id, key, "", title, (Mode.ROWS,), moves, shown=shown, paired=not shown)


def _column(number: int) -> Command:
    """The letter that leads to a column, from 0."""
    letter, goes = LETTERS[number], partial(EditorState.to_column, number=number)
    return Command(
        f"column_{letter.lower()}",
        f"{letter.lower()} {letter}",
        "",
        "to the column of that letter",
        (Mode.COLUMNS,),
        goes,
        shown="A B C …",
        paired=number > 0,
    )


def _name(number: int) -> Command:
    """The figure of a field; 0 of none."""
    return Command(
        f"name_{number or 'none'}",
        str(number),
        {0: "none", 1: "name"}.get(number, ""),
        "it is that field; again: a part" if number else "it is none",
        (Mode.COLUMNS,),
        partial(EditorState.name_column, number=number),
        always if number else when.named_column,
        shown="1-9" if number else "0",
        paired=number > 1,
    )


def _choice(id: str, number: int, *, label: str = "", shown: str = "") -> Command:
    return Command(
        id,
        str(number),
        label,
        "take what is offered",
        _PLACES,
        partial(EditorState.take, number=number),
        when.offered,
        shown,
        paired=not label,
        beats_text=when.digits,
    )


def _pair(
    id: str, keys: str, title: str, modes: tuple[Mode, ...], does: Change | Request
) -> Command:
    return Command(id, keys, "", title, modes, does, paired=True)


_E = EditorState
_R = Request
_EMPTY, _APPROVE = (Mode.EMPTY,), (Mode.APPROVE,)
_FIELDS = (Mode.FIELD, Mode.ROWS)
_PLACES = (*_FIELDS, *_EMPTY)
_OPEN = (*_PLACES, Mode.TYPING)
_REST = (Mode.REST,)
_HAND = (*_PLACES, *_APPROVE)
"""A document is in hand, and nothing is being typed or picked."""
_DESK = (*_HAND, *_REST)
_SENDERS, _SENDER, _MERGE = (Mode.SENDERS,), (Mode.SENDER,), (Mode.MERGE,)
_SEARCHED = (Mode.QUEUE, *_SENDERS, *_MERGE)
_LISTS = (*_SEARCHED, Mode.CHOICE, Mode.NAME)
_ROWS, _TYPING, _WORDS = (Mode.ROWS,), (Mode.TYPING,), (Mode.WORDS,)
_CELLS = (*_ROWS, *_EMPTY)
_INSIDE, _TURNED = (*_TYPING, *_WORDS, Mode.COLUMNS), (*_HAND, Mode.COLUMNS)
_RIGHT = Edge.RIGHT
_QUEUE, _SEARCH, _CHOICE = (Mode.QUEUE,), (Mode.SEARCH,), (Mode.CHOICE,)
_NAME, _HELP, _COLUMNS = (Mode.NAME,), (Mode.HELP,), (Mode.COLUMNS,)
_ABOUT = (*_QUEUE, *_SENDERS, *_SENDER)
"""More than the document in hand is shown."""

_illegible = partial(_E.decide, kind=ActionKind.ILLEGIBLE)
_up, _down = partial(_E.climb, by=-1), partial(_E.climb, by=1)
_left, _right = partial(_E.side, by=-1), partial(_E.side, by=1)
_next, _previous = partial(_E.step, by=1), partial(_E.step, by=-1)
_part, _part_before = partial(_E.jump, by=1), partial(_E.jump, by=-1)
_other, _other_before = partial(_E.walk, step=1), partial(_E.walk, step=-1)
_insert = partial(_E.add_row, above=True)
_anew = partial(_E.type, empty=True)
_erase, _erase_right = _E.erase, _typing(TextInput.erased_right)

COMMANDS = (
    Command("accept", "enter", "accept", "it is right, go on", _PLACES, _E.accept, when.acceptable),
    Command(
        "accept_rest",
        "a ctrl+end",
        "accept rest",
        "this row and all below are right",
        _PLACES,
        _E.accept_rest,
        when.has_rest,
    ),
    Command(
        "approve", "enter", "approve", "approve the document", _APPROVE, _E.approve, when.holds
    ),
    Command(
        "approve_anyway",
        "a",
        "approve all the same",
        "approve although a check fails",
        _APPROVE,
        _R.APPROVE_ANYWAY,
        when.fails,
        ends=True,
    ),
    Command("keep", "enter", "save", "save it and go on", _TYPING, _E.keep),
    Command(
        "fields",
        "escape up shift+tab",
        "fields",
        "back to the fields",
        _APPROVE,
        _E.back,
        shown="Esc",
    ),
    Command("unseen", "tab", "", "to what was not looked at", _APPROVE, _E.to_unseen),
    _choice("first", 1, label="choose", shown="1-3"),
    _choice("second", 2),
    _choice("third", 3),
    Command("edit", "e f2", "type", "correct it", _PLACES, _E.type, when.typable),
    Command("clear", "backspace", "", "type it afresh", _PLACES, _anew),
    Command("absent", "n f4", "none", "not on the document", _OPEN, _E.absent, when.may_be_absent),
    Command("skip", "s f8", "later", "leave it for later", _HAND, _R.SKIP, ends=True),
    Command("reject", "r f9", "refuse", "refuse it, and say why", _HAND, _R.REJECT, ends=True),
    Command("kind", "t", "kind", "another kind of document", _HAND, _R.KIND, ends=True),
    Command("words", "w f6", "words", "pick words on the page", _PLACES, _E.pick, when.typable),
    Command(
        "illegible", "i f5", "unreadable", "nobody can read it", _OPEN, _illegible, when.typable
    ),
    Command(
        "add_row",
        "plus",
        "add row",
        "add a row below",
        _FIELDS,
        _E.add_row,
        when.in_table,
        shown="+",
    ),
    Command("insert_row", "insert", "", "add a row above", _PLACES, _insert),
    Command(
        "remove_row",
        "minus delete",
        "remove",
        "remove the row, or all from the title",
        _PLACES,
        _E.remove_row,
        when.removable,
        shown="-",
    ),
    Command(
        "columns",
        "o f10",
        "columns",
        "say what the columns are",
        _HAND,
        _E.open_columns,
        when.has_columns,
    ),
    Command(
        "join_row",
        "j ctrl+up",
        "join",
        "join it with the row above",
        _CELLS,
        _E.join_row,
        when.below_another,
    ),
    Command(
        "divide_row", "d ctrl+down", "divide", "divide the row", _CELLS, _E.divide_row, when.in_row
    ),
    _edge("edge_right", "shift+right", "a word or a line more", _RIGHT, 1, shown="Shift+arrows"),
    _edge("edge_left", "shift+left", "a word more on the left", Edge.LEFT, 1),
    _edge("edge_below", "shift+down", "a line more", Edge.BELOW, 1),
    _edge("edge_above", "shift+up", "a line less", Edge.BELOW, -1),
    _edge("word_off", "ctrl+left", "a word less", _RIGHT, -1, shown="Ctrl+arrows"),
    _edge("first_word_off", "ctrl+right", "a word less on the left", Edge.LEFT, -1),
    Command("letters", "escape", "other keys", "letters are commands", _EMPTY, _E.command),
    Command("next", "tab", "", "next field, field before", _PLACES, _next, shown="(Shift+)Tab"),
    _pair("previous", "shift+tab", "field before", _PLACES, _previous),
    Command("up", "up", "", "up and down", _PLACES, _up, shown="Up Down"),
    _pair("down", "down", "down", _PLACES, _down),
    Command("left", "left", "", "cell by cell", _CELLS, _left, shown="Left Right"),
    _pair("right", "right", "to the next cell", _ROWS, _right),
    Command("right", "right", "suggested", "what is suggested", _EMPTY, _right, when.suggested),
    Command("part", "end", "", "header, table, totals", _PLACES, _part, shown="End Home"),
    _pair("part_before", "home", "the part before", _PLACES, _part_before),
    Command("undo", "u f7", "undo", "undo, or reopen the last", _HAND, _undo),
    Command("undo", "u f7", "undo", "reopen the last", _REST, _R.REOPEN),
    Command("picture", "p", "picture", "page as picture or text", _HAND, _R.PICTURE, when.pictured),
    Command(
        "page_down", "pagedown", "", "along the page", _TURNED, _R.PAGE_DOWN, shown="PgDn PgUp"
    ),
    _pair("page_up", "pageup", "back along the page", _TURNED, _R.PAGE_UP),
    Command("queue", "l f3", "list", "list of documents", _DESK, _R.QUEUE),
    Command("keep_next", "tab", "", "save it, next field", _TYPING, partial(_E.keep, stay=True)),
    Command(
        "complete",
        "right end",
        "complete",
        "accept the suggestion",
        _TYPING,
        _E.complete,
        when.completed,
    ),
    Command("complete_word", "ctrl+right", "", "take a word of it", _TYPING, _E.complete_word),
    Command(
        "other",
        "down",
        "other suggestions",
        "other words of the page",
        _TYPING,
        _other,
        when.walkable,
        shown="Down",
    ),
    _pair("other_up", "up", "the words before", _TYPING, _other_before),
    Command("cursor_left", "left", "", "move in the text", _TYPING, _typing(TextInput.left)),
    Command("cursor_home", "home", "", "to its beginning", _TYPING, _typing(TextInput.home)),
    Command("erase", "backspace", "", "drop the offer, erase", _TYPING, _erase),
    Command("erase_right", "delete", "", "erase to the right", _TYPING, _erase_right),
    Command("take", "enter", "accept", "accept what is marked", _WORDS, _E.take_words),
    Command("word_right", "right", "move", "by word, by line", _WORDS, _move(1), shown="arrows"),
    _pair("word_left", "left", "the word before", _WORDS, _move(-1)),
    _pair("word_up", "up", "the line above", _WORDS, _move(-1, lines=True)),
    _pair("word_down", "down", "the line below", _WORDS, _move(1, lines=True)),
    Command(
        "more_right",
        "shift+right",
        "more",
        "more words",
        _WORDS,
        _move(1, more=True),
        shown="Shift+arrows",
    ),
    _pair("more_left", "shift+left", "a word less", _WORDS, _move(-1, more=True)),
    _pair("more_up", "shift+up", "a line less", _WORDS, _move(-1, lines=True, more=True)),
    _pair("more_down", "shift+down", "a line more", _WORDS, _move(1, lines=True, more=True)),
    Command("take_columns", "enter", "read rows", "read all rows so", _COLUMNS, _E.take_columns),
    *(_column(number) for number in range(len(LETTERS))),
    *(_name(number) for number in (*range(1, 10), 0)),
    Command(
        "beside_column", "right", "", "column by column", _COLUMNS, _aside(1), shown="Left Right"
    ),
    _pair("column_before", "left", "the column before", _COLUMNS, _aside(-1)),
    Command("other_name", "down", "", "field by field", _COLUMNS, _named(1), shown="Up Down"),
    _pair("name_before", "up", "the field before", _COLUMNS, _named(-1)),
    Command(
        "every_row",
        "plus",
        "take all",
        "all rows of the table",
        _COLUMNS,
        _E.all_rows,
        shown="+",
    ),
    Command(
        "other_table",
        "tab",
        "other table",
        "another table of the pages",
        _COLUMNS,
        partial(_E.other_table, by=1),
        when.several_tables,
        shown="Tab",
    ),
    _pair(
        "table_before", "shift+tab", "the table before", _COLUMNS, partial(_E.other_table, by=-1)
    ),
    Command("leave", "escape", "cancel", "leave it as it was", _INSIDE, _E.leave),
    Command("open", "enter", "open", "open it", _QUEUE, _R.TAKE),
    Command("group", "g", "group", "by age, sender, kind …", _QUEUE, _R.GROUP),
    Command("open", "enter", "show", "show one", _SENDERS, _R.TAKE),
    Command("open", "enter", "choose", "it is that one", _MERGE, _R.TAKE),
    Command("rename_sender", "e f2", "rename", "call it otherwise", _SENDER, _R.RENAME),
    Command("merge_sender", "m", "merge", "it is another known one", _SENDER, _R.MERGE),
    Command("forget_sender", "f", "forget", "forget it", _SENDER, _R.FORGET_SENDER),
    Command(
        "search", "slash", "search", "search the list", (*_HAND, *_SEARCHED), _R.SEARCH, shown="/"
    ),
    Command("list_up", "up", "", "up and down", _LISTS, _R.UP, shown="Up Down"),
    _pair("list_down", "down", "down", _LISTS, _R.DOWN),
    Command("list_far_up", "pageup", "", "by a screen", _LISTS, _R.FAR_UP, shown="PgUp PgDn"),
    _pair("list_far_down", "pagedown", "down by a screen", _LISTS, _R.FAR_DOWN),
    Command("back", "escape l f3", "back", "back to the document", _QUEUE, _R.BACK),
    Command("found", "enter", "to the list", "back to the list", _SEARCH, _R.FOUND),
    Command("forget", "escape", "show all", "show all again", _SEARCH, _R.FORGET),
    Command("back", "escape k", "back", "back", (*_SENDERS, *_SENDER), _R.BACK),
    Command("choose", "enter", "OK", "take it", (*_CHOICE, *_NAME), _R.TAKE),
    Command("close", "escape", "back", "change nothing", (*_CHOICE, *_MERGE), _R.BACK),
    Command("end", "escape", "quit", "leave", _NAME, _R.BACK),
    Command("shut", "escape enter question_mark q", "back", "back", _HELP, _R.BACK),
    Command("help_up", "up pageup", "", "back along it", (*_HELP, *_SENDER), _R.UP),
    Command("help_down", "down pagedown", "more", "more of it", (*_HELP, *_SENDER), _R.DOWN),
    Command("senders", "k", "senders", "the known senders", (*_DESK, *_QUEUE), _R.SENDERS),
    Command("name", "c", "name", "another clerk", (*_DESK, *_QUEUE), _R.NAME),
    Command("quit", "q", "quit", "leave; always: Ctrl+Q", (*_DESK, *_ABOUT), _R.QUIT),
    Command(
        "help",
        "question_mark f1",
        "help",
        "this page",
        (*_DESK, *_WORDS, *_COLUMNS, *_ABOUT),
        _R.HELP,
    ),
)
