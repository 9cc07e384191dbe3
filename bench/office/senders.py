"""Forty suppliers of one office, each with habits that it keeps. All chance is seeded."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from appliance.samples import codes, invoice
from appliance.samples.drafts import INVOICE_LAYOUTS
from appliance.samples.invoice import InvoiceLine, Party
from appliance.samples.language import Language, Product
from appliance.samples.languages import LANGUAGES
from appliance.samples.layouts.base import Layout
from appliance.samples.sheet import Face
from bench.office.layouts.look import Look
from bench.office.layouts.looks import LOOKS
from bench.office.layouts.page import layout

SENDERS = 40
_OFFICE = ("Seewald & Thoms Handelskontor GmbH", "Speicherstraße 12", "28195 Bremen", "Deutschland")
OFFICE = Party(*_OFFICE, codes.vat_id(Random("office"), "DE"))

_TONGUES = ("de", "en", "fr", "de", "es", "pl", "de", "en", "fr", "de")
"""Of the senders in turn, the most frequent one first."""
_WHOLESALERS = (2, 5, 11, 17, 20)
"""Ranks of those with a large assortment, who send tables of two pages."""

_STEMS: Mapping[str, Sequence[str]] = {
    "de": [
        "Brackmann",
        "Rolofs",
        "Tiedjens",
        "Gerstenberg",
        "Wulff",
        "Ostermayr",
        "Pfannstiel",
        "Quandel",
        "Hohenloh",
        "Sievers",
        "Dornkamp",
        "Ulmer",
        "Zschoch",
        "Vierhaus",
        "Kellinghusen",
        "Märtens",
    ],
    "en": [
        "Aldwick",
        "Brindley",
        "Coverdale",
        "Dunmore",
        "Eastnor",
        "Farleigh",
        "Goswick",
        "Harlestone",
    ],
    "fr": [
        "Aubrac",
        "Bellerive",
        "Castelnau",
        "Douarnez",
        "Estérel",
        "Fontvieille",
        "Garrigou",
        "Hautpierre",
    ],
    "es": ["Almenara", "Bidasoa", "Cazorla", "Deva"],
    "pl": ["Borowiec", "Drawsko", "Głogów", "Olsztyński"],
}
_DAYS: Mapping[str, Sequence[str]] = {
    "de": ("{d:02}.{m:02}.{y}", "{d}.{m}.{y}", "{d}. {month} {y}"),
    "en": ("{d} {month} {y}", "{d:02}/{m:02}/{y}", "{d:02} {month} {y}"),
    "fr": ("{d:02}/{m:02}/{y}", "{d} {month} {y}", "{d:02}.{m:02}.{y}"),
    "es": ("{d:02}/{m:02}/{y}", "{d} de {month} de {y}", "{d:02}-{m:02}-{y}"),
    "pl": ("{y}-{m:02}-{d:02}", "{d:02}.{m:02}.{y}"),
}
_MONTHS = {
    "de": ("Januar", "Februar", "März", "April"),
    "fr": ("janvier", "février", "mars", "avril"),
}
"""Of languages whose samples write no names of months; enough for four weeks and their dues."""
_MARKS = {
    "de": ("EUR", "€"),
    "en": ("£", "GBP"),
    "fr": ("€", "EUR"),
    "es": ("EUR", "€"),
    "pl": ("PLN", "zł"),
}
_PREFIXES = {
    "de": ("RE", "R", "RG"),
    "en": ("INV", "SI"),
    "fr": ("FA", "FC"),
    "es": ("F", "A"),
    "pl": ("FV", "FS"),
}
_CREDITS = {"de": "GS", "en": "CN", "fr": "AV", "es": "AB", "pl": "KOR"}
_SHAPES = (
    "{p}-{n:05}",
    "{y}-{n:05}",
    "{n:06}",
    "{p}{y}{n:05}",
    "{n:04}/{y}",
    "{p}{y}{m:02}-{n:04}",
    "{p}/{n:04}/{m:02}/{y}",
    "{n:05}-{m:02}",
    "{p} {n:06}",
)
_OTHERWISE: Mapping[str, Mapping[str, Sequence[str]]] = {
    "de": {
        "number": ("Rechnungs-Nr.", "Beleg-Nr.", "Rg.-Nr."),
        "date": ("Datum", "Belegdatum", "Rechnung vom"),
        "due": ("Zahlbar bis", "Fälligkeit"),
        "order": ("Bestell-Nr.", "Ihr Auftrag", "Ihre Best.-Nr."),
        "customer": ("Kunde", "Kd.-Nr."),
        "buyer": ("Rechnung an", "Kunde"),
        "description": ("Artikel", "Beschreibung", "Leistung"),
        "unit_price": ("E-Preis", "Preis/Einh.", "Preis"),
        "amount": ("Gesamt", "Gesamtpreis", "Netto"),
        "net": ("Zwischensumme", "Summe netto", "Warenwert"),
        "tax": ("MwSt.", "zzgl. USt.", "Mehrwertsteuer"),
        "gross": ("Gesamtbetrag", "Zahlbetrag", "Endsumme", "Zu zahlen"),
        "credit_note": ("Rechnungskorrektur",),
    },
    "en": {
        "number": ("Number", "Document no.", "Inv. no."),
        "date": ("Date", "Tax point", "Issued"),
        "due": ("Payable by", "Payment due"),
        "order": ("PO number", "Customer ref.", "Order no."),
        "customer": ("Customer no.", "A/C"),
        "buyer": ("Invoice to", "Sold to"),
        "description": ("Details", "Product", "Goods / service"),
        "unit_price": ("Price", "Rate", "Each"),
        "amount": ("Net", "Line total", "Value"),
        "net": ("Net total", "Goods total", "Total excl. VAT"),
        "tax": ("VAT amount", "Total VAT"),
        "gross": ("Invoice total", "Amount payable", "Balance due"),
        "credit_note": ("Credit memo",),
    },
    "fr": {
        "number": ("N° de facture", "Pièce n°", "Numéro"),
        "date": ("Date", "Émise le", "Le"),
        "due": ("Date d'échéance", "À payer avant le"),
        "order": ("Réf. commande", "Bon de commande"),
        "buyer": ("Client", "Adressé à"),
        "description": ("Libellé", "Article", "Description"),
        "unit_price": ("Prix unitaire", "PU HT"),
        "amount": ("Total HT", "Montant"),
        "net": ("Montant HT", "Sous-total HT"),
        "tax": ("TVA", "Montant TVA"),
        "gross": ("Total TTC", "Montant TTC", "Total à régler"),
    },
    "es": {
        "number": ("Factura n.º", "Número", "Documento"),
        "date": ("Fecha", "Fecha de emisión"),
        "due": ("Vence el", "Fecha de pago"),
        "order": ("Su pedido", "Ref. pedido"),
        "description": ("Descripción", "Artículo"),
        "unit_price": ("P. unitario", "Precio/ud."),
        "net": ("Subtotal", "Total neto"),
        "tax": ("IVA", "Total IVA"),
        "gross": ("Total a pagar", "TOTAL"),
    },
    "pl": {
        "number": ("Nr dokumentu", "Nr faktury"),
        "date": ("Data", "Wystawiono dnia"),
        "due": ("Płatne do", "Termin zapłaty"),
        "description": ("Nazwa", "Opis"),
        "unit_price": ("Cena jedn.", "Cena"),
        "net": ("Wartość netto", "Suma netto"),
        "tax": ("Podatek VAT", "VAT"),
        "gross": ("Razem do zapłaty", "Kwota brutto"),
    },
}
"""How senders say what the samples say with one word."""

_REPEATED: Mapping[int, tuple[str, Sequence[tuple[str, str, str, str]]]] = {
    4: (
        "Immobilien",
        (
            ("Miete Lagerhalle 3, Tor B", "Mon", "1", "2480.00"),
            ("Nebenkosten Vorauszahlung", "Mon", "1", "310.50"),
            ("Stellplatz Nr. 14 bis 16", "Stk", "3", "45.00"),
        ),
    ),
    8: ("Software", (("Archive Cloud subscription, 12 seats", "seat", "12", "18.90"),)),
    23: (
        "Location",
        (
            ("Loyer copieur MF-4500, contrat 88-20417", "mois", "1", "189.00"),
            ("Forfait copies noir et blanc", "fft", "1", "42.75"),
        ),
    ),
}
"""By rank the trade and the lines of those who send the same every time: what it is, unit, quantity
and price."""

_FACES: Mapping[str, Face] = {
    "banner": "Times",
    "window": "Helvetica",
    "grid": "Helvetica",
    "sidebar": "Times",
    "twin": "Times",
}
"""Of the samples' own layouts."""


