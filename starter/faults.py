"""What is wrong with a file of data, by file, line and column; TOML files read into their shape.

``tomllib`` tells no places: they are found in the text again. All faults are told at once.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from string import Formatter
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from appliance.doctypes.locate import line_of
from appliance.doctypes.shape import dotted, instead
from appliance.domain.errors import ConfigError

Shape = TypeVar("Shape")
TomlKey = tuple[str | int, ...]
_UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")
_SYNTAX = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)")


@dataclass(frozen=True, slots=True, order=True)
class DataFault:
    file: str
    line: int
    column: int
    """Both from 1."""
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


def refuse(faults: Iterable[DataFault]) -> None:
    """ConfigError with every fault, if there is any."""
    told = sorted(set(faults))
    if told:
        raise ConfigError("\n".join(map(str, told)), hint="docs/starter.md tells what may stand")


def in_utf8(path: Path, faults: list[DataFault]) -> str | None:
    """Its text, with the ends of lines of Unix; None, and a fault more, when it is not UTF-8."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        faults.append(DataFault(str(path), line, column, "not UTF-8"))
        return None


@dataclass(frozen=True, slots=True)
class Toml:
    """A TOML file's text, to find places in."""

    path: Path
    text: str

    def fault(self, key: TomlKey, message: str, *, value: object = None) -> DataFault:
        """At ``value`` below ``key``, else at the key, else at the nearest key above it."""
        line, column = _place(self.text, key, value)
        return DataFault(str(self.path), line, column, f"{dotted(key)}: {message}")


def read_toml(
    path: Path, shape: type[Shape], faults: list[DataFault], **known: object
) -> tuple[Toml, Shape | None]:
    """None, and faults more, where it does not hold what ``shape`` holds. ``known`` are parts of
    the shape that the file does not write."""
    text = in_utf8(path, faults)
    toml = Toml(path, text or "")
    if text is None:
        return toml, None
    try:
        found = tomllib.loads(toml.text)
    except tomllib.TOMLDecodeError as error:
        faults.append(_syntax(toml, str(error)))
        return toml, None
    wrong = [key for key in known if key in found]
    faults += [toml.fault((key,), "unknown key") for key in wrong]
    try:
        return toml, TypeAdapter(shape).validate_python({**found, **known})
    except ValidationError as error:
        for one in error.errors():
            key, kind = tuple(part for part in one["loc"] if part != "[key]"), one["type"]
            value = None if kind in _UNKNOWN else one["input"]
            faults.append(toml.fault(key, _told(kind, one["msg"], key, shape), value=value))
        return toml, None


def unknown_names(
    patterns: Iterable[str], known: Iterable[str], *, kind: str = "placeholder"
) -> Iterator[tuple[str, str]]:
    """Each pattern that names something in braces that is not known, and what is wrong."""
    names = sorted(known)
    for pattern in patterns:
        try:
            used = [name for _, name, _, _ in Formatter().parse(pattern) if name is not None]
        except ValueError as error:
            yield pattern, f"{pattern!r}: {error}"
            continue
        for name in used:
            if name not in names:
                yield pattern, f"no {kind} {{{name}}}{instead(name, names)}"


def _syntax(toml: Toml, message: str) -> DataFault:
    match = _SYNTAX.search(message)
    lines = toml.text.splitlines() or [""]
    line, column = len(lines), len(lines[-1]) + 1
    if match and match[1]:
        line, column = int(match[1]), int(match[2])
    return DataFault(str(toml.path), line, column, _SYNTAX.sub("", message))


def _told(kind: str, message: str, key: TomlKey, shape: type[object]) -> str:
    if kind in _UNKNOWN:
        names = [one.name for one in fields(shape)] if len(key) == 1 else []  # type: ignore[arg-type]
        return "unknown key" + (instead(str(key[-1]), names) if names else "")
    if kind in ("missing", "missing_argument"):
        return "is missing"
    return message


def _place(text: str, key: Sequence[str | int], value: object) -> tuple[int, int]:
    lines = text.splitlines() or [""]
    above = 0
    if len(key) > 1 and isinstance(key[1], int):  # one of several tables of the same name
        heads = [at for at, one in enumerate(lines) if one.startswith(f"[[{key[0]}]]")]
        above = heads[key[1]] if key[1] < len(heads) else 0
    names = [part for part in key if isinstance(part, str)]
    line = above + line_of("\n".join(lines[above:]), names)
    if isinstance(value, str):
        wanted = (json.dumps(value, ensure_ascii=False), f"'{value}'")
        for number, one in enumerate(lines[line - 1 :], line):
            for piece in wanted:
                if (at := one.find(piece)) >= 0:
                    return number, at + 1
    columns = [lines[line - 1].find(name) + 1 for name in reversed(names)]
    return line, next((column for column in columns if column), 1)
