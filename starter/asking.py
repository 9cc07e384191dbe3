"""What an owner asks of a document: a document type that no one wrote, or a shipped one.

A field list of any length, under any of its names, described or not, in any order; some of it is
not on the document and must be null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from appliance.doctypes import catalogue
from appliance.doctypes.definition import built_in
from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.labels import Label
from starter.facts import Concept, DocumentKind, Fact
from starter.story import Story

SHIPPED = ("supplier_invoice", "customs_declaration", "production_report", "receipt")
AS_SHIPPED = 0.3
"""Share of their documents that are asked by the shipped type itself."""
_CODES_AS_TEXT = 0.1
_ROWS_IN_ANY_ORDER = 0.7
"""Share of the types whose rows are not asked for in the order of the columns: where all were, a
model learned to count the columns and to overlook what they say."""
_PARTIES = 2.5
"""Times as often as others what is told of the parties is asked for."""


def ask(
    rng: Random, story: Story, others: Sequence[DocumentKind], *, name: str
) -> tuple[DocType, tuple[Label, ...]]:
    """The type is called ``name``. ``others`` are asked for what the document does not say."""
    if story.kind.name in SHIPPED and rng.random() < AS_SHIPPED:
        return shipped(story, name=name)
    told = {fact.concept: fact for fact in story.told}
    present = _some(rng, story, told, rng.choice((2, 4, 5, 6, 8, 10, 12, 14, 18, 26)))
    unsaid = [one for one in story.kind.concepts if one not in told]
    absent = rng.sample(unsaid, min(len(unsaid), rng.choice((0, 1, 1, 2, 2, 3))))
    if rng.random() < 0.25:
        other = rng.choice(others)
        foreign = _foreign(story, told, other)
        absent += rng.sample(foreign, min(len(foreign), rng.randint(1, 2)))
    asked = _ordered(rng, story, told, [*present, *absent])
    taken: set[str] = set()
    labels: list[Label] = []
    specs: list[FieldSpec] = []
    for concept in asked:
        spec = _spec(rng, concept, taken)
        specs.append(spec)
        labels.append(_label(spec, told.get(concept)))
    items = None
    if story.rows:
        items, cells = _items(rng, story, taken)
        labels += cells
    title, description = rng.choice(story.kind.asked)
    if rng.random() < 0.15:
        description = ""
    return DocType(name, title, tuple(specs), items, description=description), tuple(labels)


def _some(rng: Random, story: Story, told: Mapping[Concept, Fact], number: int) -> list[Concept]:
    """Drawn one after the other, by weight."""
    of_parties = told.keys() - set(story.kind.concepts)
    weights = {one: _PARTIES if one in of_parties else 1.0 for one in told}
    return sorted(told, key=lambda one: -(rng.random() ** (1 / weights[one])))[:number]


def _foreign(story: Story, told: Mapping[Concept, Fact], other: DocumentKind) -> list[Concept]:
    """What ``other`` knows and this document does not say, under whatever name."""
    code = story.how.locale.code
    names = {word for concept in told for word in concept.names}
    labels = (label for fact in story.facts for label in fact.concept.labels.get(code, ()))
    heads = (story.title, *(party.label for party in story.parties))
    printed = {label.casefold() for label in (*heads, *labels)}
    return [
        one
        for one in other.concepts
        if one.names[0] != "kind"
        and (one.type is not FieldType.CURRENCY or story.how.money == "{}")
        and names.isdisjoint(one.names)
        and printed.isdisjoint(label.casefold() for label in one.labels.get(code, ()))
    ]


def _ordered(
    rng: Random, story: Story, told: Mapping[Concept, Fact], asked: Sequence[Concept]
) -> list[Concept]:
    """As the kind of document has it, the parties first, or in any order: what is not on it stands
    anywhere."""
    usual = [*(one for one in told if one not in story.kind.concepts), *story.kind.concepts]
    place = {one: float(at) for at, one in enumerate(usual)}
    by_kind = rng.random() < 0.5
    return sorted(
        asked,
        key=lambda one: place[one] if by_kind and one in place else rng.random() * len(usual),
    )


def shipped(story: Story, *, name: str) -> tuple[DocType, tuple[Label, ...]]:
    """The type of that name that comes with the appliance, asked as it is."""
    doctype = catalogue.find(story.kind.name, folder=None)
    told = {fact.concept.names[0]: fact for fact in story.told}
    labels = [_label(spec, told.get(spec.name)) for spec in doctype.fields]
    if doctype.items:
        for number, row in enumerate(story.rows):
            cells = {fact.concept.names[0]: fact for fact in row}
            labels += [
                replace(_label(spec, cells.get(spec.name)), line_item_id=number)
                for spec in doctype.items.fields
            ]
    return replace(doctype, name=name), tuple(labels)


def _items(rng: Random, story: Story, taken: set[str]) -> tuple[TableSpec, list[Label]]:
    table = story.kind.table
    assert table
    first, *others = range(len(story.columns))
    at = [first, *sorted(rng.sample(others, rng.randint(min(1, len(others)), len(others))))]
    if rng.random() < _ROWS_IN_ANY_ORDER:
        rng.shuffle(at)
    own: set[str] = set()
    specs = [_spec(rng, story.columns[place], own) for place in at]
    labels = [
        replace(_label(spec, row[place]), line_item_id=number)
        for number, row in enumerate(story.rows)
        for place, spec in zip(at, specs, strict=True)
    ]
    name = next((one for one in _drawn(rng, table.names) if one not in taken), "table_rows")
    return TableSpec(name, tuple(specs), rng.choice(table.descriptions)), labels


def _spec(rng: Random, concept: Concept, taken: set[str]) -> FieldSpec:
    """Under a name that is free."""
    names = _drawn(rng, concept.names)
    name = next((one for one in names if one not in taken), f"{names[0]}_{len(taken)}")
    taken.add(name)
    kind = concept.type
    if kind is FieldType.CODE and rng.random() < _CODES_AS_TEXT:
        kind = FieldType.TEXT
    described = rng.random() < 0.75
    description = rng.choice(concept.descriptions) if described else ""
    values = {
        value: tuple(dict.fromkeys(way for ways in words.values() for way in ways))
        for value, words in concept.values.items()
    }
    return FieldSpec(name, kind, description=description, values=values or built_in(kind))


def _drawn(rng: Random, names: Sequence[str]) -> list[str]:
    """All of them, the plainest most often first."""
    first, *others = names
    rng.shuffle(others)
    return [first, *others] if rng.random() < 0.4 else [*others, first]


def _label(spec: FieldSpec, fact: Fact | None) -> Label:
    return Label(spec.name, fact.value.label if fact else None)
