"""Equations of a document type between numbers of the header, and sums of rows.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from appliance.domain.doctype import NUMBERS, Check, DocType
from appliance.domain.prediction import Field
from appliance.domain.rows import cells as cells_of
from appliance.domain.rows import header_by_name
from appliance.extraction.document_numbers import number_of
from appliance.fields.style import WritingStyle

_MOST = 5
"""Fields of an equation that is looked at: there are 120 orders of them."""
BY_CHANCE = 50
"""As ``35`` may number a line or a street: no sum of rows, which are not read well, nor of numbers
that were not read."""


@dataclass(frozen=True)
class Equation:
    """The numbers of the header with their signs, and what the rows sum up to, make nothing."""

    signs: Mapping[str, int]
    """By fieldtype, 1 or -1."""
    summands: Sequence[Sequence[str]]
    """Those that could change places: of one side, with one sign."""
    rows: Decimal
    by_chance: int
    """A number that is no greater stands on many a page."""
    tolerance: Decimal

    @property
    def pair(self) -> Sequence[str] | None:
        """Two that are added up, and no third."""
        return next((names for names in self.summands if len(names) == 2), None)

    def over(self, numbers: Mapping[str, Decimal]) -> Decimal:
        return sum((self.signs[name] * value for name, value in numbers.items()), self.rows)

    def rises(self, numbers: Mapping[str, Decimal]) -> bool:
        """A summand is greater than one that is named before it: a tax than its net."""
        sizes = [[abs(numbers[name]) for name in names] for names in self.summands]
        return any(size != sorted(size, reverse=True) for size in sizes)


def adds_up(check: Check, doctype: DocType) -> bool:
    """An equation of rows and the header, or of three numbers of the header: one of two says that a
    number was copied."""
    names = [term.name for term in check.terms if not term.column]
    least = 3 if len(names) == len(check.terms) else 1
    return (
        check.relation == "=="
        and all(term.function in ("", "sum") for term in check.terms)
        and least <= len(set(names)) == len(names) <= _MOST
        and all(doctype.spec(name).type in NUMBERS for name in names)
    )


def equation(
    check: Check, doctype: DocType, fields: Sequence[Field], style: WritingStyle
) -> Equation | None:
    """None where a row lacks its number, or there are not two rows: one only copies."""
    rows, by_chance = Decimal(0), 0
    signs: dict[str, int] = {}
    alike: dict[tuple[int, int], list[str]] = {}
    sides = enumerate((check.left, check.right))
    for side, term in [(side, term) for side, terms in sides for term in terms]:
        sign = -term.sign if side else term.sign
        if not term.column:
            signs[term.name] = sign
            alike.setdefault((side, sign), []).append(term.name)
            continue
        spec = doctype.spec(term.name, in_items=True)
        cells = [
            number_of(field.text, spec, style)
            for field in cells_of(fields)
            if field.fieldtype == term.name
        ]
        numbers = [number for number in cells if number is not None]
        if len(numbers) < max(2, len(cells)):
            return None
        rows, by_chance = rows + sign * sum(numbers), BY_CHANCE
    return Equation(signs, list(alike.values()), rows, by_chance, check.tolerance)


def without_rows(doctype: DocType, style: WritingStyle) -> Iterator[Equation]:
    """Those between numbers of the header alone."""
    checks = (one for one in doctype.checks if not one.columns and adds_up(one, doctype))
    return filter(None, (equation(check, doctype, (), style) for check in checks))


def holds_without_rows(
    name: str, doctype: DocType, fields: Sequence[Field], style: WritingStyle
) -> bool:
    """An equation of three numbers of the header, ``name`` among them, holds as they stand."""
    header = header_by_name(fields)
    for found in without_rows(doctype, style):
        if name not in found.signs or not header.keys() >= found.signs.keys():
            continue
        fields_of = [(one, header[one], doctype.spec(one)) for one in found.signs]
        values = {one: number_of(field.text, spec, style) for one, field, spec in fields_of}
        read = {number_of(field.as_read, spec, style) for _, field, spec in fields_of}
        numbers = {one: value for one, value in values.items() if value is not None}
        if (
            len(numbers) == len(values)
            and abs(found.over(numbers)) <= found.tolerance
            and is_mostly_read(numbers.values(), read)
        ):
            return True
    return False


def is_mostly_read(proposed: Iterable[object], read: Set[object]) -> bool:
    """All numbers but one were read, in whatever places: then that they fit each other says that
    they belong together. Others were looked for because they fit."""
    return len(set(proposed) - read) <= 1
