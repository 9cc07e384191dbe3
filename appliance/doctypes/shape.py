"""The shape of a document type's TOML: which keys there are, and how faults are told.

Pure. Whether the parts fit together is the matter of ``definition``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints, ValidationError

from appliance.doctypes.locate import line_of
from appliance.domain.delivery import DecimalMark, FileFormat
from appliance.domain.doctype import FieldType

TomlKey = tuple[str | int, ...]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
AccuracyShare = Annotated[float, Field(ge=0.5, lt=1)]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


@dataclass(frozen=True, slots=True)
class DoctypeFault:
    line: int
    """From 1."""
    key: str
    """Dotted; empty when the file as a whole is meant."""
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.key or 'syntax'}: {self.message}"


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldShape(Shape):
    type: FieldType = FieldType.TEXT
    required: StrictBool = False
    description: str = ""
    label: Words | None = None
    pattern: str | None = None
    values: dict[str, list[Words]] | list[Words] | None = None
    accuracy: AccuracyShare | None = None
    einvoice: str | None = None


class ItemsShape(Shape):
    name: Name
    description: str = ""
    label: Words | None = None
    einvoice: str | None = None
    fields: dict[Name, FieldShape] = Field(min_length=1)


class PromiseShape(Shape):
    accuracy: AccuracyShare | None = None
    assurance: Annotated[float, Field(gt=0.5, lt=1)] | None = None
    """Confidence level, 0-1; None takes the one of the settings."""


class DeliverShape(Shape):
    files: list[FileFormat] = []
    decimal: DecimalMark = "."
    command: list[str] = []
    url: str = ""
    secret_file: str = ""
    timeout: Annotated[float, Field(ge=1, le=600)] = 30.0
    """Seconds."""


class TypeShape(Shape):
    title: Words
    description: str = ""
    party: list[str] = []
    number: str | None = None
    gross: str | None = None
    decides: list[str] = []
    checks: list[str] = []
    tolerance: Decimal = Field(Decimal("0.02"), ge=0)
    fields: dict[Name, FieldShape] = Field(min_length=1)
    items: ItemsShape | None = None
    promise: PromiseShape = PromiseShape()
    deliver: DeliverShape = DeliverShape()


def told(error: ValidationError, text: str) -> list[DoctypeFault]:
    """What pydantic found, in the owner's words."""
    return [_told(found["loc"], found["type"], found["msg"], text) for found in error.errors()]


def _told(loc: TomlKey, kind: str, message: str, text: str) -> DoctypeFault:
    key = tuple(part for part in loc if part not in _INNER)
    if kind == "extra_forbidden":
        message = f"unknown key{instead(str(key[-1]), _known_keys(key))}"
    elif kind == "missing":
        message = "is missing"
    elif kind == "string_pattern_mismatch":
        message = "a name has small letters, digits and _, and begins with a letter"
    elif key[-1] == "type":
        message = f"unknown type; there are {', '.join(FieldType)}"
    return DoctypeFault(line_of(text, key), dotted(key), message)


_INNER = {"[key]", "dict[str,list[constrained-str]]", "list[constrained-str]"}


def _known_keys(key: TomlKey) -> list[str]:
    shapes: dict[TomlKey, type[Shape]] = {
        (): TypeShape,
        ("items",): ItemsShape,
        ("promise",): PromiseShape,
        ("deliver",): DeliverShape,
    }
    return list(shapes.get(key[:-1], FieldShape).model_fields)


def instead(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f", did you mean {close[0]!r}?" if close else f"; there are {', '.join(known)}"


def dotted(key: TomlKey) -> str:
    return ".".join(str(part) for part in key)
