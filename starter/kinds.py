"""The kinds of documents, each a TOML file beside a CSV file of its fields: ``kinds``.

A new kind is two new files, in ``kinds`` or in a folder of the owner's own. What stands in them is
told in docs/starter.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field

from appliance.doctypes.shape import instead
from appliance.domain.doctype import FieldType
from starter.consistent import FUNCTIONS
from starter.facts import Concept, DocumentKind, Functions, Maker, Table, Teller, Vocabulary, Words
from starter.faults import DataFault, Toml, read_toml, refuse, unknown_names
from starter.locales import LOCALES, Text
from starter.notation import COMPUTED, alternatives, maker
from starter.table import Row, read_table

FOLDER = Path(__file__).parent / "kinds"
_STRICT = ConfigDict(extra="forbid")
_NAME = re.compile("[a-z][a-z0-9_]*")
_UNPRINTED = "-"
"""Stands for the label of a field that a language's documents do not print."""
_FIXED = ("part", "name", "also", "type", "value", "unit", "says")
_FIELDS = ("sender", "receiver", "header", "items")
"""Parts of a document that have fields."""
_PARTS = (*_FIELDS, "words", "value")

Texts = Annotated[tuple[Text, ...], Field(min_length=1)]
Spoken = Mapping[str, Texts]


@dataclass(frozen=True, slots=True)
class _Asked:
    title: Text
    description: str = ""

    __pydantic_config__ = _STRICT


@dataclass(frozen=True, slots=True)
class _Same:
    says: Text
    """Name of the other field."""
    unless: tuple[str, ...] = ()

    __pydantic_config__ = _STRICT


@dataclass(frozen=True, slots=True)
class _Span:
    first: Text
    last: Text
    labels: Spoken

    __pydantic_config__ = _STRICT


@dataclass(frozen=True, slots=True)
class _Items:
    names: Texts
    descriptions: tuple[str, ...] = ("",)
    rows: tuple[int, int] = (1, 8)
    sums: Mapping[str, str] = field(default_factory=dict)

    __pydantic_config__ = _STRICT


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a kind's TOML file holds; see ``DocumentKind``."""

    name: str
    asked: Annotated[tuple[_Asked, ...], Field(min_length=1)]
    titles: Annotated[Spoken, Field(min_length=1)]
    sender: Texts = ("sender_name", "company", "issuer")
    receiver: tuple[Text, ...] = ("recipient_name", "customer", "addressed_to")
    core: tuple[str, ...] = ()
    functions: str = ""
    slip: bool = False
    numbered: bool = True
    written: str = ""
    country: str = ""
    weight: Annotated[float, Field(gt=0)] = 1.0
    taxed: tuple[str, str, str] = ("", "", "")
    sender_labels: Spoken = field(default_factory=dict)
    receiver_labels: Spoken = field(default_factory=dict)
    sentences: Spoken = field(default_factory=dict)
    same: Mapping[str, _Same] = field(default_factory=dict)
    spans: tuple[_Span, ...] = ()
    items: _Items | None = None

    __pydantic_config__ = _STRICT


def read_kinds(folder: Path = FOLDER) -> dict[str, DocumentKind]:
    """By name. ConfigError with every fault of every file."""
    faults: list[DataFault] = []
    found: dict[str, DocumentKind] = {}
    paths = sorted(folder.glob("*.toml"), key=lambda path: path.stem)
    if not paths:
        faults.append(DataFault(str(folder), 1, 1, "no kind of document: no .toml file"))
    for path in paths:
        kind = _read(path, faults)
        if kind:
            found[kind.name] = kind
    refuse(faults)
    return found


def lacking(kinds: Iterable[DocumentKind]) -> dict[str, list[str]]:
    """By language the names of the kinds that are not written in it."""
    every = list(kinds)
    return {code: [kind.name for kind in every if code not in kind.titles] for code in LOCALES}


def _read(path: Path, faults: list[DataFault]) -> DocumentKind | None:
    toml, shape = read_toml(path, _Shape, faults, name=path.stem)
    if shape is None:
        return None
    faults += _wrong_languages(toml, shape)
    csv = path.with_suffix(".csv")
    if not csv.exists():
        faults.append(DataFault(str(csv), 1, 1, "is missing: the fields of the kind"))
        return None
    if shape.functions and shape.functions not in FUNCTIONS:
        faults.append(toml.fault(("functions",), f"unknown{instead(shape.functions, FUNCTIONS)}"))
        return None
    before = len(faults)
    rows = _checked(read_table(csv, (*_FIXED, *shape.titles), faults), faults)
    parts = _parts(shape, rows, faults)
    if len(faults) == before:  # else a name may only be missing because its row is at fault
        faults += _wrong_names(toml, shape, parts)
    return _kind(shape, parts, _vocabulary(shape, rows)) if len(faults) == before else None


