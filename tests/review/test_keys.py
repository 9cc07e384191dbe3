"""Keys of the owner's own, named as the terminal calls them or as they are printed."""

from __future__ import annotations

import pytest

from appliance.domain.errors import ConfigError
from appliance.review.editor.keyboard import Keyboard
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


def test_the_help_says_once_what_the_signs_mean():
    said = ["".join(line.text for line in group) for group in groups(Keyboard())]
    assert "checked by you" in said[-1] and "how sure the appliance is" in said[-1]
    assert not any("checked by you" in one for one in said[:-1])
