"""The text of a document type's TOML -> a DocType, or everything that is wrong with it.

A problem names its key and its line; all problems of one kind are found at once. No file is opened
but the lists that are shipped with the values of listed types: currencies, countries, yes and no.
An enum has no built-in values.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import urlsplit

from pydantic import ValidationError

from appliance.doctypes.expressions import misuse, parse
from appliance.doctypes.locate import line_of, line_of_text, syntax_line
from appliance.doctypes.shape import (
    DeliverShape,
    DoctypeFault,
    FieldShape,
    ItemsShape,
    PromiseShape,
    TomlKey,
    TypeShape,
    dotted,
    instead,
    told,
)
from appliance.domain.delivery import DeliveryPlan
from appliance.domain.doctype import (
    NUMBERS,
    AccuracyTarget,
    Check,
    DocType,
    FieldSpec,
    FieldType,
    TableSpec,
)
from appliance.domain.einvoice import LINES, is_term
from appliance.domain.fleet import Sharing

BUILT_IN = {FieldType.CURRENCY, FieldType.COUNTRY, FieldType.BOOLEAN}


@cache
def built_in(fieldtype: FieldType) -> Mapping[str, tuple[str, ...]]:
    """Value -> words; empty for a type that has none built in."""
    if fieldtype not in BUILT_IN:
        return {}
    file = Path(__file__).parent / "lists" / f"{fieldtype.value}.toml"
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    return {value: tuple(words) for value, words in found.items()}


def read(name: str, text: str) -> DocType | list[DoctypeFault]:
    """``name`` is the file's, without its ending."""
    try:
        shape = TypeShape.model_validate(tomllib.loads(text))
    except ValidationError as error:
        return told(error, text)
    except (ValueError, RecursionError) as error:  # also of 5,000 digits, of 1,000 brackets
        return [DoctypeFault(syntax_line(str(error), text), "", str(error))]
    wrong = [
        *_wrong_fields(("fields",), shape.fields),
        *_wrong_fields(("items", "fields"), shape.items.fields if shape.items else {}),
        *_wrong_names(shape),
        *_wrong_labels(shape),
        *_wrong_lines(shape),
        *_wrong_delivery(shape.deliver),
        *_wrong_sharing(shape),
    ]
    problems = [DoctypeFault(line_of(text, key), dotted(key), message) for key, message in wrong]
    fields, items = _specs(shape.fields), _table(shape.items)
    checks = []
    for expression in shape.checks:
        check = _check(expression, fields, items, shape.tolerance)
        if isinstance(check, Check):
            checks.append(check)
        else:
            problems.append(DoctypeFault(line_of_text(text, expression), "checks", check))
    if problems:
        return sorted(problems, key=lambda problem: problem.line)
    return DocType(
        name=name,
        title=shape.title,
        fields=fields,
        items=items,
        party=tuple(shape.party),
        number=shape.number,
        gross=shape.gross,
        checks=tuple(checks),
        description=shape.description,
        decides=tuple(shape.decides),
    )


def read_terms(text: str, default: AccuracyTarget) -> AccuracyTarget:
    """What is promised of the type; ``default`` where it says nothing. ``text`` is known to be in
    order."""
    shape = TypeShape.model_validate(tomllib.loads(text))
    said = shape.promise
    accuracy = default.accuracy if said.accuracy is None else said.accuracy
    own = {name: one.accuracy for name, one in shape.fields.items() if one.accuracy is not None}
    if shape.items:  # whose columns are proven together
        columns = [one.accuracy for one in shape.items.fields.values()]
        if any(columns):
            own[shape.items.name] = max(one or accuracy for one in columns)
    return AccuracyTarget(
        accuracy,
        default.assurance if said.assurance is None else said.assurance,
        own,
        alone=said != PromiseShape(),
    )


def read_plan(text: str) -> DeliveryPlan:
    """What the type asks of a delivery. ``text`` is known to be in order."""
    said = TypeShape.model_validate(tomllib.loads(text)).deliver
    return DeliveryPlan(
        files=tuple(said.files),
        decimal=said.decimal,
        command=tuple(said.command),
        url=said.url,
        secret_file=said.secret_file,
        timeout=said.timeout,
    )


def read_years(text: str) -> float | None:
    """How long documents of the type are kept; None for ever. ``text`` is known to be in order."""
    return TypeShape.model_validate(tomllib.loads(text)).keep.years


def read_sharing(text: str) -> Sharing:
    """What of the type the hub of a fleet hears. ``text`` is known to be in order."""
    said = TypeShape.model_validate(tomllib.loads(text))
    return Sharing(said.fleet.share, frozenset(_kept(said)), said.fleet.share_documents)


def _kept(shape: TypeShape) -> Iterator[str]:
    """Names of fields and columns that stay at the site."""
    columns = shape.items.fields if shape.items else {}
    return (name for name, one in [*shape.fields.items(), *columns.items()] if not one.share)


def _specs(fields: Mapping[str, FieldShape]) -> tuple[FieldSpec, ...]:
    return tuple(
        FieldSpec(
            name=name,
            type=field.type,
            required=field.required,
            description=field.description,
            pattern=field.pattern,
            values=_values(field),
            label=field.label,
            einvoice=field.einvoice,
        )
        for name, field in fields.items()
    )


def _table(items: ItemsShape | None) -> TableSpec | None:
    if items is None:
        return None
    specs = _specs(items.fields)
    return TableSpec(items.name, specs, items.description, items.label, items.einvoice)


