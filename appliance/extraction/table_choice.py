"""Which table of a document is asked for, and which of its columns is which field.

Pure. Four voices are heard, and added up in nats: what the model said when it was asked, what is
known to stand above such columns, whether the cells could be values of the field's type, and
whether the numbers add up. None of them proves anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from appliance.domain.doctype import COUNTING, DocType, FieldSpec, FieldType
from appliance.domain.document import Document
from appliance.extraction.column_question import default_part
from appliance.extraction.column_words import HeaderWords
from appliance.extraction.row_equations import ColumnProduct
from appliance.extraction.table_numbers import page_numbers
from appliance.extraction.table_traits import TableTraits
from appliance.fields.style import WritingStyle
from appliance.tables.table import CellPart, ColumnPart, Naming, Table

_TRIED = 12
"""Tables whose sums are looked at, at most."""
_BEAM = 40
"""Namings of a table that are followed at once."""
_DOUBT = -0.5
"""Least that a model's word counts for whether there is a column, or that it is the table."""
_OTHER = -0.75
"""Least that it counts for which column it is: a quarter of what a header counts that says the
field's own word. Twice as much named 2 of 122 columns more of made papers in looks that no starter
saw, and lost half of the rows of made production reports."""
_FITS = 0.6
"""Share of what stands in a column that has to fit the field."""
_SURELY = 0.9
"""Likeness of a header from which on a text or a code stands below it, whatever that looks like:
a time, a size, a lone figure."""
_LETTERED = frozenset({FieldType.TEXT, FieldType.CODE})
_NAMED = 0.4
"""Likeness from which on a header names a field, and by how much another may be liker."""
_NEAR = 0.05
_OWN, _ANOTHER = 3.0, -1.5
"""Nats for a header that says the field's own word, and for one that says another's."""
_WORDS = 0.3
"""Share of a table's letters from which on a column is likely to be a text."""
_SIZE = 0.5
"""Nats for a table of many rows."""
_PRODUCT, _TOLD, _SUM = 1.0, 1.5, 1.0
"""Nats for amounts that are products, for each row's share in it, and for a sum on the page."""
_TOTAL = 2.0
"""Nats for each other column that a check of the type adds up, and its sum is on the page: a header
that was cut between its words says less."""
_PRICE = 0.25
"""Nats for a price in a product that is a field too: it tips the balance where no header does."""
_LINES = frozenset({CellPart.FIRST, CellPart.SECOND})
_LONE = -1.0
"""Nats for a field in one line of a column whose other line holds none, unless a model says so:
such a header is said in two lines, or in two languages."""


_Heard = Mapping[str, Mapping[ColumnPart | None, float]]
"""By field, in nats: what was said of columns, and of none."""


@dataclass(frozen=True, slots=True)
class ColumnScores:
    """What a model said of one table, as log-probabilities (nats)."""

    table: float = 0.0
    """That it is the one asked for."""
    fields: _Heard = field(default_factory=dict)
    """By field; of a column that is left out nothing is known but that it is unlikely."""


@dataclass(frozen=True, slots=True)
class NamedTable:
    table: Table
    naming: Naming
    score: float
    """Nats; a table of which nothing is known has about 0."""


