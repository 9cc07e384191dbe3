"""The schema of the results of one document type: the general one, with the type's own names.

It describes what is delivered under the type as it stands: results from before it was edited may
have other fields.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from appliance.delivery.result import FORMAT
from appliance.domain.doctype import DocType, FieldSpec, FieldType, display_name

GENERAL = Path(__file__).with_name("result.schema.json")

_DECIMAL = {"pattern": r"^-?\d+(\.\d+)?$"}
_NORMAL_FORMS: dict[FieldType, dict[str, Any]] = {
    FieldType.DATE: {"format": "date", "pattern": r"^\d{4}-\d\d-\d\d$"},
    FieldType.AMOUNT: _DECIMAL,
    FieldType.QUANTITY: _DECIMAL,
    FieldType.PERCENT: _DECIMAL,
    FieldType.INTEGER: {"pattern": r"^-?\d+$"},
}
"""Of codes there is none: a clerk may approve one that does not have its shape."""


def schema(doctype: DocType) -> dict[str, Any]:
    """JSON Schema 2020-12. Its ``$id`` changes with the format of results."""
    general: dict[str, Any] = json.loads(GENERAL.read_bytes())
    items = doctype.items
    tables = {items.name: {"type": "array", "items": _values(items.fields)}} if items else {}
    general["properties"] |= {
        "doctype": {"const": doctype.name},
        "fields": _values(doctype.fields),
        "items": _closed(tables) | {"description": general["properties"]["items"]["description"]},
    }
    del general["$defs"]["row"]
    head = {
        "$schema": general["$schema"],
        "$id": f"urn:edge-document-appliance:result:{FORMAT}:{doctype.name}",
        "title": doctype.title,
        "description": general["title"],
    }
    return {**head, **{key: value for key, value in general.items() if key not in head}}


def _values(specs: Iterable[FieldSpec]) -> dict[str, Any]:
    return _closed({spec.name: _value(spec) for spec in specs})


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    """Each of them is there, and nothing else."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [*properties],
        "properties": properties,
    }


def _value(spec: FieldSpec) -> dict[str, Any]:
    form = {"enum": [*spec.values, None]} if spec.values else _NORMAL_FORMS.get(spec.type)
    return {
        "$ref": "#/$defs/field",
        "title": display_name(spec.name),
        **({"description": spec.description} if spec.description else {}),
        **({"properties": {"normalised": form}} if form else {}),
    }
