"""What is known of a document -> a line of ``labels.jsonl``, which `import` reads again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.labels import Label, Labelled
from appliance.domain.rows import header, rows
from appliance.evaluation.evaluate import FILE
from appliance.evaluation.labels_file import ABSENT


def label_line(labelled: Labelled, doctype: DocType, file: str) -> dict[str, Any]:
    """Labels of fields that the type no longer has say nothing. Rows are said where all of them are
    known: a list of some would pass for the whole table."""
    labels = _said(header(labelled.labels), doctype.fields)
    items = doctype.items
    if items and labelled.table:
        table = [_said(row, items.fields) for row in rows(labelled.labels).values()]
        if any(table):
            _put(labels, items.label or items.name, table)
    line = {FILE: file, "labels": labels}
    absent = list(_absent(header(labelled.labels), doctype.fields))
    return line | {ABSENT: absent} if absent else line


def _said(labels: Iterable[Label], specs: Sequence[FieldSpec]) -> dict[str, Any]:
    texts = {label.fieldtype: label.text for label in labels}
    said: dict[str, Any] = {}
    for spec in specs:
        if (text := texts.get(spec.name)) is not None:
            _put(said, spec.label or spec.name, text)
    return said


def _absent(labels: Iterable[Label], specs: Sequence[FieldSpec]) -> Iterator[str]:
    known = {label.fieldtype for label in labels if label.text is None}
    yield from (spec.label or spec.name for spec in specs if spec.name in known)


def _put(said: dict[str, Any], path: str, value: object) -> None:
    *folders, last = path.split(".")
    for key in folders:
        said = said.setdefault(key, {})
    said[last] = value
