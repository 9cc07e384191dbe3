"""What a document type asks of a model: by it answers know that the same was asked. Pure."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from appliance.domain.doctype import DocType
from appliance.domain.json_form import JsonForm

_doctype = JsonForm(DocType)


def asked_of(doctype: DocType) -> bytes:
    """Without what it asks of an e-invoice, which no model sees, and without what a field decides
    where it is answered."""
    terms = {"__all__": {"einvoice"}}
    items: dict[str, Any] = {"fields": terms, "einvoice": True}
    return _doctype.dump_json(doctype, exclude={"decides": True, "fields": terms, "items": items})


def asked_in_short(doctype: DocType) -> str:
    """16 hex digits, which change with what the type asks."""
    return sha256(asked_of(doctype)).hexdigest()[:16]
