"""Writes the pages of the reference that follow from the code: ``python docs/reference/write.py``.

Every word of theirs is a help text, a docstring or a description of the code: change it there.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterable, Iterator
from datetime import time
from enum import EnumType, StrEnum
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typer.core import TyperGroup

from appliance.cli import importing
from appliance.cli.main import every_command
from appliance.delivery import schema
from appliance.doctypes import shape
from appliance.domain import errors
from appliance.settings import config

HERE = Path(__file__).parent
MARK = "<!-- Written by `make docs` from the code. Change the texts there. -->"


def pages() -> dict[str, str]:
    """By name of the file."""
    return {
        "commands.md": _page("Commands", _commands()),
        "settings.md": _page("Settings", _settings()),
        "doctype-keys.md": _page("Keys of a document type", _doctype_keys()),
        "result-keys.md": _page("Keys of a result", _result_keys()),
    }


def _page(title: str, lines: Iterable[str]) -> str:
    return "\n".join([f"# {title}", "", MARK, "", *lines]).rstrip() + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Nothing where there are no rows."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    if lines:
        yield from (f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *lines, "")


# Commands


def _commands() -> Iterator[str]:
    group: Any = every_command()
    found = list(_below(group, "appliance"))
    yield "`appliance --home FOLDER COMMAND` works on the appliance in that folder."
    yield from ("", "## All of them", "")
    yield from _table(
        ("command", "does"),
        ((f"[{path}](#{path.replace(' ', '-')})", _first(command.help)) for path, command in found),
    )
    yield from ("## Before the command", "")
    yield from _options(group)
    for path, command in found:
        yield from (f"## {path}", "", _prose(command.help), "", f"`{_usage(path, command)}`", "")
        yield from _options(command)
    yield from (
        "## Exit codes",
        "",
        "0 means that it was done. Any other code comes with a message",
    )
    yield from ("and the next step. `appliance health` has codes of its own.", "")
    yield from _table(("code", "what is wrong"), _exit_codes())


def _below(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Commands that do something, by how they are typed."""
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from _below(inner, f"{path} {name}")
        if not command.invoke_without_command or path == "appliance":
            return
    yield path, command


def _usage(path: str, command: Any) -> str:
    words = [path]
    for one in command.params:
        if one.name == "help":
            continue
        word = _metavar(one)
        if one.param_type_name == "option":
            name = next((opt for opt in one.opts if not opt.startswith("--")), one.opts[0])
            word = name if one.is_flag else f"{name} {word}"
        words.append(word if one.required else f"[{word}]")
    return " ".join(words)


def _metavar(one: Any) -> str:
    if one.metavar:
        return str(one.metavar)
    annotation = one.type_descriptor.annotation
    if get_origin(annotation) is Literal:
        return "|".join(get_args(annotation))
    if one.param_type_name == "option":
        (kind,) = {one for one in get_args(annotation) or (annotation,) if one is not NoneType}
        return {Path: "PATH", str: "TEXT"}.get(kind, "NUMBER")
    more = "..." if one.nargs == -1 else ""
    return f"{one.name.upper().removesuffix('S' if more else '')}{more}"


def _options(command: Any) -> Iterator[str]:
    rows = []
    for one in command.params:
        if one.name == "help":
            continue
        if one.param_type_name == "argument":
            names = f"`{_metavar(one)}`"
        else:
            value = "" if one.is_flag else f" {_metavar(one)}"
            names = ", ".join(f"`{opt}{value}`".replace("|", "\\|") for opt in one.opts)
        rows.append((names, _prose(one.help) + _default(one)))
    yield from _table(("", "is"), rows)


def _default(one: Any) -> str:
    if isinstance(one.show_default, str):
        said = one.show_default
    elif one.show_default and one.default not in (None, False, "", Path()):
        said = str(one.default)
    else:
        said = ""
    variable = f" The variable `{one.envvar}` says it too." if one.envvar else ""
    return (f" Without it: {said}." if said else "") + variable


def _exit_codes() -> Iterator[tuple[str, str]]:
    """Each with what the tree at the top of the errors says of its kinds."""
    tree = dict(re.findall(r"^[│ ]*[├└]── (\w+) +(.+)$", inspect.getdoc(errors) or "", re.M))
    said = {
        1: ["`doctor` or `verify` found something wrong; else a bug, which the log tells in full"],
        importing.STOPPED: ["`import` was stopped by Ctrl+C; the same command goes on"],
    }
    for name, kind in errors.KINDS.items():
        if name in tree and kind.exit_code and kind.__base__ is errors.ApplianceError:
            said.setdefault(kind.exit_code, []).append(tree[name])
    for code in sorted(said):
        yield f"{code}", "; ".join(said[code])


# Settings and document types


def _settings() -> Iterator[str]:
    yield f"They stand in `{config.FILE}` of the home. An environment variable"
    yield "`APPLIANCE_SECTION_KEY` takes precedence, such as `APPLIANCE_EXTRACTION_THREADS=4`."
    yield from ("", "A running appliance knows a change after a restart.", "")
    told = _docstrings(config)
    for name, info in config.Settings.model_fields.items():
        section = type(info.default)
        yield from (f"## {name}", "", _prose(told[section.__name__][""]), "")
        yield from _keys(section, told)


