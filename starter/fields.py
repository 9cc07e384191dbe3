"""A kind's CSV file: its fields, part by part, and the words that its values are made of.

A row of part ``words`` is one alternative of a list, in each language; a row of part ``value`` is a
value of an enum with its words. Both belong to the fields whose name they bear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.doctypes.shape import instead
from appliance.domain.doctype import FieldType
from starter.facts import Concept, Functions, Maker, Vocabulary, Words
from starter.faults import DataFault
from starter.notation import COMPUTED, alternatives, maker
from starter.rows import Row, read_rows

FIXED = ("part", "name", "also", "type", "value", "unit", "says")
"""Columns before the languages."""
FIELDS = ("sender", "receiver", "header", "items")
"""Parts of a document that have fields."""
UNPRINTED = "-"
"""Stands for the label of a field that a language's documents do not print."""
_PARTS = (*FIELDS, "words", "value")
_NAME = re.compile("[a-z][a-z0-9_]*")
_NAMED = "a name has small letters, digits and _"

Parts = Mapping[str, tuple[Concept, ...]]
"""By part of a document, its fields."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What a row is read with."""

    languages: tuple[str, ...]
    vocabulary: Vocabulary
    own: Mapping[str, Maker] | None
    """Made by functions of the kind; None when it has none."""


def read_fields(
    path: Path, languages: Sequence[str], functions: Functions | None, faults: list[DataFault]
) -> tuple[Parts, Vocabulary]:
    """``languages`` are those of the kind's titles: each must have a column."""
    rows = _named(read_rows(path, (*FIXED, *languages), faults), faults)
    vocabulary = _vocabulary(rows, languages)
    own = functions.makers(vocabulary) if functions else None
    known = _Known(tuple(languages), vocabulary, own)
    found: dict[str, list[Concept]] = {part: [] for part in FIELDS}
    names: set[tuple[str, str]] = set()
    for row in rows:
        part, name = row.cells["part"], row.cells["name"]
        if part not in found:
            faults += _wrong_words(row, known)
            continue
        if (part, name) in names:
            faults.append(row.fault("name", f"a second {name!r} of part {part!r}"))
        names.add((part, name))
        wrong = list(_wrong_field(row, known))
        faults += wrong
        if not wrong:
            found[part].append(_concept(row, known))
    if not any(part == "header" for part, _ in names):
        faults.append(DataFault(str(path), 1, 1, "no field of part 'header'"))
    return {part: tuple(concepts) for part, concepts in found.items()}, vocabulary


def _named(rows: Sequence[Row], faults: list[DataFault]) -> list[Row]:
    """Those with a part and a name: the others cannot be read any further."""
    found = []
    for row in rows:
        if row.cells["part"] not in _PARTS:
            faults.append(row.fault("part", f"unknown{instead(row.cells['part'], _PARTS)}"))
        elif not _NAME.fullmatch(row.cells["name"]):
            faults.append(row.fault("name", _NAMED))
        else:
            found.append(row)
    return found


def _vocabulary(rows: Sequence[Row], languages: Sequence[str]) -> Vocabulary:
    words: dict[str, dict[str, tuple[str, ...]]] = {}
    values: dict[str, dict[str, Words]] = {}
    for row in rows:
        spoken = {code: row.cells[code] for code in languages if row.cells[code]}
        if row.cells["part"] == "words":
            known = words.setdefault(row.cells["name"], {})
            for code, text in spoken.items():
                known[code] = (*known.get(code, ()), text)
        elif row.cells["part"] == "value":
            said = {code: alternatives(text) for code, text in spoken.items()}
            values.setdefault(row.cells["name"], {})[row.cells["value"]] = said
    return Vocabulary(words, values)


def _wrong_field(row: Row, known: _Known) -> Iterator[DataFault]:
    cells = row.cells
    names = (cells["name"], *_others(row))
    for one in names[1:]:
        if not _NAME.fullmatch(one):
            yield row.fault("also", f"{one!r}: {_NAMED}")
        elif names.count(one) > 1:
            yield row.fault("also", f"{one!r} stands there twice")
    if cells["type"] not in list(FieldType):
        yield row.fault("type", f"unknown{instead(cells['type'], map(str, FieldType))}")
    yield from _wrong_value(row, known)
    for code in known.languages:
        if not cells[code]:
            yield row.fault(code, f"no label; {UNPRINTED!r} stands for one that is not printed")
        elif not all(alternatives(cells[code])):
            yield row.fault(code, "an alternative is empty")


def _wrong_value(row: Row, known: _Known) -> Iterator[DataFault]:
    told, word = row.cells["value"], row.cells["value"].partition(" ")[0]
    if (row.cells["type"] == FieldType.ENUM) != (word == "enum"):
        yield row.fault("value", "'enum' makes the values of type enum, and nothing else does")
    elif word == COMPUTED and known.own is None:
        yield row.fault("value", "this kind has no functions that compute anything")
    else:
        try:
            maker(told, row.cells["name"], known.vocabulary, known.own or {})
        except ValueError as error:
            yield row.fault("value", str(error))


def _others(row: Row) -> tuple[str, ...]:
    """Names beside the first."""
    return alternatives(row.cells["also"]) if row.cells["also"] else ()


def _concept(row: Row, known: _Known) -> Concept:
    """Of a row that is in order."""
    cells, name = row.cells, row.cells["name"]
    word, _, called = cells["value"].partition(" ")
    printed = [code for code in known.languages if cells[code] != UNPRINTED]
    return Concept(
        (name, *_others(row)),
        FieldType(cells["type"]),
        alternatives(cells["says"]),
        {code: alternatives(cells[code]) for code in printed},
        maker(cells["value"], name, known.vocabulary, known.own or {}),
        cells["unit"],
        known.vocabulary.values[called or name] if word == "enum" else {},
        computed=word == COMPUTED,
    )


def _wrong_words(row: Row, known: _Known) -> Iterator[DataFault]:
    """Words may lack a language where there are English ones."""
    cells, part = row.cells, row.cells["part"]
    empty = ("also", "type", "unit", "says", *(["value"] if part == "words" else []))
    for column in empty:
        if cells[column]:
            yield row.fault(column, f"nothing stands here in a row of part {part!r}")
    spoken: Mapping[str, object] = known.vocabulary.words.get(cells["name"], {})
    if part == "value":
        if not cells["value"]:
            yield row.fault("value", "is missing")
        spoken = known.vocabulary.values[cells["name"]][cells["value"]]
        for code in known.languages:
            if cells[code] and not all(alternatives(cells[code])):
                yield row.fault(code, "an alternative is empty")
    for code in known.languages:
        if code not in spoken and "en" not in spoken:
            yield row.fault(code, "no words, and no English ones instead")
