"""When two values are the same: a prediction and its label, two answers to one question, two rows.

Pure. The project's metrics, the same in every figure. **exact**: equal after NFC, white space runs
to one space, ends trimmed. **normalised**, by type: text by letters and digits, case folded; codes
bare in upper case; dates by the day; numbers by the decimal. Where the document does not say
whether the day or the month comes first, or which mark is the decimal's, prediction and label are
read alike, either way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from appliance.domain.doctype import CODES, NUMBERS, FieldSpec, FieldType
from appliance.fields import dates, numbers
from appliance.fields.folding import collapse_spaces, fold_alnum, upper_alnum
from appliance.fields.style import PLAIN, WritingStyle

RowTexts = Mapping[str, str | None]


def exact(predicted: str | None, truth: str, *, fold_case: bool = False) -> bool:
    if predicted is None:
        return False
    one, other = collapse_spaces(predicted), collapse_spaces(truth)
    return one.casefold() == other.casefold() if fold_case else one == other


def normalised(
    predicted: str | None,
    truth: str,
    kind: FieldType,
    style: WritingStyle,
    truth_style: WritingStyle = PLAIN,
) -> bool:
    """``style`` is the document's; the labels of all our data write a decimal point."""
    if predicted is None:
        return False
    if kind is FieldType.DATE:
        return _same_day(predicted, truth, style)
    if kind in NUMBERS:
        return _same_number(predicted, truth, style, truth_style)
    reduce = upper_alnum if kind in CODES else fold_alnum
    one, other = reduce(predicted), reduce(truth)
    # A lone currency mark has no letters and no digits.
    return one == other if one or other else collapse_spaces(predicted) == collapse_spaces(truth)


def _same_day(predicted: str, truth: str, style: WritingStyle) -> bool:
    one, other = dates.readings(predicted), dates.readings(truth)
    orders = (True, False) if style.day_first is None else (style.day_first,)
    days = [(one.under(order), other.under(order)) for order in orders]
    return any(day is not None and day == wanted for day, wanted in days)


def _same_number(
    predicted: str, truth: str, style: WritingStyle, truth_style: WritingStyle
) -> bool:
    wanted = numbers.number(truth, truth_style.decimal, units=True)
    if wanted is None:
        return False
    found = numbers.number(predicted, style.decimal, units=True)
    either = (found,) if found is not None else numbers.readings(predicted, units=True)
    return wanted in either


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Rows of one table, or of many added up."""

    matched: int = 0
    predicted: int = 0
    true: int = 0
    """Rows that agree, that the model answered, that the labels have."""

    def __add__(self, other: RowCounts) -> RowCounts:
        return RowCounts(
            self.matched + other.matched,
            self.predicted + other.predicted,
            self.true + other.true,
        )

    @property
    def f1(self) -> float | None:
        """0-1; None when there is no row at all."""
        rows = self.predicted + self.true
        return 2 * self.matched / rows if rows else None


def rows_f1(
    predicted: Sequence[RowTexts],
    truth: Sequence[RowTexts],
    columns: Sequence[FieldSpec],
    style: WritingStyle,
) -> RowCounts:
    """Pairs rows one to one, as many as can be.

    A predicted row matches a true one when all scored cells that the true one has are equal,
    normalised. True rows without any scored cell are left out. Cells are keyed by column name.
    """
    scored = [row for row in truth if any(row.get(spec.name) is not None for spec in columns)]
    fits = [
        [at for at, wanted in enumerate(scored) if _row_fits(row, wanted, columns, style)]
        for row in predicted
    ]
    return RowCounts(paired(fits), len(predicted), len(scored))


def _row_fits(
    row: RowTexts, wanted: RowTexts, columns: Sequence[FieldSpec], style: WritingStyle
) -> bool:
    for spec in columns:
        cell = wanted.get(spec.name)
        if cell is not None and not normalised(row.get(spec.name), cell, spec.type, style):
            return False
    return True


def paired(fits: Sequence[Sequence[int]]) -> int:
    """Size of the largest pairing."""
    return len(pairs(fits))


def pairs(fits: Sequence[Sequence[int]]) -> dict[int, int]:
    """The largest pairing, by augmenting paths: of each number in ``fits`` that has a pair, at
    which place there that is."""
    taken: dict[int, int] = {}
    has: dict[int, int] = {}  # the other way round
    lost: set[int] = set()  # from these no path leads to a free place, nor will one later
    for row in range(len(fits)):
        came: dict[int, int] = {}
        asked = [row]  # and then whoever has a place that it could take
        for one in asked:
            new = [wanted for wanted in fits[one] if wanted not in came and wanted not in lost]
            came |= dict.fromkeys(new, one)
            free = next((wanted for wanted in new if wanted not in taken), None)
            if free is not None:
                break
            asked += [taken[wanted] for wanted in new]
        else:
            lost |= came.keys()
        while free is not None:
            one = taken[free] = came[free]
            has[one], free = free, has.get(one)
    return taken


def same(
    spec: FieldSpec,
    text: str | None,
    value: str | None,
    other_text: str | None,
    other_value: str | None,
) -> bool:
    """Equal as written, else by what counts in the field's type: ``value`` is the normal form."""
    if text is None or other_text is None:
        return text is other_text
    if equal(spec, text, value, other_text, other_value):
        return True
    if spec.type not in CODES and spec.type is not FieldType.TEXT:
        return False
    reduce = upper_alnum if spec.type in CODES else fold_alnum
    one, other = reduce(text), reduce(other_text)
    return bool(one) and one == other


def equal(
    spec: FieldSpec, text: str, value: str | None, other_text: str, other_value: str | None
) -> bool:
    """Same text but for white space, or same normal form."""
    if value is not None and other_value is not None:
        return value == other_value or (spec.type in NUMBERS and _equal(value, other_value))
    return collapse_spaces(text) == collapse_spaces(other_text)


def _equal(one: str, other: str) -> bool:
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False
