"""Invents receipts of small shops whose sums are right. No drawing here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from appliance.samples.language import Language
from appliance.samples.style import round_to
from appliance.samples.truth import PrintedValue, Telling

FIELDS = ("company", "date", "address", "total", "tax_total", "currency")


@dataclass(frozen=True, slots=True)
class Purchase:
    description: str
    count: int
    """Pieces."""
    price: Decimal
    """Of one, tax included."""

    @property
    def sum(self) -> Decimal:
        return self.count * self.price


@dataclass(frozen=True, slots=True)
class Receipt:
    company: str
    street: str
    town: str
    day: date
    minute: int
    """Of the day, 0-1439."""
    cashier: str
    rate: Decimal
    """VAT in percent."""
    purchases: tuple[Purchase, ...]
    paid: Decimal
    """In cash."""

    @property
    def total(self) -> Decimal:
        return sum((purchase.sum for purchase in self.purchases), Decimal(0))

    @property
    def tax(self) -> Decimal:
        """Contained in the total."""
        return round_to(self.total * self.rate / (100 + self.rate))


def invent(rng: Random, language: Language, *, rows: int) -> Receipt:
    goods = rng.sample(language.shelf, rows)
    purchases = tuple(
        Purchase(product.description, rng.choice((1, 1, 1, 2, 3)), _price(rng, product.price))
        for product in goods
    )
    total = sum((purchase.sum for purchase in purchases), Decimal(0))
    return Receipt(
        company=rng.choice(language.shops),
        street=language.street(rng),
        town=rng.choice(language.towns),
        day=date(2026, 1, 5) + timedelta(days=rng.randrange(330)),
        minute=rng.randint(8 * 60, 20 * 60),
        cashier=rng.choice(language.people),
        rate=Decimal(language.rates[0]),
        purchases=purchases,
        paid=(total // 10 + 1) * 10,
    )


def telling(receipt: Receipt, language: Language) -> Telling:
    write = language.style.plain_dates()
    address = f"{receipt.street} {receipt.town}"
    return Telling(
        {
            "company": PrintedValue(receipt.company, receipt.company),
            "date": write.date(receipt.day),
            "address": PrintedValue(address, address),
            "total": write.amount(receipt.total),
            "tax_total": write.amount(receipt.tax),
            "currency": PrintedValue(language.currency_word, language.currency, listed=True),
        }
    )


def _price(rng: Random, bounds: tuple[int, int]) -> Decimal:
    return Decimal(rng.randint(*bounds)).scaleb(-2)
