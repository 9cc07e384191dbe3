"""The kinds of documents, each a TOML file beside a CSV file of its fields: ``kinds``.

A new kind is two new files, in ``kinds`` or in a folder of the owner's own. What stands in them is
told in docs/starter.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field

from appliance.doctypes.shape import instead
from appliance.domain.doctype import FieldType
from starter.consistent import FUNCTIONS
from starter.facts import Concept, DocumentKind, Functions, Table, Teller, Vocabulary
from starter.faults import DataFault, Toml, read_toml, refuse, unknown_names
from starter.fields import Parts, read_fields
from starter.locales import LOCALES, Locale, Text

FOLDER = Path(__file__).parent / "kinds"
_STRICT = ConfigDict(extra="forbid")

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
    rows: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(le=40)]] = (1, 8)
    sums: Mapping[str, str] = field(default_factory=dict)
    products: Mapping[str, Annotated[tuple[str, ...], Field(min_length=2, max_length=3)]] = field(
        default_factory=dict
    )

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
    country: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""
    weight: Annotated[float, Field(gt=0)] = 1.0
    taxed: tuple[str, str, str] = ("", "", "")
    sender_labels: Spoken = field(default_factory=dict)
    receiver_labels: Spoken = field(default_factory=dict)
    sentences: Spoken = field(default_factory=dict)
    same: Mapping[str, _Same] = field(default_factory=dict)
    spans: tuple[_Span, ...] = ()
    items: _Items | None = None

    __pydantic_config__ = _STRICT


SHAPES = (_Shape, _Asked, _Same, _Span, _Items)
"""Of a kind's TOML file and of the tables in it."""


def read_kinds(
    folder: Path = FOLDER, locales: Mapping[str, Locale] = LOCALES
) -> dict[str, DocumentKind]:
    """By name. ConfigError with every fault of every file."""
    faults: list[DataFault] = []
    found: dict[str, DocumentKind] = {}
    paths = sorted(folder.glob("*.toml"), key=lambda path: path.stem)
    if not paths:
        faults.append(DataFault(str(folder), 1, 1, "no kind of document: no .toml file"))
    for path in sorted(folder.glob("*.csv")):
        if not path.with_suffix(".toml").exists():
            faults.append(DataFault(str(path), 1, 1, f"{path.stem}.toml is missing"))
    for path in paths:
        kind = _read(path, locales, faults)
        if kind:
            found[kind.name] = kind
    refuse(faults)
    return found


def _read(
    path: Path, locales: Mapping[str, Locale], faults: list[DataFault]
) -> DocumentKind | None:
    toml, shape = read_toml(path, _Shape, faults, name=path.stem)
    if shape is None:
        return None
    before = len(faults)
    faults += _wrong_languages(toml, shape, locales)
    if shape.functions and shape.functions not in FUNCTIONS:
        faults.append(toml.fault(("functions",), f"unknown{instead(shape.functions, FUNCTIONS)}"))
    if not path.with_suffix(".csv").exists():
        faults.append(toml.fault((), f"its fields are missing: there is no {path.stem}.csv"))
        return None
    functions = FUNCTIONS.get(shape.functions)
    parts, known = read_fields(path.with_suffix(".csv"), [*shape.titles], functions, faults)
    if len(faults) == before:  # else a name may only be missing because its row is at fault
        faults += _wrong_names(toml, shape, parts)
    spoken = tuple(locales[code] for code in shape.titles) if len(faults) == before else ()
    return _kind(shape, parts, functions, known, spoken) if spoken else None


def _wrong_languages(
    toml: Toml, shape: _Shape, locales: Mapping[str, Locale]
) -> Iterator[DataFault]:
    for code in shape.titles:
        if code not in locales:
            yield toml.fault(("titles", code), f"no such language{instead(code, locales)}")
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
    days = [one.names[0] for one in parts["header"] if one.type is FieldType.DATE]
    wanted: list[tuple[tuple[str | int, ...], Iterable[str], Sequence[str]]] = [
        (("core",), shape.core, names),
        (("written",), filter(None, [shape.written]), days),
        (("taxed",), filter(None, shape.taxed), header),
        *((("same", name), [name, one.says], header) for name, one in shape.same.items()),
        *((("spans", at), [one.first, one.last], days) for at, one in enumerate(shape.spans)),
    ]
    if shape.items:
        columns = [one.names[0] for one in parts["items"]]
        wanted += [(("items", "sums"), shape.items.sums, columns)]
        wanted += [(("items", "sums"), shape.items.sums.values(), header)]
        for amount, factors in shape.items.products.items():
            wanted += [(("items", "products"), [amount, *factors], columns)]
        if shape.items.rows[0] > shape.items.rows[1]:
            yield toml.fault(("items", "rows"), "the fewest rows are more than the most")
    if bool(parts["items"]) != bool(shape.items):
        yield toml.fault(("items",), "has to be there exactly where fields are of part 'items'")
    for key, told, known in wanted:
        for name in told:
            if name not in known:
                yield toml.fault(key, f"no field {name!r}{instead(name, known)}", value=name)
    for code, patterns in shape.sentences.items():
        for pattern, message in unknown_names(patterns, header, kind="field"):
            yield toml.fault(("sentences", code), message, value=pattern)


def _kind(
    shape: _Shape,
    parts: Parts,
    functions: Functions | None,
    known: Vocabulary,
    locales: tuple[Locale, ...],
) -> DocumentKind:
    items = shape.items
    return DocumentKind(
        name=shape.name,
        titles=shape.titles,
        locales=locales,
        asked=tuple((one.title, one.description) for one in shape.asked),
        concepts=parts["header"],
        table=_table(items, parts["items"]) if items else None,
        sender=shape.sender,
        receiver=shape.receiver,
        sender_also=parts["sender"],
        receiver_also=parts["receiver"],
        together=_together(functions, known) if functions else None,
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


def _table(items: _Items, columns: tuple[Concept, ...]) -> Table:
    return Table(items.names, items.descriptions, columns, items.rows, items.sums, items.products)


def _together(functions: Functions, known: Vocabulary) -> Teller:
    return lambda rng, how, rows: functions.together(rng, how, rows, known)


KINDS = read_kinds()


def lacking(
    kinds: Mapping[str, DocumentKind] = KINDS, locales: Mapping[str, Locale] = LOCALES
) -> dict[str, list[str]]:
    """By language, the names of the kinds that are not written in it."""
    return {
        code: [name for name, kind in kinds.items() if code not in kind.titles] for code in locales
    }
