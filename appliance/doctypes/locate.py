"""On which line of a TOML text a key stands; ``tomllib`` does not tell.

Pure, and good enough for a message: it reads lines, not TOML. Lines count from 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADER = re.compile(r"""^\s*\[+\s*([\w."' -]+?)\s*\]""")
_KEY = re.compile(r"""^\s*([\w."'-]+)\s*=(?!=)""")
_SYNTAX = re.compile(r"\(at line (\d+)")


def line_of(text: str, key: Sequence[str | int]) -> int:
    """The line of the key, or of the nearest key above it that is written; else the first."""
    wanted = [str(part) for part in key]
    header: list[str] = []
    best, depth = 1, 0
    for number, line in enumerate(text.splitlines(), 1):
        if match := _HEADER.match(line):
            header = here = _parts(match[1])
        elif match := _KEY.match(line):
            here = header + _parts(match[1])
        else:
            continue
        shared = _shared(here, wanted)
        if shared > depth:
            best, depth = number, shared
    return best


def line_of_text(text: str, piece: str) -> int:
    """The first line that holds ``piece`` between quotes, or else within something longer; the
    first of all when none does."""
    lines = text.splitlines()
    for form in (f'"{piece}"', f"'{piece}'", piece):
        for number, line in enumerate(lines, 1):
            if form in line:
                return number
    return 1


def syntax_line(message: str, text: str) -> int:
    """The line in a message of ``tomllib``; the last one for "at end of document"."""
    match = _SYNTAX.search(message)
    return int(match[1]) if match else max(1, len(text.splitlines()))


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]


def _shared(one: list[str], other: list[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
