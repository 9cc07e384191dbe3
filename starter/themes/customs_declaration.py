"""A declaration of goods to customs; what it prints is told in ``labels``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from appliance.domain.doctype import FieldType
from appliance.samples import codes
from appliance.samples.style import round_to
from appliance.samples.truth import PrintedValue
from starter.facts import Concept, Said, Table, Theme, Told
from starter.labels.common import plain, some
from starter.labels.customs_declaration import (
    COLUMNS,
    EXPORTER,
    IMPORTER,
    LABELS,
    MOVEMENTS,
    TITLES,
)
from starter.manner import Manner
from starter.values import amount, code, company, currency, day, enum, goods, land, number

_MRN_OFFICES = ("######", "00####", "##0###", "@#####", "0@####")
_MRN_LETTERS = "ABCDEJKLMRU"
_GIVE_MRN = {*codes.VAT_SHAPES, "CH", "TR"}
_CHAPTERS = ("3917", "3926", "4009", "4016", "4821", "6109", "7307", "7318", "7326", "7616", "8413")
_HEADINGS = (*_CHAPTERS, "8421", "8466", "8481", "8482", "8504", "8536", "8544", "8708", "9403")
_TERMS = ("EXW", "FCA", "CPT", "CIP", "DAP", "DDP", "FOB", "CIF", "CFR")


@dataclass(frozen=True, slots=True)
class _Goods:
    packages: int
    net: Decimal
    gross: Decimal
    """Masses in kilograms."""
    price: Decimal
    worth: Decimal
    """For statistics, in the declarant's own currency."""


def _together(rng: Random, how: Manner, rows: int) -> Told:
    places = rng.choice((0, 1, 2, 2, 3, 3))
    fine = rng.choice((4, 5))
    rate = _rate(rng, fine) if rng.random() < 0.4 else None
    cargo = [_goods(rng, places, rate or Decimal(1)) for _ in range(rows)]
    packages = sum(one.packages for one in cargo)
    kilos = {
        "gross_mass_kg": sum((one.gross for one in cargo), Decimal(0)),
        "total_net_mass_kg": sum((one.net for one in cargo), Decimal(0)),
    }
    money = {
        "invoice_amount": sum((one.price for one in cargo), Decimal(0)),
        "statistical_value": sum((one.worth for one in cargo), Decimal(0)),
    }
    said = {name: how.number(mass, places) for name, mass in kilos.items()}
    said |= {name: how.number(total, 2) for name, total in money.items()}
    said |= {"packages": plain(str(packages)), "items_count": plain(str(rows))}
    said |= _countries(rng, how)
    if rate is not None:
        said["exchange_rate"] = how.number(rate, fine)
    return Told(said, _cells(rng, how, cargo, places))


def _rate(rng: Random, places: int) -> Decimal:
    return round_to(Decimal(repr(rng.uniform(0.6, 4.8))), places)


def _goods(rng: Random, places: int, rate: Decimal) -> _Goods:
    net = round_to(Decimal(repr(10 ** rng.uniform(0.7, 4))), places)
    packages = rng.randint(1, 60)
    wrapped = net * rng.randint(102, 115) / 100 + packages * Decimal("0.4")
    price = round_to(net * Decimal(rng.randint(80, 6000)) / 100)
    freight = Decimal(rng.choice(("1", "1", "1.01", "1.03")))
    return _Goods(packages, net, round_to(wrapped, places), price, round_to(price * rate * freight))


def _cells(rng: Random, how: Manner, cargo: Sequence[_Goods], places: int) -> list[Said]:
    names = some(rng, how.locale.goods, len(cargo))
    length = rng.choice((6, 8, 8, 10, 11))
    cents = rng.random() < 0.8
    rows: list[Said] = []
    for place, (name, one) in enumerate(zip(names, cargo, strict=True), start=1):
        row = {
            "item_number": plain(str(place)),
            "description": plain(name),
            "hs_code": _tariff(rng, length),
            "packages": plain(str(one.packages)),
            "gross_mass_kg": how.number(one.gross, places),
            "net_mass_kg": how.number(one.net, places),
        }
        if cents:
            row["item_price"] = how.number(one.price, 2)
        row["statistical_value"] = how.number(one.worth, 2)
        rows.append(row)
    return rows


