"""The test suite of the German standard: every file is read, and a pair says the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from appliance.domain.einvoice import EInvoice, TermValue
from bench import common
from bench.arrivals.decided import Decided, decided

FOLDER = "einvoices"
_NUMBER = re.compile(r"-?\d+\.?\d*")
_SYNTAXES = ("ubl", "uncefact")


@dataclass(frozen=True, slots=True)
class Pair:
    name: str
    differences: tuple[str, ...]
    """Terms of which the two say something else."""


@dataclass(frozen=True, slots=True)
class Suite:
    files: tuple[Decided, ...]
    pairs: tuple[Pair, ...]

    @property
    def read(self) -> int:
        return sum(
            one.document is not None and one.document.einvoice is not None for one in self.files
        )

    @property
    def standard(self) -> list[Decided]:
        return [one for one in self.files if one.path.name.startswith("standard")]


def suite() -> Suite:
    paths = sorted((common.data() / FOLDER).glob("*.xml"))
    files = tuple(decided(path, "supplier_invoice") for path in paths)
    return Suite(files, tuple(_pairs(files)))


def _pairs(files: Sequence[Decided]) -> list[Pair]:
    said = {one.path.stem: one.document.einvoice for one in files if one.document}
    found = []
    for stem, one in said.items():
        name, _, syntax = stem.rpartition("_")
        other = said.get(f"{name}_{_SYNTAXES[1]}")
        if syntax == _SYNTAXES[0] and one and other:
            found.append(Pair(name, tuple(_differences(one, other))))
    return found


def _differences(one: EInvoice, other: EInvoice) -> list[str]:
    parts = zip((one.values, *one.lines), (other.values, *other.lines), strict=False)
    apart = {said for mine, theirs in parts for said in _said(mine) ^ _said(theirs)}
    rows = [] if len(one.lines) == len(other.lines) else ["BG-25 (how many)"]
    return [*rows, *(f"{term} ({text})" for term, text in sorted(apart))]


def _said(values: Iterable[TermValue]) -> set[tuple[str, str]]:
    """Numbers without the zeros behind them."""
    return {(one.term, _plain(one.text)) for one in values}


def _plain(text: str) -> str:
    return f"{Decimal(text).normalize():f}" if _NUMBER.fullmatch(text) else text
