"""By what senders are looked for: the words of their names, and marks of a page."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from appliance.fields.folding import fold_alnum
from appliance.records.database import Database

_WORDS = 2
"""Of a name, its longest, by which it is looked for: OCR may misread one."""
_COMMON = 25
"""Senders that share a mark or a word from which on it tells nothing."""
_ASKED = 500
"""Values in one statement; SQLite takes some thousands."""


def sharing(
    database: Database, tables: str, marks: Collection[str], words: Collection[str]
) -> list[int]:
    """Numbers of those that share one of ``marks``, or one of the ``words`` of their names, in the
    ``tables`` whose names begin so."""
    found: dict[int, None] = {}
    for table, column, values in (
        (f"{tables}_marks", "mark", marks),
        (f"{tables}_names", "word", words),
    ):
        for some in _in_parts(values):
            rows = database.rows(
                f"""
                select distinct sender from {table} where {column} in (
                    select {column} from {table}
                     where {column} in ({", ".join("?" * len(some))})
                     group by {column} having count(distinct sender) < ?)
                """,
                [*some, _COMMON],
            )
            found |= dict.fromkeys(row["sender"] for row in rows)
    return list(found)


def words_of_name(name: str) -> list[str]:
    """Folded."""
    words = {fold_alnum(word) for word in name.split()} - {""}
    return sorted(words, key=lambda word: (len(word), word))[-_WORDS:]


def _in_parts(values: Collection[str]) -> Iterator[list[str]]:
    every = list(values)
    for start in range(0, len(every), _ASKED):
        yield every[start : start + _ASKED]
