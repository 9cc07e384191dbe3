"""How a table looks, by chance: a way of each trait of ``looks.toml``.

One look in eight is kept for papers that nothing is learned from.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from pathlib import Path
from random import Random
from typing import Annotated

from pydantic import ConfigDict, Field

from starter.faults import DataFault, read_toml, refuse

_FILE = Path(__file__).parent.parent / "looks.toml"
_KEPT = 8
"""One look in so many is unseen."""

Ways = Annotated[dict[str, Annotated[float, Field(gt=0)]], Field(min_length=1)]
"""Each with how often it comes beside the others."""


@dataclass(frozen=True, slots=True)
class Traits:
    lines: Ways
    head: Ways
    numbering: Ways
    unit: Ways
    code: Ways
    name: Ways
    besides: Ways
    extra: Ways
    order: Ways
    next_page: Ways
    rows: Ways

    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class TableLook:
    """A way of each trait, by the names of ``looks.toml``."""

    lines: str
    head: str
    numbering: str
    unit: str
    code: str
    name: str
    besides: str
    extra: str
    order: str
    next_page: str
    rows: str

    @property
    def unseen(self) -> bool:
        """Whether no paper for training has it; fixed for ever by the names of its ways."""
        ways = "/".join(getattr(self, trait.name) for trait in fields(self))
        return hashlib.sha256(ways.encode()).digest()[0] % _KEPT == 0


def read_traits(path: Path = _FILE) -> Traits:
    """ConfigError with every fault of the file."""
    faults: list[DataFault] = []
    _, traits = read_toml(path, Traits, faults)
    refuse(faults)
    assert traits
    return traits


TRAITS = read_traits()


def table_look(rng: Random, *, unseen: bool = False) -> TableLook:
    """``unseen``: one of those that are kept from training, else one of the others."""
    while True:
        drawn = TableLook(*(_way(rng, getattr(TRAITS, one.name)) for one in fields(TableLook)))
        if drawn.unseen == unseen:
            return drawn


def _way(rng: Random, ways: Ways) -> str:
    return rng.choices(list(ways), list(ways.values()))[0]
