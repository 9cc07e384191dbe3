"""Numbers of the header that make its equations hold, in place of those that do not.

Pure. What the model wrote is kept beside them, and judgement goes by that: a number that was
chosen to satisfy a check is no evidence that the check holds, unless another check holds with it.
Where an equation fails or lacks a number, those that were read may only stand in each other's
places, or all but one of them may fit another number of the page. Of the ways to make it hold, one
without a number of the page comes first; then one whose summands go down, as a tax is less than its
net; then the one that changes the fewest fields; then those of which the model was least certain.
An equation that holds while its summands go up is taken for one that fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import permutations

from appliance.domain.doctype import NUMBERS, Check, DocType, FieldSpec
from appliance.domain.document import Document
from appliance.domain.prediction import Field
from appliance.domain.rows import cells as cells_of
from appliance.domain.rows import header_by_name
from appliance.extraction.merge import certainty
from appliance.fields import grounding
from appliance.fields.chunks import Chunks
from appliance.fields.party import country_of
from appliance.fields.style import WritingStyle, style_of
from appliance.fields.types import normalise

_MOST = 5
"""Fields of an equation that is looked at: there are 120 orders of them."""
_BY_CHANCE = 50
"""As ``35`` may number a line or a street: no sum of rows, which are not read well."""
_GROUPS = 5
"""Chunks of a number at most: ``1 234 567,80`` is three and two blanks."""
_GROUP = re.compile(r"\d{3}(?!\d)")


@dataclass(frozen=True)
class Equation:
    """The numbers of the header with their signs, and what the rows sum up to, make nothing."""

    signs: Mapping[str, int]
    """By fieldtype, 1 or -1."""
    summands: Sequence[Sequence[str]]
    """Those that could change places: of one side, with one sign."""
    rows: Decimal
    by_chance: int
    """A number that is no greater stands on many a page."""
    tolerance: Decimal

    def over(self, numbers: Mapping[str, Decimal]) -> Decimal:
        return sum((self.signs[name] * value for name, value in numbers.items()), self.rows)

    def rises(self, numbers: Mapping[str, Decimal]) -> bool:
        """A summand is greater than one that is named before it: a tax than its net."""
        sizes = [[abs(numbers[name]) for name in names] for names in self.summands]
        return any(size != sorted(size, reverse=True) for size in sizes)


@dataclass(frozen=True)
class _Way:
    """Numbers with which an equation holds: those that were read, but for one at most."""

    numbers: Mapping[str, Decimal]
    solved: str
    """The field whose number the others leave."""
    looked_for: bool
    """That number was not read: the page has to have it."""


def adds_up(check: Check, doctype: DocType) -> bool:
    """An equation of rows and the header, or of three numbers of the header: one of two says that a
    number was copied."""
    names = [term.name for term in check.terms if not term.column]
    least = 3 if len(names) == len(check.terms) else 1
    return (
        check.relation == "=="
        and all(term.function in ("", "sum") for term in check.terms)
        and least <= len(set(names)) == len(names) <= _MOST
        and all(doctype.spec(name).type in NUMBERS for name in names)
    )


def equation(
    check: Check, doctype: DocType, fields: Sequence[Field], style: WritingStyle
) -> Equation | None:
    """None where a row lacks its number, or there are not two rows: one only copies."""
    rows, by_chance = Decimal(0), 0
    signs: dict[str, int] = {}
    alike: dict[tuple[int, int], list[str]] = {}
    sides = enumerate((check.left, check.right))
    for side, term in [(side, term) for side, terms in sides for term in terms]:
        sign = -term.sign if side else term.sign
        if not term.column:
            signs[term.name] = sign
            alike.setdefault((side, sign), []).append(term.name)
            continue
        spec = doctype.spec(term.name, in_items=True)
        cells = [
            _value(field.text, spec, style)
            for field in cells_of(fields)
            if field.fieldtype == term.name
        ]
        numbers = [number for number in cells if number is not None]
        if len(numbers) < max(2, len(cells)):
            return None
        rows, by_chance = rows + sign * sum(numbers), _BY_CHANCE
    return Equation(signs, list(alike.values()), rows, by_chance, check.tolerance)


def holds_without_rows(
    name: str, doctype: DocType, fields: Sequence[Field], style: WritingStyle
) -> bool:
    """An equation of three numbers of the header, ``name`` among them, holds as they stand."""
    header = header_by_name(fields)
    for check in doctype.checks:
        found = (
            None
            if check.columns or not adds_up(check, doctype)
            else equation(check, doctype, fields, style)
        )
        if found is None or name not in found.signs:
            continue
        values = {one: _value(header[one].text, doctype.spec(one), style) for one in found.signs}
        numbers = {one: value for one, value in values.items() if value is not None}
        if len(numbers) == len(values) and abs(found.over(numbers)) <= found.tolerance:
            return True
    return False


def put_right(
    equation: Equation,
    header: Mapping[str, Field],
    doctype: DocType,
    whole: Sequence[Chunks],
    style: WritingStyle,
) -> dict[str, str] | None:
    """The texts that change for the equation to hold; None when nothing makes it."""
    values = {name: _value(header[name].text, doctype.spec(name), style) for name in equation.signs}
    read = {name: value for name, value in values.items() if value is not None}
    if not read:
        return None
    ways = list(_ways(equation, read))
    if len(read) == len(values) and abs(equation.over(read)) <= equation.tolerance:
        if not equation.rises(read):
            return {}
        ways = [way for way in ways if not (way.looked_for or equation.rises(way.numbers))]

    def changed(way: _Way) -> list[str]:
        return [name for name, value in way.numbers.items() if value != values[name]]

    def order(way: _Way) -> tuple[bool, bool, int, float]:
        names = changed(way)
        doubted = sum(certainty(header[name]) for name in names)
        return way.looked_for, equation.rises(way.numbers), len(names), doubted

    written = list(_written(whole))
    for way in sorted(ways, key=order):
        texts = {value: header[name].text for name, value in read.items()}
        if way.looked_for:
            wanted = way.numbers[way.solved]
            texts[wanted] = _standing(wanted, doctype.spec(way.solved), written, style)
        found = {name: texts[way.numbers[name]] for name in changed(way)}
        if all(found.values()):
            return {name: text for name, text in found.items() if text}
    return None


def _ways(equation: Equation, read: Mapping[str, Decimal]) -> Iterator[_Way]:
    for solved, sign in equation.signs.items():
        names = [name for name in equation.signs if name != solved]
        for chosen in permutations(read, len(names)):
            numbers = {name: read[other] for name, other in zip(names, chosen, strict=True)}
            wanted = -sign * equation.over(numbers)
            left = [value for name, value in read.items() if name not in chosen]
            if wanted in left or abs(wanted) > equation.by_chance:
                yield _Way(numbers | {solved: wanted}, solved, wanted not in left)


def _standing(
    wanted: Decimal, spec: FieldSpec, written: Sequence[tuple[str, str]], style: WritingStyle
) -> str | None:
    """How the document writes a number, where it first does."""
    begins = _digits(f"{wanted.normalize():f}")
    like = (text for digits, text in written if digits.startswith(begins))
    return next((text for text in like if _value(text, spec, style) == wanted), None)


def _written(whole: Sequence[Chunks]) -> Iterator[tuple[str, str]]:
    """The digits of each number, and its text."""
    for page in whole:
        for at, first in enumerate(page.texts):
            if _digits(first) and not any(map(str.isalpha, first)):
                for text in _numbers(page.texts[at : at + _GROUPS]):
                    yield _digits(text), text


def _numbers(texts: Sequence[str]) -> Iterator[str]:
    """The first chunk, and with the groups of three behind it."""
    yield texts[0]
    for end in range(2, len(texts), 2):
        if texts[end - 1].strip() or not _GROUP.match(texts[end]):
            return
        yield "".join(texts[: end + 1])


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _value(text: str | None, spec: FieldSpec, style: WritingStyle) -> Decimal | None:
    value = normalise(text, spec, style).value if text else None
    return Decimal(value) if value else None


def repaired(
    document: Document, doctype: DocType, whole: Sequence[Chunks], fields: Sequence[Field]
) -> tuple[Field, ...]:
    """``fields`` with what is proposed in the header; ``whole`` are the chunks of the pages, on
    which every text stands."""
    checks = [check for check in doctype.checks if adds_up(check, doctype)]
    if not checks:
        return tuple(fields)
    header = header_by_name(fields)
    style = style_of(document, country=country_of(doctype, fields))
    texts: dict[str, str] = {}
    settled: set[str] = set()
    # The header first: its numbers are read better than those of rows.
    for check in sorted(checks, key=lambda check: any(term.column for term in check.terms)):
        found = equation(check, doctype, fields, style)
        if found is None or not settled.isdisjoint(found.signs):
            continue
        better = put_right(found, header, doctype, whole, style)
        if better is not None:
            settled.update(found.signs)
            texts |= better

    def proposed(field: Field) -> Field:
        text = texts.get(field.fieldtype) if field.line_item_id is None else None
        if text is None:
            return field
        spec = doctype.spec(field.fieldtype)
        spans = grounding.by_label(document, grounding.spans(text, whole), spec)
        return replace(field, text=text, spans=spans, agrees=None, instead_of=field.text or "")

    return tuple(map(proposed, fields))
