"""Numbers of the header that make its equations hold, in place of those that do not.

Pure. What the model wrote is kept beside them, and judgement goes by that: a number that was
chosen to satisfy a check is no evidence that the check holds, unless another check holds with it.
Where an equation fails or lacks a number, those that were read may only stand in each other's
places, or all but one of them may fit another number of the page. Of the ways to make it hold, one
without a number of the page comes first; then one whose summands go down, as a tax is less than its
net; then the one that changes the fewest fields; then those of which the model was least certain.
An equation that holds while its summands go up is taken for one that fails. Where nothing that was
read fits, three numbers of the page may, two of which make the third: those with the greatest sum.
They come before all else where the rows add up to one of them. What only rows of a table say is no
number of the header.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations, product

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Field
from appliance.domain.rows import cells as cells_of
from appliance.domain.rows import header_by_name
from appliance.extraction.document_numbers import DocumentNumbers, number_of
from appliance.extraction.header_equations import BY_CHANCE, Equation, adds_up, equation
from appliance.extraction.merge import certainty
from appliance.fields.chunks import Chunks
from appliance.fields.party import country_of
from appliance.fields.style import style_of
from appliance.tables.table import WordKey

_COMBINED = 150
"""Different numbers of the document of which two are added up with each other, at most: more take
too long, and fit by chance."""


@dataclass(frozen=True)
class _Way:
    """Numbers with which an equation holds: those that were read, but for one at most."""

    numbers: Mapping[str, Decimal]
    solved: str
    """The field whose number the others leave."""
    looked_for: bool
    """That number was not read: the page has to have it."""


Triple = Mapping[str, tuple[Decimal, str]]
"""By field three numbers of the page, and how they are written there."""


def numbers_put_right(
    document: Document,
    doctype: DocType,
    whole: Sequence[Chunks],
    fields: Sequence[Field],
    rows: Set[WordKey],
) -> dict[str, str]:
    """By header field another text; ``whole`` are the chunks of the pages, on which every text
    stands, ``rows`` all words of the rows of the table."""
    checks = [check for check in doctype.checks if adds_up(check, doctype)]
    # The header first: its numbers are read better than those of rows.
    checks.sort(key=lambda check: any(term.column for term in check.terms))
    style = style_of(document, country=country_of(doctype, fields))
    equations = [one for check in checks if (one := equation(check, doctype, fields, style))]
    if not equations:
        return {}
    sums = {
        name: -sign * one.rows
        for one in equations
        for name, sign in one.signs.items()
        if len(one.signs) == 1
    }
    # A single row may be the only place of a number.
    several = len({field.line_item_id for field in cells_of(fields)}) > 1
    page = DocumentNumbers(whole, rows if several else frozenset(), style)
    header = header_by_name(fields)
    texts: dict[str, str] = {}
    settled: set[str] = set()
    for found in equations:
        better = None
        if settled.isdisjoint(found.signs):
            better = _put_right(found, header, doctype, page, sums)
        if better is not None:
            settled.update(found.signs)
            texts |= better
    return texts


def _put_right(
    equation: Equation,
    header: Mapping[str, Field],
    doctype: DocType,
    page: DocumentNumbers,
    sums: Mapping[str, Decimal],
) -> dict[str, str] | None:
    """The texts that change for the equation to hold; None when nothing makes it. ``sums``: what
    the rows say of header fields."""
    texts_read = {name: header[name].text for name in equation.signs}
    values = {
        name: number_of(text, doctype.spec(name), page.style) for name, text in texts_read.items()
    }
    read = {
        name: value
        for name, value in values.items()
        if value is not None and not page.only_rows_say(header[name])
    }
    ways = list(_ways(equation, read))
    holds = len(read) == len(values) and abs(equation.over(read)) <= equation.tolerance
    if holds:
        if not equation.rises(read):
            return {}
        ways = [way for way in ways if not (way.looked_for or equation.rises(way.numbers))]

    def changed(way: _Way) -> list[str]:
        return [name for name, value in way.numbers.items() if value != values[name]]

    def order(way: _Way) -> tuple[bool, bool, int, float]:
        names = changed(way)
        doubted = sum(certainty(header[name]) for name in names)
        return way.looked_for, equation.rises(way.numbers), len(names), doubted

    def greatest(found: Iterable[Triple]) -> dict[str, str]:
        best = max(found, key=lambda one: max(abs(value) for value, _ in one.values()))
        return {name: text for name, (value, text) in best.items() if value != values[name]}

    others = [] if holds else list(triples(equation, doctype, page))
    told = [one for one in others if any(one[name][0] == sums.get(name) for name in one)]
    if told:
        return greatest(told)
    for way in sorted(ways, key=order):
        texts = {value: texts_read[name] for name, value in read.items()}
        if way.looked_for:
            wanted = way.numbers[way.solved]
            texts[wanted] = page.text_of(wanted, doctype.spec(way.solved))
        found = {name: texts[way.numbers[name]] for name in changed(way)}
        if all(found.values()):
            return {name: text for name, text in found.items() if text}
    # Of what is left empty twice the document probably says nothing.
    return greatest(others) if others and list(values.values()).count(None) < 2 else None


def _ways(equation: Equation, read: Mapping[str, Decimal]) -> Iterator[_Way]:
    for solved, sign in equation.signs.items():
        names = [name for name in equation.signs if name != solved]
        for chosen in permutations(read, len(names)):
            numbers = {name: read[other] for name, other in zip(names, chosen, strict=True)}
            wanted = -sign * equation.over(numbers)
            left = [value for name, value in read.items() if name not in chosen]
            if wanted in left or abs(wanted) > equation.by_chance:
                yield _Way(numbers | {solved: wanted}, solved, wanted not in left)


def triples(equation: Equation, doctype: DocType, page: DocumentNumbers) -> Iterator[Triple]:
    """Numbers of the page that make it hold: two that are added, the first no less than the second,
    and their sum, all with as many decimals."""
    pair = equation.pair
    specs = [doctype.spec(name) for name in equation.signs]
    if pair is None or len(specs) != 3 or len({spec.type for spec in specs}) > 1:
        return
    first, second = pair
    (total,) = equation.signs.keys() - {first, second}
    for texts in page.written_alike(doctype.spec(total)):
        for one, other in product(texts, repeat=2) if len(texts) <= _COMBINED else ():
            numbers = {first: one, second: other}
            numbers[total] = made = -equation.signs[total] * equation.over(numbers)
            if made in texts and abs(made) > BY_CHANCE and abs(other) <= abs(one):
                yield {name: (value, texts[value]) for name, value in numbers.items()}
