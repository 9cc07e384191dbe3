"""One vocabulary a language, each a TOML file. A new one is a file here and its code below."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import TypeAdapter

from appliance.samples.language import Language

_FOLDER = Path(__file__).parent
_CODES = ("en", "de", "fr", "es", "pl")
"""Chance draws among them in this order."""


def read_language(code: str) -> Language:
    """pydantic's ValidationError, which names the key, where the file is not a Language."""
    told = tomllib.loads((_FOLDER / f"{code}.toml").read_text(encoding="utf-8"))
    return TypeAdapter(Language).validate_python({**told, "code": code})


LANGUAGES: dict[str, Language] = {code: read_language(code) for code in _CODES}
