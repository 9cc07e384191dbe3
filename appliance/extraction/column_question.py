"""The one renderer of the question which column of a table is which field, and of its answer.

Pure. The answer goes through the columns from the left and says of each which field it holds. What
heads the column stands before that, forced by the grammar, so that a small model has the words at
hand that the field has to suit. (Asked for the letter of each field's column instead, one of 135M
wrote A, B, C.) A column's value is null or ``"field"``; ``"field second"`` where another part of
its cells is meant than is usual for the field's type; ``"field, other unit"`` where it holds more.
The whole answer is null for a table that is not the one asked for.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from appliance.domain.doctype import NUMBERS, DocType, FieldType, TableSpec
from appliance.domain.document import Document
from appliance.extraction.prompt import (
    Prompt,
    PromptFormat,
    asked,
    framed,
    titled,
)
from appliance.tables.table import Cell, CellPart, ColumnPart, Naming, Row, Table, cell_text

COLUMNS = 16
"""That a question shows; those behind them are not asked about."""
_HELD = 3
"""Fields that an answer may say of one column, at most."""
_TITLE = 60
_HEADER = 40
_LINE = 32
"""Characters that are shown of each, at most."""
_LINES = 3
"""Of a cell."""
SAMPLES = 2
"""Rows that are shown."""
_NULL = "null"


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What an answer says of one column."""

    column: int
    holds: Mapping[str, ColumnPart]
    """By field; empty where the column holds none."""
    start: int
    end: int
    """Where it is said: characters of the answer."""


@dataclass(frozen=True, slots=True)
class ColumnRequest:
    """What a model is asked about one table, and the rules of its answer."""

    question: Prompt
    grammar: str
    usual: Mapping[str, CellPart]
    """By field of the rows, in their order: the part of a cell that an answer does not say."""
    heads: tuple[str, ...]
    """What an answer calls the columns, from the left."""

    def answer(self, naming: Naming | None) -> str:
        """What a perfect model would write; with nothing named it is not the table asked for."""
        held = [self._held(column, naming or {}) for column in range(len(self.heads))]
        if not any(held):
            return _NULL
        said = (_literal(", ".join(one)) if one else _NULL for one in held)
        return (
            "".join(f"{key}{one}" for key, one in zip(_keys(self.heads), said, strict=True)) + "}"
        )

    def choices(self, answer: str) -> tuple[ColumnChoice, ...]:
        """One a column, from the left; none of a table that is not the one asked for. An answer
        that was cut ends with its last whole choice."""
        return tuple(self._choices(answer))

    def naming(self, answer: str) -> dict[str, ColumnPart]:
        """A field that is said of two columns stands in the first."""
        named: dict[str, ColumnPart] = {}
        for choice in self.choices(answer):
            named = {**choice.holds, **named}
        return named

    def asks(self, answer: str) -> int | None:
        """The column of which an answer so far has to say next what it holds; None where something
        else comes next."""
        said = self.choices(answer)
        if len(said) == len(self.heads):
            return None
        begun = answer[: said[-1].end] if said else ""
        return len(said) if answer == begun + list(_keys(self.heads))[len(said)] else None

    def _held(self, column: int, naming: Naming) -> list[str]:
        named = [(name, naming[name]) for name in self.usual if name in naming]
        return [
            name if where.part is self.usual[name] else f"{name} {where.part}"
            for name, where in named
            if where.column == column
        ][:_HELD]

    def _choices(self, answer: str) -> Iterator[ColumnChoice]:
        end = 0
        for column, key in enumerate(_keys(self.heads)):
            found = _VALUE.match(answer, end + len(key))
            if not answer.startswith(key, end) or not found:
                return
            said = found[1].split(", ") if found[1] else ()
            holds = {
                name: ColumnPart(column, CellPart(part) if part else self.usual[name])
                for name, _, part in (one.partition(" ") for one in said)
            }
            yield ColumnChoice(column, holds, found.start(), end := found.end())