@dataclass(frozen=True, slots=True)
class Sender:
    rank: int
    """1 sends the most."""
    language: Language
    """With the sender's own words and its own way with dates."""
    party: Party
    layout: Layout
    scanned: str
    """The rendering of all its papers; empty for one that mails its PDFs."""
    numbers: str
    """``str.format`` pattern of ``n``, ``p``, ``y``, ``m``."""
    prefix: str
    first: int
    """Number of its first invoice."""
    goods: tuple[InvoiceLine, ...]
    repeats: bool
    """Each invoice has all ``goods`` as they stand."""
    wholesale: bool
    terms: int
    """Days to pay."""
    lag: int
    """Days from the invoice to its arrival."""
    order: str
    """Empty when each invoice has its own."""
    customer: str
    contact: str
    phone: str
    register: str
    bank: str
    iban: str

    def number(self, serial: int, *, year: int, month: int, credit: bool) -> str:
        prefix = _CREDITS[self.language.code] if credit else self.prefix
        shape = self.numbers if "{p}" in self.numbers or not credit else "{p}" + self.numbers
        return shape.format(p=prefix, n=serial, y=year, m=month)


def senders() -> list[Sender]:
    """The most frequent one first."""
    rng = Random("office/senders")
    looks: list[Look | Layout] = [*LOOKS, *INVOICE_LAYOUTS.values()]
    chosen = rng.sample(looks, len(looks)) + rng.sample(looks, SENDERS - len(looks))
    stems = {code: rng.sample(those, len(those)) for code, those in _STEMS.items()}
    shapes = rng.sample(_SHAPES, len(_SHAPES))
    found = []
    for rank, look in enumerate(chosen, start=1):
        language = LANGUAGES[_TONGUES[(rank - 1) % len(_TONGUES)]]
        western = language.code != "pl"
        if isinstance(look, Layout):
            drawn = replace(look, face=_FACES[look.name]) if western else look
        else:
            drawn = layout(look, western=western)
        own = _speak(Random(f"office/words/{rank}"), language, stems[language.code].pop())
        found.append(
            _sender(Random(f"office/{rank}"), rank, own, drawn, shapes[rank % len(shapes)])
        )
    return found


