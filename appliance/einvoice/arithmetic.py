"""Whether the amounts of an e-invoice add up, by the rules BR-CO of EN 16931, to the cent. Pure.

What a profile does not carry is not checked. docs/reference/einvoices.md lists the rules.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal, localcontext

from appliance.domain.einvoice import EInvoice, Level, Syntax, TermValue

_NUMBER = re.compile(r"[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})")
"""A decimal of XML Schema as long as any amount or price."""
_EXACT = 120
"""Digits that products and sums of such numbers need at most."""
_CENT = Decimal("0.01")
_ZERO, _ONE = Decimal(0), Decimal(1)
_TOTALS = {
    "BT-106": ("sum of the rows", "BR-12"),
    "BT-109": ("total without tax", "BR-13"),
    "BT-112": ("total with tax", "BR-14"),
    "BT-115": ("amount due", "BR-15"),
}
"""That an invoice has to state, and the rule that says so."""


def failed_sums(said: EInvoice) -> Iterator[str]:
    """For a clerk, each with both numbers and the rule."""
    with localcontext(prec=_EXACT):
        failed = list(_failed(said))
    yield from failed


def _failed(said: EInvoice) -> Iterator[str]:
    header = _Amounts(said.values)
    if said.level is not Level.MINIMUM:
        if said.syntax is not Syntax.ZUGFERD_1:
            yield from _missing(header)
        yield from _sums_of_parts(said, header)
        yield from _taxes(header)
        yield from _amount_due(header)
    yield from _total_with_tax(header)
    for number, line in enumerate(said.lines, 1):
        yield from _line(number, _Amounts(line))


class _Amounts:
    """The numbers among some values, by their terms."""

    def __init__(self, values: Iterable[TermValue]) -> None:
        self._groups: dict[str, dict[int, Decimal]] = defaultdict(dict)
        for value in values:
            number = _decimal(value.text)
            if number is not None:
                self._groups[value.term].setdefault(value.group, number)

    def __call__(self, term: str, *, group: int | None = None) -> Decimal | None:
        """The first one; of that ``group`` if any is meant."""
        if group is None:
            return next(iter(self.every(term)), None)
        return self._groups[term].get(group)

    def every(self, term: str) -> list[Decimal]:
        """One of each group."""
        return list(self._groups[term].values())

    def groups(self, term: str) -> list[int]:
        return list(self._groups[term])


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _missing(header: _Amounts) -> Iterator[str]:
    for term, (name, rule) in _TOTALS.items():
        if header(term) is None:
            yield f"It does not state the {name} ({rule})."


def _sums_of_parts(said: EInvoice, header: _Amounts) -> Iterator[str]:
    nets = [net for line in said.lines for net in _Amounts(line).every("BT-131")]
    if nets:
        yield from _compared("The rows add up to", sum(nets), header("BT-106"), "BR-CO-10")
    for parts, total, name, rule in (
        ("BT-92", "BT-107", "allowances", "BR-CO-11"),
        ("BT-99", "BT-108", "charges", "BR-CO-12"),
    ):
        stated = header(total)
        if not header.every(parts) and (stated is None or said.syntax is Syntax.ZUGFERD_1):
            continue  # whose basic profile has the total alone
        summed = sum(header.every(parts), _ZERO)
        yield from _compared(f"The {name} add up to", summed, stated or _ZERO, rule)
    rows = header("BT-106")
    if rows is not None:
        net = rows - (header("BT-107") or _ZERO) + (header("BT-108") or _ZERO)
        what = "The rows less allowances plus charges are"
        yield from _compared(what, net, header("BT-109"), "BR-CO-13")


def _taxes(header: _Amounts) -> Iterator[str]:
    taxes = header.every("BT-117")
    if taxes:
        stated = header("BT-110") or _ZERO
        yield from _compared("The taxes of all rates add up to", sum(taxes), stated, "BR-CO-14")
    for group in header.groups("BT-117"):
        base, rate = header("BT-116", group=group), header("BT-119", group=group) or _ZERO
        if base is not None:
            tax = _rounded(base * rate / 100)
            what = f"{_plain(rate)} % of {_money(base)} are"
            yield from _compared(what, tax, header("BT-117", group=group), "BR-CO-17")


def _total_with_tax(header: _Amounts) -> Iterator[str]:
    net = header("BT-109")
    if net is not None:
        gross = net + (header("BT-110") or _ZERO)
        yield from _compared("Total and tax add up to", gross, header("BT-112"), "BR-CO-15")


def _amount_due(header: _Amounts) -> Iterator[str]:
    gross = header("BT-112")
    if gross is not None:
        due = gross - (header("BT-113") or _ZERO) + (header("BT-114") or _ZERO)
        what = "The total less what was paid, rounding included, is"
        yield from _compared(what, due, header("BT-115"), "BR-CO-16")


def _line(number: int, line: _Amounts) -> Iterator[str]:
    """A price may have been rounded before it was written: to cents, or to all its decimals."""
    quantity, price, per = line("BT-129"), line("BT-146"), line("BT-149") or _ONE
    stated = line("BT-131")
    if quantity is None or price is None or stated is None:
        return
    net = quantity * price / per
    net += sum(line.every("BT-141"), _ZERO) - sum(line.every("BT-136"), _ZERO)
    step = min(_CENT, _ONE.scaleb(int(price.as_tuple().exponent)))
    if abs(net - stated) > max(_CENT, abs(quantity / per) * step) / 2:
        what = f"Row {number}: quantity, price, allowances and charges come to"
        yield f"{what} {_money(_rounded(net))}, the row says {_money(stated)} (BT-131)."


def _compared(
    what: str, computed: Decimal | int, stated: Decimal | None, rule: str
) -> Iterator[str]:
    """Nothing where nothing is stated, or where both are equal."""
    if stated is not None and stated != computed:
        yield f"{what} {_money(Decimal(computed))}, the invoice says {_money(stated)} ({rule})."


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _money(amount: Decimal) -> str:
    """With two decimals, or all if it has more."""
    return f"{amount:.2f}" if amount == _rounded(amount) else _plain(amount)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
