"""The one renderer of the question which column of a table is which field, and of its answer.

Pure. Columns are named by letters, so an answer can say nothing that the table does not have: the
grammar forces all but letters, parts of cells and null. A field's value is null or ``"C"``, or
``"C second"`` where another part of the column's cells is meant than is usual for the field's type.
The whole answer is null for a table that is not the one asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from string import ascii_uppercase

from appliance.domain.doctype import NUMBERS, DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.document import Document
from appliance.extraction.prompt import (
    SEPARATORS,
    Prompt,
    PromptFormat,
    asked,
    framed,
    titled,
)
from appliance.tables.table import Cell, CellPart, ColumnPart, Naming, Row, Table, cell_text

LETTERS = ascii_uppercase[:16]
"""Of the columns that a question shows; those behind them are not asked about."""
_TITLE = 60
_HEADER = 40
_LINE = 32
"""Characters that are shown of each, at most."""
_LINES = 3
"""Of a cell."""
SAMPLES = 2
"""Rows that are shown."""


@dataclass(frozen=True, slots=True)
class ColumnRequest:
    """What a model is asked about one table, and the rules of its answer."""

    question: Prompt
    grammar: str


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What an answer says of one field."""

    spec: FieldSpec
    where: ColumnPart | None
    """None when no column holds it."""
    start: int
    end: int
    """Where it is said: characters of the answer."""


def column_request(
    doctype: DocType, document: Document, table: Table, *, form: PromptFormat
) -> ColumnRequest:
    """``doctype`` has line items and ``table`` a column."""
    items = _items(doctype)
    shown = framed(_instruction(doctype, items), _shown(document, table), form=form)
    return ColumnRequest(shown, _grammar(items, len(table.columns)))


def column_answer(doctype: DocType, table: Table, naming: Naming | None) -> str:
    """What a perfect model would write; with nothing named it is not the table asked for."""
    columns = min(len(table.columns), len(LETTERS))
    said = {
        spec.name: _said(spec, (naming or {}).get(spec.name), columns)
        for spec in _items(doctype).fields
    }
    return json.dumps(said if any(said.values()) else None, separators=SEPARATORS)


def choices(answer: str, doctype: DocType) -> tuple[ColumnChoice, ...]:
    """One a field, in the type's order; none of a table that is not the one asked for. An answer
    that was cut ends with its last whole choice."""
    return tuple(_choices(answer, _items(doctype).fields))


def default_part(kind: FieldType) -> CellPart:
    """What of a cell is usually the value; an answer does not say it."""
    return CellPart.NUMBER if kind in NUMBERS else CellPart.MAIN


def _items(doctype: DocType) -> TableSpec:
    if doctype.items is None:
        raise ValueError(f"a {doctype.name} has no rows to ask for")
    return doctype.items


def _instruction(doctype: DocType, items: TableSpec) -> str:
    rows = f"{items.name} (rows): {items.description}".rstrip(": ")
    lines = (
        titled(doctype),
        "A table of the document. JSON: the letter of the column that holds each field, "
        "null where none does; only null if it is not the table of these rows:",
        rows,
        *map(asked, items.fields),
    )
    return "\n".join(lines) + "\n\nTable:\n"


def _shown(document: Document, table: Table) -> str:
    title = cell_text(document, table.page, [table.title])
    lines = [f"...{title[-_TITLE:]}" if len(title) > _TITLE else title] if title else []
    samples = list(_samples(document, table))
    for at, (letter, column) in enumerate(zip(LETTERS, table.columns, strict=False)):
        header = _cut(cell_text(document, table.page, [column.header]), _HEADER)
        cells = (sample[at] for sample in samples)
        lines.append(" | ".join((f"{letter}: {header}", *cells)))
    return "\n".join(lines)


def _samples(document: Document, table: Table) -> Iterator[tuple[str, ...]]:
    """The first rows that are not shown alike."""
    seen: set[tuple[str, ...]] = set()
    for row in table.rows:
        said = tuple(_cell(document, row, cell) for cell in row.cells)
        if said not in seen and any(said):
            seen.add(said)
            yield said
        if len(seen) == SAMPLES:
            return


def _cell(document: Document, row: Row, cell: Cell) -> str:
    lines = [_cut(cell_text(document, row.page, [line]), _LINE) for line in cell[:_LINES]]
    return " / ".join([*lines, "..."] if len(cell) > _LINES else lines)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()}..."


def _grammar(items: TableSpec, columns: int) -> str:
    letters = " | ".join(map(_literal, LETTERS[:columns]))
    kinds = {default_part(spec.type) for spec in items.fields}
    body = " ".join(
        f"{_literal(_key(spec.name, first=at == 0))} (NULL | {_terminal(default_part(spec.type))})"
        for at, spec in enumerate(items.fields)
    )
    rules = [f'start: NULL | "{{" {body} "}}"', 'NULL: "null"']
    for usual in sorted(kinds):
        parts = " | ".join(_literal(f" {part}") for part in CellPart if part is not usual)
        rules.append(f'{_terminal(usual)}: "\\"" ({letters}) ({parts})? "\\""')
    return "\n".join(["%llguidance {}", *rules]) + "\n"


def _terminal(usual: CellPart) -> str:
    return f"COLUMN_{usual.name}"


def _said(spec: FieldSpec, where: ColumnPart | None, columns: int) -> str | None:
    if where is None or where.column >= columns:
        return None
    letter = LETTERS[where.column]
    return letter if where.part is default_part(spec.type) else f"{letter} {where.part}"


_VALUE = re.compile(rf'null|"([{LETTERS}])(?: ({"|".join(CellPart)}))?"')


def _choices(answer: str, specs: Iterable[FieldSpec]) -> Iterator[ColumnChoice]:
    at = 0
    for index, spec in enumerate(specs):
        key = f"{'' if index else '{'}{_key(spec.name, first=index == 0)}"
        found = _VALUE.match(answer, at + len(key))
        if not answer.startswith(key, at) or not found:
            return
        letter, part = found.groups()
        usual = default_part(spec.type)
        where = ColumnPart(LETTERS.index(letter), CellPart(part or usual)) if letter else None
        yield ColumnChoice(spec, where, found.start(), found.end())
        at = found.end()


def _key(name: str, *, first: bool) -> str:
    return f"{'' if first else ', '}{_literal(name)}: "


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