def _values(field: FieldShape) -> dict[str, tuple[str, ...]]:
    """The owner's own (a bare list takes the built-in words, else the value itself) or all."""
    known = built_in(field.type)
    if field.values is None:
        return dict(known)
    if isinstance(field.values, list):
        return {value: known.get(value, (value,)) for value in field.values}
    return {value: tuple(words) or (value,) for value, words in field.values.items()}


def _check(
    expression: str, fields: tuple[FieldSpec, ...], items: TableSpec | None, tolerance: Decimal
) -> Check | str:
    try:
        check = parse(expression, items, tolerance)
    except ValueError as error:
        return str(error)
    return misuse(check, fields, items) or check


def _wrong_fields(
    above: TomlKey, fields: Mapping[str, FieldShape]
) -> Iterator[tuple[TomlKey, str]]:
    for name, field in fields.items():
        key = (*above, name)
        if field.type.verbatim and field.values is not None:
            yield (*key, "values"), f"a field of type {field.type.value} has no listed values"
        elif field.type not in BUILT_IN and not field.type.verbatim and not field.values:
            yield key, f"a field of type {field.type.value} needs its values listed"
        if field.einvoice is not None and not is_term(field.einvoice):
            yield (*key, "einvoice"), f"{field.einvoice!r} is no business term such as BT-1"
        if field.pattern is not None:
            if field.type is not FieldType.CODE:
                yield (*key, "pattern"), "only a field of type code has a pattern"
            if trouble := _regex_trouble(field.pattern):
                yield (*key, "pattern"), trouble


def _wrong_lines(shape: TypeShape) -> Iterator[tuple[TomlKey, str]]:
    if shape.items and shape.items.einvoice not in (None, LINES):
        yield ("items", "einvoice"), f"the lines of an e-invoice are {LINES}"


def _wrong_labels(shape: TypeShape) -> Iterator[tuple[TomlKey, str]]:
    """No line of labels could say a value and others within it."""
    header: dict[TomlKey, str] = {}
    columns: dict[TomlKey, str] = {}
    for name, one in shape.fields.items():
        header["fields", name] = one.label or name
    if items := shape.items:
        header["items",] = items.label or items.name
        for name, one in items.fields.items():
            columns["items", "fields", name] = one.label or name
    for paths in (header, columns):
        for key, path in paths.items():
            within = (other for other in paths.values() if path.startswith(f"{other}."))
            for other in within:
                yield (*key, "label"), f"{path!r} lies within {other!r}, the label of another"


_HERE = {"localhost", "127.0.0.1", "::1"}
"""Hosts that are this machine."""


def _wrong_delivery(said: DeliverShape) -> Iterator[tuple[TomlKey, str]]:
    if len(set(said.files)) < len(said.files):
        yield ("deliver", "files"), "a format stands there twice"
    if said.command and not _is_whole_path(said.command[0]):
        yield ("deliver", "command"), f"{said.command[0]!r} is not the whole path of a program"
    if any("\0" in word for word in said.command):
        yield ("deliver", "command"), "an argument holds a zero byte"
    if said.url and (trouble := _url_trouble(said.url)):
        yield ("deliver", "url"), trouble
    if said.url and not said.secret_file:
        yield ("deliver", "url"), "needs a secret_file, which signs what is sent"
    if said.secret_file and not said.url:
        yield ("deliver", "secret_file"), "there is no url for which it signs"


def _wrong_sharing(shape: TypeShape) -> Iterator[tuple[TomlKey, str]]:
    if not shape.fleet.share_documents:
        return
    place = "fleet", "share_documents"
    if not shape.fleet.share:
        yield place, "nothing of such documents goes to the hub: `share` beside it is false"
    for name in _kept(shape):
        yield place, f"the file would say what {name} keeps here: its `share` is false"


def _is_whole_path(program: str) -> bool:
    return PurePosixPath(program).is_absolute() or PureWindowsPath(program).is_absolute()


def _url_trouble(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError as error:
        return f"not an address: {error}"
    if not host or not url.isascii() or not url.isprintable() or " " in url:
        return "not an address such as https://erp.example/documents"
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _HERE):
        return "must begin with https://, or be of this machine, such as http://localhost"
    if parts.username is not None or parts.fragment:
        return "an address holds no user name and no #; the secret_file signs"
    return None


def _regex_trouble(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"not a regular expression: {error}"
    return None


def _wrong_names(shape: TypeShape) -> Iterator[tuple[TomlKey, str]]:
    named: dict[str, list[str | None]] = {
        "number": [shape.number],
        "gross": [shape.gross],
        "party": [*shape.party],
        "decides": [*shape.decides],
    }
    for key, names in named.items():
        for name in names:
            if name is not None and name not in shape.fields:
                yield (key,), f"there is no field {name!r}{instead(name, shape.fields)}"
    for name in shape.party:
        if shape.party.count(name) > 1:
            yield ("party",), f"{name!r} stands there twice"
    for name in shape.decides:
        decides = shape.fields.get(name)
        if decides is not None and decides.type.verbatim:
            yield ("decides",), f"{name!r} is of type {decides.type.value}: no values are listed"
    gross = shape.fields.get(shape.gross or "")
    if gross is not None and gross.type not in NUMBERS:
        yield ("gross",), f"{shape.gross!r} is of type {gross.type.value}, not a number"
    if shape.items and shape.items.name in shape.fields:
        yield ("items", "name"), f"{shape.items.name!r} is the name of a field already"