Parts = Mapping[str, tuple[Concept, ...]]
"""By part, the fields."""


def _checked(rows: Sequence[Row], faults: list[DataFault]) -> list[Row]:
    """Those with a part and a name."""
    found = []
    for row in rows:
        if row.cells.get("part") not in _PARTS:
            known = instead(row.cells.get("part", ""), _PARTS)
            faults.append(row.fault("part", f"unknown{known}"))
        elif not _NAME.fullmatch(row.cells.get("name", "")):
            faults.append(row.fault("name", "a name has small letters, digits and _"))
        else:
            found.append(row)
    return found


def _vocabulary(shape: _Shape, rows: Sequence[Row]) -> Vocabulary:
    words: dict[str, dict[str, tuple[str, ...]]] = {}
    values: dict[str, dict[str, Words]] = {}
    for row in rows:
        spoken = {code: row.cells[code] for code in shape.titles if row.cells.get(code)}
        if row.cells["part"] == "words":
            known = words.setdefault(row.cells["name"], {})
            for code, text in spoken.items():
                known[code] = (*known.get(code, ()), text)
        elif row.cells["part"] == "value":
            said = {code: alternatives(text) for code, text in spoken.items()}
            values.setdefault(row.cells["name"], {})[row.cells["value"]] = said
    return Vocabulary(words, values)


def _parts(shape: _Shape, rows: Sequence[Row], faults: list[DataFault]) -> Parts:
    known = _vocabulary(shape, rows)
    own: Mapping[str, Maker] = {}
    if shape.functions:
        own = FUNCTIONS[shape.functions].makers(known)
    found: dict[str, list[Concept]] = {part: [] for part in _FIELDS}
    for row in rows:
        part, name = row.cells["part"], row.cells["name"]
        if part in found:
            if name in (one.names[0] for one in found[part]):
                faults.append(row.fault("name", f"a second {name!r} of part {part!r}"))
            concept = _concept(shape, row, known, own, faults)
            found[part] += [concept] if concept else []
        else:
            faults += _wrong_words(shape, row, known)
    if not found["header"]:
        faults.append(DataFault(str(rows[0].path) if rows else shape.name, 1, 1, "no field"))
    return {part: tuple(concepts) for part, concepts in found.items()}


def _concept(
    shape: _Shape,
    row: Row,
    known: Vocabulary,
    own: Mapping[str, Maker],
    faults: list[DataFault],
) -> Concept | None:
    cells, name, wrong = row.cells, row.cells["name"], len(faults)
    names = (name, *(alternatives(cells["also"]) if cells["also"] else ()))
    for one in names:
        if not _NAME.fullmatch(one):
            faults.append(row.fault("also", f"{one!r}: a name has small letters, digits and _"))
        elif names.count(one) > 1:
            faults.append(row.fault("also", f"{one!r} stands there twice"))
    if cells["type"] not in list(FieldType):
        faults.append(row.fault("type", f"unknown{instead(cells['type'], FieldType)}"))
    labels = _labels(shape, row, faults)
    made = None
    try:
        made = maker(cells["value"], name, known, own)
    except ValueError as error:
        faults.append(row.fault("value", str(error)))
    word, _, called = cells["value"].partition(" ")
    values = known.values.get(called or name, {}) if word == "enum" else {}
    if not values and cells["type"] == FieldType.ENUM:
        faults.append(row.fault("value", "the value of an enum is made by 'enum'"))
    if word == COMPUTED and not shape.functions:
        faults.append(row.fault("value", "no functions compute anything for this kind"))
    if made is None or len(faults) > wrong:
        return None
    return Concept(
        names,
        FieldType(cells["type"]),
        alternatives(cells["says"]),
        labels,
        made,
        cells["unit"],
        values,
        computed=word == COMPUTED,
    )


def _labels(shape: _Shape, row: Row, faults: list[DataFault]) -> Words:
    labels = {}
    for code in shape.titles:
        cell = row.cells[code]
        if not cell:
            message = f"no label; {_UNPRINTED} is for what is not printed"
            faults.append(row.fault(code, message))
        elif cell != _UNPRINTED:
            labels[code] = alternatives(cell)
            if not all(labels[code]):
                faults.append(row.fault(code, "an alternative is empty"))
    return labels


