"""A declaration of goods to customs: what its sums ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from appliance.samples import codes
from appliance.samples.style import round_to
from appliance.samples.truth import PrintedValue
from starter.consistent.common import some
from starter.facts import Functions, Maker, Said, Told, Vocabulary
from starter.manner import Manner
from starter.values import plain

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


def _together(rng: Random, how: Manner, rows: int, known: Vocabulary) -> Told:
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


def _makers(known: Vocabulary) -> Mapping[str, Maker]:
    return {
        "eori": _eori,
        "any_eori": _any_eori,
        "mrn": _mrn,
        "office": _office,
        "delivery": _delivery,
        "commodity": _commodity,
    }


FUNCTIONS = Functions(_together, _makers)
