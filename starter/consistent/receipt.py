"""A till receipt of a shop or a restaurant: what its sums ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from random import Random

from appliance.samples import codes
from appliance.samples.style import round_to
from appliance.samples.truth import PrintedValue
from starter.consistent.common import clock, count, rates, some
from starter.facts import Functions, Maker, Said, Taxed, Told, Vocabulary
from starter.manner import Manner
from starter.values import plain

_NIL = Decimal(0)
_NUMBERS = ("######", "####", "{y}-#####", "@##-######", "#### ### ## ####", "R#######", "000####")
_CARDS = (
    "XXXX XXXX XXXX ####",
    "************####",
    "**** **** **** ####",
    "######******####",
    "XXXX####",
)
_ADDED = {"US", "CA", "IN"}
"""Where tax comes on top of the prices."""
_COINS = {"CHF": "0.05", "MYR": "0.05", "AUD": "0.05", "CAD": "0.05", "CZK": "1", "HUF": "1"}
"""By currency: what cash is rounded to."""

_WORTH = {"CZK": 20, "TRY": 25, "INR": 40, "MXN": 15, "BRL": 4, "PLN": 4, "MYR": 4}
"""By currency: how much more of it things cost."""


def _together(rng: Random, how: Manner, rows: int, known: Vocabulary) -> Told:
    bought = [_purchase(rng, how) for _ in range(rows)]
    subtotal = sum((_sum(quantity, price) for quantity, price in bought), _NIL)
    amounts, said = _totals(rng, how, subtotal)
    added = "tax_total" in amounts and amounts["total"] == subtotal + amounts["tax_total"]
    said |= _paid(rng, how, amounts, known)
    if all(quantity == int(quantity) for quantity, _ in bought):
        said["item_count"] = plain(str(sum(int(quantity) for quantity, _ in bought)))
    return Told(
        said | {name: how.number(one, 2) for name, one in amounts.items()},
        _cells(rng, how, bought),
        _taxes(how, amounts, said),
        same={"total_excl_tax": ("subtotal", ())} if added else {},
    )


def _purchase(rng: Random, how: Manner) -> tuple[Decimal, Decimal]:
    """Quantity, or kilograms, and price."""
    price = Decimal(round(10 ** rng.uniform(1.8, 3.5)) * _WORTH.get(how.currency, 1))
    if rng.random() < 0.6:
        price = price // 10 * 10 + rng.choice((0, 5, 9, 9))
    weighed = rng.random() < 0.05
    quantity = Decimal(rng.randint(80, 2400)).scaleb(-3) if weighed else None
    return quantity or Decimal(rng.choice((1, 1, 1, 1, 2, 2, 3, 4, 6))), price.scaleb(-2)


def _sum(quantity: Decimal, price: Decimal) -> Decimal:
    return round_to(quantity * price)


def _totals(
    rng: Random, how: Manner, subtotal: Decimal
) -> tuple[dict[str, Decimal], dict[str, PrintedValue]]:
    off = round_to(subtotal * rng.choice((5, 10, 20)) / 100) if rng.random() < 0.15 else _NIL
    rate = rates(how)[0] if rng.random() < 0.8 else _NIL
    added = rng.random() < (0.8 if how.country in _ADDED else 0.08)
    base = subtotal - off
    tax = round_to(base * rate / (100 if added else 100 + rate))
    amounts, said = {"total": base + tax if added else base}, {}
    if off:
        amounts["discount"] = off * rng.choice((1, -1))
    if off or (added and rate) or rng.random() < 0.35:
        amounts["subtotal"] = subtotal
    if rate:
        amounts["tax_total"] = tax
        said["tax_rate"] = count(how, rate, places=rng.choice((0, 0, 2)))
        if (off or not added) and rng.random() < 0.5:
            amounts["total_excl_tax"] = amounts["total"] - tax
    return amounts, said


def _taxes(how: Manner, amounts: dict[str, Decimal], said: dict[str, PrintedValue]) -> list[Taxed]:
    if "tax_total" not in amounts:
        return []
    tax = amounts["tax_total"]
    net = amounts.get("total_before_rounding", amounts["total"]) - tax
    return [Taxed(said["tax_rate"], how.number(net, 2), how.number(tax, 2))]


def _paid(
    rng: Random, how: Manner, amounts: dict[str, Decimal], known: Vocabulary
) -> dict[str, PrintedValue]:
    """Adds to ``amounts`` what was given, and rounds what is paid in cash."""
    method = "cash" if rng.random() < 0.55 else "card"
    said = {"payment_method": known.value(rng, how, "payment_method", method)}
    if method == "card":
        return said | {"card_number": _card(rng, how)}
    coin = _COINS.get(how.currency, "0.05" if rng.random() < 0.12 else "")
    if coin:
        exact = amounts["total"]
        amounts["total"] = (exact / Decimal(coin)).quantize(Decimal(1), ROUND_HALF_UP) * Decimal(
            coin
        )
        amounts["rounding"] = amounts["total"] - exact
        amounts["total_before_rounding"] = exact
    note = rng.choice(("", "1", "5", "10", "10", "20", "50", "100"))
    total = amounts["total"]
    amounts["cash_paid"] = _next(total, Decimal(note)) if note else total
    amounts["change"] = amounts["cash_paid"] - total
    return said


def _next(total: Decimal, note: Decimal) -> Decimal:
    return (total / note).quantize(Decimal(1), ROUND_CEILING) * note


def _cells(rng: Random, how: Manner, bought: Sequence[tuple[Decimal, Decimal]]) -> list[Said]:
    names = some(rng, how.locale.groceries, len(bought))
    capitals = rng.random() < 0.4
    places = rng.choice((0, 0, 0, 0, 2, 3))
    return [
        {
            "description": plain(name.upper() if capitals else name),
            "quantity": count(how, quantity, places=places),
            "price": how.number(price, 2),
            "amount": how.number(_sum(quantity, price), 2),
        }
        for name, (quantity, price) in zip(names, bought, strict=True)
    ]


def _time(rng: Random, how: Manner) -> PrintedValue:
    pattern = rng.choice((*how.locale.clocks, "{h:02}:{m:02}:{s:02}"))
    return clock(rng.randrange(7 * 60, 23 * 60), pattern, second=rng.randrange(60))


def _cashier(rng: Random, how: Manner) -> PrintedValue:
    """The first name, the whole one, or a number with it."""
    given, whole = rng.choice(how.locale.first_names), how.locale.person(rng)
    return plain(rng.choice((given, given.upper(), whole, f"{rng.randint(1, 99):02} {given}")))


def _card(rng: Random, how: Manner) -> PrintedValue:
    shape = rng.choice(_CARDS)
    return plain(codes.fill(rng, shape))


def _makers(known: Vocabulary) -> Mapping[str, Maker]:
    return {"time": _time, "cashier": _cashier, "card": _card}


FUNCTIONS = Functions(_together, _makers)