def column_request(
    doctype: DocType, document: Document, table: Table, *, form: PromptFormat
) -> ColumnRequest:
    """``doctype`` has line items and ``table`` a column."""
    items = _items(doctype)
    columns = list(_columns(document, table))
    heads = tuple(_heads(columns))
    title = cell_text(document, table.page, [table.title])
    lines = [f"...{title[-_TITLE:]}" if len(title) > _TITLE else title] if title else []
    lines += [" | ".join(" / ".join(cell) for cell in column) for column in columns]
    usual = {spec.name: default_part(spec.type) for spec in items.fields}
    shown = framed(_instruction(doctype, items), "\n".join(lines), form=form)
    return ColumnRequest(shown, _grammar(usual, heads), usual, heads)


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
        "A table of the document. JSON: the field that each column holds, "
        "null where it is none of these; only null if it is not the table of these rows:",
        rows,
        *map(asked, items.fields),
    )
    return "\n".join(lines) + "\n\nTable:\n"


_Shown = tuple[str, ...]
"""The lines of a header or of a cell, cut."""


def _columns(document: Document, table: Table) -> Iterator[list[_Shown]]:
    """What is shown of each: its header, unless nothing heads it, and samples of its cells."""
    samples = list(_samples(document, table))
    for at, column in enumerate(table.columns[:COLUMNS]):
        header = _cut(cell_text(document, table.page, [column.header]), _HEADER)
        yield [*([(header,)] if header else []), *(sample[at] for sample in samples)]


def _heads(columns: Sequence[Sequence[_Shown]]) -> Iterator[str]:
    """The beginning of what is shown of each: as much as tells it from the others."""
    first = [_begun(column[:1]) for column in columns]
    alike = Counter(first)
    for column, head in zip(columns, first, strict=True):
        yield head if alike[head] == 1 else _begun(column[:2])


def _begun(cells: Iterable[_Shown]) -> str:
    return " | ".join(lines[0] for lines in cells if lines)


def _samples(document: Document, table: Table) -> Iterator[tuple[_Shown, ...]]:
    """The first rows that are not shown alike."""
    seen: set[tuple[_Shown, ...]] = set()
    for row in table.rows:
        said = tuple(_cell(document, row, cell) for cell in row.cells)
        if said not in seen and any(said):
            seen.add(said)
            yield said
        if len(seen) == SAMPLES:
            return


def _cell(document: Document, row: Row, cell: Cell) -> _Shown:
    lines = [_cut(cell_text(document, row.page, [line]), _LINE) for line in cell[:_LINES]]
    return (*lines, "...") if len(cell) > _LINES else tuple(lines)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()}..."


def _grammar(usual: Mapping[str, CellPart], heads: Sequence[str]) -> str:
    """A value is one terminal, so that the model chooses its tokens as its vocabulary has them."""
    body = " ".join(f"{_literal(key)} VALUE" for key in _keys(heads))
    more = ""
    for _ in range(_HELD - 1):
        more = f'(", " FIELD{" " + more if more else ""})?'
    rules = [f'start: NULL | {body} "}}"', f'NULL: "{_NULL}"']
    rules.append(f'VALUE: "{_NULL}" | "\\"" FIELD {more} "\\""')
    ways = []
    for part in sorted(set(usual.values())):
        names = " | ".join(_literal(name) for name, one in usual.items() if one is part)
        parts = " | ".join(_literal(f" {other}") for other in CellPart if other is not part)
        ways.append(f"({names}) ({parts})?")
    rules.append("FIELD: " + " | ".join(ways))
    return "\n".join(["%llguidance {}", *rules]) + "\n"


def _keys(heads: Iterable[str]) -> Iterator[str]:
    """What stands before the value of each column."""
    for at, head in enumerate(heads):
        yield f"{', ' if at else '{'}{_literal(head)}: "


_FIELD = rf"\w+(?: (?:{'|'.join(CellPart)}))?"
_VALUE = re.compile(rf'{_NULL}|"({_FIELD}(?:, {_FIELD})*)"')


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
