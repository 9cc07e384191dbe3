"""Which key does what in which mode: the one table behind keyboard, footer and help.

Every action has an id by which the settings give it other keys. Textual's own keymap is not used:
it drops the other actions of a key that is shared between modes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from appliance.domain.errors import ConfigError


class Mode(StrEnum):
    FIELD = "FIELD"
    ROWS = "ROWS"
    TYPING = "TYPING"
    WORDS = "WORDS"
    QUEUE = "QUEUE"
    SEARCH = "SEARCH"
    CHOICE = "CHOICE"
    NAME = "NAME"
    HELP = "HELP"
    REST = "REST"


@dataclass(frozen=True, slots=True)
class Command:
    id: str
    keys: tuple[str, ...]
    """As Textual names them; the first is shown."""
    label: str
    """In the footer; empty keeps it out of there."""
    help: str
    modes: tuple[Mode, ...]
    shown: str = ""
    """In the footer and the help; empty shows the key itself."""


_FIELDS = (Mode.FIELD, Mode.ROWS)
_DESK = (*_FIELDS, Mode.REST)
_LISTS = (Mode.QUEUE, Mode.CHOICE)

ACTIONS = (
    Command("accept", ("enter",), "accept", "it is right, go on", _FIELDS),
    Command("first", ("1",), "choose", "take what is offered", _FIELDS, "1-3"),
    Command("second", ("2",), "", "", _FIELDS),
    Command("third", ("3",), "", "", _FIELDS),
    Command("edit", ("e", "f2"), "type", "correct it", _FIELDS),
    Command("clear", ("backspace",), "", "type it afresh", _FIELDS),
    Command("words", ("w",), "words", "pick words on the page", _FIELDS),
    Command("absent", ("n",), "none", "not on the document", _FIELDS),
    Command("illegible", ("i",), "illegible", "nobody can read it", _FIELDS),
    Command("add_row", ("plus",), "add row", "add a row below", _FIELDS, "+"),
    Command("insert_row", ("insert",), "", "add a row above", (Mode.ROWS,)),
    Command("remove_row", ("minus", "delete"), "remove", "remove the row", (Mode.ROWS,), "-"),
    Command("next", ("tab",), "", "next field, field before", _FIELDS, "(Shift+)Tab"),
    Command("previous", ("shift+tab",), "", "", _FIELDS),
    Command("up", ("up",), "", "up and down", _FIELDS, "Up Down"),
    Command("down", ("down",), "", "", _FIELDS),
    Command("left", ("left",), "", "cell by cell", (Mode.ROWS,), "Left Right"),
    Command("right", ("right",), "", "", (Mode.ROWS,)),
    Command("undo", ("u",), "undo", "undo, or reopen the last", _DESK),
    Command("skip", ("s",), "skip", "leave it for later", _FIELDS),
    Command("reject", ("r",), "reject", "refuse it, and say why", _FIELDS),
    Command("kind", ("t",), "kind", "another kind of document", _FIELDS),
    Command("picture", ("p",), "picture", "page as picture or text", _FIELDS),
    Command("page_down", ("pagedown",), "", "along the page", _FIELDS, "PgDn PgUp"),
    Command("page_up", ("pageup",), "", "", _FIELDS),
    Command("queue", ("l", "f3"), "list", "list of what waits", _DESK),
    Command("keep", ("enter",), "keep", "keep it and go on", (Mode.TYPING,)),
    Command("keep_next", ("tab",), "", "keep it, next field", (Mode.TYPING,)),
    Command("complete", ("right", "end"), "complete", "take what is offered", (Mode.TYPING,)),
    Command("complete_word", ("ctrl+right",), "", "take a word of it", (Mode.TYPING,)),
    Command("other", ("down",), "others", "other words of the page", (Mode.TYPING,), "Down"),
    Command("other_up", ("up",), "", "", (Mode.TYPING,)),
    Command("cursor_left", ("left",), "", "move in the text", (Mode.TYPING,)),
    Command("cursor_home", ("home",), "", "to its beginning", (Mode.TYPING,)),
    Command("erase", ("backspace",), "", "drop the offer, erase", (Mode.TYPING,)),
    Command("erase_right", ("delete",), "", "erase to the right", (Mode.TYPING,)),
    Command("take", ("enter",), "take", "take what is marked", (Mode.WORDS,)),
    Command("word_right", ("right",), "move", "by word, by line", (Mode.WORDS,), "arrows"),
    Command("word_left", ("left",), "", "", (Mode.WORDS,)),
    Command("word_up", ("up",), "", "", (Mode.WORDS,)),
    Command("word_down", ("down",), "", "", (Mode.WORDS,)),
    Command("more_right", ("shift+right",), "more", "more words", (Mode.WORDS,), "Shift+arrows"),
    Command("more_left", ("shift+left",), "", "", (Mode.WORDS,)),
    Command("more_up", ("shift+up",), "", "", (Mode.WORDS,)),
    Command("more_down", ("shift+down",), "", "", (Mode.WORDS,)),
    Command("leave", ("escape",), "leave as it was", "leave as it was", (Mode.TYPING, Mode.WORDS)),
    Command("open", ("enter",), "open", "open it", (Mode.QUEUE,)),
    Command("group", ("g",), "group", "by age, sender, kind …", (Mode.QUEUE,)),
    Command("search", ("slash",), "search", "search the list", (*_FIELDS, Mode.QUEUE), "/"),
    Command("list_up", ("up",), "", "up and down", _LISTS, "Up Down"),
    Command("list_down", ("down",), "", "", _LISTS),
    Command("list_far_up", ("pageup",), "", "by a screen", _LISTS, "PgUp PgDn"),
    Command("list_far_down", ("pagedown",), "", "", _LISTS),
    Command("back", ("escape", "l", "f3"), "back", "back to the document", (Mode.QUEUE,)),
    Command("found", ("enter",), "done", "back to the list", (Mode.SEARCH,)),
    Command("forget", ("escape",), "all", "show all again", (Mode.SEARCH,)),
    Command("choose", ("enter",), "take", "take it", (Mode.CHOICE, Mode.NAME)),
    Command("close", ("escape",), "back", "change nothing", (Mode.CHOICE,)),
    Command("end", ("escape",), "quit", "", (Mode.NAME,)),
    Command("shut", ("escape", "enter", "question_mark", "q"), "back", "back", (Mode.HELP,)),
    Command("help_up", ("up", "pageup"), "", "", (Mode.HELP,)),
    Command("help_down", ("down", "pagedown"), "more", "", (Mode.HELP,)),
    Command("quit", ("q",), "quit", "leave; always: Ctrl+Q", (*_DESK, Mode.QUEUE)),
    Command("help", ("question_mark",), "help", "this page", (*_DESK, Mode.QUEUE), "?"),
)

_SPOKEN = {
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "ctrl+right": "Ctrl+Right",
    "backspace": "Backspace",
    "delete": "Delete",
    "insert": "Insert",
    "question_mark": "?",
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}


_PRINTED = {printed.lower(): key for key, printed in _SPOKEN.items()}
_PRINTED |= {"@": "at", "_": "underscore", "\\": "backslash"}


def spoken(key: str) -> str:
    """As it is printed on the keyboard."""
    return _SPOKEN.get(key) or (key.upper() if key[0] == "f" and key[1:].isdigit() else key)


def _named(key: str) -> str:
    """As the terminal calls it, also where it is given as printed: ``F8``, ``+``, ``Ctrl+S``."""
    held, _, last = key.rpartition("+") if len(key) > 1 else ("", "", key)
    held, last = held.rstrip("+"), last or "+"
    if len(last) > 1:
        name = _PRINTED.get(last.lower(), last.lower())
    elif last.isalnum():
        name = last.lower() if held else last
    else:
        said = unicodedata.name(last, last).lower().replace(" ", "_").replace("-", "_")
        name = _PRINTED.get(last, said)
    return f"{held.lower()}+{name}" if held else name


class Keyboard:
    """The table with the settings' keys. Raises ConfigError for an unknown id or a clash."""

    def __init__(self, remap: Mapping[str, str] | None = None) -> None:
        remap = remap or {}
        known = {action.id for action in ACTIONS}
        for name in remap:
            if name not in known:
                raise ConfigError(
                    f"there is no action {name!r} that could get another key",
                    hint="the actions are: " + ", ".join(sorted(known)),
                )
        self.actions = tuple(_remapped(action, remap.get(action.id)) for action in ACTIONS)
        self._table: dict[tuple[Mode, str], str] = {}
        for action in self.actions:
            self._learn(action)

    def _learn(self, action: Command) -> None:
        for mode in action.modes:
            for key in action.keys:
                other = self._table.setdefault((mode, key), action.id)
                if other != action.id:
                    raise ConfigError(
                        f"the key {key!r} would do both {other} and {action.id}",
                        hint="give one of them another key in [review] keys",
                    )

    def find(self, mode: Mode, key: str) -> str | None:
        """The action's id."""
        return self._table.get((mode, key))

    def footer(self, mode: Mode, valid: frozenset[str] | None) -> tuple[Command, ...]:
        """What can be done now; None when all of the mode can."""
        return tuple(
            action
            for action in self.actions
            if mode in action.modes and action.label and (valid is None or action.id in valid)
        )


def _remapped(action: Command, keys: str | None) -> Command:
    if not keys:
        return action
    names = tuple(_named(key.strip()) for key in keys.split(",") if key.strip())
    return replace(action, keys=names, shown="")
