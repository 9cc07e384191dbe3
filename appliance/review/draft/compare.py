"""Whether two answers to one question say the same. Pure."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.judgement.match import CODES, NUMBERS
from appliance.judgement.plain import bare, letters, squeezed


def same(
    spec: FieldSpec,
    text: str | None,
    value: str | None,
    other_text: str | None,
    other_value: str | None,
) -> bool:
    """Equal as written, else by what counts in the field's type: ``value`` is the normal form."""
    if text is None or other_text is None:
        return text is other_text
    if equal(spec, text, value, other_text, other_value):
        return True
    if spec.type not in CODES and spec.type is not FieldType.TEXT:
        return False
    reduce = bare if spec.type in CODES else letters
    one, other = reduce(text), reduce(other_text)
    return bool(one) and one == other


def equal(
    spec: FieldSpec, text: str, value: str | None, other_text: str, other_value: str | None
) -> bool:
    """Same text but for white space, or same normal form."""
    if value is not None and other_value is not None:
        return value == other_value or (spec.type in NUMBERS and _equal(value, other_value))
    return squeezed(text) == squeezed(other_text)


def _equal(one: str, other: str) -> bool:
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False
