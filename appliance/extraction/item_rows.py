"""Which rows of a table are items: those that say something and lack no number that items have.

Pure. Below the items stand sums, taxes and allowances in the same columns. A row that is what the
rows above it add up to is none, and neither is one that lacks the same numbers as such a row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from appliance.domain.doctype import COUNTING, NUMBERS, FieldSpec, FieldType
from appliance.domain.prediction import Field
from appliance.fields.numbers import number
from appliance.fields.style import WritingStyle

PredictedRow = tuple[Field, ...]

_MOST = 0.5
"""Of the rows that have a number of a column: one that lacks it is no row of the table."""
_ADDED = 3
"""Rows whose sum is no chance, where a sum looks like a row."""


def item_rows(
    rows: Sequence[PredictedRow], specs: Sequence[FieldSpec], style: WritingStyle
) -> list[PredictedRow]:
    """``rows`` have a field for each of ``specs``, in their order."""
    said = [row for row in rows if any(field.text is not None for field in row)]
    above = _without_sums(said, specs, style)
    numbers = [at for at, spec in enumerate(specs) if spec.type in NUMBERS]
    needed = [at for at in numbers if sum(_has(row, at) for row in above) > _MOST * len(above)]
    return [row for row in above if all(_has(row, at) for at in needed)]


def _without_sums(
    rows: Sequence[PredictedRow], specs: Sequence[FieldSpec], style: WritingStyle
) -> Sequence[PredictedRow]:
    numbers = [at for at, spec in enumerate(specs) if spec.type in NUMBERS]
    counted = [at for at, spec in enumerate(specs) if spec.type in COUNTING]
    columns = [
        [_value(row[at], style) for row in rows]
        for at, spec in enumerate(specs)
        if spec.type is FieldType.AMOUNT
    ]
    for end in range(1, len(rows)):
        sums = [column for column in columns if _adds_up(column[end], column[:end])]
        lacking = {at for at in numbers if _has(rows[0], at) and not _has(rows[end], at)}
        if sums and lacking:
            return [row for row in rows if not _lacks(row, lacking)]
        plain = end >= _ADDED and not any(_has(rows[end], at) for at in counted)
        if plain and any(_is_only_sums(column[end:]) for column in sums):
            return rows[:end]
    return rows


def _adds_up(total: Decimal | None, above: Sequence[Decimal | None]) -> bool:
    return bool(total) and None not in above and sum(filter(None, above)) == total


def _is_only_sums(values: Sequence[Decimal | None]) -> bool:
    """A sum alone, or with what is added to it down to another sum."""
    return len(values) == 1 or _adds_up(values[-1], values[:-1])


def _lacks(row: PredictedRow, numbers: Collection[int]) -> bool:
    return not any(_has(row, at) for at in numbers)


def _has(row: PredictedRow, at: int) -> bool:
    return row[at].text is not None


def _value(field: Field, style: WritingStyle) -> Decimal | None:
    return None if field.text is None else number(field.text, style.decimal, units=True)
