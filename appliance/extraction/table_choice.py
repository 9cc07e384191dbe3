"""Which table of a document is asked for, and which of its columns is which field.

Pure. Four voices are heard, and added up in nats: what the model said when it was asked, what is
known to stand above such columns, whether the cells could be values of the field's type, and
whether the numbers add up. None of them proves anything.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from appliance.domain.doctype import NUMBERS, FieldSpec, FieldType, TableSpec
from appliance.domain.document import Document
from appliance.extraction.column_question import Naming, default_part
from appliance.extraction.column_words import HeaderWords
from appliance.extraction.row_equations import (
    Product,
    numbers_of,
    page_numbers,
    products,
    share_columns,
    sums,
)
from appliance.fields import dates
from appliance.fields.folding import fold_alnum
from appliance.fields.numbers import readings
from appliance.fields.style import WritingStyle
from appliance.tables.numbers import number_in
from appliance.tables.table import ColumnPart, Table, cell_text

_TRIED = 12
"""Tables whose sums are looked at, at most."""
_BEAM = 40
"""Namings of a table that are followed at once."""
_DOUBT = -1.5
"""Least that a model's word counts for whether there is a column, or that it is the table."""
_OTHER = -2.5
"""Least that it counts for which column it is: a header that says the field's own word weighs
about as much, so that a model that was never taught the question does little harm."""
_FITS = 0.6
"""Share of the filled cells that could be values of the type."""
_FILLED = 0.4
"""Share of the rows in which a column has a cell."""
_COUNTING = frozenset({FieldType.QUANTITY, FieldType.INTEGER})


@dataclass(frozen=True, slots=True)
class ColumnScores:
    """What a model said of one table, as log-probabilities (nats)."""

    table: float = 0.0
    """That it is the one asked for."""
    fields: Mapping[str, Mapping[ColumnPart | None, float]] = field(default_factory=dict)
    """By field; of a column that is left out nothing is known but that it is unlikely."""


@dataclass(frozen=True, slots=True)
class NamedTable:
    table: Table
    naming: Naming
    score: float


class TableChoice:
    """Among the candidates of one document."""

    def __init__(
        self,
        document: Document,
        items: TableSpec,
        tables: Sequence[Table],
        words: HeaderWords,
        style: WritingStyle,
    ) -> None:
        self._document = document
        self._items = items
        self._words = words
        self._style = style
        self._known = list(page_numbers(document, style))
        looks = [_Looks(document, table, style) for table in tables]
        ranked = sorted(looks, key=lambda one: -self._promise(one))
        self._looks = ranked[:_TRIED]

    def ranked(self, said: Mapping[Table, ColumnScores] | None = None) -> list[NamedTable]:
        """With the likeliest naming of each, perhaps of no column; the likeliest table first."""
        found = (self._named(looks, (said or {}).get(looks.table)) for looks in self._looks)
        return sorted(found, key=lambda one: -one.score)

    def _promise(self, looks: _Looks) -> float:
        """How good it could get, without sums."""
        columns = range(len(looks.table.columns))
        best = (
            max((self._column(looks, spec, c, None) for c in columns), default=0.0)
            for spec in self._items.fields
        )
        return sum(max(one, 0.0) for one in best) + looks.size

    def _named(self, looks: _Looks, said: ColumnScores | None) -> NamedTable:
        beam: list[tuple[float, dict[str, ColumnPart]]] = [(0.0, {})]
        for spec in self._items.fields:
            heard = said.fields.get(spec.name) if said else None
            ways = list(self._ways(looks, spec, heard))
            grown = [
                (score + worth, naming if where is None else naming | {spec.name: where})
                for score, naming in beam
                for worth, where in ways
                if where is None or all(where.column != w.column for w in naming.values())
            ]
            beam = sorted(grown, key=lambda one: -one[0])[:_BEAM]
        sure = max(said.table, _DOUBT) if said else 0.0
        best, naming = max(
            ((score + self._sums(looks, naming), naming) for score, naming in beam),
            key=lambda one: one[0],
        )
        return NamedTable(looks.table, naming, best + sure + looks.size)

    def _ways(
        self, looks: _Looks, spec: FieldSpec, heard: Mapping[ColumnPart | None, float] | None
    ) -> Iterator[tuple[float, ColumnPart | None]]:
        yield (max(heard.get(None, 0.0), _DOUBT) if heard else 0.0), None
        usual = default_part(spec.type)
        for column in range(len(looks.table.columns)):
            where = ColumnPart(column, usual)
            if heard:
                where = max(
                    (one for one in heard if one and one.column == column),
                    key=lambda one: heard[one],
                    default=where,
                )
            worth = self._column(looks, spec, column, heard.get(where, _OTHER) if heard else None)
            if worth > -math.inf:
                yield worth, where

    def _column(self, looks: _Looks, spec: FieldSpec, column: int, heard: float | None) -> float:
        fits = looks.fits(spec, column)
        if fits < _FITS:
            return -math.inf
        own, other = self._words.likeness(spec.name, looks.headers[column])
        known = 3 * own - 1.5 * other if own >= 0.4 and own >= other - 0.05 else min(own - other, 0)
        if spec.type is FieldType.TEXT:
            known += looks.letters[column] - 0.3
        return known + fits - 1.0 + (0.0 if heard is None else max(heard, _OTHER))

    def _sums(self, looks: _Looks, naming: Naming) -> float:
        kinds = {spec.name: spec.type for spec in self._items.fields}
        at = {where.column: kinds[name] for name, where in naming.items()}
        product = max((self._product(one, at, looks) for one in looks.products), default=0.0)
        amounts = {column for column, kind in at.items() if kind is FieldType.AMOUNT}
        total = amounts & looks.sums(self._known).keys()
        return product + (1.0 if total else 0.0)

    def _product(self, one: Product, at: Mapping[int, FieldType], looks: _Looks) -> float:
        counted = at.get(one.quantity) in _COUNTING
        amount = at.get(one.amount) is FieldType.AMOUNT
        price = at.get(one.price, FieldType.AMOUNT) is FieldType.AMOUNT
        if not (price and amount and counted):
            return 0.0
        return 1.0 + 1.5 * len(one.rows) / len(looks.table.rows)


