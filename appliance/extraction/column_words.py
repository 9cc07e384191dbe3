"""How alike a column's header is to what is known to stand above a field of the rows.

Pure but for a file that is shipped: what made papers print above their columns, in ten languages.
Likeness orders what is tried and proves nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from appliance.domain.doctype import FieldSpec, TableSpec
from appliance.fields.folding import unaccented

_FILE = Path(__file__).parent / "column_words.toml"
_SAME = 0.5
"""Likeness from which on a known column is taken for the field that is asked for."""
_PIECE = 0.9
"""What is left of the likeness of some words of a header."""
_LONGEST = 4
"""Words of such a piece."""

Trigrams = frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownColumn:
    asked: tuple[Trigrams, ...]
    """What owners may call it and say of it."""
    words: tuple[Trigrams, ...]
    """What stands above it."""


def alike(one: Trigrams, other: Trigrams) -> float:
    """0-1: the share of trigrams in common (Dice)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


@cache
def trigrams(text: str) -> Trigrams:
    bare = f" {' '.join(re.split(r'[^a-z0-9%#]+', unaccented(text))).strip()} "
    return frozenset(bare[at : at + 3] for at in range(len(bare) - 2))


class HeaderWords:
    """Of the rows of one document type."""

    def __init__(self, items: TableSpec, *, known: bool = True) -> None:
        """``known``: by more than the names and descriptions of the type itself."""
        kinds = known_columns() if known else {}
        beside = _most_alike(items, kinds)
        self._own: dict[str, tuple[Trigrams, ...]] = {}
        self._others: dict[str, tuple[Trigrams, ...]] = {}
        for spec in items.fields:
            same = _same(spec, kinds)
            words = [columns[n].words for columns in kinds.values() for n in same if n in columns]
            self._own[spec.name] = (*_said(spec), *{w for one in words for w in one})
            rivals = [column.words for name, column in beside.items() if name not in same]
            asked = [_said(other) for other in items.fields if other is not spec]
            self._others[spec.name] = tuple({w for one in (*rivals, *asked) for w in one})

    def likeness(self, name: str, header: str) -> tuple[float, float]:
        """0-1 each: to what is known of the field, and to the most alike of all else."""
        return _nearest(header, self._own[name]), _nearest(header, self._others[name])


@cache
def known_columns() -> Mapping[str, Mapping[str, KnownColumn]]:
    """By kind of document and name."""
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        kind: {
            name: KnownColumn(*(tuple(map(trigrams, entry[key])) for key in ("asked", "words")))
            for name, entry in columns.items()
        }
        for kind, columns in read.items()
    }


def _same(spec: FieldSpec, kinds: Mapping[str, Mapping[str, KnownColumn]]) -> frozenset[str]:
    """Names of the columns that are most alike to the field."""
    columns = [known for one in kinds.values() for known in one.items()]
    found = [(_likeness(spec, column), name) for name, column in columns]
    most = max((likeness for likeness, _ in found), default=0.0)
    return frozenset(name for likeness, name in found if likeness >= max(most, _SAME))


def _most_alike(
    items: TableSpec, kinds: Mapping[str, Mapping[str, KnownColumn]]
) -> Mapping[str, KnownColumn]:
    """The columns of the kind of document that has most of what is asked for."""

    def has(columns: Mapping[str, KnownColumn]) -> float:
        likeness = (max(_likeness(s, column) for column in columns.values()) for s in items.fields)
        return sum(one for one in likeness if one >= _SAME)

    return max(kinds.values(), key=has, default={})


def _likeness(spec: FieldSpec, column: KnownColumn) -> float:
    return max(alike(one, other) for one in _said(spec) for other in column.asked)


def _said(spec: FieldSpec) -> tuple[Trigrams, ...]:
    return tuple(trigrams(text) for text in (spec.name, spec.description) if text)


@cache
def _pieces(header: str) -> tuple[tuple[Trigrams, float], ...]:
    """The whole, and runs of its words with what their likeness is worth."""
    words = re.split(r"[\s/|]+", header)
    runs = {
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1)
    }
    return (trigrams(header), 1.0), *((trigrams(run), _PIECE) for run in sorted(runs))


def _nearest(header: str, words: Iterable[Trigrams]) -> float:
    return max(
        (worth * alike(piece, word) for piece, worth in _pieces(header) for word in words),
        default=0.0,
    )
