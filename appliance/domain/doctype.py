"""What the owner wants to know of a kind of document: fields, line items, checks, who sent it.

Also the accuracy that the owner states for it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal


class FieldType(StrEnum):
    TEXT = "text"
    CODE = "code"
    DATE = "date"
    AMOUNT = "amount"
    QUANTITY = "quantity"
    INTEGER = "integer"
    PERCENT = "percent"
    IBAN = "iban"
    VAT_ID = "vat_id"
    CURRENCY = "currency"
    COUNTRY = "country"
    ENUM = "enum"
    BOOLEAN = "boolean"

    @property
    def verbatim(self) -> bool:
        """The answer is a span of the document; else one of the listed values."""
        return self not in _LISTED


_LISTED = {FieldType.CURRENCY, FieldType.COUNTRY, FieldType.ENUM, FieldType.BOOLEAN}
NUMBERS = frozenset({FieldType.AMOUNT, FieldType.QUANTITY, FieldType.INTEGER, FieldType.PERCENT})
COUNTING = frozenset({FieldType.QUANTITY, FieldType.INTEGER})
"""That may say how many of something there are."""
CODES = frozenset({FieldType.CODE, FieldType.IBAN, FieldType.VAT_ID})


@dataclass(frozen=True, slots=True)
class FieldSpec:
    name: str
    type: FieldType = FieldType.TEXT
    required: bool = False
    description: str = ""
    """Goes into the prompt; few words."""
    pattern: str | None = None
    """Regular expression that a whole ``code`` must match."""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """For listed types: each value with the words by which a document says it."""
    label: str | None = None
    """Dotted path of its truth in a ``labels.jsonl``; None when it is the field's name."""
    einvoice: str | None = None
    """Business term of EN 16931 that says it in an e-invoice, such as ``BT-1``."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """Line items: a table with its own fields."""

    name: str
    fields: tuple[FieldSpec, ...]
    description: str = ""
    label: str | None = None
    einvoice: str | None = None
    """``BG-25`` when its rows are the lines of an e-invoice."""


@dataclass(frozen=True, slots=True)
class Term:
    """One summand of a check: a field, what a function makes of a column of the line items, or a
    column in each row by itself, perhaps times others of the same row."""

    name: str
    sign: Literal[1, -1] = 1
    function: str = ""
    """Of the column ``name``, such as ``sum``; empty for a field of the header and in a row."""
    in_row: bool = False
    times: tuple[str, ...] = ()
    """Columns of the same row by which ``name`` is multiplied; empty but in a row."""

    @property
    def column(self) -> bool:
        return bool(self.function) or self.in_row


@dataclass(frozen=True, slots=True)
class Check:
    """``left relation right``, as in ``net_total + tax_total == gross_total``."""

    expression: str
    left: tuple[Term, ...]
    relation: Literal["==", "<="]
    right: tuple[Term, ...]
    tolerance: Decimal = Decimal("0.02")
    """In the unit of the amounts; dates compare exactly."""

    @property
    def terms(self) -> tuple[Term, ...]:
        return self.left + self.right

    @property
    def of_rows(self) -> bool:
        """It is a check of each row by itself."""
        return any(term.in_row for term in self.terms)

    @property
    def columns(self) -> frozenset[str]:
        return frozenset(
            name for term in self.terms if term.column for name in (term.name, *term.times)
        )


@dataclass(frozen=True, slots=True)
class DocType:
    name: str
    title: str
    fields: tuple[FieldSpec, ...]
    items: TableSpec | None = None
    party: tuple[str, ...] = ()
    """Fields that say who sent it, the surest first: VAT id, else name."""
    number: str | None = None
    """The field that numbers it. With the party and gross, or with the party, the first date and
    the rows, it recognises another scan of it."""
    gross: str | None = None
    """The field with the amount by which another scan of it is recognised."""
    checks: tuple[Check, ...] = ()
    description: str = ""
    decides: tuple[str, ...] = field(default=(), repr=False)
    """Listed fields that say what the document is, such as invoice or credit note. No model is
    asked otherwise for them, so what tells one question from another leaves them out."""

    def spec(self, fieldtype: str, *, in_items: bool = False) -> FieldSpec:
        """Raises KeyError when the type has no such field."""
        for spec in self.items.fields if in_items and self.items else self.fields:
            if spec.name == fieldtype:
                return spec
        raise KeyError(fieldtype)

    @property
    def totals(self) -> dict[str, str]:
        """By column of the line items the header field that its check says it adds up to."""
        found = {}
        for check in self.checks:
            columns = [term for term in check.terms if term.function == "sum"]
            others = [term for term in check.terms if not term.column]
            if check.relation == "==" and len(columns) == len(others) == 1:
                found[columns[0].name] = others[0].name
        return found

    def __iter__(self) -> Iterator[FieldSpec]:
        return iter(self.fields)


@dataclass(frozen=True, slots=True)
class AccuracyTarget:
    accuracy: float = 0.95
    """Share of the accepted values that is right, at least."""
    assurance: float = 0.95
    """Confidence level, 0-1: 0.95 means that at most 1 in 20 guarantees may fail."""
    fields: Mapping[str, float] = field(default_factory=dict)
    """Fields with an accuracy of their own."""
    alone: bool = False
    """The type proves it by itself, without the evidence of others."""

    @property
    def strictest(self) -> float:
        return max([self.accuracy, *self.fields.values()])

    def of(self, name: str) -> float:
        return self.fields.get(name, self.accuracy)


def display_name(name: str) -> str:
    """Of a field, a table or a document type, as a person reads it."""
    return name.replace("_", " ")
