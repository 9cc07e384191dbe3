"""How a country writes numbers, dates and codes. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from appliance.samples.truth import PrintedValue


@dataclass(frozen=True, slots=True)
class PaperStyle:
    point: str
    thousands: str
    day: str
    """``str.format`` pattern of ``d``, ``m``, ``y`` (numbers) and ``month`` (its name)."""
    months: tuple[str, ...] = ()
    vat_groups: tuple[int, ...] = ()
    """Lengths of the groups of a printed VAT id; () prints it in one piece."""

    def amount(self, number: Decimal) -> PrintedValue:
        return self.number(number, places=2)

    def number(self, number: Decimal, *, places: int) -> PrintedValue:
        exact = round_to(number, places)
        whole, _, rest = f"{exact:,f}".partition(".")
        text = self.point.join(filter(None, (whole.replace(",", self.thousands), rest)))
        return PrintedValue(text, f"{exact:f}")

    def count(self, number: Decimal) -> PrintedValue:
        """A quantity with no more decimals than it needs."""
        exponent = number.normalize().as_tuple().exponent
        return self.number(number, places=max(0, -int(exponent)))

    def date(self, day: date) -> PrintedValue:
        month = self.months[day.month - 1] if self.months else ""
        text = self.day.format(d=day.day, m=day.month, y=day.year, month=month)
        return PrintedValue(text, day.isoformat())

    def vat_id(self, number: str) -> PrintedValue:
        return PrintedValue(grouped(number, self.vat_groups), number)

    def plain_dates(self) -> PaperStyle:
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


def iban(number: str) -> PrintedValue:
    return PrintedValue(grouped(number, (4,) * 8), number)