def _doctype_keys() -> Iterator[str]:
    yield "A document type is one TOML file; [how to write it](../how-to/doctypes.md)."
    yield ""
    told = _docstrings(shape)
    for title, kind in (
        ("At the top", shape.TypeShape),
        ("[fields.NAME] and [items.fields.NAME]", shape.FieldShape),
        ("[items]", shape.ItemsShape),
        ("[promise]", shape.PromiseShape),
        ("[deliver]", shape.DeliverShape),
        ("[keep]", shape.KeepShape),
        ("[fleet]", shape.FleetShape),
    ):
        yield from (f"## {title}", "", _prose(told[kind.__name__][""]), "")
        yield from _keys(kind, told)


def _keys(kind: type[BaseModel], told: dict[str, dict[str, str]]) -> Iterator[str]:
    yield from _table(
        ("key", "may be", "if it is not there", "means"),
        (
            (
                f"`{info.alias or name}`",
                _values(info).replace("|", "\\|"),
                _toml(info),
                _prose(told[kind.__name__][name]),
            )
            for name, info in kind.model_fields.items()
        ),
    )


_KINDS = {str: "text", int: "whole number", bool: "`true`, `false`", dict: "table", list: "list"}


def _values(info: FieldInfo) -> str:
    said = _of(info.annotation)
    bounds = [
        f"{sign} {bound:g}"
        for sign, name in ((">", "gt"), ("≥", "ge"), ("<", "lt"), ("≤", "le"))
        for limit in info.metadata
        if (bound := getattr(limit, name, None)) is not None
    ]
    return " ".join([said, ", ".join(bounds)]).strip()


def _of(annotation: Any) -> str:
    """What a value of that type may be, in the words of an owner."""
    if hasattr(annotation, "__metadata__"):  # Annotated within
        return _of(annotation.__origin__)
    if isinstance(annotation, EnumType):
        members: Iterable[StrEnum] = annotation
        return ", ".join(f"`{one.value}`" for one in members)
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in inner)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_of(one) for one in inner if one is not NoneType))
    if origin is list and inner and isinstance(inner[0], EnumType):
        return f"list of {_of(inner[0])}"
    if origin:
        return _KINDS[origin]
    if annotation is time:
        return '`"HH:MM"`'
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "table"
    return _KINDS.get(annotation, "number")


def _toml(info: FieldInfo) -> str:
    value = info.default
    if info.is_required():
        return "must be there"
    if value is None or isinstance(value, BaseModel) or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, time):
        return f'`"{value:%H:%M}"`'
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


def _docstrings(module: ModuleType) -> dict[str, dict[str, str]]:
    """By class and key what stands below them; of the class itself under an empty key."""
    found = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = {"": ast.get_docstring(node) or ""}
            for key, below in zip(node.body, node.body[1:], strict=False):
                if (
                    isinstance(key, ast.AnnAssign)
                    and isinstance(key.target, ast.Name)
                    and isinstance(below, ast.Expr)
                    and isinstance(below.value, ast.Constant)
                ):
                    found[node.name][key.target.id] = str(below.value.value)
    return found


# Results


def _result_keys() -> Iterator[str]:
    found = json.loads(Path(schema.__file__).with_name("result.schema.json").read_bytes())
    yield "The JSON of a delivered document: [results.md](results.md) says how to use it. All keys"
    yield from ("are always there.", "", "## The document", "")
    keys = found["properties"]
    yield from _properties(keys)
    for key, within in (
        ("joined", keys["joined"]["oneOf"][1]),
        ("mail", keys["mail"]["oneOf"][1]),
        ("checks_failed", keys["checks_failed"]["items"]),
    ):
        yield from (f"## In {key}", "")
        yield from _properties(within["properties"])
    yield from ("## A value", "", "In `fields`, and in each row of `items`.", "")
    yield from _properties(found["$defs"]["field"]["properties"])


def _properties(properties: dict[str, Any]) -> Iterator[str]:
    yield from _table(
        ("key", "is", "says"),
        (
            (
                f"`{key}`",
                _json_type(about).replace("|", "\\|"),
                _prose(about.get("description", "")),
            )
            for key, about in properties.items()
        ),
    )


def _json_type(about: dict[str, Any]) -> str:
    """In the words of an owner."""
    if "const" in about:
        return f"`{about['const']}`"
    if "enum" in about:
        return ", ".join(f"`{one}`" for one in about["enum"])
    if "oneOf" in about:
        return " or ".join(_json_type(one) for one in about["oneOf"])
    if "$ref" in about:
        return {"time": "time", "page": "whole number", "box": "4 numbers", "row": "object"}[
            about["$ref"].rpartition("/")[2]
        ]
    kinds: list[str] = about["type"] if isinstance(about["type"], list) else [about["type"]]
    words = {"string": "text", "integer": "whole number", "array": "list"}
    return " or ".join(words.get(kind, kind) for kind in kinds)


# Words


def _prose(text: str | None) -> str:
    """A docstring in one line of Markdown."""
    line = " ".join((text or "").split()).replace("``", "`").replace("|", "\\|")
    return re.sub(r"docs/([\w-]+/)(\w+\.md)", r"[\2](../\1\2)", line)


def _first(text: str | None) -> str:
    return _prose((text or "").split("\n\n")[0])


def main() -> None:
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
