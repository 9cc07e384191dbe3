"""Characters that nobody sees and that a terminal may obey: where text comes in, and where it is
shown.

Pure. A page is read ``legible``; what is shown is ``shown``; a value is blocked for what is
``unseen`` in it and compared ``visible``. Those that turn the direction of writing stay in what is
read, for Arabic and Hebrew papers need them.
"""

from __future__ import annotations

import json
import re

UNKNOWN = "\ufffd"
"""Stands for a character that is not shown, or could not be read."""

# What drives a terminal, and halves of a character.
_CONTROLS = r"\x00-\x1f\x7f-\x9f\ud800-\udfff"
_TURNS = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_BLANKS = r"\u115f\u1160\u2800\u3164\uffa0"
"""Drawn as a space, and none to Python."""
# The rest of Unicode's Default_Ignorable_Code_Point, ends of lines, marks of annotations, and what
# is no character at all.
_INVISIBLE = (
    r"\u00ad\u034f\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f"
    r"\ufe00-\ufe0f\ufeff\ufff0-\ufffb\ufffe\uffff"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_CONTROL = re.compile(f"[{_CONTROLS}]")
_DROPPED = re.compile(f"[{_INVISIBLE}]+")
_UNSEEN = re.compile(f"[{_CONTROLS}{_TURNS}{_BLANKS}{_INVISIBLE}{UNKNOWN}]")
_ON_A_LINE = re.compile(r"[^\n\t]+")
_HIDDEN = re.compile(rf"(?!\s){_UNSEEN.pattern}")
# A hyphen that may be needed and the look of an emoji are no tricks.
_STEALTHY = re.compile(
    rf"(?<=[A-Za-z0-9])(?![\u00ad\ufe0e\ufe0f])[{_INVISIBLE}]+(?=\S)|[\U000e0000-\U000e0fff]"
)


def legible(text: str) -> str:
    """``text``, of one line, as a person reads it off a page: without what is invisible; a control
    character, for which a font may show anything, is unknown."""
    return uncontrolled(_DROPPED.sub("", text))


def uncontrolled(text: str) -> str:
    """``text`` with an unknown character for each control character."""
    return _CONTROL.sub(UNKNOWN, text)


def shown(text: str) -> str:
    """``text`` fit for a screen, a log and a page: one character for each, so that nothing that is
    not drawn goes unnoticed."""
    if text.isprintable() and not _UNSEEN.search(text):
        return text
    return "".join(one if _is_shown(one) else UNKNOWN for one in text)


def shown_lines(text: str) -> str:
    """As ``shown``, but the lines of ``text`` stay lines, and their tabs tabs."""
    return _ON_A_LINE.sub(lambda found: shown(found[0]), text)


def _is_shown(character: str) -> bool:
    # Of the spaces Python calls only the usual one printable.
    return (character.isprintable() or character.isspace()) and not _UNSEEN.match(character)


def unseen(text: str) -> str:
    """The characters of ``text`` that cannot be seen, or read, each once; white space is none."""
    return "".join(dict.fromkeys(_HIDDEN.findall(text)))


def visible(text: str) -> str:
    """``text`` without ``unseen``."""
    return _HIDDEN.sub("", text)


def stealthy(text: str) -> list[str]:
    """The words of ``text`` in which something invisible stands behind a Latin letter or a figure,
    where no script needs it: as a person sees them."""
    words = text.split() if _STEALTHY.search(text) else ()
    return [legible(word) or UNKNOWN for word in words if _STEALTHY.search(word)]


def as_json(value: object) -> str:
    """On one line, the same for a machine, and with nothing in it for a terminal to obey."""
    # Outside of its strings JSON holds none.
    text = json.dumps(value, ensure_ascii=False)
    return "".join(one if _is_shown(one) else json.dumps(one)[1:-1] for one in text)
