"""The checks of a document type, computed on normal forms.

A check is passed, failed, or not applicable when one of its terms is missing. A passed check
proves its header fields when it is an equation of three numbers or more, each above its tolerance:
one of two only says that a number was copied, and an order of two dates holds for most of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from math import prod
from types import MappingProxyType

from appliance.doctypes.expressions import FUNCTIONS
from appliance.domain.doctype import Check, Term, display_name
from appliance.fields.numbers import written
from appliance.fields.style import WritingStyle
from appliance.fields.writing import plain_day, written_number

NormalForms = Mapping[str, str | None]
"""Normal forms by field name."""

Texts = Mapping[str, str | None]
"""What the document says, by field name of the header."""

_UNKNOWN = WritingStyle()
_NO_TEXTS: Texts = MappingProxyType({})


class CheckState(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    check: Check
    state: CheckState
    message: str = ""
    """For the clerk; empty unless it failed."""
    proves: bool = False
    """It carries the header fields in it."""
    failing: tuple[tuple[int, str], ...] = ()
    """Of a check of each row: those in which it fails, counted from 0, with what is said of it."""

    @property
    def sums_rows(self) -> bool:
        return any(term.function == "sum" for term in self.check.terms)


def check_outcomes(
    checks: Sequence[Check],
    header: NormalForms,
    rows: Sequence[NormalForms],
    *,
    style: WritingStyle = _UNKNOWN,
    texts: Texts = _NO_TEXTS,
) -> list[CheckOutcome]:
    """One outcome a check, in their order; messages say numbers in ``style``, and a day as
    ``texts`` do."""
    return [
        _in_rows(check, rows, style)
        if check.of_rows
        else _dated(check, header, texts) or _counted(check, header, rows, style)
        for check in checks
    ]


def _in_rows(check: Check, rows: Sequence[NormalForms], style: WritingStyle) -> CheckOutcome:
    """It proves nothing: ``extraction.proven_cells`` tells which product is no trivial truth."""
    outcomes = [_counted(check, row, (), style) for row in rows]
    states = {outcome.state for outcome in outcomes} or {CheckState.NOT_APPLICABLE}
    failing = tuple(
        (at, f"Row {at + 1}: {outcome.message}")
        for at, outcome in enumerate(outcomes)
        if outcome.state is CheckState.FAILED
    )
    if failing:
        message = " ".join(said for _, said in failing)
        return CheckOutcome(check, CheckState.FAILED, message, failing=failing)
    return CheckOutcome(check, states.pop() if len(states) == 1 else CheckState.NOT_APPLICABLE)


def _dated(check: Check, header: NormalForms, texts: Texts) -> CheckOutcome | None:
    """None when it does not compare two days."""
    days = [_day(header.get(term.name)) for term in check.terms]
    first, second = days[0], days[-1]
    if len(days) != 2 or first is None or second is None:
        return None
    if first == second or (check.relation == "<=" and first < second):
        return CheckOutcome(check, CheckState.PASSED)
    said = [
        plain_day(day, texts.get(term.name))
        for day, term in zip((first, second), check.terms, strict=True)
    ]
    return CheckOutcome(check, CheckState.FAILED, _of_days(check, *said))


def _counted(
    check: Check, header: NormalForms, rows: Sequence[NormalForms], style: WritingStyle
) -> CheckOutcome:
    found = [_numbers(term, header, rows) for term in check.terms]
    numbers = [values for values in found if values is not None]
    if len(numbers) < len(found):
        return CheckOutcome(check, CheckState.NOT_APPLICABLE)
    pairs = zip(check.terms, numbers, strict=True)
    sums = [FUNCTIONS[term.function or "sum"](values) for term, values in pairs]
    at = len(check.left)
    left, right = _signed(check.left, sums[:at]), _signed(check.right, sums[at:])
    over = left - right
    if (abs(over) if check.relation == "==" else over) <= check.tolerance:
        told = sum(abs(value) > check.tolerance for values in numbers for value in values)
        return CheckOutcome(check, CheckState.PASSED, proves=check.relation == "==" and told > 2)
    decimals = max(len(written(value).partition(".")[2]) for value in sums)
    said = [written_number(side, style, decimals=decimals) for side in (left, right)]
    return CheckOutcome(check, CheckState.FAILED, _of_numbers(check, *said))


def _signed(terms: Sequence[Term], values: Sequence[Decimal]) -> Decimal:
    pairs = zip(terms, values, strict=True)
    return sum((term.sign * value for term, value in pairs), Decimal(0))


def _numbers(term: Term, header: NormalForms, rows: Sequence[NormalForms]) -> list[Decimal] | None:
    """The field, or its column, one value a row; None when one is missing. In a check of rows
    ``header`` is the row."""
    found = [_product(term, values) for values in (rows if term.function else [header])]
    numbers = [number for number in found if number is not None]
    return numbers if len(numbers) == len(found) else None


def _product(term: Term, values: NormalForms) -> Decimal | None:
    factors = [_number(values.get(name)) for name in (term.name, *term.times)]
    numbers = [factor for factor in factors if factor is not None]
    return prod(numbers, start=Decimal(1)) if len(numbers) == len(factors) else None


def _number(value: str | None) -> Decimal | None:
    try:
        number = Decimal(value or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _day(value: str | None) -> date | None:
    # Without the hyphens Python would take 20181225, a number, for a day as well.
    if value is None or len(value) != 10 or value[4] != "-":
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _of_days(check: Check, first: str, second: str) -> str:
    """``The invoice date, 22.03.2026, is after the due date, 20.03.2026.``"""
    if check.relation == "==":
        return f"{_said(check, check.left, first)}. {_said(check, check.right, second)}."
    names = [display_name(term.name) for term in check.terms]
    return f"The {names[0]}, {first}, is after the {names[1]}, {second}."


def _of_numbers(check: Check, left: str, right: str) -> str:
    """``The rows add up to 6.345,02. The net total is 9.894,50.``"""
    less = "" if check.relation == "==" else ", which is less"
    return f"{_said(check, check.left, left)}. {_said(check, check.right, right)}{less}."


def _said(check: Check, side: Sequence[Term], value: str) -> str:
    """What one side of the check is."""
    names = _names(side)
    if len(side) > 1 or side[0].sign < 0 or side[0].times:
        return f"{names[:1].upper()}{names[1:]} is {value}"
    if side[0].function and sum(term.column for term in check.terms) == 1:
        return f"The rows add up to {value}"
    many = side[0].name.endswith("s") and not side[0].name.endswith("ss")
    return f"The {names} {'are' if many else 'is'} {value}"


def _names(side: Sequence[Term]) -> str:
    """``net total + tax total``"""
    pieces = [
        f"{'-' if term.sign < 0 else '+'} {' × '.join(map(display_name, (term.name, *term.times)))}"
        f"{' of all rows' if term.function else ''}"
        for term in side
    ]
    return " ".join(pieces).removeprefix("+ ")
