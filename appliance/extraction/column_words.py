"""How alike a column's header is to what is known to stand above a field of the rows.

Pure but for a file that is shipped: what made papers print above their columns, in ten languages.
Likeness orders what is tried. It proves nothing by itself; but where an equation holds, and nothing
else tells which of its columns is which, likeness does (``source_table``).
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from appliance.domain.doctype import TableSpec
from appliance.fields.folding import unaccented

_FILE = Path(__file__).parent / "column_words.toml"
_SAME = 0.5
"""Likeness from which on a known column is taken for the field that is asked for."""
_PIECE = 0.9
"""What is left of the likeness of some words of a header; less where they are few of it."""
_LONGEST = 4
"""Words of such a piece."""
_STROKE = re.compile(r"\s*[/|]\s*")
_READ = 12
"""Words of a header that are looked at."""

Trigrams = frozenset[str]
Asked = tuple[str, ...]
"""What the type says of a field: its name and perhaps a description."""


@dataclass(frozen=True, slots=True)
class KnownColumn:
    asked: tuple[Trigrams, ...]
    """What owners may call it and say of it."""
    words: tuple[Trigrams, ...]
    """What stands above it."""


KnownColumns = Mapping[str, KnownColumn]
"""Of one kind of document, by name."""


def header_words(items: TableSpec, *, known: bool = True) -> HeaderWords:
    """``known``: by more than the names and descriptions of the type itself."""
    return _header_words(tuple((spec.name, spec.description) for spec in items.fields), known)


class HeaderWords:
    """Of the rows of one document type."""

    def __init__(
        self, own: Mapping[str, Mapping[Trigrams, float]], others: Mapping[str, set[Trigrams]]
    ) -> None:
        """By field the words that are its own, with what their likeness is worth (0-1), and all
        others."""
        words: set[Trigrams] = set().union(*own.values(), *others.values())
        self._sizes = [len(word) for word in words]
        at = {word: index for index, word in enumerate(words)}
        self._own = {
            name: [(at[word], worth) for word, worth in one.items()] for name, one in own.items()
        }
        self._others = {name: [at[word] for word in one] for name, one in others.items()}
        self._holding: dict[str, list[int]] = defaultdict(list)
        for word, index in at.items():
            for trigram in word:
                self._holding[trigram].append(index)
        self._near = lru_cache(maxsize=2048)(self._nearness)

    def likeness(self, name: str, header: str) -> tuple[float, float]:
        """0-1 each: to what is known of the field, and to the most alike of all else."""
        near = self._near(header)
        own = (near.get(word, 0.0) * worth for word, worth in self._own[name])
        others = (near.get(word, 0.0) for word in self._others[name])
        return max(own, default=0.0), max(others, default=0.0)

    def _nearness(self, header: str) -> dict[int, float]:
        """By word how alike the header or a piece of it is."""
        found: dict[int, float] = {}
        for piece, worth in _pieces(header):
            common = Counter(word for one in piece for word in self._holding.get(one, ()))
            for word, count in common.items():
                likeness = worth * 2 * count / (len(piece) + self._sizes[word])
                found[word] = max(found.get(word, 0.0), likeness)
        return found


def trigrams(text: str) -> Trigrams:
    """None of a lone letter, which is as often a unit as a name."""
    if sum(map(str.isalnum, text)) == 1:
        return frozenset()
    bare = f" {' '.join(re.split(r'[^a-z0-9%#]+', unaccented(text))).strip()} "
    return frozenset(bare[at : at + 3] for at in range(len(bare) - 2))


def _whole(text: str) -> Trigrams:
    """Of all that stands above a column, or of a whole name: a lone letter is that then."""
    return trigrams(text) or frozenset({unaccented(text).strip()})


def alike(one: Trigrams, other: Trigrams) -> float:
    """0-1: the share of trigrams in common (Dice)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


@cache
def known_columns() -> Mapping[str, KnownColumns]:
    """By kind of document."""
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        kind: {
            name: KnownColumn(
                tuple(map(trigrams, entry["asked"])), tuple(map(_whole, entry["words"]))
            )
            for name, entry in columns.items()
        }
        for kind, columns in read.items()
    }


@lru_cache(maxsize=64)
def _header_words(fields: tuple[Asked, ...], known: bool) -> HeaderWords:
    kinds = known_columns() if known else {}
    beside = _most_alike(fields, kinds)
    own: dict[str, Mapping[Trigrams, float]] = {}
    others: dict[str, set[Trigrams]] = {}
    for asked in fields:
        name = asked[0]
        own[name] = _own_words(asked, kinds)
        rivals = (column for column in beside.values() if _alike(asked, column) < _SAME)
        others[name] = {word for column in rivals for word in column.words}
        others[name].update(word for one in fields if one is not asked for word in _said(one))
    return HeaderWords(own, others)


def _own_words(asked: Asked, kinds: Mapping[str, KnownColumns]) -> dict[Trigrams, float]:
    """Those above all known columns that are like the field, each worth as much as they are."""
    found = dict.fromkeys(_said(asked), 1.0)
    for columns in kinds.values():
        for column in columns.values():
            worth = _alike(asked, column)
            for word in column.words if worth >= _SAME else ():
                found[word] = max(found.get(word, 0.0), worth)
    return found


def _most_alike(fields: Sequence[Asked], kinds: Mapping[str, KnownColumns]) -> KnownColumns:
    """The columns of the kind of document that has most of what is asked for."""

    def has(columns: KnownColumns) -> float:
        likeness = (max(_alike(one, column) for column in columns.values()) for one in fields)
        return sum(one for one in likeness if one >= _SAME)

    return max(kinds.values(), key=has, default={})


def _alike(asked: Asked, column: KnownColumn) -> float:
    return max(alike(one, other) for one in _said(asked) for other in column.asked)


def _said(asked: Asked) -> Iterable[Trigrams]:
    return [_whole(text) for text in asked if text]


def _pieces(header: str) -> Iterator[tuple[Trigrams, float]]:
    """The whole, what stands between its strokes as in two languages, and runs of its words; with
    what their likeness is worth."""
    yield _whole(header), 1.0
    for part in _STROKE.split(header):
        yield trigrams(part), 1.0
    words = _STROKE.sub(" ", header).split()[:_READ]
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            piece = words[start:end]
            share = sum(map(len, piece)) / max(sum(map(len, words)), 1)
            yield trigrams(" ".join(piece)), _PIECE * math.sqrt(share)
