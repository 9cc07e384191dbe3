"""In which tables of a document a person's rows stand, and which column holds which field.

Pure. Rows are found by what they say and vote for column and part. What they do not settle is
masked: a field on whose column they disagree, and one that two columns say alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from appliance.domain.doctype import NUMBERS, FieldSpec, FieldType, TableSpec
from appliance.domain.document import Document
from appliance.domain.labels import Label
from appliance.domain.rows import rows as rows_of
from appliance.extraction.column_question import default_part
from appliance.fields.comparison import exact, normalised
from appliance.fields.folding import fold_alnum
from appliance.fields.style import PLAIN, WritingStyle, style_of
from appliance.fields.types import folds
from appliance.tables.find import find_tables
from appliance.tables.locating import Same, locate
from appliance.tables.naming import naming_of
from appliance.tables.table import ColumnPart, Table
from appliance.tables.voting import said_in

_MOST = 3
"""Tables of one document that its rows are looked for in, one after the other."""
_SURE = 2
"""Values of a row by which it is found: one may stand anywhere by chance."""

_TIMES = 2
"""As many rows as are known to stand in it a table may have; some are sums and remarks."""

LabelledRow = Mapping[str, Label]
"""By field; those that somebody knows."""


@dataclass(frozen=True, slots=True)
class TaughtTable:
    table: Table
    naming: Mapping[str, ColumnPart]
    masked: frozenset[str]
    """Fields of which nobody knows whether or where the table says them."""
    disputed: frozenset[str]
    """The masked ones that the rows say, but not where."""
    rows: int
    """Labelled ones that are found in it."""


@dataclass(frozen=True, slots=True)
class TaughtTables:
    taught: tuple[TaughtTable, ...]
    lost: int
    """Labelled rows that stand in no table."""


def taught_tables(
    document: Document, labels: Sequence[Label], items: TableSpec, *, whole: bool
) -> TaughtTables:
    """``whole``: the labels hold every row. Those of fields that ``items`` no longer has say
    nothing."""
    search = _Search(document, labels, items)
    taught: list[TaughtTable] = []
    tables, left = list(find_tables(document)), list(search.rows)
    while left and len(taught) < _MOST and (found := search.located(tables, left)):
        tables.remove(found.table)
        # Where all rows are known, a table of many others holds some of their values by chance.
        if not whole or len(found.table.rows) <= _TIMES * len(found.rows):
            taught.append(search.taught(found, left))
            left = [row for at, row in enumerate(left) if at not in found.rows]
    return TaughtTables(tuple(taught), len(left))


def says_a_row(document: Document, labels: Sequence[Label], items: TableSpec, table: Table) -> bool:
    """Whether one of the labelled rows surely stands in ``table``."""
    search = _Search(document, labels, items)
    return search.located([table], search.rows) is not None


@dataclass(frozen=True, slots=True)
class _StandingRows:
    table: Table
    naming: Mapping[str, ColumnPart]
    rows: Mapping[int, int]
    """Of labelled rows that surely stand in the table, which row of it each is."""


class _Search:
    """Of one document's labelled rows."""

    def __init__(self, document: Document, labels: Sequence[Label], items: TableSpec) -> None:
        self.rows = list(_labelled_rows(labels, items))
        self._document = document
        self._specs = items.fields
        self._same = _same(items.fields, style_of(document))
        self._usual = {spec.name: default_part(spec.type) for spec in items.fields}

    def located(self, tables: Sequence[Table], rows: Sequence[LabelledRow]) -> _StandingRows | None:
        """In the table that says most of them; None where no row surely stands there."""
        texts = list(map(_texts, rows))
        found = locate(self._document, tables, texts, self._same, self._usual)
        if found is None:
            return None
        apart = Counter(at for at, _ in found.disagreeing)
        standing = {
            at: row
            for at, row in enumerate(found.rows)
            if row is not None
            and len(texts[at].keys() & found.naming.keys()) - apart[at]
            >= min(_SURE, len(texts[at]))
        }
        return _StandingRows(found.table, found.naming, standing) if standing else None

    def taught(self, found: _StandingRows, rows: Sequence[LabelledRow]) -> TaughtTable:
        standing = {row: rows[at] for at, row in found.rows.items()}
        naming = dict(found.naming)
        tied = self._tied(found, standing)
        if tied:
            pointed = self._pointed(found.table, standing.values())
            naming |= {name: pointed[name] for name in tied & pointed.keys()}
            tied -= pointed.keys()
        said = {name for row in standing.values() for name in _texts(row)}
        unknown = {spec.name for spec in self._specs}.difference(*standing.values())
        disputed = frozenset((said - naming.keys()) | tied)
        return TaughtTable(found.table, naming, disputed | unknown, disputed, len(standing))

    def _tied(self, found: _StandingRows, standing: Mapping[int, LabelledRow]) -> set[str]:
        """Fields that another column says in as many of the rows."""
        cells: dict[str, set[tuple[int, int]]] = {name: set() for name in found.naming}
        for said in said_in(self._document, found.table):
            for name, wanted in _texts(standing.get(said.row, {})).items():
                if name in cells and self._same(name, said.text, wanted):
                    cells[name].add((said.where.column, said.row))
        tied = set()
        for name, where in found.naming.items():
            columns = Counter(column for column, _ in cells[name])
            mine = columns.pop(where.column, 0)
            if any(many >= mine for many in columns.values()):
                tied.add(name)
        return tied

    def _pointed(self, table: Table, rows: Iterable[LabelledRow]) -> Mapping[str, ColumnPart]:
        """By the places where a clerk said that the words stand."""
        spans = [{name: label.spans for name, label in row.items()} for row in rows]
        found = naming_of(self._document, [table], spans, self._usual)
        return found[1] if found else {}


def _labelled_rows(labels: Sequence[Label], items: TableSpec) -> Iterator[LabelledRow]:
    """From the top; those that say something."""
    names = {spec.name for spec in items.fields}
    for _, labelled in sorted(rows_of(labels).items()):
        row = {label.fieldtype: label for label in labelled if label.fieldtype in names}
        if _texts(row):
            yield row


def _texts(row: LabelledRow) -> dict[str, str]:
    return {name: label.text for name, label in row.items() if label.text is not None}


def _same(specs: Sequence[FieldSpec], style: WritingStyle) -> Same:
    named = {spec.name: spec for spec in specs}
    digits, letters = cache(_digits), cache(fold_alnum)

    @cache  # the same words are compared with the same label for every part of a cell
    def same(name: str, text: str, wanted: str) -> bool:
        spec = named[name]
        # Most are not, and to compare in full costs.
        if spec.type in NUMBERS and digits(text) != digits(wanted):
            return False
        if spec.type is FieldType.TEXT and letters(text) != letters(wanted):
            return False
        return _says(text, wanted, spec, style)

    return same


def _says(text: str, wanted: str, spec: FieldSpec, style: WritingStyle) -> bool:
    """As a program or as the document writes it; of a listed type any words for the value."""
    if not spec.type.verbatim:
        ways = (wanted, *spec.values.get(wanted, ()))
        return any(exact(text, way, fold_case=folds(way)) for way in ways)
    return exact(text, wanted) or any(
        normalised(text, wanted, spec.type, style, written) for written in (PLAIN, style)
    )


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text)).strip("0")
