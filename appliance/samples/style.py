"""How a country writes numbers, dates and codes. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from appliance.samples.truth import Value


@dataclass(frozen=True, slots=True)
class Style:
    point: str
    thousands: str
    day: str
    """``str.format`` pattern of ``d``, ``m``, ``y`` (numbers) and ``month`` (its name)."""
    months: tuple[str, ...] = ()
    vat_groups: tuple[int, ...] = ()
    """Lengths of the groups of a printed VAT id; () prints it in one piece."""

    def amount(self, number: Decimal) -> Value:
        return self.number(number, places=2)

    def number(self, number: Decimal, *, places: int) -> Value:
        exact = round_to(number, places)
        whole, _, rest = f"{exact:,f}".partition(".")
        text = self.point.join(filter(None, (whole.replace(",", self.thousands), rest)))
        return Value(text, f"{exact:f}")

    def count(self, number: Decimal) -> Value:
        """A quantity with no more decimals than it needs."""
        exponent = number.normalize().as_tuple().exponent
        return self.number(number, places=max(0, -int(exponent)))

    def date(self, day: date) -> Value:
        month = self.months[day.month - 1] if self.months else ""
        text = self.day.format(d=day.day, m=day.month, y=day.year, month=month)
        return Value(text, day.isoformat())

    def vat_id(self, number: str) -> Value:
        return Value(grouped(number, self.vat_groups), number)

    def plain_dates(self) -> Style:
        """The same, but 05/03/2026 where dates are written with the month's name."""
        return replace(self, day="{d:02}/{m:02}/{y}") if "{month}" in self.day else self


def round_to(number: Decimal, places: int = 2) -> Decimal:
    """Half up, as invoices round."""
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def grouped(code: str, groups: tuple[int, ...]) -> str:
    """``code`` with a space after each group; what is left over forms the last one."""
    pieces, start = [], 0
    for length in groups:
        pieces.append(code[start : start + length])
        start += length
    return " ".join(piece for piece in (*pieces, code[start:]) if piece)


def iban(number: str) -> Value:
    return Value(grouped(number, (4,) * 8), number)