class TableChoice:
    """Among the candidates of one document."""

    def __init__(
        self,
        document: Document,
        doctype: DocType,
        tables: Sequence[Table],
        words: HeaderWords,
        style: WritingStyle,
    ) -> None:
        """Of a type with line items."""
        assert doctype.items
        self._items = doctype.items
        self._totals = doctype.totals
        self._words = words
        self._known = frozenset(page_numbers(document, style))
        traits = [TableTraits(document, table, style) for table in tables]
        self._traits = sorted(traits, key=lambda one: -self._at_best(one))[:_TRIED]

    def ranked(self, said: Mapping[Table, ColumnScores] | None = None) -> list[NamedTable]:
        """With the likeliest naming of each, perhaps of no column; the likeliest table first."""
        found = (self._named(traits, (said or {}).get(traits.table)) for traits in self._traits)
        return sorted(found, key=lambda one: -one.score)

    def _at_best(self, traits: TableTraits) -> float:
        """How good it could get, without sums."""
        best = (
            max(worth for worth, _ in self._ways(traits, spec, {})) for spec in self._items.fields
        )
        return sum(best) + _SIZE * traits.size

    def _named(self, traits: TableTraits, said: ColumnScores | None) -> NamedTable:
        beam: list[tuple[float, dict[str, ColumnPart]]] = [(0.0, {})]
        for spec in self._items.fields:
            ways = list(self._ways(traits, spec, said.fields.get(spec.name, {}) if said else {}))
            grown = [
                (score + worth, naming if where is None else naming | {spec.name: where})
                for score, naming in beam
                for worth, where in ways
                if where is None or not any(_clash(where, taken) for taken in naming.values())
            ]
            beam = sorted(grown, key=lambda one: -one[0])[:_BEAM]
        heard = said.fields if said else {}
        whole = ((score + self._together(traits, naming, heard), naming) for score, naming in beam)
        best, naming = max(whole, key=lambda one: one[0])
        sure = max(said.table, _DOUBT) if said else 0.0
        return NamedTable(traits.table, naming, best + sure + _SIZE * traits.size)

    def _ways(
        self, traits: TableTraits, spec: FieldSpec, heard: Mapping[ColumnPart | None, float]
    ) -> Iterator[tuple[float, ColumnPart | None]]:
        """Where it could stand, and what that is worth; nowhere is one way."""
        yield max(heard.get(None, _DOUBT if heard else 0.0), _DOUBT), None
        every = dict.fromkeys((*traits.wheres(default_part(spec.type)), *filter(None, heard)))
        for where in every:
            fits = traits.fits(spec, where)
            if fits >= _FITS or (spec.type in _LETTERED and self._is_named(traits, spec, where)):
                told = max(heard.get(where, _OTHER), _OTHER) if heard else 0.0
                filled = len(traits.content(where).texts) / len(traits.table.rows)
                yield told + self._likeness(traits, spec, where) + fits + filled - 2.0, where

    def _is_named(self, traits: TableTraits, spec: FieldSpec, where: ColumnPart) -> bool:
        own, other = self._words.likeness(spec.name, traits.content(where).header)
        return own >= _SURELY and own > other

    def _likeness(self, traits: TableTraits, spec: FieldSpec, where: ColumnPart) -> float:
        content = traits.content(where)
        own, other = self._words.likeness(spec.name, content.header)
        text = min(content.letters, 2 * _WORDS) - _WORDS if spec.type is FieldType.TEXT else 0.0
        if traits.table.in_blocks and where.part in _LINES:
            other = 0.0  # a label above two lines says both
        if own >= _NAMED and own >= other - _NEAR:
            return _OWN * own + _ANOTHER * other + text
        return min(own - other, 0.0) + text

    def _together(self, traits: TableTraits, naming: Naming, heard: _Heard) -> float:
        """What a naming is worth beside its fields one by one."""
        unheard = {name for name, where in naming.items() if where not in heard.get(name, ())}
        return self._sums(traits, naming) + _LONE * len(_lone(naming) & unheard)

    def _sums(self, traits: TableTraits, naming: Naming) -> float:
        kinds = {spec.name: spec.type for spec in self._items.fields}
        at = {where.column: kinds[name] for name, where in naming.items()}
        product = max((self._product(one, at, traits) for one in traits.products), default=0.0)
        amounts = {column for column, kind in at.items() if kind is FieldType.AMOUNT}
        summed = traits.sums(self._known).keys()
        total = _SUM if amounts & summed else 0.0
        told = [
            name
            for name in self._totals
            if name in naming and naming[name].column in summed - amounts
        ]
        return product + total + _TOTAL * len(told)

    def _product(
        self, one: ColumnProduct, at: Mapping[int, FieldType], traits: TableTraits
    ) -> float:
        counted = at.get(one.quantity) in COUNTING
        amount = at.get(one.amount) is FieldType.AMOUNT
        price = at.get(one.price, FieldType.AMOUNT) is FieldType.AMOUNT
        if not (price and amount and counted):
            return 0.0
        known = _PRICE if one.price in at else 0.0
        return _PRODUCT + known + _TOLD * len(one.rows) / len(traits.table.rows)


def _lone(naming: Naming) -> set[str]:
    """Fields that stand in one line of a column whose other line holds none."""
    lines = Counter(where.column for where in naming.values() if where.part in _LINES)
    return {
        name for name, where in naming.items() if where.part in _LINES and lines[where.column] == 1
    }


def _clash(one: ColumnPart, other: ColumnPart) -> bool:
    """Two fields stand in one column only where each has another line of it."""
    apart = {one.part, other.part} == _LINES
    return one.column == other.column and not apart
