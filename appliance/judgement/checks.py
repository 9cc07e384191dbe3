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

from appliance.doctypes.expressions import FUNCTIONS
from appliance.domain.doctype import Check, Term, display_name
from appliance.fields.numbers import written

NormalForms = Mapping[str, str | None]
"""Normal forms by field name."""


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

    @property
    def sums_rows(self) -> bool:
        return any(term.function == "sum" for term in self.check.terms)


def check_outcomes(
    checks: Sequence[Check], header: NormalForms, rows: Sequence[NormalForms]
) -> list[CheckOutcome]:
    """One outcome a check, in their order."""
    return [_dated(check, header) or _counted(check, header, rows) for check in checks]


def _dated(check: Check, header: NormalForms) -> CheckOutcome | None:
    """None when it does not compare two days."""
    days = [_day(header.get(term.name)) for term in check.terms]
    first, second = days[0], days[-1]
    if len(days) != 2 or first is None or second is None:
        return None
    if first == second or (check.relation == "<=" and first < second):
        return CheckOutcome(check, CheckState.PASSED)
    return CheckOutcome(check, CheckState.FAILED, _failure(check, [str(first)], [str(second)]))


def _counted(check: Check, header: NormalForms, rows: Sequence[NormalForms]) -> CheckOutcome:
    found = [_numbers(term, header, rows) for term in check.terms]
    numbers = [values for values in found if values is not None]
    if len(numbers) < len(found):
        return CheckOutcome(check, CheckState.NOT_APPLICABLE)
    pairs = zip(check.terms, numbers, strict=True)
    sums = [FUNCTIONS[term.function or "sum"](values) for term, values in pairs]
    at = len(check.left)
    over = _signed(check.left, sums[:at]) - _signed(check.right, sums[at:])
    if (abs(over) if check.relation == "==" else over) <= check.tolerance:
        told = sum(abs(value) > check.tolerance for values in numbers for value in values)
        return CheckOutcome(check, CheckState.PASSED, proves=check.relation == "==" and told > 2)
    said = _alike(sums)
    return CheckOutcome(check, CheckState.FAILED, _failure(check, said[:at], said[at:]))


def _alike(values: Sequence[Decimal]) -> list[str]:
    """With as many decimals as the one of them that has most."""
    decimals = max(len(written(value).partition(".")[2]) for value in values)
    return [f"{value:.{decimals}f}" for value in values]


def _signed(terms: Sequence[Term], values: Sequence[Decimal]) -> Decimal:
    pairs = zip(terms, values, strict=True)
    return sum((term.sign * value for term, value in pairs), Decimal(0))


def _numbers(term: Term, header: NormalForms, rows: Sequence[NormalForms]) -> list[Decimal] | None:
    """The field, or its column, one value a row; None when one is missing."""
    found = [_number(values.get(term.name)) for values in (rows if term.column else [header])]
    numbers = [number for number in found if number is not None]
    return numbers if len(numbers) == len(found) else None


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


def _failure(check: Check, left: Sequence[str], right: Sequence[str]) -> str:
    """``net total + tax total is not gross total: 100.00 + 19.00 is not 191.00``."""
    dated = check.relation == "<=" and "-" in left[0][1:]
    verb = "is not" if check.relation == "==" else "is after" if dated else "is more than"
    names = (
        f"{_sum(check.left, _names(check.left))} {verb} {_sum(check.right, _names(check.right))}"
    )
    return f"{names}: {_sum(check.left, left)} {verb} {_sum(check.right, right)}"


def _names(terms: Sequence[Term]) -> list[str]:
    return [
        f"{f'the {term.function} of ' if term.function else ''}{display_name(term.name)}"
        for term in terms
    ]


def _sum(terms: Sequence[Term], said: Sequence[str]) -> str:
    pieces = [
        f"{'-' if term.sign < 0 else '+'} {one}" for term, one in zip(terms, said, strict=True)
    ]
    return " ".join(pieces).removeprefix("+ ")
