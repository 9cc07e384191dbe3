"""The small language of checks: ``net + tax == gross``, ``sum(items.amount) == net``, ``a <= b``.

Pure. It knows fields, columns of the table, plus, minus and one relation; no numbers, no brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from appliance.domain.doctype import NUMBERS, Check, FieldSpec, FieldType, TableSpec, Term

FUNCTIONS: Mapping[str, Callable[[Sequence[Decimal]], Decimal]] = {
    "sum": lambda column: sum(column, Decimal(0)),
}
"""What a check may compute of a column, one number a row."""

_RELATION = re.compile(r"(==|<=)")
_SUMMAND = re.compile(
    r"\s*(?P<sign>[+-]?)\s*"
    r"(?:(?P<function>\w+)\(\s*(?P<table>\w+)\.(?P<column>\w+)\s*\)"
    r"|(?P<product>\w+\.\w+(?:\s*\*\s*\w+\.\w+)*)"
    r"|(?P<field>\w+))\s*"
)


def parse(expression: str, items: TableSpec | None, tolerance: Decimal) -> Check:
    """Raises ValueError, in words for the owner, when it is no check."""
    sides = _RELATION.split(expression)
    if len(sides) != 3:
        raise ValueError(f"a check has one == or <= in it: {expression!r}")
    left, relation, right = sides
    return Check(
        expression,
        tuple(_terms(left, items)),
        "==" if relation == "==" else "<=",
        tuple(_terms(right, items)),
        tolerance,
    )


def _terms(side: str, items: TableSpec | None) -> Iterator[Term]:
    position = 0
    while position < len(side) or not position:
        match = _SUMMAND.match(side, position)
        if match is None or (position and not match["sign"]):
            raise ValueError(f"{side.strip()!r} is no sum of fields, such as net + sum(items.net)")
        yield _term(match, items)
        position = match.end()


def _term(match: re.Match[str], items: TableSpec | None) -> Term:
    sign: Literal[1, -1] = -1 if match["sign"] == "-" else 1
    if match["field"]:
        return Term(match["field"], sign)
    if product := match["product"]:
        pairs = [factor.strip().split(".") for factor in product.split("*")]
        for table, _ in pairs:
            _known(table, items)
        (_, first), *others = pairs
        return Term(first, sign, in_row=True, times=tuple(column for _, column in others))
    if (function := match["function"]) not in FUNCTIONS:
        raise ValueError(f"{function!r} is none of the functions: {', '.join(FUNCTIONS)}")
    _known(match["table"], items)
    return Term(match["column"], sign, function=function)


def _known(table: str, items: TableSpec | None) -> None:
    if items is None or table != items.name:
        raise ValueError(f"there is no table {table!r}")


def misuse(check: Check, fields: tuple[FieldSpec, ...], items: TableSpec | None) -> str | None:
    """Why the check cannot be computed: an unknown field, one that is no number."""
    header = {spec.name: spec.type for spec in fields}
    columns = {spec.name: spec.type for spec in items.fields} if items else {}
    for term in check.terms:
        for name in (term.name, *term.times):
            if name not in (columns if term.column else header):
                return f"there is no {'column' if term.column else 'field'} {name!r}"
    if check.of_rows:
        return _misuse_in_row(check, columns)
    kinds = {term: (columns if term.column else header)[term.name] for term in check.terms}
    if all(kind is FieldType.DATE for kind in kinds.values()):
        plain = len(check.left) == len(check.right) == 1
        bare = all(term.sign == 1 and not term.column for term in check.terms)
        return None if plain and bare else "a date is compared with one other date only"
    for term, kind in kinds.items():
        if kind not in NUMBERS:
            return f"{term.name!r} is of type {kind.value}, not a number"
    return None


def _misuse_in_row(check: Check, columns: Mapping[str, FieldType]) -> str | None:
    if not all(term.in_row for term in check.terms):
        return "a check of rows speaks of columns alone, as in items.pieces * items.price"
    for name in sorted(check.columns):
        if columns[name] not in NUMBERS:
            return f"{name!r} is of type {columns[name].value}, not a number"
    return None
