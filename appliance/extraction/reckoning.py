"""Header numbers of which a check says that one is wrong, put right by the page.

Pure. Where an equation of header fields fails, its numbers may only stand in each other's places:
the order that makes it hold and moves the fewest of them is proposed. Else, where another number of
the page would make it hold in the place of one of them, that number is, for the field of which the
model was least certain. What the model wrote is kept beside it, and judgement goes by that: a
number that was looked for because it fits proves nothing by fitting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, permutations

from appliance.domain.doctype import Check, DocType, FieldSpec
from appliance.domain.document import Document
from appliance.domain.fields import Field
from appliance.extraction import grounding
from appliance.extraction.chunks import Chunks
from appliance.extraction.merge import certainty
from appliance.judgement.match import NUMBERS
from appliance.judgement.normalize import normalize
from appliance.judgement.party import country_of
from appliance.judgement.style import Style, style_of

_MOST = 5
"""Fields of an equation that is looked at: there are 120 orders of them."""
_BY_CHANCE = 50
"""As ``35`` may number a line or a street: no sum of rows, which are not read well."""
_GROUPS = 5
"""Chunks of a number at most: ``1 234 567,80`` is three and two blanks."""
_GROUP = re.compile(r"\d{3}(?!\d)")


@dataclass(frozen=True)
class _Equation:
    """The numbers of the header with their signs, and what the rows sum up to, make nothing."""

    signs: Mapping[str, int]
    rows: Decimal
    by_chance: int
    """A number that is no greater stands on many a page."""
    tolerance: Decimal

    def over(self, numbers: Mapping[str, Decimal]) -> Decimal:
        return sum((self.signs[name] * value for name, value in numbers.items()), self.rows)


@dataclass(frozen=True)
class _Way:
    """Numbers with which an equation holds: those that were read, but for one at most."""

    numbers: Mapping[str, Decimal]
    solved: str
    """The field whose number the others leave."""
    looked_for: bool
    """That number was not read: the page has to have it."""


def reckoned(
    document: Document, doctype: DocType, whole: Sequence[Chunks], fields: Sequence[Field]
) -> tuple[Field, ...]:
    """``fields`` with what is proposed in the header; ``whole`` are the chunks of the pages, on
    which every text stands."""
    checks = [check for check in doctype.checks if _adds_up(check, doctype)]
    if not checks:
        return tuple(fields)
    style = style_of(document, country=country_of(doctype, fields))
    found = {field.fieldtype: field for field in fields if field.line_item_id is None}
    settled: set[str] = set()
    # The header first: its numbers are read better than those of rows.
    for check in sorted(checks, key=lambda check: any(term.column for term in check.terms)):
        equation = _equation(check, doctype, fields, style)
        if equation is None or not settled.isdisjoint(equation.signs):
            continue
        texts = _right(equation, found, doctype, whole, style)
        if texts is not None:
            settled.update(equation.signs)
        for name, text in (texts or {}).items():
            spans = grounding.spans(text, whole)
            found[name] = replace(
                found[name],
                text=text,
                spans=grounding.by_label(document, spans, doctype.spec(name)),
                agrees=None,
                instead_of=found[name].text or "",
            )
    return tuple(
        found[field.fieldtype] if field.line_item_id is None else field for field in fields
    )


def _adds_up(check: Check, doctype: DocType) -> bool:
    """An equation of rows and the header, or of three numbers of the header: one of two says that a
    number was copied."""
    names = [term.name for term in check.terms if not term.column]
    least = 3 if len(names) == len(check.terms) else 1
    return (
        check.relation == "=="
        and least <= len(set(names)) == len(names) <= _MOST
        and all(doctype.spec(name).type in NUMBERS for name in names)
    )


def _equation(
    check: Check, doctype: DocType, fields: Sequence[Field], style: Style
) -> _Equation | None:
    """None where a row lacks its number, or there are not two rows: one only copies."""
    rows, by_chance = Decimal(0), 0
    signs: dict[str, int] = {}
    sides = [(term, term.sign) for term in check.left]
    for term, sign in sides + [(term, -term.sign) for term in check.right]:
        if not term.column:
            signs[term.name] = sign
            continue
        spec = doctype.spec(term.name, in_items=True)
        cells = [
            _value(field.text, spec, style)
            for field in fields
            if field.line_item_id is not None and field.fieldtype == term.name
        ]
        numbers = [number for number in cells if number is not None]
        if len(numbers) < max(2, len(cells)):
            return None
        rows, by_chance = rows + sign * sum(numbers), _BY_CHANCE
    return _Equation(signs, rows, by_chance, check.tolerance)


def _right(
    equation: _Equation,
    header: Mapping[str, Field],
    doctype: DocType,
    whole: Sequence[Chunks],
    style: Style,
) -> dict[str, str] | None:
    """The texts that change for the equation to hold; None when nothing makes it."""
    values = {name: _value(header[name].text, doctype.spec(name), style) for name in equation.signs}
    read = {name: value for name, value in values.items() if value is not None}
    if not read:
        return None
    if len(read) == len(values) and abs(equation.over(read)) <= equation.tolerance:
        return {}

    def changed(way: _Way) -> list[str]:
        return [name for name, value in way.numbers.items() if value != values[name]]

    def order(way: _Way) -> tuple[bool, int, bool, float]:
        names = changed(way)
        doubted = sum(certainty(header[name]) for name in names)
        return way.looked_for, len(names), _odd(way, equation.signs), doubted

    for way in sorted(_ways(equation, read), key=order):
        texts = {value: header[name].text for name, value in read.items()}
        if way.looked_for:
            wanted = way.numbers[way.solved]
            texts[wanted] = _standing(wanted, doctype.spec(way.solved), whole, style)
        found = {name: texts[way.numbers[name]] for name in changed(way)}
        if all(found.values()):
            return {name: text for name, text in found.items() if text}
    return None


def _ways(equation: _Equation, read: Mapping[str, Decimal]) -> Iterator[_Way]:
    for solved, sign in equation.signs.items():
        names = [name for name in equation.signs if name != solved]
        for chosen in permutations(read, len(names)):
            numbers = {name: read[other] for name, other in zip(names, chosen, strict=True)}
            wanted = -sign * equation.over(numbers)
            left = [value for name, value in read.items() if name not in chosen]
            if wanted in left or abs(wanted) > equation.by_chance:
                yield _Way(numbers | {solved: wanted}, solved, wanted not in left)


def _odd(way: _Way, signs: Mapping[str, int]) -> bool:
    """A part is greater than one that is named before it: scrap than good pieces, tax than net."""
    numbers = [(signs[name], abs(way.numbers[name])) for name in signs]
    return any(
        sign == other and one < more for (sign, one), (other, more) in combinations(numbers, 2)
    )


def _standing(
    wanted: Decimal, spec: FieldSpec, whole: Sequence[Chunks], style: Style
) -> str | None:
    """How the page writes a number, where it first does."""
    begins = _digits(f"{wanted.normalize():f}")
    for page in whole:
        for at, first in enumerate(page.texts):
            if not _digits(first) or any(map(str.isalpha, first)):
                continue
            for text in _numbers(page.texts[at : at + _GROUPS]):
                if _digits(text).startswith(begins) and _value(text, spec, style) == wanted:
                    return text
    return None


def _numbers(texts: Sequence[str]) -> Iterator[str]:
    """The first chunk, and with the groups of three behind it."""
    yield texts[0]
    for end in range(2, len(texts), 2):
        if texts[end - 1].strip() or not _GROUP.match(texts[end]):
            return
        yield "".join(texts[: end + 1])


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _value(text: str | None, spec: FieldSpec, style: Style) -> Decimal | None:
    value = normalize(text, spec, style).value if text else None
    return Decimal(value) if value else None
