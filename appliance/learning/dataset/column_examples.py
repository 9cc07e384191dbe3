"""A labelled document's tables as training rows: each one's question and what it should get."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.labels import Labelled
from appliance.extraction.column_question import COLUMNS, column_request
from appliance.extraction.decode import Decoder
from appliance.extraction.prompt import choose_format
from appliance.extraction.taught_tables import TaughtTable, taught_tables
from appliance.extraction.walk import RefusedByGrammar
from appliance.learning.dataset.other_table import other_table
from appliance.learning.dataset.training_row import TrainingRow, training_row
from appliance.records.evidence import hash_bucket

_OTHERS = 2 / 3
"""Share of the documents that teach of another table that it is not the one asked for."""
_KEY = b"teaches another table"


@dataclass(frozen=True, slots=True)
class ColumnExamples:
    rows: tuple[TrainingRow, ...] = ()
    taught: int = 0
    """Fields whose column, or that there is none, is taught."""
    located: int = 0
    """Labelled rows that are found in a table."""
    lost: int = 0
    """Labelled rows that stand in no table."""
    disputed: Counter[str] = field(default_factory=Counter)
    """Tables whose rows do not settle which column a field is, by field."""
    refused: int = 0
    """Tables whose answer cannot be given, finds no room or teaches nothing."""


def column_examples(
    engine: Decoder, labelled: Labelled, doctype: DocType, *, first: int = 0
) -> ColumnExamples:
    """The tables that hold the labelled rows, and of some documents one that does not.

    ``first`` is the row from which samples are shown, 0 as in serving; a table that is not that
    long is left out then. Whether another table is taught depends on the docid alone.
    """
    if doctype.items is None:
        return ColumnExamples()
    document = labelled.document
    known = taught_tables(document, labelled.labels, doctype.items, whole=labelled.table)
    tables = list(known.taught)
    if not tables or hash_bucket(document.docid, _KEY) < _OTHERS:
        other = other_table(labelled, doctype, known)
        tables += [TaughtTable(other, {}, frozenset(), frozenset(), 0)] if other else []
    rows: list[TrainingRow] = []
    taught = refused = 0
    for one in (_asked(table, first) for table in tables):
        if first and first >= len(one.table.rows):
            continue
        row = _row(engine, doctype, document, one)
        if row is None:
            refused += 1
        else:
            rows.append(row)
            taught += len(doctype.items.fields) - len(one.masked) if one.naming else 0
    return ColumnExamples(
        tuple(rows),
        taught,
        located=sum(one.rows for one in tables),
        lost=known.lost,
        disputed=Counter(name for one in tables for name in one.disputed),
        refused=refused,
    )


def _asked(one: TaughtTable, first: int) -> TaughtTable:
    """As it is asked about: a column too far to the right is not shown."""
    rows = one.table.rows
    unsaid = {name for name, where in one.naming.items() if where.column >= COLUMNS}
    table = replace(one.table, rows=rows[first:] + rows[:first])
    return replace(one, table=table, masked=one.masked | unsaid)


def _row(
    engine: Decoder, doctype: DocType, document: Document, one: TaughtTable
) -> TrainingRow | None:
    """None where the answer cannot be given, finds no room, or teaches nothing."""
    asked = column_request(doctype, document, one.table, form=choose_format(engine.knows))
    said = asked.answer(one.naming or None)
    told = asked.choices(said)
    if one.naming and not told:
        return None  # none of its columns is shown
    # What is null may be the column of a field of which nobody knows where it stands.
    masked = [
        (choice.start, choice.end)
        for choice in told
        if (one.masked if not choice.holds else one.masked & choice.holds.keys())
    ]
    try:
        row = training_row(
            engine, asked.question, asked.grammar, said, masked=masked, docid=document.docid
        )
    except RefusedByGrammar:
        return None
    return row if row.whole and row.teaches else None