def _countries(rng: Random, how: Manner) -> dict[str, PrintedValue]:
    """From the writer's own mostly, to another one."""
    here, there = how.country, how.country
    while there == here:
        there = rng.choice(list(how.locale.lands))
    if rng.random() < 0.3:
        here, there = there, here
    bare = rng.random() < 0.5
    return {
        name: PrintedValue(land if bare else how.locale.lands.get(land, land), land, listed=True)
        for name, land in (("country_of_dispatch", here), ("country_of_destination", there))
    }


def _mrn(rng: Random, how: Manner) -> PrintedValue:
    country = how.country if how.country in _GIVE_MRN else "GB"
    office = rng.choice(_MRN_OFFICES)
    letter = rng.choice(_MRN_LETTERS)
    head = f"{how.today.year % 100:02}{country}{codes.fill(rng, office + '######')}{letter}"
    return plain(head + codes.mrn_check_digit(head))


def _eori(rng: Random, how: Manner) -> PrintedValue:
    """Of the writer's country, where that gives them out."""
    country = how.country if how.country in codes.VAT_SHAPES else rng.choice([*codes.VAT_SHAPES])
    return plain(codes.eori(rng, codes.vat_id(rng, country)))


def _any_eori(rng: Random, how: Manner) -> PrintedValue:
    return plain(codes.eori(rng, codes.vat_id(rng, rng.choice([*codes.VAT_SHAPES]))))


def _office(rng: Random, how: Manner) -> PrintedValue:
    where, office = how.locale.town(rng), codes.fill(rng, f"{how.country}00####")
    return plain(rng.choice((where, f"{office} {where}", f"{where} ({office})", office)))


def _delivery(rng: Random, how: Manner) -> PrintedValue:
    return plain(f"{rng.choice(_TERMS)} {how.locale.town(rng)}")


def _commodity(rng: Random, how: Manner) -> PrintedValue:
    return _tariff(rng, 8)


def _tariff(rng: Random, length: int) -> PrintedValue:
    return plain(codes.fill(rng, rng.choice(_HEADINGS) + "#" * (length - 4)))


