"""What the themes with sums share: tax rates, telephones, banks, times of day, counts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import TypeVar

from appliance.samples import codes
from appliance.samples.truth import PrintedValue
from starter.facts import Maker
from starter.manner import Manner

Thing = TypeVar("Thing")

_RATES = {
    "AR": ("21", "10.5"),
    "AT": ("20", "10", "13"),
    "AU": ("10",),
    "BE": ("21", "6", "12"),
    "BR": ("18", "12"),
    "CA": ("13", "5"),
    "CH": ("8.1", "2.6", "7.7"),
    "CL": ("19",),
    "CO": ("19", "5"),
    "CZ": ("21", "12", "15"),
    "DE": ("19", "7"),
    "DK": ("25",),
    "ES": ("21", "10", "4"),
    "FR": ("20", "5.5", "10"),
    "GB": ("20", "5"),
    "HU": ("27", "5", "18"),
    "IE": ("23", "13.5"),
    "IN": ("18", "12", "5"),
    "IT": ("22", "10", "4"),
    "LU": ("17", "8"),
    "MX": ("16",),
    "MY": ("6", "10", "8"),
    "NL": ("21", "9"),
    "NO": ("25", "15"),
    "NZ": ("15",),
    "PL": ("23", "8", "5"),
    "PT": ("23", "13", "6"),
    "RO": ("19", "9"),
    "SE": ("25", "12", "6"),
    "SG": ("9", "7", "8"),
    "SK": ("20", "10"),
    "TR": ("20", "10", "18"),
    "US": ("7", "8.25", "6.625", "8.875"),
    "ZA": ("15",),
}
_DIALS = {
    "AT": "43",
    "BE": "32",
    "BR": "55",
    "CH": "41",
    "CZ": "420",
    "DE": "49",
    "ES": "34",
    "FR": "33",
    "GB": "44",
    "IE": "353",
    "IN": "91",
    "IT": "39",
    "MX": "52",
    "MY": "60",
    "NL": "31",
    "PL": "48",
    "PT": "351",
    "TR": "90",
    "US": "1",
}
_PHONES = (
    "+{dial} ## ### ####",
    "+{dial} ### ######",
    "+{dial} (0) ### #####",
    "+{dial}-##-#######",
    "0## ### ####",
    "0### / ### ##",
    "(0###) ######",
    "0##-#######",
)
_BANKS = {
    "en": ("{stem} Bank", "Bank of {town}", "{stem} National Bank", "First {stem} Bank"),
    "de": ("{stem} Bank AG", "Sparkasse {town}", "Volksbank {town} eG", "Bankhaus {stem}"),
    "fr": ("Banque {stem}", "Caisse régionale {town}", "Crédit {stem}"),
    "es": ("Banco {stem}", "Caja Rural de {town}", "Banco de {town}"),
    "it": ("Banca {stem}", "Cassa di Risparmio di {town}", "Banca di {town}"),
    "nl": ("{stem} Bank", "Spaarbank {town}", "{stem} Bank N.V."),
    "pl": ("Bank {stem} S.A.", "Bank Spółdzielczy {town}", "{stem} Bank"),
    "pt": ("Banco {stem}", "Caixa de {town}", "Banco {stem}, S.A."),
    "cs": ("{stem} banka, a.s.", "Spořitelna {town}", "Banka {stem}"),
    "tr": ("{stem} Bankası", "{stem} Bank A.Ş.", "{town} Bankası"),
}
_BOXES = ("info", "sales", "office", "billing", "accounts")
CLOCKS = {
    "en": ("{h:02}:{m:02}", "{h:02}:{m:02}", "{half:02}:{m:02} {noon}", "{half}:{m:02}{noon}"),
    "de": ("{h:02}:{m:02}", "{h:02}:{m:02} Uhr", "{h:02}.{m:02} Uhr"),
    "fr": ("{h:02}:{m:02}", "{h:02}h{m:02}", "{h} h {m:02}"),
    "it": ("{h:02}:{m:02}", "{h:02}.{m:02}"),
    "pt": ("{h:02}:{m:02}", "{h:02}h{m:02}"),
}
"""By language; those that are missing write as they do everywhere."""
PLAIN_CLOCK = ("{h:02}:{m:02}",)


def rates(how: Manner) -> list[Decimal]:
    """Of value added or sales tax in percent, the usual one first."""
    return [Decimal(rate) for rate in _RATES.get(how.country, ("20", "10"))]


def clock(minute: int, pattern: str, *, second: int = 0) -> PrintedValue:
    """``minute`` of the day, and beyond it of the next."""
    h, m = minute // 60 % 24, minute % 60
    noon = "AM" if h < 12 else "PM"
    return plain(pattern.format(h=h, m=m, s=second, half=(h - 1) % 12 + 1, noon=noon))


def count(how: Manner, number: Decimal, *, places: int = 0) -> PrintedValue:
    """With more decimals than ``places`` only where it needs them."""
    exponent = number.normalize().as_tuple().exponent
    return how.number(number, max(places, -int(exponent)))


def some(rng: Random, offered: Sequence[Thing], number: int) -> list[Thing]:
    """Each once before any comes again."""
    chosen: list[Thing] = []
    while len(chosen) < number:
        chosen += rng.sample(offered, len(offered))
    return chosen[:number]


def code_of(rng: Random, how: Manner, shape: str) -> PrintedValue:
    return plain(codes.fill(rng, shape.format(y=how.today.year, m=f"{how.today.month:02}")))


def phone() -> Maker:
    def make(rng: Random, how: Manner) -> PrintedValue:
        shape = rng.choice(_PHONES).format(dial=_DIALS.get(how.country, "49"))
        return plain(codes.fill(rng, shape))

    return make


def bank(rng: Random, how: Manner) -> PrintedValue:
    pattern = rng.choice(_BANKS[how.tongue.code])
    place = re.split(r",| \(|/| - ", how.tongue.town(rng))[0].strip()
    return plain(pattern.format(stem=rng.choice(how.tongue.stems), town=place))


def bic(rng: Random, how: Manner) -> PrintedValue:
    shape = f"@@@@{how.country}{rng.choice(('2@', '3@', '##', '@#'))}"
    return plain(codes.fill(rng, shape + rng.choice(("", "", "XXX", "###"))))


def email(rng: Random, how: Manner) -> PrintedValue:
    folded = unicodedata.normalize("NFKD", rng.choice(how.tongue.stems).lower())
    host = "".join(one for one in folded if one.isascii() and (one.isalnum() or one == "-"))
    end = rng.choice(("com", "eu", how.country.lower()))
    return plain(f"{rng.choice(_BOXES)}@{host}-{rng.choice(('group', 'shop', 'net'))}.{end}")


def plain(text: str) -> PrintedValue:
    return PrintedValue(text, text)