class _Looks:
    """What can be said of a table without knowing what is asked for."""

    def __init__(self, document: Document, table: Table, style: WritingStyle) -> None:
        self.table = table
        self._document = document
        self._style = style
        self.headers = [cell_text(document, table.page, [c.header]) for c in table.columns]
        self._texts = [
            [
                cell_text(document, row.page, row.cells[column][:1])
                for row in table.rows
                if row.cells[column]
            ]
            for column in range(len(table.columns))
        ]
        letters = [sum(sum(map(str.isalpha, text)) for text in texts) for texts in self._texts]
        self.letters = [count / max(sum(letters), 1) for count in letters]
        self.size = 0.02 * min(len(table.rows), 25)
        self._products: tuple[Product, ...] | None = None
        self._sums: dict[int, Decimal] | None = None
        self._fits: dict[tuple[FieldType, int], float] = {}

    def fits(self, spec: FieldSpec, column: int) -> float:
        """0-1: the share of the filled cells that could be values of the type."""
        key = spec.type, column
        if not spec.type.verbatim:
            return self._listed(spec, column)
        if key not in self._fits:
            texts = self._texts[column]
            enough = len(texts) >= _FILLED * len(self.table.rows)
            good = sum(_could_be(text, spec.type) for text in texts)
            self._fits[key] = good / len(texts) if texts and enough else 0.0
        return self._fits[key]

    def _listed(self, spec: FieldSpec, column: int) -> float:
        words = {fold_alnum(one) for value, said in spec.values.items() for one in (value, *said)}
        texts = self._texts[column]
        return sum(fold_alnum(text) in words for text in texts) / max(len(texts), 1)

    @property
    def products(self) -> tuple[Product, ...]:
        if self._products is None:
            self._numbers = numbers_of(self._document, self.table, self._style)
            shares = share_columns(self._document, self.table)
            self._products = products(self._numbers, shares)
        return self._products

    def sums(self, known: Iterable[Decimal]) -> dict[int, Decimal]:
        if self._sums is None:
            self._sums = sums(numbers_of(self._document, self.table, self._style), known)
        return self._sums


def _could_be(text: str, kind: FieldType) -> bool:
    words = text.split()
    if kind in NUMBERS:
        at = number_in(words)
        found = readings(" ".join(words[slice(*at)]), units=True) if at else ()
        if kind is FieldType.INTEGER:
            return any(one == one.to_integral_value() for one in found)
        return bool(found)
    if kind is FieldType.DATE:
        return bool(dates.readings(text).possible)
    letters, figures = sum(map(str.isalpha, text)), sum(map(str.isdigit, text))
    if kind is FieldType.TEXT:
        return letters > figures
    return figures > 0 and len(words) <= 3
