"""Rows of a table whose columns are named, as fields that know which words they are.

Pure. Nothing is written that does not stand in the table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from appliance.domain.doctype import NUMBERS, DocType, FieldSpec
from appliance.domain.document import Document
from appliance.domain.prediction import Field, TokenScore
from appliance.extraction.grammar import known_words
from appliance.extraction.item_rows import PredictedRow, item_rows
from appliance.fields.chunks import Finder, chunks
from appliance.fields.numbers import readings
from appliance.fields.style import style_of
from appliance.tables.numbers import number_in
from appliance.tables.parts import part_of
from appliance.tables.table import ColumnPart, Line, Naming, Row, Table, cell_spans, cell_text

_CARRIED = re.compile(
    r"((amount |balance |total )?(carried|brought) (forward|over)|carry[- ]?over|übertrag"
    r"|(montant |total )?(à reporter|reporté)|suma (y sigue|anterior)|(do|z) przeniesienia"
    r"|a riportare|riporto|a transportar)\b|transporte?$",
    re.IGNORECASE,
)


def read_table(
    document: Document,
    doctype: DocType,
    table: Table,
    naming: Naming,
    tokens: Mapping[str, Sequence[TokenScore]] | None = None,
) -> tuple[PredictedRow, ...]:
    """A cell for every field of the rows, in the type's order; ``line_item_id`` is not set.

    ``tokens`` are those by which the model named the column of each field.
    """
    specs = doctype.items.fields if doctype.items else ()
    rows = [
        tuple(
            cell_field(
                document, table, row, spec, naming.get(spec.name), (tokens or {}).get(spec.name, ())
            )
            for spec in specs
        )
        for row in table.rows
        if not _carried(document, row)
    ]
    return tuple(item_rows(rows, specs, style_of(document)))


def cell_field(
    document: Document,
    table: Table,
    row: Row,
    spec: FieldSpec,
    where: ColumnPart | None,
    tokens: Sequence[TokenScore] = (),
) -> Field:
    """Null where no column is named, and where the cell says no value of the field's type."""
    lines = part_of(document, table, row, where) if where else ()
    if spec.type in NUMBERS:
        lines = _number(document, row.page, lines)
    if not lines:
        return Field(spec.name, None, tokens=tuple(tokens))
    text, words = cell_text(document, row.page, lines), None
    if not spec.type.verbatim:
        said = _listed(document, row.page, lines, spec)
        if said is None:
            return Field(spec.name, None, tokens=tuple(tokens))
        text, words, lines = said
    first, *more = cell_spans(row.page, lines)
    return Field(spec.name, text, (first,), tuple(more), words, tokens=tuple(tokens))


def _number(document: Document, page: int, lines: Sequence[Line]) -> tuple[Line, ...]:
    """The words of the first number, without its unit; none where it cannot be read."""
    for line in lines:
        at = number_in([document.pages[page].words[index].text for index in line])
        if at and readings(cell_text(document, page, [line[slice(*at)]]), units=True):
            return (line[slice(*at)],)
    return ()


def _listed(
    document: Document, page: int, lines: Sequence[Line], spec: FieldSpec
) -> tuple[str, str, tuple[Line, ...]] | None:
    """The value that the cell says first, its words, and where they stand."""
    for line in lines:
        within = chunks([document.pages[page].words[index] for index in line])
        for value, words in spec.values.items():
            for said in known_words([Finder(within)], value, words):
                ((_, place), *_) = Finder(within).find(said)
                return value, said, (line[place.start : place.end],)
    return None


def _carried(document: Document, row: Row) -> bool:
    """It repeats a sum at the turn of a page."""
    return any(
        _CARRIED.match(cell_text(document, row.page, cell[:1])) for cell in row.cells if cell
    )
