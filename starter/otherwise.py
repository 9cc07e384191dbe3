"""What a document says by other means than a value beside its label.

In a line with another, in its title, in a sentence, by the mark of an amount, below a column, in a
table of taxes, or as the same as another: asked for, it is there all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from random import Random
from string import Formatter

from appliance.domain.doctype import FieldType
from appliance.samples.truth import PrintedValue
from starter.facts import Concept, DocumentKind, Fact, Taxed, Told
from starter.manner import Manner

Facts = tuple[Fact, ...]

_NUMBERED = 0.12
"""Share of those with a number that have it in the title."""
_DATED = 0.3
"""Share of these whose day stands there too."""
_BARE = 0.1
"""Share of the letters and forms whose day has no label."""
_SENTENCE = 0.2
"""Chance of each sentence that could be said."""
_SUMMED = 0.2
"""Share of the tables that have sums below them, where they may."""


def joined(rng: Random, facts: Facts, kind: DocumentKind, code: str) -> tuple[Facts, Facts]:
    """What is printed, and what of it is told in a line with another."""
    found: list[Fact] = []
    printed = list(facts)
    for first, last, labels in kind.spans:
        pair = [
            fact for name in (first, last) for fact in printed if fact.concept.names[:1] == (name,)
        ]
        if len(pair) == 2 and code in labels and rng.random() < 0.5:
            text = rng.choice((" - ", " - ", " to ", "-")).join(fact.value.text for fact in pair)
            line = Concept((), FieldType.TEXT, (), labels, lambda rng, how: PrintedValue("", ""))
            printed[printed.index(pair[0])] = Fact(line, PrintedValue(text, text))
            printed.remove(pair[1])
            found += pair
    return tuple(printed), tuple(found)


def numbered(
    rng: Random, facts: Facts, besides: Facts, kind: DocumentKind, how: Manner
) -> tuple[str, Facts, Facts]:
    """What the title ends with, what is printed with a label, and what is not."""
    own = next((one for one in kind.concepts if one.type is FieldType.CODE), None)
    number = next((fact for fact in facts if fact.concept is own), None)
    if not number or not kind.numbered or rng.random() > _NUMBERED:
        return "", facts, besides
    taken, text = [number], number.value.text
    if text != text.upper():  # as a title may be set
        return "", facts, besides
    day = _written(facts, kind)
    if day and day.value.text == day.value.text.upper() and rng.random() < _DATED:
        text = f"{text} {rng.choice(how.locale.page.dated)} {day.value.text}"
        taken.append(day)
    rest = tuple(fact for fact in facts if fact not in taken)
    return f" {rng.choice(how.locale.page.numbered)}{text}", rest, (*besides, *taken)


def dated(
    rng: Random, facts: Facts, besides: Facts, kind: DocumentKind, how: Manner
) -> tuple[str, Facts, Facts]:
    """A letter's day as it stands without a label, what is printed with one, and what is not."""
    day = _written(facts, kind)
    if not day or kind.slip or rng.random() > _BARE:
        return "", facts, besides
    line = rng.choice(how.locale.page.on).format(town=how.locale.town(rng), day=day.value.text)
    return line, tuple(fact for fact in facts if fact is not day), (*besides, day)


def _written(facts: Facts, kind: DocumentKind) -> Fact | None:
    """The day of the document itself."""
    days = (one for one in kind.concepts if one.type is FieldType.DATE)
    own = next((one for one in days if kind.written in ("", one.names[0])), None)
    return next((fact for fact in facts if fact.concept is own), None)


