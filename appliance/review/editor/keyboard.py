"""Which key is which command in which mode: the table with the keys of the settings. Pure.

Textual's own keymap is not used: it drops the other commands of a key that is shared between modes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from appliance.domain.errors import ConfigError
from appliance.review.editor.command import Command, Outcome
from appliance.review.editor.commands import COMMANDS
from appliance.review.editor.editor import EditorState
from appliance.review.editor.standing import Mode

_SPOKEN = {
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
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
_CHARACTERS = {"plus", "minus", "slash", "at", "underscore", "backslash"}
"""Which Textual calls otherwise than Unicode does."""
_PRINTED = {printed.lower(): key for key, printed in _SPOKEN.items()}
_PRINTED |= {"@": "at", "_": "underscore", "\\": "backslash"}


def spoken_key(key: str) -> str:
    """As it is printed on the keyboard."""
    held, _, last = key.rpartition("+")
    if held:
        return f"{held.title()}+{spoken_key(last)}"
    return _SPOKEN.get(key) or (key.upper() if key[0] == "f" and key[1:].isdigit() else key)


def is_character(key: str) -> bool:
    """Whether a key, as Textual names it, types a character."""
    if len(key) == 1 or key in _CHARACTERS:
        return True
    try:
        return unicodedata.lookup(key.replace("_", " ")).isprintable()
    except KeyError:
        return False


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
        known = {command.id for command in COMMANDS}
        for name in remap:
            if name not in known:
                raise ConfigError(
                    f"there is no command {name!r} that could get another key",
                    hint="the commands are: " + ", ".join(sorted(known)),
                )
        self.commands = tuple(_remapped(command, remap.get(command.id)) for command in COMMANDS)
        self._table: dict[tuple[Mode, str], Command] = {}
        for command in self.commands:
            self._learn(command)

    def _learn(self, command: Command) -> None:
        for mode in command.modes:
            for key in command.keys.split():
                other = self._table.setdefault((mode, key), command)
                if other is not command:
                    raise ConfigError(
                        f"the key {key!r} would do both {other.id} and {command.id}",
                        hint="give one of them another key in [review] keys",
                    )

    def find(self, mode: Mode, key: str, state: EditorState | None = None) -> Command | None:
        """Where she types, a character is a command only if it beats the text."""
        command = self._table.get((mode, key))
        if command and mode in (Mode.EMPTY, Mode.TYPING) and is_character(key):
            return command if state is not None and command.beats_text(state) else None
        return command

    def accepts(self, key: str) -> bool:
        """It takes what stands there for right, and is no character."""
        found = (self._table.get((mode, key)) for mode in (Mode.FIELD, Mode.APPROVE))
        accepting = any(command and command.id in ("accept", "approve") for command in found)
        return accepting and not is_character(key)

    def footer(self, mode: Mode, state: EditorState | None = None) -> tuple[Command, ...]:
        """What can be done now, each with the key that does it there; all of the mode where no
        document is in hand."""
        return tuple(
            replace(command, shown=self.spoken(command, mode, state))
            for command in self.commands
            if mode in command.modes and command.label and self.key(command, mode, state)
            if state is None or command.available(state)
        )

    def key(self, command: Command, mode: Mode, state: EditorState | None = None) -> str:
        """The first that is this command there; empty when none is."""
        found = (key for key in command.keys.split() if self.find(mode, key, state) is command)
        return next(found, "")

    def spoken(self, command: Command, mode: Mode, state: EditorState | None = None) -> str:
        """What the footer shows of it."""
        key = self.key(command, mode, state)
        first = command.keys.split()[0]
        return command.shown if command.shown and key == first else spoken_key(key or first)

    def said(self, sentence: str, mode: Mode, state: EditorState | None = None) -> str:
        """With the key of each command that the sentence names by its id in braces."""
        return re.sub(r"\{(\w+)\}", lambda found: self._named(found, mode, state), sentence)

    def _named(self, found: re.Match[str], mode: Mode, state: EditorState | None) -> str:
        """Where characters are text, a command that has no other key is given behind Esc. What is
        no command's id stands as it is."""
        named = [command for command in self.commands if command.id == found[1]]
        for command in (one for one in named if mode in one.modes):
            if key := self.key(command, mode, state):
                return spoken_key(key)
        if not named:
            return found[0]
        key = named[0].keys.split()[0]
        typed = mode in (Mode.EMPTY, Mode.TYPING) and is_character(key)
        return f"{spoken_key('escape')} {spoken_key(key)}" if typed else spoken_key(key)


def press(state: EditorState, key: str, keyboard: Keyboard) -> Outcome:
    """What a key, as Textual names it, makes of the state; a character that is no command is
    typed where something is typed."""
    command = keyboard.find(state.mode, key, state)
    if command is not None:
        return command.apply(state)
    types = state.typed or state.mode is Mode.EMPTY
    return state.write(key) if types and len(key) == 1 else state


def edited(state: EditorState, key: str, keyboard: Keyboard) -> EditorState:
    """As ``press``, without a screen. Raises KeyError for a key that asks the screen for more."""
    outcome = press(state, key, keyboard)
    if not isinstance(outcome, EditorState):
        raise KeyError(f"{key} asks the screen: {outcome}")
    return outcome


def _remapped(command: Command, keys: str | None) -> Command:
    if not keys:
        return command
    names = (_named(key.strip()) for key in keys.split(",") if key.strip())
    return replace(command, keys=" ".join(names), shown="")
