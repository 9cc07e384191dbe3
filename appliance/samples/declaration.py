"""Invents customs declarations whose masses and packages add up. No drawing here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from appliance.samples import codes
from appliance.samples.language import Language, Product
from appliance.samples.languages import LANGUAGES
from appliance.samples.style import round_to
from appliance.samples.truth import PrintedValue, Telling

FIELDS = (
    "mrn",
    "declaration_date",
    "exporter_name",
    "exporter_eori",
    "importer_name",
    "importer_eori",
    "country_of_dispatch",
    "country_of_destination",
    "packages",
    "gross_mass_kg",
    "invoice_amount",
    "currency",
)
COLUMNS = ("description", "hs_code", "packages", "gross_mass_kg", "net_mass_kg")

OVERSEAS = {
    "CH": ("Rütimann Apparatebau AG", "Lagerstrasse 14", "8400 Winterthur"),
    "CN": ("Ningbo Haiyue Trading Co., Ltd", "88 Binjiang Road", "315000 Ningbo"),
    "TR": ("Karaca Endüstri Ltd. Şti.", "Sanayi Cad. 41", "16140 Bursa"),
    "US": ("Lakeshore Machine Parts Inc.", "2210 Harbor Drive", "Toledo, OH 43605"),
}
"""Companies without an EORI."""
_PARTNERS = {"GB": ("DE", "FR", "PL", "CN", "US"), "DE": ("GB", "CH", "TR", "US")}
_EU_PARTNERS = ("GB", "CH", "CN", "US")


@dataclass(frozen=True, slots=True)
class Trader:
    name: str
    street: str
    town: str
    country: str
    """ISO 3166-1."""
    eori: str
    """Empty when it has none."""


@dataclass(frozen=True, slots=True)
class Goods:
    description: str
    hs_code: str
    origin: str
    packages: int
    """How many."""
    gross: Decimal
    net: Decimal
    """Masses in kilograms."""
    value: Decimal


@dataclass(frozen=True, slots=True)
class Declaration:
    mrn: str
    export: bool
    day: date
    exporter: Trader
    importer: Trader
    declarant: str
    place: str
    delivery: str
    currency: str
    goods: tuple[Goods, ...]

    @property
    def amount(self) -> Decimal:
        return sum((goods.value for goods in self.goods), Decimal(0))

    @property
    def gross(self) -> Decimal:
        return sum((goods.gross for goods in self.goods), Decimal(0))

    @property
    def packages(self) -> int:
        return sum(goods.packages for goods in self.goods)


def invent(rng: Random, language: Language, *, rows: int) -> Declaration:
    here = language.country
    day = date(2026, 1, 5) + timedelta(days=rng.randrange(330))
    export = rng.random() < 0.6
    home = _resident(rng, language)
    abroad = _trader(rng, rng.choice(_PARTNERS.get(here, _EU_PARTNERS)))
    exporter, importer = (home, abroad) if export else (abroad, home)
    named = [product for product in language.products if product.hs_code]
    return Declaration(
        mrn=codes.mrn(rng, here, day.year),
        export=export,
        day=day,
        exporter=exporter,
        importer=importer,
        declarant=language.company(rng, unlike=home.name),
        place=home.town.split(maxsplit=1)[-1] if home.town[0].isdigit() else home.town.split()[0],
        delivery=f"{rng.choice(('DAP', 'FCA', 'CPT', 'EXW'))} {importer.town}",
        currency=rng.choice((language.currency, "USD")),
        goods=tuple(_goods(rng, product, exporter) for product in rng.sample(named, rows)),
    )


def telling(declaration: Declaration, language: Language, *, places: int) -> Telling:
    """``places`` are the decimals of the masses."""
    write = language.style.plain_dates()
    fields = {
        "mrn": _plain(declaration.mrn),
        "declaration_date": write.date(declaration.day),
        "exporter_name": _plain(declaration.exporter.name),
        "importer_name": _plain(declaration.importer.name),
        "country_of_dispatch": _country(language, declaration.exporter.country),
        "country_of_destination": _country(language, declaration.importer.country),
        "packages": _plain(str(declaration.packages)),
        "gross_mass_kg": write.number(declaration.gross, places=places),
        "invoice_amount": write.amount(declaration.amount),
        "currency": PrintedValue(declaration.currency, declaration.currency, listed=True),
    }
    for role, trader in (("exporter", declaration.exporter), ("importer", declaration.importer)):
        if trader.eori:
            fields[f"{role}_eori"] = _plain(trader.eori)
    rows = [
        {
            "description": _plain(goods.description),
            "hs_code": _plain(goods.hs_code),
            "packages": _plain(str(goods.packages)),
            "gross_mass_kg": write.number(goods.gross, places=places),
            "net_mass_kg": write.number(goods.net, places=places),
        }
        for goods in declaration.goods
    ]
    return Telling(fields, table="goods", rows=rows)


def _plain(text: str) -> PrintedValue:
    return PrintedValue(text, text)


def _country(language: Language, code: str) -> PrintedValue:
    return PrintedValue(language.countries[code], code, listed=True)


def _resident(rng: Random, language: Language) -> Trader:
    vat = codes.vat_id(rng, language.country)
    return Trader(
        language.company(rng),
        language.street(rng),
        rng.choice(language.towns),
        language.country,
        codes.eori(rng, vat),
    )


def _trader(rng: Random, country: str) -> Trader:
    if country in OVERSEAS:
        name, street, town = OVERSEAS[country]
        return Trader(name, street, town, country, "")
    language = next(one for one in LANGUAGES.values() if one.country == country)
    return _resident(rng, language)


def _goods(rng: Random, product: Product, exporter: Trader) -> Goods:
    net = Decimal(rng.randint(40, 9800)) / 4
    packages = rng.randint(2, 60)
    return Goods(
        description=product.description,
        hs_code=product.hs_code,
        origin=exporter.country,
        packages=packages,
        gross=net + round_to(net * Decimal("0.06")) + packages * Decimal("0.5"),
        net=net,
        value=Decimal(rng.randint(*product.price)).scaleb(-2) * rng.randint(40, 300),
    )
