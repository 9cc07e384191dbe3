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
    """A field, or a column of the line items."""

    type: FieldType = FieldType.TEXT
    """How its values are written, read and compared."""
    required: StrictBool = False
    """Whether a document without it is held."""
    description: str = ""
    """A few words for the model; a telling name needs none."""
    label: Words | None = None
    """Its name in a ``labels.jsonl``, with dots into nested objects; else its own name."""
    pattern: str | None = None
    """Regular expression that the whole value must match; for codes only."""
    values: dict[str, list[Words]] | list[Words] | None = None
    """Listed values of an ``enum``, each with the words that documents use for it; of a
    ``currency`` or ``country`` those that may come."""
    accuracy: AccuracyShare | None = None
    """An accuracy of its own, 0-1, in place of the one of the type. Columns are promised together,
    by the highest accuracy of any of them."""
    einvoice: str | None = None
    """The business term of EN 16931 that says it in an e-invoice, such as ``BT-1``."""
    share: StrictBool = True
    """Whether its values go to the hub of the fleet, where there is one."""


class ItemsShape(Shape):
    """The line items: a table whose rows are extracted."""

    name: Name
    """Name of the table in results and checks."""
    description: str = ""
    """A few words for the model."""
    label: Words | None = None
    """Its name in a ``labels.jsonl``; else its own name."""
    einvoice: str | None = None
    """``BG-25`` if the lines of an e-invoice are its rows."""
    fields: dict[Name, FieldShape] = Field(min_length=1)
    """Its columns, by name; each has the keys of a field."""


class PromiseShape(Shape):
    """The promise of this type, in place of the one of the settings. A type that has one proves it
    by itself, without the evidence of others."""

    accuracy: AccuracyShare | None = None
    """At least this share of the accepted values is right, 0-1; else as in the settings."""
    assurance: Annotated[float, Field(gt=0.5, lt=1)] | None = None
    """Confidence level, 0-1; else as in the settings."""


class DeliverShape(Shape):
    """What a delivery does beside the JSON."""

    files: list[FileFormat] = []
    """Files beside the JSON."""
    decimal: DecimalMark = "."
    """Decimal mark of numbers in a CSV; with a comma, semicolons stand between its columns."""
    command: list[str] = []
    """A program that is started for each delivery, with its arguments; ``{json}`` is the path of
    the result."""
    url: str = ""
    """A server that each result is sent to."""
    secret_file: str = ""
    """The secret that signs what is sent; in the home, or a whole path."""
    timeout: Annotated[float, Field(ge=1, le=600)] = 30.0
    """Seconds for the program, and for the server."""


class KeepShape(Shape):
    """How long documents are kept."""

    years: Annotated[float, Field(gt=0, le=100, strict=True)] | None = None
    """Years after which its documents are forgotten; without it they stay."""


class FleetShape(Shape):
    """What the hub of the fleet hears, where there is one."""

    share: StrictBool = True
    """Whether anything of such documents goes there."""
    share_documents: StrictBool = False
    """Whether the file goes there too, of 4 MB at most, once; without it, what was read of it
    alone."""


class TypeShape(Shape):
    """What is said of the document as a whole."""

    title: Words
    """What people call the type."""
    description: str = ""
    """A few words for the model."""
    party: list[str] = []
    """Fields that name the sender, the surest first."""
    number: str | None = None
    """The field with the document's number. A second scan has the same party, number and gross,
    or without a gross the same party, number, first date and rows."""
    gross: str | None = None
    """The field with the document's total."""
    decides: list[str] = []
    """Fields with listed values that change what the document means, such as invoice or credit
    note."""
    checks: list[str] = []
    """Equations and orders of fields that have to hold, such as ``net + tax == gross``."""
    tolerance: Decimal = Field(Decimal("0.02"), ge=0)
    """How much sums may differ, in the unit of the amounts."""
    fields: dict[Name, FieldShape] = Field(min_length=1)
    """What is asked of a document, by name."""
    items: ItemsShape | None = None
    """Its line items."""
    promise: PromiseShape = PromiseShape()
    """Its promise."""
    deliver: DeliverShape = DeliverShape()
    """Its deliveries."""
    keep: KeepShape = KeepShape()
    """How long its documents are kept."""
    fleet: FleetShape = FleetShape()
    """What the hub of its fleet hears of it."""


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
        ("keep",): KeepShape,
        ("fleet",): FleetShape,
    }
    return list(shapes.get(key[:-1], FieldShape).model_fields)


def instead(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f", did you mean {close[0]!r}?" if close else f"; there are {', '.join(known)}"


def dotted(key: TomlKey) -> str:
    return ".".join(str(part) for part in key)
