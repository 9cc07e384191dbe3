"""Who sends a document and who gets it: what is printed of them, and what may be asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from appliance.domain.doctype import FieldType
from appliance.samples import codes
from appliance.samples.truth import PrintedValue
from starter.facts import Concept, Fact
from starter.manner import Manner


@dataclass(frozen=True, slots=True)
class Party:
    label: str
    name: Fact
    lines: tuple[str, ...]
    """Street, town, perhaps what lies between, a person, the country, a number of the company."""
    told: tuple[Fact, ...]
    """What of ``lines`` may be asked for."""
    also: tuple[Fact, ...]
    """Printed with their labels."""

    @property
    def facts(self) -> tuple[Fact, ...]:
        return (self.name, *self.told, *self.also)


def party(
    rng: Random,
    how: Manner,
    keys: tuple[str, ...],
    *,
    labels: tuple[str, ...],
    also: tuple[Fact, ...],
    shop: bool = False,
    alone: bool = False,
) -> Party:
    """``alone``: there is no other, so its address is the document's."""
    locale = how.locale
    name = locale.shop(rng) if shop else locale.company(rng)
    if rng.random() < 0.15:
        name = name.upper()
    pattern = rng.choice(locale.towns)
    where = [locale.street(rng), codes.fill(rng, pattern)]
    if shop and rng.random() < 0.5:
        where[1:1] = _between(rng, how)
    comma = "," if rng.random() < 0.3 else ""
    where = [*(f"{line}{comma}" for line in where[:-1]), where[-1]]
    if shop and rng.random() < 0.4:
        where = [line.upper() for line in where]
    town = where[-1]
    country = locale.lands.get(how.country, "") if rng.random() < 0.3 else ""
    told = [
        _fact(keys, "address", "address", " ".join(where), alone=alone),
        _fact(keys, "town", "town with its postcode", town),
    ]
    if rng.random() < 0.4:
        told += _apart(keys, pattern, town)
    if country:
        concept = _concept(keys, "country", "country", FieldType.COUNTRY)
        told.append(Fact(concept, PrintedValue(country, how.country, listed=True)))
    label = rng.choice(labels)
    person = next((fact for fact in also if fact.concept.names[0] in _PERSONS), None)
    if person and rng.random() < 0.5:
        also = tuple(fact for fact in also if fact is not person)
        told.append(person)
        where.insert(0, person.value.text)
    registered = ""
    if shop and locale.registered and rng.random() < 0.35:
        registered = codes.fill(rng, rng.choice(locale.registered))
    elif not shop and rng.random() < 0.1:
        registered = codes.fill(rng, rng.choice(("GLN 4############", "GLN: 4############")))
    lines = [registered, *where, country]
    if not shop and rng.random() < 0.5:
        lines = [*where, country, registered]
    said = tuple(filter(None, lines))
    return Party(label, _fact(keys, "", "name", name), said, tuple(told), also)


_PERSONS = frozenset(("buyer_contact", "customer_contact", "attention"))
"""First names of what may stand below a company's name without a label."""


def _between(rng: Random, how: Manner) -> list[str]:
    """One or two; none where the language knows none."""
    known = how.locale.between
    return [
        line.format(stem=rng.choice(how.locale.stems), n=rng.randint(1, 40))
        for line in rng.sample(known, min(len(known), rng.choice((1, 1, 2))))
    ]


def _apart(keys: tuple[str, ...], pattern: str, town: str) -> list[Fact]:
    """Postcode and name, where each stands in one piece; ``pattern`` is how ``town`` was made."""
    coded = [any(mark in "#@0123456789" for mark in piece) for piece in pattern.split()]
    if sum(one != other for one, other in pairwise(coded)) != 1:
        return []
    pieces = list(zip(coded, town.split(), strict=True))
    code, name = (
        " ".join(piece for one, piece in pieces if one is wanted).strip(",")
        for wanted in (True, False)
    )
    if re.search(r"[,(/]| - | [A-Z]{2,3}$", name):  # a town and its land
        return []
    return [
        _fact(keys, "postcode", "postcode", code),
        _fact(keys, "city", "town without its postcode", name),
    ]


def _fact(keys: tuple[str, ...], part: str, said: str, text: str, *, alone: bool = False) -> Fact:
    return Fact(_concept(keys, part, said, FieldType.TEXT, alone=alone), PrintedValue(text, text))


def _concept(
    keys: tuple[str, ...], part: str, said: str, kind: FieldType, *, alone: bool = False
) -> Concept:
    roles = [key.removesuffix("_name") for key in keys]
    names = tuple(f"{role}_{part}" for role in roles) if part else keys
    if alone:
        names = (part, *names)
    spoken = [role.replace("_", " ") for role in roles]
    descriptions = (*(f"{said} of the {role}" for role in spoken), "")
    return Concept(names, kind, descriptions, {}, lambda rng, how: PrintedValue("", ""))
