"""What can be said of a table before anybody knows what is asked for.

Pure. What is asked of a table many times is computed once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from appliance.domain.doctype import NUMBERS, FieldSpec, FieldType
from appliance.domain.document import Document, Word
from appliance.extraction.row_equations import ColumnProduct, products, sums
from appliance.extraction.table_numbers import Numbers, numbers_of, share_columns
from appliance.fields import dates
from appliance.fields.folding import fold_alnum
from appliance.fields.numbers import readings
from appliance.fields.style import WritingStyle
from appliance.tables.numbers import number_in
from appliance.tables.parts import part_of
from appliance.tables.table import CellPart, ColumnPart, Line, Table, cell_text

_FILLED = 0.4
"""Share of the rows in which a column has a cell, at least, to hold a field."""
_SPLIT = 0.6
"""Share of the filled cells that have two lines, below a header of two."""
_LINES = {CellPart.FIRST: 0, CellPart.SECOND: 1}
"""Lines of a header that may head one line of the cells."""
_MANY = 25
"""Rows; more make a table no likelier."""
_COUNTED = re.compile(r"(\d{1,3})\.?\s+\D")
"""A cell that begins with the number of its row."""


@dataclass(frozen=True, slots=True)
class ColumnContent:
    """What a field would be if it stood in a column, or in a part of its cells."""

    header: str
    texts: tuple[str, ...]
    """Of the rows that have something there."""
    letters: float
    """0-1: of all letters of the table."""


class TableTraits:
    """Of a candidate table of ``document``, whose numbers are written in ``style``."""

    def __init__(self, document: Document, table: Table, style: WritingStyle) -> None:
        self.table = table
        self._document = document
        self._style = style
        self._contents: dict[ColumnPart, ColumnContent] = {}
        self._fits: dict[tuple[FieldType, str | None, ColumnPart], float] = {}

    @property
    def size(self) -> float:
        """0-1."""
        return min(len(self.table.rows), _MANY) / _MANY

    @cached_property
    def products(self) -> tuple[ColumnProduct, ...]:
        return products(self._numbers, share_columns(self._document, self.table))

    def sums(self, known: frozenset[Decimal]) -> dict[int, Decimal]:
        return sums(self._numbers, known)

    def wheres(self, usual: CellPart) -> Iterator[ColumnPart]:
        """Every column; of one whose header has two lines as its cells have, or whose cells have
        them in blocks, each line too. A text stands behind the number by which its column counts
        the rows."""
        for column in range(len(self.table.columns)):
            counts = usual is CellPart.MAIN and self._counts(column)
            yield ColumnPart(column, CellPart.AFTER_NUMBER if counts else usual)
            if self._is_split(column):
                yield from (ColumnPart(column, part) for part in _LINES)

    def content(self, where: ColumnPart) -> ColumnContent:
        if where not in self._contents:
            texts = tuple(self._texts(where))
            letters = sum(map(_letters, texts)) / max(self._all_letters, 1)
            self._contents[where] = ColumnContent(self._header(where), texts, letters)
        return self._contents[where]

    def fits(self, spec: FieldSpec, where: ColumnPart) -> float:
        """0-1: the share of what stands there that could be a value of the field."""
        texts = self.content(where).texts
        if not texts or len(texts) < _FILLED * len(self.table.rows):
            return 0.0
        if not spec.type.verbatim:
            return _listed(spec, texts)
        key = spec.type, spec.pattern, where
        if key not in self._fits:
            self._fits[key] = sum(_could_be(text, spec) for text in texts) / len(texts)
        return self._fits[key]

    @cached_property
    def _numbers(self) -> Numbers:
        return numbers_of(self._document, self.table, self._style)

    @cached_property
    def _all_letters(self) -> int:
        columns = range(len(self.table.columns))
        part = CellPart.WHOLE if self.table.in_blocks else CellPart.MAIN
        every = (self._texts(ColumnPart(column, part)) for column in columns)
        return sum(_letters(text) for texts in every for text in texts)

    @cached_property
    def _headers(self) -> list[list[str]]:
        """The lines of each."""
        page = self.table.page
        words = self._document.pages[page].words
        return [
            [cell_text(self._document, page, [line]) for line in _lines(words, column.header)]
            for column in self.table.columns
        ]

    def _header(self, where: ColumnPart) -> str:
        lines = self._headers[where.column]
        at = _LINES.get(where.part)
        return " ".join(lines) if at is None or len(lines) < 2 else lines[at]

    def _counts(self, column: int) -> bool:
        """Every cell begins with a number, higher than the one above, and goes on."""
        texts = list(self._texts(ColumnPart(column)))
        begun = [_COUNTED.match(text) for text in texts]
        numbers = [int(one[1]) for one in begun if one]
        return len(numbers) == len(texts) > 1 and sorted(set(numbers)) == numbers

    def _is_split(self, column: int) -> bool:
        cells = [row.cells[column] for row in self.table.rows if row.cells[column]]
        two = sum(len(cell) > 1 for cell in cells)
        headed = self.table.in_blocks or len(self._headers[column]) == 2
        return headed and two >= max(_SPLIT * len(cells), 1)

    def _texts(self, where: ColumnPart) -> Iterator[str]:
        # Whether a cell is a number is told by all of its first line, unit and words among it.
        part = CellPart.FIRST if where.part is CellPart.NUMBER else where.part
        for row in self.table.rows:
            lines = part_of(self._document, self.table, row, ColumnPart(where.column, part))
            if lines:
                yield cell_text(self._document, row.page, lines)


def _lines(words: Sequence[Word], header: Line) -> list[Line]:
    """A word below the one before it begins a line."""
    lines: list[list[int]] = []
    for at in header:
        box = words[at].bbox
        if lines and box.top < words[lines[-1][-1]].bbox.bottom - box.height / 2:
            lines[-1].append(at)
        else:
            lines.append([at])
    return [tuple(line) for line in lines]


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _listed(spec: FieldSpec, texts: Sequence[str]) -> float:
    words = {fold_alnum(one) for value, said in spec.values.items() for one in (value, *said)}
    return sum(fold_alnum(text) in words for text in texts) / len(texts)


def _could_be(text: str, spec: FieldSpec) -> bool:
    words, kind = text.split(), spec.type
    if spec.pattern is not None:
        return any(re.fullmatch(spec.pattern, run) for run in (text, "".join(words)))
    if kind in NUMBERS:
        at = number_in(words)
        found = readings(" ".join(words[slice(*at)]), units=True) if at else ()
        if kind is FieldType.INTEGER:
            return any(one == one.to_integral_value() for one in found)
        return bool(found)
    if kind is FieldType.DATE:
        return bool(dates.readings(text).possible)
    letters, figures = _letters(text), sum(map(str.isdigit, text))
    if kind is FieldType.TEXT:
        return letters > figures
    return figures > 0 and len(words) <= 3
