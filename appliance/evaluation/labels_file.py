"""What one line of a ``labels.jsonl`` says, by the names of a document type. Pure.

A label that is null, true, false or empty says nothing. Where the line tells what stands on the
page (``on_page``), only that can be asked for. What the document surely does not say stands in
``absent``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from appliance.domain.doctype import DocType, FieldSpec
from appliance.fields.comparison import RowTexts

ABSENT = "absent"


def header(line: Mapping[str, Any], doctype: DocType) -> dict[str, str | None]:
    """Every field of the type, on the page or not; None where nothing is said of it."""
    return {spec.name: _label(_labels(line), spec) for spec in doctype.fields}


def on_page(line: Mapping[str, Any], spec: FieldSpec) -> bool:
    """Also when the line does not tell."""
    shown = line.get("on_page")
    return shown is None or bool(shown.get(spec.label or spec.name))


def absent(line: Mapping[str, Any], doctype: DocType) -> tuple[str, ...]:
    """Fields that the document does not say, as somebody vouches."""
    said = line.get(ABSENT) or ()
    return tuple(spec.name for spec in doctype.fields if (spec.label or spec.name) in said)


def line_items(
    line: Mapping[str, Any], doctype: DocType, columns: Iterable[FieldSpec] | None = None
) -> list[RowTexts]:
    """The rows by ``columns``, all when not given; those that say nothing are left out."""
    if doctype.items is None:
        return []
    specs = doctype.items.fields if columns is None else tuple(columns)
    cells = [{spec.name: _label(row, spec) for spec in specs} for row in _items(line, doctype)]
    return [row for row in cells if any(text is not None for text in row.values())]


def unknown_labels(line: Mapping[str, Any], doctype: DocType) -> Iterator[str]:
    """Labels that mean nothing in this type, as they are written."""
    items = doctype.items
    known = _keys(doctype.fields) | ({_key(items.label or items.name)} if items else set())
    yield from (key for key in _labels(line) if key not in known)
    paths = {spec.label or spec.name for spec in doctype.fields}
    yield from (path for path in line.get(ABSENT) or () if path not in paths)
    if items:
        found = {key: None for row in _items(line, doctype) for key in row}
        yield from (f"{items.name}.{key}" for key in found if key not in _keys(items.fields))


def _labels(line: Mapping[str, Any]) -> Mapping[str, Any]:
    found = line.get("labels") or line.get("fields")
    return found if isinstance(found, Mapping) else {}


def _items(line: Mapping[str, Any], doctype: DocType) -> list[Mapping[str, Any]]:
    assert doctype.items is not None
    found = _at(_labels(line), doctype.items.label or doctype.items.name)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def _label(labels: Mapping[str, Any], spec: FieldSpec) -> str | None:
    found = _at(labels, spec.label or spec.name)
    is_text = isinstance(found, str | int | float) and not isinstance(found, bool)
    return str(found) if is_text and str(found).strip() else None


def _at(labels: Any, path: str) -> Any:
    for key in path.split("."):
        labels = labels.get(key) if isinstance(labels, Mapping) else None
    return labels


def _keys(specs: Iterable[FieldSpec]) -> set[str]:
    return {_key(spec.label or spec.name) for spec in specs}


def _key(path: str) -> str:
    return path.split(".")[0]
