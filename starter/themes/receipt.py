"""A till receipt of a shop or a restaurant; what it prints is told in ``labels``."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from random import Random

from appliance.domain.doctype import FieldType
from appliance.samples import codes
from appliance.samples.style import round_to
from appliance.samples.truth import PrintedValue
from starter.facts import Concept, Said, Table, Taxed, Theme, Told
from starter.labels.common import clock, count, phone, plain, rates, some
from starter.labels.receipt import COLUMNS, LABELS, METHODS, TITLES
from starter.manner import Manner
from starter.values import amount, code, currency, day, enum, number

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


def _together(rng: Random, how: Manner, rows: int) -> Told:
    bought = [_purchase(rng, how) for _ in range(rows)]
    subtotal = sum((_sum(quantity, price) for quantity, price in bought), _NIL)
    amounts, said = _totals(rng, how, subtotal)
    added = "tax_total" in amounts and amounts["total"] == subtotal + amounts["tax_total"]
    said |= _paid(rng, how, amounts)
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


def _paid(rng: Random, how: Manner, amounts: dict[str, Decimal]) -> dict[str, PrintedValue]:
    """Adds to ``amounts`` what was given, and rounds what is paid in cash."""
    method = "cash" if rng.random() < 0.55 else "card"
    said = {
        "payment_method": PrintedValue(
            rng.choice(METHODS[method][how.locale.code]), method, listed=True
        )
    }
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


def _groceries(rng: Random, how: Manner) -> PrintedValue:
    return plain(rng.choice(how.locale.groceries))


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


THEME = Theme(
    name="receipt",
    titles=TITLES,
    kinds=(
        ("Receipt", "A till receipt."),
        ("Cash receipt", "What an employee bought and paid in a shop."),
        ("Expense receipt", "Receipts that are handed in for reimbursement."),
        ("Kassenbon", ""),
        ("Ticket de caisse", "Achats en magasin."),
    ),
    sender=("company", "shop", "store", "merchant", "vendor_name", "geschaeft"),
    receiver=(),
    computed=frozenset(
        (
            "item_count",
            "subtotal",
            "discount",
            "total_excl_tax",
            "tax_rate",
            "tax_total",
            "rounding",
            "total_before_rounding",
            "total",
            "cash_paid",
            "change",
            "card_number",
        )
    ),
    together=_together,
    taxed=("tax_rate", "total_excl_tax", "tax_total"),
    core=frozenset(("date", "total", "payment_method")),
    slip=True,
    sender_also=(
        Concept(
            ("tax_number", "gst_number", "vat_number", "gst_reg_no", "steuernummer"),
            FieldType.CODE,
            ("tax number of the shop", "GST or VAT registration number", ""),
            LABELS["tax_number"],
            code(
                "############",
                "#########",
                "##/###/#####",
                "@@#########",
                "00##########",
                "###-###-##-##",
            ),
        ),
        Concept(
            ("phone", "telephone", "telefon", "shop_phone"),
            FieldType.CODE,
            ("telephone of the shop", "phone number", ""),
            LABELS["phone"],
            phone(),
        ),
    ),
    concepts=(
        Concept(
            ("date", "purchase_date", "receipt_date", "datum", "fecha"),
            FieldType.DATE,
            ("date of the purchase", "when it was bought", "date", ""),
            LABELS["date"],
            day(0, 0),
        ),
        Concept(
            ("time", "purchase_time", "uhrzeit", "heure"),
            FieldType.TEXT,
            ("time of the purchase", "at what time", ""),
            LABELS["time"],
            _time,
        ),
        Concept(
            ("receipt_number", "receipt_no", "bill_number", "belegnummer", "ticket"),
            FieldType.CODE,
            ("number of the receipt", "receipt number", ""),
            LABELS["receipt_number"],
            code(*_NUMBERS),
        ),
        Concept(
            ("cashier", "served_by", "operator", "kassierer"),
            FieldType.TEXT,
            ("who served", "name of the cashier", ""),
            LABELS["cashier"],
            _cashier,
        ),
        Concept(
            ("terminal", "till", "table_number", "register", "kasse"),
            FieldType.CODE,
            ("number of the till or table", "till", ""),
            LABELS["terminal"],
            code("#", "##", "0#", "00#", "T##", "K-##"),
        ),
        Concept(
            ("member_number", "loyalty_card", "customer_number"),
            FieldType.CODE,
            ("number of the customer's card", "member number", ""),
            LABELS["member_number"],
            code("########", "M######", "#### #### ####", "C-#####"),
        ),
        Concept(
            ("item_count", "items_sold", "number_of_items"),
            FieldType.INTEGER,
            ("how many pieces were bought", "number of items", ""),
            LABELS["item_count"],
            number(1, 20),
        ),
        Concept(
            ("subtotal", "sum_of_items", "zwischensumme"),
            FieldType.AMOUNT,
            ("sum of the rows", "subtotal", ""),
            LABELS["subtotal"],
            amount(2, 400),
        ),
        Concept(
            ("discount", "savings", "rabatt"),
            FieldType.AMOUNT,
            ("what is taken off", "discount", ""),
            LABELS["discount"],
            amount(1, 40),
        ),
        Concept(
            ("total_excl_tax", "net_total", "net", "netto"),
            FieldType.AMOUNT,
            ("total without tax", "net amount", ""),
            LABELS["total_excl_tax"],
            amount(2, 400),
        ),
        Concept(
            ("tax_rate", "vat_rate", "gst_rate"),
            FieldType.PERCENT,
            ("rate of the tax in percent", "tax rate", ""),
            LABELS["tax_rate"],
            number(5, 25),
        ),
        Concept(
            ("tax_total", "vat", "gst", "tax", "mwst", "tva"),
            FieldType.AMOUNT,
            ("tax in the total", "VAT", "tax", ""),
            LABELS["tax_total"],
            amount(1, 60),
        ),
        Concept(
            ("total_before_rounding", "unrounded_total"),
            FieldType.AMOUNT,
            ("total before it was rounded", ""),
            LABELS["total_before_rounding"],
            amount(2, 400),
        ),
        Concept(
            ("rounding", "rounding_adjustment", "rundung"),
            FieldType.AMOUNT,
            ("what was rounded up or down", "rounding", ""),
            LABELS["rounding"],
            amount(0, 0.04),
        ),
        Concept(
            ("total", "total_paid", "total_amount", "amount_due", "summe", "gesamtbetrag"),
            FieldType.AMOUNT,
            ("total paid, with tax", "total", "what was paid", ""),
            LABELS["total"],
            amount(2, 400),
        ),
        Concept(
            ("currency", "waehrung", "devise"),
            FieldType.CURRENCY,
            ("currency of the total", "currency", ""),
            LABELS["currency"],
            currency(),
        ),
        Concept(
            ("payment_method", "paid_by", "payment", "zahlungsart"),
            FieldType.ENUM,
            ("cash or card", "how it was paid", ""),
            LABELS["payment_method"],
            enum(METHODS),
            values=METHODS,
        ),
        Concept(
            ("cash_paid", "cash", "tendered", "gegeben"),
            FieldType.AMOUNT,
            ("cash that was given", "cash received", ""),
            LABELS["cash_paid"],
            amount(5, 500),
        ),
        Concept(
            ("change", "change_due", "rueckgeld"),
            FieldType.AMOUNT,
            ("change that was given back", "change", ""),
            LABELS["change"],
            amount(0, 50),
        ),
        Concept(
            ("card_number", "card", "masked_card"),
            FieldType.TEXT,
            ("masked number of the card", "card", ""),
            LABELS["card_number"],
            _card,
        ),
    ),
    table=Table(
        ("purchases", "items", "lines", "articles", "artikel"),
        ("what was bought, one a row", "the articles", ""),
        (
            Concept(
                ("description", "item", "product", "artikel"),
                FieldType.TEXT,
                ("what was bought", "the article", ""),
                COLUMNS["description"],
                _groceries,
            ),
            Concept(
                ("quantity", "qty", "count", "menge"),
                FieldType.QUANTITY,
                ("how many", "quantity", ""),
                COLUMNS["quantity"],
                number(1, 4),
            ),
            Concept(
                ("price", "unit_price", "einzelpreis"),
                FieldType.AMOUNT,
                ("price of one", "unit price", ""),
                COLUMNS["price"],
                amount(1, 60),
            ),
            Concept(
                ("amount", "line_total", "row_total", "betrag"),
                FieldType.AMOUNT,
                ("amount of the row", "price of all of them", ""),
                COLUMNS["amount"],
                amount(1, 90),
            ),
        ),
        rows=(1, 14),
        summed={"amount": "subtotal"},
    ),
)