def _wrong_words(shape: _Shape, row: Row, known: Vocabulary) -> Iterator[DataFault]:
    """A list may lack a language where it has English words."""
    cells, name = row.cells, row.cells["name"]
    for column in ("also", "type", "unit", "says"):
        if cells[column]:
            yield row.fault(column, f"must be empty in a row of part {cells['part']!r}")
    if cells["part"] == "words":
        if cells["value"]:
            yield row.fault("value", "must be empty in a row of part 'words'")
        spoken: Mapping[str, object] = known.words[name]
    else:
        if not cells["value"]:
            yield row.fault("value", "is missing")
        spoken = known.values[name][cells["value"]]
        for code in shape.titles:
            if cells[code] and not all(alternatives(cells[code])):
                yield row.fault(code, "an alternative is empty")
    for code in shape.titles:
        if code not in spoken and "en" not in spoken:
            yield row.fault(code, "no words, and no English ones either")


def _wrong_languages(toml: Toml, shape: _Shape) -> Iterator[DataFault]:
    for code in shape.titles:
        if code not in LOCALES:
            yield toml.fault(("titles", code), f"no such language{instead(code, LOCALES)}")
    tables: dict[tuple[str | int, ...], Spoken] = {
        ("sender_labels",): shape.sender_labels,
        ("receiver_labels",): shape.receiver_labels,
        ("sentences",): shape.sentences,
        **{("spans", at, "labels"): span.labels for at, span in enumerate(shape.spans)},
    }
    for key, spoken in tables.items():
        for code in spoken:
            if code not in shape.titles:
                yield toml.fault((*key, code), "a language without a title")


def _wrong_names(toml: Toml, shape: _Shape, parts: Parts) -> Iterator[DataFault]:
    """Names of fields that there are not."""
    names = [one.names[0] for concepts in parts.values() for one in concepts]
    header = [one.names[0] for one in parts["header"]]
    wanted: list[tuple[tuple[str | int, ...], Iterable[str], Sequence[str]]] = [
        (("core",), shape.core, names),
        (("written",), filter(None, [shape.written]), header),
        (("taxed",), filter(None, shape.taxed), header),
        *((("same", name), [name, one.says], header) for name, one in shape.same.items()),
        *((("spans", at), [one.first, one.last], header) for at, one in enumerate(shape.spans)),
    ]
    if shape.items:
        columns = [one.names[0] for one in parts["items"]]
        wanted += [(("items", "sums"), shape.items.sums, columns)]
        wanted += [(("items", "sums"), shape.items.sums.values(), header)]
    elif parts["items"]:
        yield toml.fault((), "fields of part 'items', but no [items]")
    for key, told, known in wanted:
        for name in told:
            if name not in known:
                yield toml.fault(key, f"no field {name!r}{instead(name, known)}", value=name)
    for code, patterns in shape.sentences.items():
        for pattern, message in unknown_names(patterns, header, kind="field"):
            yield toml.fault(("sentences", code), message, value=pattern)


def _kind(shape: _Shape, parts: Parts, known: Vocabulary) -> DocumentKind:
    items = shape.items
    return DocumentKind(
        name=shape.name,
        titles=shape.titles,
        asked=tuple((one.title, one.description) for one in shape.asked),
        concepts=parts["header"],
        table=Table(items.names, items.descriptions, parts["items"], items.rows, items.sums)
        if items
        else None,
        sender=shape.sender,
        receiver=shape.receiver,
        sender_also=parts["sender"],
        receiver_also=parts["receiver"],
        together=_together(FUNCTIONS[shape.functions], known) if shape.functions else None,
        sender_labels=shape.sender_labels,
        receiver_labels=shape.receiver_labels,
        slip=shape.slip,
        core=frozenset(shape.core),
        same={name: (one.says, one.unless) for name, one in shape.same.items()},
        spans=tuple((one.first, one.last, one.labels) for one in shape.spans),
        taxed=shape.taxed,
        numbered=shape.numbered,
        written=shape.written,
        sentences=shape.sentences,
        country=shape.country,
        weight=shape.weight,
    )


def _together(functions: Functions, known: Vocabulary) -> Teller:
    return lambda rng, how, rows: functions.together(rng, how, rows, known)


KINDS = read_kinds()
