"""The small language of checks: ``net + tax == gross``, ``sum(items.amount) == net``, ``a <= b``.

Pure. It knows fields, columns of the table, plus, minus and one relation; no numbers, no brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from appliance.domain.doctype import NUMBERS, Check, FieldSpec, FieldType, TableSpec, Term

FUNCTIONS: Mapping[str, Callable[[Sequence[Decimal]], Decimal]] = {
    "sum": lambda column: sum(column, Decimal(0)),
}
"""What a check may compute of a column, one number a row."""

_RELATION = re.compile(r"(==|<=)")
_SUMMAND = re.compile(r"\s*([+-]?)\s*(?:(\w+)\(\s*(\w+)\.(\w+)\s*\)|(\w+))\s*")


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
        if match is None or (position and not match[1]):
            raise ValueError(f"{side.strip()!r} is no sum of fields, such as net + sum(items.net)")
        sign, function, table, column, name = match.groups()
        if function and function not in FUNCTIONS:
            raise ValueError(f"{function!r} is none of the functions: {', '.join(FUNCTIONS)}")
        if table and (items is None or table != items.name):
            raise ValueError(f"there is no table {table!r} to sum")
        yield Term(name or column, -1 if sign == "-" else 1, function=function or "")
        position = match.end()


def misuse(check: Check, fields: tuple[FieldSpec, ...], items: TableSpec | None) -> str | None:
    """Why the check cannot be computed: an unknown field, one that is no number."""
    header = {spec.name: spec.type for spec in fields}
    columns = {spec.name: spec.type for spec in items.fields} if items else {}
    for term in check.terms:
        if term.name not in (columns if term.column else header):
            return f"there is no {'column' if term.column else 'field'} {term.name!r}"
    kinds = {term: (columns if term.column else header)[term.name] for term in check.terms}
    if all(kind is FieldType.DATE for kind in kinds.values()):
        plain = len(check.left) == len(check.right) == 1
        bare = all(term.sign == 1 and not term.column for term in check.terms)
        return None if plain and bare else "a date is compared with one other date only"
    for term, kind in kinds.items():
        if kind not in NUMBERS:
            return f"{term.name!r} is of type {kind.value}, not a number"
    return None
