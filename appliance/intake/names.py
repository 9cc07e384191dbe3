"""What the path of a dropped file says: its kind, and a name to show. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from appliance.domain import characters

_LONGEST = 300
"""Characters of a path that somebody is to read."""


def shown(path: PurePath) -> str:
    """``path`` with slashes, fit for a database and a terminal: whatever bytes it was made of. The
    middle of a long one is left out."""
    text = path.as_posix()
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]}…{text[-_LONGEST // 2 :]}"
    return characters.shown(text)


def kind_and_name(path: PurePath, kinds: Mapping[str, str], default: str) -> tuple[str, str]:
    """Document type and name of a file by its ``path`` in the inbox.

    The first folder is the type when it is one of ``kinds`` (by case-folded name, as a Windows
    share may spell it); any other folder belongs to the name.
    """
    kind = kinds.get(path.parts[0].casefold()) if len(path.parts) > 1 else None
    return (default, shown(path)) if kind is None else (kind, shown(PurePath(*path.parts[1:])))
