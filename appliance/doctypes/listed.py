"""Built-in values of the listed field types: currencies, countries, yes and no.

Each value comes with the words by which documents say it. An enum has no built-in values.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from appliance.domain.doctype import FieldType

BUILT_IN = {FieldType.CURRENCY, FieldType.COUNTRY, FieldType.BOOLEAN}


@cache
def built_in(fieldtype: FieldType) -> Mapping[str, tuple[str, ...]]:
    """Value -> words; empty for a type that has none built in."""
    if fieldtype not in BUILT_IN:
        return {}
    file = Path(__file__).parent / "lists" / f"{fieldtype.value}.toml"
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    return {value: tuple(words) for value, words in found.items()}
