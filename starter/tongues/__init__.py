"""One language a file. A new one is a file here and nothing else."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from starter.tongue import Tongue

TONGUES: dict[str, Tongue] = {
    found.name: import_module(f"{__name__}.{found.name}").TONGUE for found in iter_modules(__path__)
}
