"""An invoice or credit note between companies: what its sums ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from random import Random

from appliance.samples import codes
from appliance.samples.style import round_to
from appliance.samples.truth import PrintedValue
from starter.consistent.common import count, rates, some
from starter.facts import Functions, Maker, Said, Taxed, Told, Vocabulary
from starter.manner import Manner
from starter.values import code_of, plain, unit

_NIL = Decimal(0)
_ARTICLES = (
    "@@-####",
    "######",
    "@###-##",
    "########",
    "@@@####",
    "#####-@",
    "##.####",
    "4############",
)
_REFERENCES = ("PRJ-####", "{stem} ##", "{y}/###", "{stem}", "K-#####", "{surname} / ####")


@dataclass(frozen=True, slots=True)
class _Line:
    quantity: Decimal
    """Below zero on some credit notes."""
    price: Decimal
    discount: Decimal
    rate: Decimal
    """Both in percent."""

    @property
    def net(self) -> Decimal:
        return round_to(self.quantity * self.price * (100 - self.discount) / 100)

    @property
    def tax(self) -> Decimal:
        return round_to(self.net * self.rate / 100)


def _together(rng: Random, how: Manner, rows: int, known: Vocabulary) -> Told:
    credit = rng.random() < 0.15
    sign = -1 if credit and rng.random() < 0.4 else 1
    charged = _charged_rates(rng, how)
    places = rng.choices((2, 3, 4), (12, 1, 1))[0]
    reduced = rng.random() < 0.2
    lines = [_line(rng, charged, sign, places, reduced=reduced) for _ in range(rows)]
    row_by_row = charged[0] > 0 and rng.random() < 0.2
    extras = _NIL, _NIL
    if not credit and not row_by_row and rng.random() < 0.3:
        extras = _extras(rng, sum((line.net for line in lines), _NIL))
    said = _terms(rng, how, known)
    said["kind"] = known.value(rng, how, "kind", "credit_note" if credit else "invoice")
    bases = _bases(lines, *extras)
    said |= _totals(rng, how, lines, bases, *extras, row_by_row=row_by_row)
    if not credit:
        said |= _due(rng, how, Decimal(said["gross_total"].norm))
    return Told(
        said,
        _cells(rng, how, lines, places, reduced=reduced, gross=row_by_row),
        [] if row_by_row else [_taxed(how, rate, base) for rate, base in bases.items() if rate],
        asks=not credit and "due_payable" not in said,
    )


def _charged_rates(rng: Random, how: Manner) -> list[Decimal]:
    """One for most documents, nought for those without tax."""
    known = rates(how)
    if rng.random() < 0.12:
        return [_NIL]
    return known[: 1 if rng.random() < 0.75 else 2]


def _line(
    rng: Random, charged: Sequence[Decimal], sign: int, places: int, *, reduced: bool
) -> _Line:
    price = round_to(Decimal(repr(10 ** rng.uniform(-0.5, 3.3))), places)
    quantity = Decimal(rng.randint(1, 500 if price < 20 else 40 if price < 300 else 6))
    if rng.random() < 0.15:
        quantity += Decimal(rng.randint(1, 9)) / rng.choice((2, 4, 10))
    discount = Decimal(rng.choice(("0", "0", "5", "10", "15", "2.5"))) if reduced else _NIL
    return _Line(sign * quantity, price, discount, rng.choice(charged))


def _extras(rng: Random, charged: Decimal) -> tuple[Decimal, Decimal]:
    """What is taken off all lines, and what comes on top."""
    kind = rng.choice(("off", "on top", "both"))
    off = round_to(charged * rng.choice((2, 3, 5, 10)) / 100) if kind != "on top" else _NIL
    return off, Decimal(rng.randint(390, 18900)).scaleb(-2) if kind != "off" else _NIL


def _bases(lines: Sequence[_Line], allowance: Decimal, shipping: Decimal) -> dict[Decimal, Decimal]:
    """By rate, what is taxed at it."""
    bases: dict[Decimal, Decimal] = {}
    for line in lines:
        bases[line.rate] = bases.get(line.rate, _NIL) + line.net
    if bases:
        bases[max(bases, key=lambda rate: abs(bases[rate]))] += shipping - allowance
    return bases


def _taxed(how: Manner, rate: Decimal, base: Decimal) -> Taxed:
    tax = round_to(base * rate / 100)
    return Taxed(count(how, rate), how.number(base, 2), how.number(tax, 2))


def _totals(
    rng: Random,
    how: Manner,
    lines: Sequence[_Line],
    bases: Mapping[Decimal, Decimal],
    allowance: Decimal,
    shipping: Decimal,
    *,
    row_by_row: bool,
) -> dict[str, PrintedValue]:
    charged = sum((line.net for line in lines), _NIL)
    net = charged - allowance + shipping
    taxes = [round_to(base * rate / 100) for rate, base in bases.items()]
    tax = sum((line.tax for line in lines) if row_by_row else taxes, _NIL)
    taxed = any(bases)
    amounts = {"gross_total": net + tax}
    if allowance or shipping or rng.random() < 0.1:
        amounts["line_total"] = charged
    if allowance:
        amounts["allowance_total"] = allowance * rng.choice((1, 1, -1))
    if shipping:
        amounts["shipping"] = shipping
    if taxed or allowance or shipping or rng.random() < 0.5:
        amounts["net_total"] = net
    said = {}
    if taxed or rng.random() < 0.3:
        amounts["tax_total"] = tax
        if len(bases) == 1:
            said["tax_rate"] = count(how, next(iter(bases)), places=rng.choice((0, 0, 0, 2)))
    return said | {name: how.number(total, 2) for name, total in amounts.items()}


def _due(rng: Random, how: Manner, gross: Decimal) -> dict[str, PrintedValue]:
    amounts = {}
    if rng.random() < 0.15:
        amounts["prepaid_total"] = round_to(gross * rng.choice((10, 20, 30, 50, 100)) / 100)
    if rng.random() < 0.06:
        amounts["previous_balance"] = Decimal(rng.randint(500, 250000)).scaleb(-2)
    if amounts or rng.random() < 0.08:
        before = gross - amounts.get("prepaid_total", _NIL)
        amounts["due_payable"] = before + amounts.get("previous_balance", _NIL)
    return {name: how.number(total, 2) for name, total in amounts.items()}


def _terms(rng: Random, how: Manner, known: Vocabulary) -> dict[str, PrintedValue]:
    days = rng.choice((7, 10, 14, 21, 30, 30, 45, 60))
    return {
        "invoice_date": how.date(how.today),
        "due_date": how.date(how.today + timedelta(days=days)),
        "payment_terms": plain(known.text(rng, how, "payment_terms").format(n=days)),
    }


def _cells(
    rng: Random,
    how: Manner,
    lines: Sequence[_Line],
    places: int,
    *,
    reduced: bool,
    gross: bool,
) -> list[Said]:
    """``places`` are the decimals of a price."""
    names = some(rng, how.locale.goods, len(lines))
    shape, step, fine = (
        rng.choice(_ARTICLES),
        rng.choice((0, 0, 1, 10)),
        rng.choice((0, 0, 0, 2, 3)),
    )
    rows: list[Said] = []
    for place, (name, line) in enumerate(zip(names, lines, strict=True), start=1):
        row = {
            "description": plain(name),
            "article_number": code_of(rng, how, shape),
            "quantity": count(how, line.quantity, places=fine),
            "unit": unit(rng, how),
            "unit_price": how.number(line.price, places),
            "net_amount": how.number(line.net, 2),
        }
        if step:
            row["position"] = plain(str(place * step))
        if reduced:
            row["discount"] = count(how, line.discount)
        if line.rate:
            row["vat_rate"] = count(how, line.rate)
        if gross:
            row["gross_amount"] = how.number(line.net + line.tax, 2)
        rows.append(row)
    return rows


def _due_in(known: Vocabulary, rng: Random, how: Manner) -> PrintedValue:
    return plain(known.text(rng, how, "payment_terms").format(n=rng.choice((14, 30, 60))))


def _reference(rng: Random, how: Manner) -> PrintedValue:
    stem, surname = rng.choice(how.locale.stems), rng.choice(how.locale.surnames)
    shape = codes.fill(rng, rng.choice(_REFERENCES))
    return plain(shape.format(stem=stem, surname=surname, y=how.today.year))


def _makers(known: Vocabulary) -> Mapping[str, Maker]:
    return {"due_in": partial(_due_in, known), "reference": _reference}


FUNCTIONS = Functions(_together, _makers)
