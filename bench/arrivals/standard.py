"""The test suite of the German standard: every file is read, and a pair says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.domain.einvoice import EInvoice
from bench import common
from bench.arrivals.decided import Decided, decided

FOLDER = "einvoices"
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
    terms = {
        f"{value.term} ({value.text})"
        for mine, theirs in parts
        for value in {(v.term, v.text): v for v in (*mine, *theirs)}.values()
        if (value.term, value.text) not in {(v.term, v.text) for v in mine}
        or (value.term, value.text) not in {(v.term, v.text) for v in theirs}
    }
    rows = [] if len(one.lines) == len(other.lines) else ["BG-25 (how many)"]
    return [*rows, *sorted(terms)]


def stem(path: Path) -> str:
    return path.stem.rpartition("_")[0]