THEME = Theme(
    name="customs_declaration",
    titles=TITLES,
    kinds=(
        ("Customs declaration", "An import, export or transit declaration with its MRN."),
        ("Export declaration", "Goods that leave the country, with masses and values."),
        ("Single administrative document", "What was declared to customs."),
        ("Zollanmeldung", ""),
        ("Customs papers", "Declarations for our shipments."),
    ),
    sender=("exporter_name", "exporter", "consignor", "shipper", "ausfuehrer"),
    receiver=("importer_name", "importer", "consignee", "empfaenger"),
    sender_labels=EXPORTER,
    receiver_labels=IMPORTER,
    computed=frozenset(
        (
            "items_count",
            "packages",
            "gross_mass_kg",
            "total_net_mass_kg",
            "invoice_amount",
            "exchange_rate",
            "statistical_value",
            "net_mass_kg",
            "item_price",
            "item_number",
        )
    ),
    together=_together,
    sender_also=(
        Concept(
            ("exporter_eori", "eori_exporter", "consignor_eori"),
            FieldType.CODE,
            ("EORI number of the exporter", "EORI of the consignor", ""),
            LABELS["exporter_eori"],
            _eori,
        ),
    ),
    receiver_also=(
        Concept(
            ("importer_eori", "eori_importer", "consignee_eori"),
            FieldType.CODE,
            ("EORI number of the importer", "EORI of the consignee", ""),
            LABELS["importer_eori"],
            _any_eori,
        ),
    ),
    concepts=(
        Concept(
            ("mrn", "movement_reference", "reference_number", "mrn_nummer"),
            FieldType.CODE,
            ("movement reference number", "MRN", ""),
            LABELS["mrn"],
            _mrn,
        ),
        Concept(
            ("declaration_date", "date", "accepted_on", "datum"),
            FieldType.DATE,
            ("date of the declaration", "when it was declared", ""),
            LABELS["declaration_date"],
            day(0, 0),
        ),
        Concept(
            ("lrn", "local_reference", "own_reference", "bezugsnummer"),
            FieldType.CODE,
            ("local reference number", "our own reference", ""),
            LABELS["lrn"],
            code("{y}{m}######", "LRN########", "@@@{y}#######", "E#########", "##########-#"),
        ),
        Concept(
            ("declaration_type", "movement", "kind_of_declaration", "verfahren"),
            FieldType.ENUM,
            ("export, import or transit", "kind of declaration"),
            LABELS["declaration_type"],
            enum(MOVEMENTS),
            values=MOVEMENTS,
        ),
        Concept(
            ("declarant", "representative", "customs_agent", "anmelder"),
            FieldType.TEXT,
            ("who declares", "declarant or representative", ""),
            LABELS["declarant"],
            company(),
        ),
        Concept(
            ("customs_office", "office", "bureau_de_douane", "zollstelle"),
            FieldType.TEXT,
            ("customs office", "office where it is declared"),
            LABELS["customs_office"],
            _office,
        ),
        Concept(
            ("country_of_dispatch", "dispatch_country", "from_country", "versendungsland"),
            FieldType.COUNTRY,
            ("country the goods come from", "country of dispatch", ""),
            LABELS["country_of_dispatch"],
            land(),
        ),
        Concept(
            ("country_of_destination", "destination_country", "to_country", "bestimmungsland"),
            FieldType.COUNTRY,
            ("country the goods go to", "country of destination", ""),
            LABELS["country_of_destination"],
            land(),
        ),
        Concept(
            ("delivery_terms", "incoterm", "terms_of_delivery", "lieferbedingung"),
            FieldType.TEXT,
            ("delivery terms", "Incoterm and place", ""),
            LABELS["delivery_terms"],
            _delivery,
        ),
        Concept(
            ("procedure_code", "cpc", "procedure", "regime"),
            FieldType.CODE,
            ("code of the customs procedure", "procedure", ""),
            LABELS["procedure_code"],
            code("####", "#### ###", "## ##", "##00 C##"),
        ),
        Concept(
            ("transport_document", "waybill", "bill_of_lading", "cmr_number"),
            FieldType.CODE,
            ("number of the transport document", "waybill", ""),
            LABELS["transport_document"],
            code("@@@@########", "CMR ######", "##########", "N730-######"),
        ),
        Concept(
            ("container_number", "container", "container_no"),
            FieldType.CODE,
            ("number of the container", "container", ""),
            LABELS["container_number"],
            code("@@@U#######", "@@@U ###### #", "@@@U######-#"),
        ),
        Concept(
            ("transport_id", "vehicle", "truck", "kennzeichen"),
            FieldType.CODE,
            ("number plate of the lorry", "identity of the means of transport", ""),
            LABELS["transport_id"],
            code("@@ #### @", "@@@ ####", "##@@@##", "@-@@ ####", "@@##@@@ / @@###@"),
        ),
        Concept(
            ("seal_number", "seal", "seals"),
            FieldType.CODE,
            ("number of the seal", "seal", ""),
            LABELS["seal_number"],
            code("######", "@@######", "S-#######"),
        ),
        Concept(
            ("items_count", "number_of_items", "positions"),
            FieldType.INTEGER,
            ("number of goods items", "how many items", ""),
            LABELS["items_count"],
            number(1, 9),
        ),
        Concept(
            ("packages", "total_packages", "packages_total", "kolli", "nombre_colis"),
            FieldType.INTEGER,
            ("total number of packages", "packages in total", ""),
            LABELS["packages"],
            number(1, 400),
        ),
        Concept(
            ("gross_mass_kg", "gross_mass", "gross_weight", "rohmasse", "masse_brute"),
            FieldType.QUANTITY,
            ("total gross mass in kg", "gross weight", ""),
            LABELS["gross_mass_kg"],
            number(20, 24000),
            unit="kg",
        ),
        Concept(
            ("total_net_mass_kg", "net_mass", "net_weight", "eigenmasse"),
            FieldType.QUANTITY,
            ("total net mass in kg", "net weight", ""),
            LABELS["total_net_mass_kg"],
            number(20, 24000),
            unit="kg",
        ),
        Concept(
            ("invoice_amount", "amount_invoiced", "invoice_value", "rechnungsbetrag"),
            FieldType.AMOUNT,
            ("amount invoiced for all goods", "value of the invoice", ""),
            LABELS["invoice_amount"],
            amount(100, 90000),
        ),
        Concept(
            ("currency", "invoice_currency", "waehrung"),
            FieldType.CURRENCY,
            ("currency of the amount invoiced", "currency", ""),
            LABELS["currency"],
            currency(),
        ),
        Concept(
            ("exchange_rate", "rate", "kurs"),
            FieldType.QUANTITY,
            ("rate of exchange", "exchange rate", ""),
            LABELS["exchange_rate"],
            number(0.5, 30, places=4),
        ),
        Concept(
            ("statistical_value", "stat_value", "total_statistical_value"),
            FieldType.AMOUNT,
            ("statistical value of all goods", ""),
            LABELS["statistical_value"],
            amount(100, 90000),
        ),
    ),
    table=Table(
        ("goods", "items", "goods_items", "positionen"),
        ("the goods declared, one item a row", "items of the declaration", ""),
        (
            Concept(
                ("item_number", "item", "pos"),
                FieldType.INTEGER,
                ("number of the item", ""),
                COLUMNS["item_number"],
                number(1, 9),
            ),
            Concept(
                ("description", "goods_description", "warenbezeichnung"),
                FieldType.TEXT,
                ("what the goods are", "description of the goods", ""),
                COLUMNS["description"],
                goods(),
            ),
            Concept(
                ("hs_code", "commodity_code", "tariff_number", "warennummer"),
                FieldType.CODE,
                ("commodity code", "tariff number", ""),
                COLUMNS["hs_code"],
                _commodity,
            ),
            Concept(
                ("origin", "country_of_origin", "ursprung"),
                FieldType.COUNTRY,
                ("country of origin", "where it was made"),
                COLUMNS["origin"],
                land(),
            ),
            Concept(
                ("packages", "number_of_packages", "colli"),
                FieldType.INTEGER,
                ("number of packages", ""),
                COLUMNS["packages"],
                number(1, 60),
            ),
            Concept(
                ("gross_mass_kg", "gross_mass", "gross_weight"),
                FieldType.QUANTITY,
                ("gross mass in kg", "gross weight", ""),
                COLUMNS["gross_mass_kg"],
                number(5, 9000),
            ),
            Concept(
                ("net_mass_kg", "net_mass", "net_weight"),
                FieldType.QUANTITY,
                ("net mass in kg", "net weight", ""),
                COLUMNS["net_mass_kg"],
                number(5, 9000),
            ),
            Concept(
                ("item_price", "value", "invoice_value"),
                FieldType.AMOUNT,
                ("price of the item", "invoiced for the item", ""),
                COLUMNS["item_price"],
                amount(10, 9000),
            ),
            Concept(
                ("statistical_value", "stat_value"),
                FieldType.AMOUNT,
                ("statistical value of the item", ""),
                COLUMNS["statistical_value"],
                amount(10, 9000),
            ),
        ),
        rows=(1, 9),
        summed={
            "packages": "packages",
            "gross_mass_kg": "gross_mass_kg",
            "net_mass_kg": "total_net_mass_kg",
            "item_price": "invoice_amount",
        },
    ),
)
