"""Invents supplier invoices and credit notes whose sums are right. No drawing here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from appliance.samples import codes, style
from appliance.samples.language import Language, Product
from appliance.samples.truth import PrintedValue, Telling

FIELDS = (
    "kind",
    "invoice_number",
    "invoice_date",
    "due_date",
    "order_number",
    "supplier_name",
    "supplier_vat_id",
    "buyer_name",
    "buyer_vat_id",
    "iban",
    "currency",
    "net_total",
    "tax_total",
    "gross_total",
)
COLUMNS = ("description", "quantity", "unit_price", "net_amount")


@dataclass(frozen=True, slots=True)
class Party:
    name: str
    street: str
    town: str
    country: str
    """As printed."""
    vat_id: str


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    article: str
    description: str
    quantity: Decimal
    """Below zero on a credit note."""
    unit: str
    unit_price: Decimal
    rate: Decimal
    """VAT in percent."""

    @property
    def net(self) -> Decimal:
        return style.round_to(self.quantity * self.unit_price)


@dataclass(frozen=True, slots=True)
class Invoice:
    credit: bool
    number: str
    original: str
    """Number of the invoice that a credit note takes back; empty otherwise."""
    day: date
    due: date
    delivered: date
    order: str
    customer: str
    supplier: Party
    buyer: Party
    contact: str
    phone: str
    register: str
    bank: str
    iban: str
    lines: tuple[InvoiceLine, ...]

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def taxes(self) -> dict[Decimal, tuple[Decimal, Decimal]]:
        """For each rate the net amount and the tax on it, the highest rate first."""
        bases: dict[Decimal, Decimal] = {}
        for line in self.lines:
            bases[line.rate] = bases.get(line.rate, Decimal(0)) + line.net
        return {
            rate: (bases[rate], style.round_to(bases[rate] * rate / 100))
            for rate in sorted(bases, reverse=True)
        }

    @property
    def tax(self) -> Decimal:
        return sum((tax for _, tax in self.taxes.values()), Decimal(0))

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


def invent(rng: Random, language: Language, *, rows: int, credit: bool = False) -> Invoice:
    day = date(2026, 1, 5) + timedelta(days=rng.randrange(330))
    shapes = language.numbers

    def number(kind: str) -> str:
        return codes.fill(rng, shapes[kind].format(y=day.year, m=f"{day.month:02}"))

    supplier = party(rng, language)
    buyer = party(rng, language, unlike=supplier.name)
    return Invoice(
        credit=credit,
        number=number("credit_note" if credit else "invoice"),
        original=number("invoice") if credit else "",
        day=day,
        due=day + timedelta(days=rng.choice((14, 30, 45))),
        delivered=day - timedelta(days=rng.randint(1, 6)),
        order=number("order"),
        customer=number("customer"),
        supplier=supplier,
        buyer=buyer,
        contact=rng.choice(language.people),
        phone=number("phone"),
        register=number("register"),
        bank=rng.choice(language.banks),
        iban=codes.iban(rng, language.country),
        lines=tuple(
            _line(rng, language, product, credit=credit)
            for product in _assortment(rng, language, rows)
        ),
    )


def party(rng: Random, language: Language, *, unlike: str = "") -> Party:
    return Party(
        name=language.company(rng, unlike=unlike),
        street=language.street(rng),
        town=rng.choice(language.towns),
        country=language.countries[language.country],
        vat_id=codes.vat_id(rng, language.country),
    )


def telling(invoice: Invoice, language: Language) -> Telling:
    """Every fact of the invoice in the language's style."""
    kind = "credit_note" if invoice.credit else "invoice"
    write = language.style
    fields = {
        "kind": PrintedValue(language.invoice[kind], kind, listed=True),
        "invoice_number": PrintedValue(invoice.number, invoice.number),
        "invoice_date": write.date(invoice.day),
        "due_date": write.date(invoice.due),
        "order_number": PrintedValue(invoice.order, invoice.order),
        "supplier_name": PrintedValue(invoice.supplier.name, invoice.supplier.name),
        "supplier_vat_id": write.vat_id(invoice.supplier.vat_id),
        "buyer_name": PrintedValue(invoice.buyer.name, invoice.buyer.name),
        "buyer_vat_id": write.vat_id(invoice.buyer.vat_id),
        "iban": style.iban(invoice.iban),
        "currency": PrintedValue(language.currency_word, language.currency, listed=True),
        "net_total": write.amount(invoice.net),
        "tax_total": write.amount(invoice.tax),
        "gross_total": write.amount(invoice.gross),
    }
    rows = [_cells(line, language) for line in invoice.lines]
    return Telling(fields, table="line_items", rows=rows)


def _cells(line: InvoiceLine, language: Language) -> Mapping[str, PrintedValue]:
    return {
        "description": PrintedValue(line.description, line.description),
        "quantity": language.style.count(line.quantity),
        "unit_price": language.style.amount(line.unit_price),
        "net_amount": language.style.amount(line.net),
    }


def _assortment(rng: Random, language: Language, rows: int) -> list[Product]:
    """Each product once before any comes again."""
    chosen: list[Product] = []
    while len(chosen) < rows:
        chosen += rng.sample(language.products, len(language.products))
    return chosen[:rows]


def _line(rng: Random, language: Language, product: Product, *, credit: bool) -> InvoiceLine:
    most = 400 if product.price[1] < 1500 else 24
    quantity = Decimal(rng.randint(1, most))
    if product.unit in {"m", "m²", "h", "Std", "godz."} and rng.random() < 0.5:
        quantity += Decimal("0.5")
    return InvoiceLine(
        article=codes.fill(rng, language.numbers["article"]),
        description=product.description,
        quantity=-quantity if credit else quantity,
        unit=product.unit,
        unit_price=Decimal(rng.randint(*product.price)).scaleb(-2),
        rate=Decimal(rng.choices(language.rates, weights=(5, 2)[: len(language.rates)])[0]),
    )