def _speak(rng: Random, language: Language, stem: str) -> Language:
    words = {
        key: rng.choice((language.invoice[key], *others))
        for key, others in _OTHERWISE[language.code].items()
    }
    style = replace(
        language.style,
        day=rng.choice(_DAYS[language.code]),
        months=language.style.months or _MONTHS.get(language.code, ()),
        vat_groups=rng.choice((language.style.vat_groups, ())),
    )
    return replace(
        language,
        stems=(stem,),
        style=style,
        currency_word=rng.choice(_MARKS[language.code]),
        people=tuple(name for name in language.people if "ı" not in name),
        invoice={**language.invoice, **words},
    )


def _sender(rng: Random, rank: int, language: Language, layout: Layout, shape: str) -> Sender:
    trade, lines = _REPEATED.get(rank, ("", ()))
    if trade:
        language = replace(language, trades=(trade,))
    shapes = language.numbers
    return Sender(
        rank=rank,
        language=language,
        party=invoice.party(rng, language),
        layout=layout,
        scanned=("" if rank % 3 else rng.choice(("searchable", "degraded"))),
        numbers=shape,
        prefix=rng.choice(_PREFIXES[language.code]),
        first=rng.randint(104, 8200),
        goods=_repeated(language, lines) if lines else _goods(rng, rank, language),
        repeats=bool(lines),
        wholesale=rank in _WHOLESALERS,
        terms=rng.choice((10, 14, 30, 30, 45)),
        lag=rng.randint(0, 4),
        order=codes.fill(rng, "4500######") if lines else "",
        customer=codes.fill(rng, shapes["customer"]),
        contact=rng.choice(language.people),
        phone=codes.fill(rng, shapes["phone"]),
        register=codes.fill(rng, shapes["register"]),
        bank=rng.choice(language.banks),
        iban=codes.iban(rng, language.country),
    )


def _repeated(
    language: Language, lines: Sequence[tuple[str, str, str, str]]
) -> tuple[InvoiceLine, ...]:
    rate = Decimal(language.rates[0])
    return tuple(
        InvoiceLine(f"{place}00", what, Decimal(many), unit, Decimal(price), rate)
        for place, (what, unit, many, price) in enumerate(lines, start=1)
    )


def _goods(rng: Random, rank: int, language: Language) -> tuple[InvoiceLine, ...]:
    """Four to nine of the language's products in sizes of the sender's own."""
    most = len(language.products)
    chosen = rng.sample(language.products, most if rank in _WHOLESALERS else rng.randint(4, 9))
    rates = rng.choices(language.rates, weights=(5, 2)[: len(language.rates)], k=len(chosen))
    return tuple(
        InvoiceLine(
            article=codes.fill(rng, language.numbers["article"]),
            description=_resized(rng, product),
            quantity=Decimal(_usual(rng, product)),
            unit=product.unit,
            unit_price=Decimal(rng.randint(*product.price)).scaleb(-2),
            rate=Decimal(rate),
        )
        for product, rate in zip(chosen, rates, strict=True)
    )


def _resized(rng: Random, product: Product) -> str:
    """Other digits, none of which turns to or from nought."""
    return re.sub("[1-9]", lambda _: str(rng.randint(1, 9)), product.description)


def _usual(rng: Random, product: Product) -> int:
    """How many are sold at a time, at most twice as many."""
    return rng.randint(10, 150) if product.price[1] < 1500 else rng.randint(1, 10)
