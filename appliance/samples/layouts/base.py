"""What a layout is given and what it is: one pair of values for each kind of document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from appliance.samples.declaration import Declaration
from appliance.samples.invoice import Invoice
from appliance.samples.language import Language
from appliance.samples.sheet import Face, Sheet
from appliance.samples.shift import ProductionShift
from appliance.samples.till import Receipt
from appliance.samples.truth import Telling


@dataclass(frozen=True, slots=True)
class Order:
    """What an invoice layout is given."""

    invoice: Invoice
    telling: Telling
    language: Language
    pages: int = 1
    """How many there will be, for "page 1 of 2"; a first drawing finds out."""

    def word(self, key: str) -> str:
        return self.language.invoice[key]

    def money(self, amount: Decimal) -> str:
        return self.language.style.amount(amount).text

    def number_label(self) -> str:
        return self.word("credit_number" if self.invoice.credit else "number")

    def gross_label(self) -> str:
        return self.word("gross_credit" if self.invoice.credit else "gross")

    def payment_line(self) -> str:
        """When to pay; on a credit note what happens to the amount."""
        if self.invoice.credit:
            return self.word("refund")
        return self.word("pay_by").format(date=self.telling.say("due_date"))

    def page_line(self, sheet: Sheet) -> str:
        return self.word("page").format(n=sheet.pages, all=self.pages)

    def registered(self) -> str:
        return self.word("registered").format(n=self.invoice.register)

    def carry(self, index: int) -> tuple[str, str]:
        before = sum((line.net for line in self.invoice.lines[:index]), Decimal(0))
        return self.word("carried"), self.money(before)

    def rates(self) -> list[str]:
        return [self.percent(line.rate) for line in self.invoice.lines]

    def percent(self, rate: Decimal) -> str:
        return self.language.style.count(rate).text

    def positions(self) -> list[str]:
        return [str(place) for place, _ in enumerate(self.invoice.lines, start=1)]


@dataclass(frozen=True, slots=True)
class Layout:
    name: str
    face: Face
    draw: Callable[[Sheet, Order], None]


@dataclass(frozen=True, slots=True)
class Filing:
    """What a layout of customs declarations is given."""

    declaration: Declaration
    telling: Telling
    language: Language

    def word(self, key: str) -> str:
        return self.language.customs[key]

    def title(self) -> str:
        return self.word("export" if self.declaration.export else "import")


@dataclass(frozen=True, slots=True)
class CustomsLayout:
    name: str
    face: Face
    draw: Callable[[Sheet, Filing], None]
    places: int
    """Decimals of the masses."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a layout of production reports is given."""

    shift: ProductionShift
    telling: Telling
    language: Language

    def word(self, key: str) -> str:
        return self.language.production[key]

    def begins(self) -> list[str]:
        return [f"{stop.begin:%H:%M}" for stop in self.shift.stops]

    def ends(self) -> list[str]:
        return [f"{stop.end:%H:%M}" for stop in self.shift.stops]


@dataclass(frozen=True, slots=True)
class ReportLayout:
    name: str
    face: Face
    draw: Callable[[Sheet, Report], None]


@dataclass(frozen=True, slots=True)
class Slip:
    """What the layout of receipts is given."""

    receipt: Receipt
    telling: Telling
    language: Language

    def word(self, key: str) -> str:
        return self.language.receipt[key]

    def money(self, amount: Decimal) -> str:
        return self.language.style.amount(amount).text
