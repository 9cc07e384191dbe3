"""Where fields stand in a table, told from the words that their values were read from. Pure.

The inverse of reading a table: a naming that was used is not kept, its rows tell it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from appliance.domain.document import Document, Span
from appliance.tables.table import (
    CellPart,
    ColumnPart,
    Naming,
    Table,
    WordKey,
    words_in,
)
from appliance.tables.voting import Said, plainest, said_in

_PLAIN = 0.001
"""Of a vote: that a field is its usual part, where tables overlap and say the same."""
_WITHIN = 0.01
"""Of a vote: that a cell holds a value, but no part of it is the value."""


def naming_of(
    document: Document,
    tables: Sequence[Table],
    rows: Sequence[Mapping[str, Sequence[Span]]],
    usual: Mapping[str, CellPart] | None = None,
) -> tuple[Table, Naming] | None:
    """The table and the columns that most of ``rows`` stand in; None where no table holds a value.

    By field the spans of one value, its first line and what it wraps into. ``usual`` is a field's
    part where several parts say the same.
    """
    best: tuple[float, Table, Naming] | None = None
    for table in tables:
        votes, naming = _voted(document, table, rows, usual or {})
        if naming and (best is None or votes > best[0]):
            best = votes, table, naming
    return best[1:] if best else None


def _voted(
    document: Document,
    table: Table,
    rows: Sequence[Mapping[str, Sequence[Span]]],
    usual: Mapping[str, CellPart],
) -> tuple[float, Naming]:
    holders: dict[WordKey, list[Said]] = defaultdict(list)
    for said in said_in(document, table):
        for word in said.words:
            holders[table.rows[said.row].page, word].append(said)
    votes: dict[str, dict[ColumnPart, float]] = defaultdict(lambda: defaultdict(float))
    texts: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for name, spans in row.items():
            words = words_in(spans)
            if not words:
                continue
            wanted = {at for _, at in words}
            for said in holders.get(min(words), ()):
                if said.words == wanted:
                    votes[name][said.where] += 1
                elif said.where.part is CellPart.WHOLE and wanted < said.words:
                    votes[name][ColumnPart(said.where.column)] += _WITHIN
            texts[name].append(" ".join(w.text for span in spans for w in span.words(document)))
    naming = {
        name: where
        for name in votes
        if (where := plainest(votes[name], texts[name], usual.get(name))) is not None
    }
    held = sum(votes[name][where] for name, where in naming.items())
    plain = sum(where.part is usual.get(name) for name, where in naming.items())
    return held + _PLAIN * plain, naming
