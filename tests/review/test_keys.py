"""Keys of the owner's own, named as the terminal calls them or as they are printed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from appliance import review
from appliance.domain.errors import ConfigError
from appliance.review.editor.keyboard import Keyboard, spoken_key
from appliance.review.editor.standing import Mode
from appliance.review.screens.help import groups


def found(keyboard: Keyboard, key: str) -> str | None:
    command = keyboard.find(Mode.FIELD, key)
    return command and command.id


@pytest.mark.parametrize(
    ("said", "called"),
    [
        ("f8", "f8"),
        ("F8", "f8"),
        ("*", "asterisk"),
        ("Ctrl+S", "ctrl+s"),
        ("Shift+PgDn", "shift+pagedown"),
        (".", "full_stop"),
        ("x", "x"),
        ("X", "X"),
        ("@", "at"),
        ("Ctrl++", "ctrl+plus"),
    ],
)
def test_a_key_may_be_named_as_it_is_printed(said: str, called: str) -> None:
    assert found(Keyboard({"skip": said}), called) == "skip"


def test_several_keys_may_do_the_same_and_one_key_not_two_things() -> None:
    board = Keyboard({"add_row": "Insert, F11", "insert_row": "F12"})
    assert {found(board, key) for key in ("insert", "f11")} == {"add_row"}
    with pytest.raises(ConfigError, match="'plus'"):
        Keyboard({"skip": "+"})
    with pytest.raises(ConfigError, match="'skp'"):
        Keyboard({"skp": "F8"})


def test_every_command_may_get_a_key_of_its_own() -> None:
    """A command that stands in two modes keeps one name; no name stands twice in a mode."""
    for command in Keyboard().commands:
        assert Keyboard({command.id: "F11"}).find(command.modes[0], "f11") is not None
    board = Keyboard({"column_b": "F11", "name_2": "F12"})
    found = [board.find(Mode.COLUMNS, key) for key in ("f11", "a", "f12", "1", "0")]
    assert [one and one.id for one in found] == [
        "column_b",
        "column_a",
        "name_2",
        "name_1",
        "name_none",
    ]


@pytest.mark.parametrize(
    ("key", "printed"),
    [
        ("shift+pagedown", "Shift+PgDn"),
        ("ctrl+home", "Ctrl+Home"),
        ("plus", "+"),
        ("ctrl+plus", "Ctrl++"),
    ],
)
def test_a_key_is_printed_as_it_may_be_named(key: str, printed: str) -> None:
    assert spoken_key(key) == printed
    assert found(Keyboard({"skip": printed, "add_row": "F11"}), key) == "skip"


@pytest.mark.parametrize(
    ("keys", "mode", "said"),
    [
        ({}, Mode.FIELD, "n: not there. Tab goes on, End jumps."),
        ({}, Mode.EMPTY, "F4: not there. Tab goes on, End jumps."),
        ({}, Mode.TYPING, "F4: not there. Tab goes on, End jumps."),
        ({"absent": "x, F12"}, Mode.FIELD, "x: not there. Tab goes on, End jumps."),
        ({"absent": "x, F12"}, Mode.EMPTY, "F12: not there. Tab goes on, End jumps."),
        ({"absent": "x"}, Mode.EMPTY, "Esc x: not there. Tab goes on, End jumps."),
        ({"next": "F11"}, Mode.FIELD, "n: not there. F11 goes on, End jumps."),
    ],
)
def test_a_sentence_names_the_key_that_does_it_there(keys, mode, said) -> None:
    sentence = "{absent}: not there. {next} goes on, {part} jumps."
    assert Keyboard(keys).said(sentence, mode) == said
    assert Keyboard(keys).said("a{b}.pdf {no such}", mode) == "a{b}.pdf {no such}"


def test_every_sentence_names_commands_that_there_are() -> None:
    known = {command.id for command in Keyboard().commands}
    folder = Path(review.__file__).parent
    sources = [
        one for part in ("draft", "editor", "screens") for one in (folder / part).glob("*.py")
    ]
    told = {
        found
        for path in (*sources, folder / "app.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for found in re.findall(r"\{([a-z_]+)\}", node.value)
    }
    assert {"absent", "accept", "undo"} <= told <= known


def test_the_help_tells_of_no_letter_that_is_text_and_of_the_keys_that_approve() -> None:
    told = {group[0].text: [line.text for line in group[1:]] for group in groups(Keyboard())}
    assert any(line.startswith("F4 ") for line in told["While typing"])
    assert not [line for line in told["While typing"] if line.startswith(("n ", "i "))]
    assert [line.split()[0] for line in told["Approve?"]] == ["Enter", "a", "Esc", "Tab"]
    assert "letters are commands" in told["Empty field: letters are text"][0]


def test_the_help_says_once_what_the_signs_mean():
    said = ["".join(line.text for line in group) for group in groups(Keyboard())]
    assert "checked by you" in said[-1] and "how sure the appliance is" in said[-1]
    assert not any("checked by you" in one for one in said[:-1])