def sentence(
    rng: Random, facts: Facts, besides: Facts, together: Told, kind: DocumentKind, how: Manner
) -> tuple[str, Facts, Facts]:
    """A sentence, what is printed with a label, and what is not: its days are said once."""
    known = {fact.concept.names[0]: fact for fact in facts if fact.concept.names}
    patterns = kind.sentences.get(how.locale.code, ()) if together.asks else ()
    for pattern in rng.sample(patterns, len(patterns)):
        wanted = {name for _, name, _, _ in Formatter().parse(pattern) if name}
        if wanted <= known.keys() and rng.random() < _SENTENCE:
            said = {name: _said(known[name], how) for name in wanted}
            days = [known[name] for name in wanted if known[name].concept.type is FieldType.DATE]
            rest = tuple(one for one in facts if one not in days)
            return pattern.format(**said), rest, (*besides, *days)
    return "", facts, besides


def _said(fact: Fact, how: Manner) -> str:
    """An amount with its currency, where this document has it so."""
    text = fact.value.text
    return how.money.format(text) if fact.concept.type is FieldType.AMOUNT else text


def sums(
    rng: Random, columns: Sequence[Concept], rows: Sequence[Facts], kind: DocumentKind, how: Manner
) -> Mapping[str, PrintedValue]:
    """By the first name of a column but the first; mostly none at all."""
    known = kind.table.summed if kind.table else {}
    found = [at for at, one in enumerate(columns) if at and one.names[0] in known]
    if not found or rng.random() > _SUMMED:
        return {}
    return {columns[at].names[0]: _sum(how, [row[at] for row in rows]) for at in found}


def _sum(how: Manner, cells: Sequence[Fact]) -> PrintedValue:
    places = max(len(cell.value.norm.partition(".")[2]) for cell in cells)
    return added(how, [cell.value for cell in cells], places)


def added(how: Manner, values: Sequence[PrintedValue], places: int = 2) -> PrintedValue:
    return how.number(sum((Decimal(one.norm) for one in values), Decimal(0)), places)


def unlabelled(
    told: Sequence[Fact],
    together: Told,
    kind: DocumentKind,
    how: Manner,
    *,
    sums: Mapping[str, PrintedValue],
    taxes: Sequence[Taxed],
) -> Facts:
    """What no label says, and the page does."""
    known = {fact.concept.names[0] for fact in told if fact.concept.names}
    found: dict[str, PrintedValue] = {}
    for name, value in (
        *_below(sums, kind),
        *_by_rate(taxes, kind, how),
        *_by_mark(told, kind, how),
        *_the_same(told, together, kind),
    ):
        if name not in known:
            found.setdefault(name, value)
    return tuple(Fact(one, found[one.names[0]]) for one in kind.concepts if one.names[0] in found)


def _below(
    sums: Mapping[str, PrintedValue], kind: DocumentKind
) -> Iterator[tuple[str, PrintedValue]]:
    for column, value in sums.items():
        assert kind.table
        yield kind.table.summed[column], value


def _by_rate(
    taxes: Sequence[Taxed], kind: DocumentKind, how: Manner
) -> Iterator[tuple[str, PrintedValue]]:
    """Of one rate all that its line says, of several their sums."""
    rate, net, tax = kind.taxed
    if len(taxes) == 1:
        yield rate, taxes[0].rate
    if taxes:
        yield net, added(how, [line.net for line in taxes])
        yield tax, added(how, [line.tax for line in taxes])


def _by_mark(
    told: Sequence[Fact], kind: DocumentKind, how: Manner
) -> Iterator[tuple[str, PrintedValue]]:
    """The currency, where amounts say it and no label does."""
    if how.money != "{}" and any(one.concept.type is FieldType.AMOUNT for one in told):
        for concept in kind.concepts:
            if concept.type is FieldType.CURRENCY:
                yield concept.names[0], PrintedValue(how.mark, how.currency, listed=True)


def _the_same(
    told: Sequence[Fact], together: Told, kind: DocumentKind
) -> Iterator[tuple[str, PrintedValue]]:
    known = {fact.concept.names[0]: fact for fact in told if fact.concept.names}
    for name, (other, unless) in (*kind.same.items(), *together.same.items()):
        if other in known and {*known, *together.said}.isdisjoint(unless):
            yield name, known[other].value
