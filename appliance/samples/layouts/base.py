"""What all invoice layouts share: who draws, a numbered foot, the sums before a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from appliance.samples.invoice import Invoice
from appliance.samples.language import Language
from appliance.samples.sheet import Face, Sheet
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
