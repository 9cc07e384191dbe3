"""Kinds of documents that are never trained on; one a file, as in ``starter.themes``."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from starter.facts import Theme

THEMES: dict[str, Theme] = {
    found.name: import_module(f"{__name__}.{found.name}").THEME for found in iter_modules(__path__)
}
