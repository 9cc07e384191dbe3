"""An invoice or credit note between companies; what it prints is told in ``labels``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random

from appliance.domain.doctype import FieldType
from appliance.samples import codes
from appliance.samples.style import round_to
from appliance.samples.truth import PrintedValue
from starter.facts import Concept, Said, Table, Taxed, Theme, Told
from starter.labels.common import bank, bic, code_of, count, email, phone, plain, rates, some
from starter.labels.supplier_invoice import COLUMNS, KINDS, LABELS, PAY, TERMS
from starter.manner import Manner
from starter.values import (
    amount,
    code,
    currency,
    day,
    enum,
    goods,
    iban,
    number,
    person,
    vat_id,
)

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


def _together(rng: Random, how: Manner, rows: int) -> Told:
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
    said = _terms(rng, how) | {"kind": _kind(rng, how, credit=credit)}
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


def _kind(rng: Random, how: Manner, *, credit: bool) -> PrintedValue:
    kind = "credit_note" if credit else "invoice"
    return PrintedValue(rng.choice(KINDS[kind][how.locale.code]), kind, listed=True)


def _terms(rng: Random, how: Manner) -> dict[str, PrintedValue]:
    days = rng.choice((7, 10, 14, 21, 30, 30, 45, 60))
    return {
        "invoice_date": how.date(how.today),
        "due_date": how.date(how.today + timedelta(days=days)),
        "payment_terms": plain(rng.choice(TERMS[how.locale.code]).format(n=days)),
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
            "unit": _unit(rng, how),
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


def _unit(rng: Random, how: Manner) -> PrintedValue:
    return plain(rng.choice(how.locale.units))


def _due_in(rng: Random, how: Manner) -> PrintedValue:
    return plain(rng.choice(TERMS[how.locale.code]).format(n=rng.choice((14, 30, 60))))


def _reference(rng: Random, how: Manner) -> PrintedValue:
    stem, surname = rng.choice(how.locale.stems), rng.choice(how.locale.surnames)
    shape = codes.fill(rng, rng.choice(_REFERENCES))
    return plain(shape.format(stem=stem, surname=surname, y=how.today.year))


THEME = Theme(
    name="supplier_invoice",
    titles=KINDS["invoice"],
    kinds=(
        ("Supplier invoice", "An invoice or a credit note that a supplier sent to us."),
        ("Invoice", "What we have to pay, to whom and until when."),
        ("Tax invoice", "Invoices and credit notes with their tax."),
        ("Purchase ledger document", ""),
        ("Eingangsrechnung", "Rechnungen und Gutschriften der Lieferanten."),
    ),
    sender=("supplier_name", "seller", "vendor", "from_company", "lieferant", "fournisseur"),
    receiver=("buyer_name", "customer", "bill_to", "invoiced_to", "kunde"),
    computed=frozenset(
        (
            "line_total",
            "allowance_total",
            "shipping",
            "net_total",
            "tax_rate",
            "tax_total",
            "gross_total",
            "prepaid_total",
            "due_payable",
            "previous_balance",
            "position",
            "discount",
            "vat_rate",
            "gross_amount",
        )
    ),
    together=_together,
    core=frozenset(("invoice_number", "invoice_date", "gross_total")),
    taxed=("tax_rate", "net_total", "tax_total"),
    sentences=PAY,
    same={
        "due_payable": ("gross_total", ("prepaid_total", "previous_balance")),
        "line_total": ("net_total", ("allowance_total", "shipping")),
    },
    sender_also=(
        Concept(
            ("supplier_vat_id", "vat_id", "seller_vat_no", "ust_id"),
            FieldType.VAT_ID,
            ("VAT id of the sender", "VAT number of the supplier", ""),
            LABELS["supplier_vat_id"],
            vat_id(),
        ),
        Concept(
            ("supplier_tax_no", "tax_number", "gst_number", "steuernummer"),
            FieldType.CODE,
            ("tax number of the supplier", "national tax number", ""),
            LABELS["supplier_tax_no"],
            code("##/###/#####", "###########", "B########", "0########", "##-#######"),
        ),
        Concept(
            ("register_number", "company_number", "registration_no", "handelsregister"),
            FieldType.CODE,
            ("number in the company register", "company registration", ""),
            LABELS["register_number"],
            code("0#######", "HRB #####", "########", "### ### ###", "B ### ### ###"),
        ),
        Concept(
            ("phone", "supplier_phone", "telephone", "telefon"),
            FieldType.CODE,
            ("telephone of the supplier", "phone number", ""),
            LABELS["phone"],
            phone(),
        ),
        Concept(
            ("email", "supplier_email", "e_mail"),
            FieldType.TEXT,
            ("e-mail address of the supplier", "e-mail", ""),
            LABELS["email"],
            email,
        ),
        Concept(
            ("iban", "bank_account", "supplier_iban", "konto"),
            FieldType.IBAN,
            ("account to pay to", "IBAN", ""),
            LABELS["iban"],
            iban(),
        ),
        Concept(
            ("bic", "swift", "bic_code"),
            FieldType.CODE,
            ("BIC of the bank", "SWIFT code", ""),
            LABELS["bic"],
            bic,
        ),
        Concept(
            ("bank_name", "bank", "banque"),
            FieldType.TEXT,
            ("bank of the supplier", "name of the bank", ""),
            LABELS["bank_name"],
            bank,
        ),
    ),
    receiver_also=(
        Concept(
            ("buyer_vat_id", "customer_vat_id", "our_vat_no"),
            FieldType.VAT_ID,
            ("VAT id of the receiver", "VAT number of the buyer", ""),
            LABELS["buyer_vat_id"],
            vat_id(),
        ),
        Concept(
            ("buyer_contact", "attention", "ordered_by"),
            FieldType.TEXT,
            ("person at the buyer", "who ordered", ""),
            LABELS["buyer_contact"],
            person(),
        ),
    ),
    concepts=(
        Concept(
            ("kind", "document_type", "invoice_type", "belegart"),
            FieldType.ENUM,
            ("invoice or credit note", "what it is", ""),
            LABELS["kind"],
            enum(KINDS),
            values=KINDS,
        ),
        Concept(
            ("invoice_number", "invoice_no", "number", "rechnungsnummer", "numero_facture"),
            FieldType.CODE,
            ("number of the invoice", "invoice number", "the document's number", ""),
            LABELS["invoice_number"],
            code(
                "INV-{y}-####",
                "######",
                "RE{y}-#####",
                "{y}/####",
                "##########",
                "@#####",
                "F{m}-####",
            ),
        ),
        Concept(
            ("invoice_date", "date", "issue_date", "rechnungsdatum", "fecha_factura"),
            FieldType.DATE,
            ("date of the invoice", "invoice date", "when it was issued", ""),
            LABELS["invoice_date"],
            day(0, 0),
        ),
        Concept(
            ("due_date", "payment_due", "pay_by", "faellig_am"),
            FieldType.DATE,
            ("date by which it is to be paid", "due date", ""),
            LABELS["due_date"],
            day(7, 60),
        ),
        Concept(
            ("delivery_date", "delivered_on", "supply_date", "lieferdatum"),
            FieldType.DATE,
            ("date of the delivery", "when the goods were delivered", ""),
            LABELS["delivery_date"],
            day(-14, 0),
        ),
        Concept(
            ("order_number", "po_number", "purchase_order", "bestellnummer"),
            FieldType.CODE,
            ("number of our order", "purchase order number", ""),
            LABELS["order_number"],
            code("PO-######", "45########", "B-{y}-####", "######", "@@#####", "{y}-###"),
        ),
        Concept(
            ("order_date", "po_date", "ordered_on"),
            FieldType.DATE,
            ("date of our order", "when it was ordered"),
            LABELS["order_date"],
            day(-60, -15),
        ),
        Concept(
            ("customer_number", "customer_no", "kundennummer"),
            FieldType.CODE,
            ("our number with the supplier", "customer number", ""),
            LABELS["customer_number"],
            code("#####", "C-#####", "D######", "1#####", "@@@###"),
        ),
        Concept(
            ("delivery_note_number", "delivery_note", "packing_slip", "lieferschein"),
            FieldType.CODE,
            ("number of the delivery note", "delivery note", ""),
            LABELS["delivery_note_number"],
            code("DN-######", "LS{y}-####", "########", "{y}{m}-###"),
        ),
        Concept(
            ("buyer_reference", "reference", "project", "your_ref"),
            FieldType.TEXT,
            ("our reference or project", "project", "reference of the buyer", ""),
            LABELS["buyer_reference"],
            _reference,
        ),
        Concept(
            ("contact", "contact_person", "sales_rep", "ansprechpartner"),
            FieldType.TEXT,
            ("who to ask at the supplier", "contact person", ""),
            LABELS["contact"],
            person(),
        ),
        Concept(
            ("payment_terms", "terms", "zahlungsbedingungen", "conditions_paiement"),
            FieldType.TEXT,
            ("how and when to pay", "terms of payment", ""),
            LABELS["payment_terms"],
            _due_in,
        ),
        Concept(
            ("currency", "currency_code", "waehrung", "devise"),
            FieldType.CURRENCY,
            ("currency of the totals", "currency", ""),
            LABELS["currency"],
            currency(),
        ),
        Concept(
            ("line_total", "items_total", "goods_total", "summe_positionen"),
            FieldType.AMOUNT,
            ("sum of the rows", "total of the lines before discount", ""),
            LABELS["line_total"],
            amount(20, 90000),
        ),
        Concept(
            ("allowance_total", "discount_total", "discount", "rabatt"),
            FieldType.AMOUNT,
            ("what is taken off the sum of the rows", "discount on the whole invoice", ""),
            LABELS["allowance_total"],
            amount(1, 900),
        ),
        Concept(
            ("shipping", "freight", "shipping_cost", "versandkosten"),
            FieldType.AMOUNT,
            ("cost of the transport", "freight charged", ""),
            LABELS["shipping"],
            amount(4, 190),
        ),
        Concept(
            ("net_total", "subtotal", "total_net", "total_excl_tax", "total_ht", "base_imponible"),
            FieldType.AMOUNT,
            ("total before tax", "net total", ""),
            LABELS["net_total"],
            amount(20, 90000),
        ),
        Concept(
            ("tax_rate", "vat_rate", "vat_percent", "mwst_satz"),
            FieldType.PERCENT,
            ("rate of the tax in percent", "tax rate", ""),
            LABELS["tax_rate"],
            number(5, 25),
        ),
        Concept(
            ("tax_total", "vat_total", "vat", "tax_amount", "mwst"),
            FieldType.AMOUNT,
            ("total of the tax", "tax", "VAT in total", ""),
            LABELS["tax_total"],
            amount(1, 9000),
        ),
        Concept(
            ("gross_total", "total", "total_amount", "invoice_total", "total_ttc", "bruttobetrag"),
            FieldType.AMOUNT,
            ("total with tax", "total of the invoice", "gross total", ""),
            LABELS["gross_total"],
            amount(20, 90000),
        ),
        Concept(
            ("prepaid_total", "deposit", "amount_paid", "anzahlung"),
            FieldType.AMOUNT,
            ("what has been paid already", "deposit", ""),
            LABELS["prepaid_total"],
            amount(10, 9000),
        ),
        Concept(
            ("due_payable", "amount_due", "balance_due", "zahlbetrag"),
            FieldType.AMOUNT,
            ("what is left to pay", "amount due", ""),
            LABELS["due_payable"],
            amount(20, 90000),
        ),
        Concept(
            ("previous_balance", "balance_forward", "saldovortrag"),
            FieldType.AMOUNT,
            ("what was open before", "balance of earlier invoices", ""),
            LABELS["previous_balance"],
            amount(5, 2500),
        ),
    ),
    table=Table(
        ("line_items", "lines", "items", "positionen"),
        ("the goods and services charged, one a row", "rows of the invoice", ""),
        (
            Concept(
                ("position", "line_no", "pos"),
                FieldType.INTEGER,
                ("number of the row", "position", ""),
                COLUMNS["position"],
                number(1, 9),
            ),
            Concept(
                ("description", "item", "product", "bezeichnung"),
                FieldType.TEXT,
                ("what is charged", "goods or service", ""),
                COLUMNS["description"],
                goods(),
            ),
            Concept(
                ("article_number", "item_no", "sku", "artikelnummer"),
                FieldType.CODE,
                ("number of the article", "article", ""),
                COLUMNS["article_number"],
                code(*_ARTICLES),
            ),
            Concept(
                ("quantity", "qty", "amount_of_units", "menge"),
                FieldType.QUANTITY,
                ("how many", "quantity", ""),
                COLUMNS["quantity"],
                number(1, 500),
            ),
            Concept(
                ("unit", "uom", "einheit"),
                FieldType.TEXT,
                ("unit of the quantity", "unit", ""),
                COLUMNS["unit"],
                _unit,
            ),
            Concept(
                ("unit_price", "price", "price_each", "einzelpreis"),
                FieldType.AMOUNT,
                ("price of one", "unit price", ""),
                COLUMNS["unit_price"],
                amount(1, 2000),
            ),
            Concept(
                ("discount", "discount_percent", "rabatt"),
                FieldType.PERCENT,
                ("discount on the row in percent", ""),
                COLUMNS["discount"],
                number(0, 15),
            ),
            Concept(
                ("vat_rate", "tax_percent", "mwst_satz"),
                FieldType.PERCENT,
                ("tax rate of the row", "VAT in percent", ""),
                COLUMNS["vat_rate"],
                number(5, 25),
            ),
            Concept(
                ("net_amount", "amount", "line_amount", "row_total", "gesamtpreis"),
                FieldType.AMOUNT,
                ("amount of the row before tax", "total of the row", ""),
                COLUMNS["net_amount"],
                amount(1, 9000),
            ),
            Concept(
                ("gross_amount", "amount_incl_tax", "row_gross"),
                FieldType.AMOUNT,
                ("amount of the row with tax", ""),
                COLUMNS["gross_amount"],
                amount(1, 9000),
            ),
        ),
        rows=(1, 14),
        summed={"net_amount": "line_total", "gross_amount": "gross_total"},
    ),
)
