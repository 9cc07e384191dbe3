"""Rows that a person wrote are found in a table: each votes for the column and part of its fields.
Pure.

What says the same is decided from outside, since it depends on a field's type.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from appliance.domain.document import Document
from appliance.tables.table import CellPart, ColumnPart, Naming, Table
from appliance.tables.voting import plainest, said_in

Same = Callable[[str, str, str], bool]
"""Whether in a field a text of the page says what is wanted."""

LEAST_FOUND = 0.6
"""Share of the rows with a field in which it has to be found where the naming says."""
_ASKED_FIRST = 6
"""Rows that are looked for everywhere; the others only where those were found."""
_KEPT = 4


@dataclass(frozen=True, slots=True)
class LocatedRows:
    table: Table
    naming: Naming
    """Of the fields that are found in enough of the rows."""
    rows: tuple[int | None, ...]
    """Of each written row, which row of the table it is; None where no row says a value of it."""
    disagreeing: tuple[tuple[int, str], ...]
    """Written row and named field, where its row of the table says something else or nothing."""


def locate(
    document: Document,
    tables: Sequence[Table],
    rows: Sequence[Mapping[str, str]],
    same: Same,
    usual: Mapping[str, CellPart] | None = None,
) -> LocatedRows | None:
    """The table that says most of ``rows``, by field their text; None where none says any.

    ``usual`` is a field's part where several parts say the same.
    """
    verdicts = _Verdicts(same)
    best: tuple[int, LocatedRows] | None = None
    for table in tables:
        located = _Search(document, table, rows, verdicts, usual or {}).located()
        if located and (best is None or located[0] > best[0]):
            best = located
    return best[1] if best else None


class _Verdicts:
    """Which texts say what is wanted, each asked once: there are millions of pairs in a history."""

    def __init__(self, same: Same) -> None:
        self._same = same
        self._known: defaultdict[tuple[str, str], dict[str, bool]] = defaultdict(dict)

    def first(self, name: str, texts: Mapping[int, str], wanted: str) -> int | None:
        """The first key of a text that does; None where none does."""
        known = self._known[name, wanted]
        for key, text in texts.items():
            says = known.get(text)
            if says is None:
                says = known[text] = self._same(name, text, wanted)
            if says:
                return key
        return None


class _Search:
    """Of written rows in one table."""

    def __init__(
        self,
        document: Document,
        table: Table,
        rows: Sequence[Mapping[str, str]],
        verdicts: _Verdicts,
        usual: Mapping[str, CellPart],
    ) -> None:
        self._table = table
        self._written = rows
        self._verdicts = verdicts
        self._usual = usual
        self._texts: dict[ColumnPart, dict[int, str]] = defaultdict(dict)
        """By part of a column what each row says there."""
        for said in said_in(document, table):
            self._texts[said.where][said.row] = said.text

    def located(self) -> tuple[int, LocatedRows] | None:
        """And how many values are found."""
        naming = {
            name: where
            for name in dict.fromkeys(name for row in self._written for name in row)
            if (where := self._where(name)) is not None
        }
        _, found = self._agreeing(naming)
        naming = {
            name: where
            for name, where in naming.items()
            if sum(name == other for _, other in found) >= LEAST_FOUND * len(self._having(name))
        }
        if not naming:
            return None
        pairs, found = self._agreeing(naming)
        disagreeing = tuple(
            (at, name)
            for at, row in enumerate(self._written)
            for name in naming
            if name in row and (at, name) not in found
        )
        return len(found), LocatedRows(self._table, naming, pairs, disagreeing)

    def _having(self, name: str) -> list[int]:
        return [at for at, row in enumerate(self._written) if name in row]

    def _where(self, name: str) -> ColumnPart | None:
        """Where most of the rows that have the field are found, each in a row of its own."""
        having = self._having(name)
        first = self._votes(name, having[:_ASKED_FIRST], self._texts)
        places = sorted((at for at in first if first[at]), key=lambda at: -first[at])
        most = [at for at in places if first[at] == first[places[0]]]
        votes = self._votes(name, having, dict.fromkeys([*most, *places[:_KEPT]]))
        texts = [self._written[at][name] for at in having]
        return plainest({at: n for at, n in votes.items() if n}, texts, self._usual.get(name))

    def _votes(
        self, name: str, rows: Sequence[int], places: Mapping[ColumnPart, object]
    ) -> dict[ColumnPart, float]:
        votes: dict[ColumnPart, float] = {}
        for where in places:
            left = dict(self._texts[where])
            for at in rows:
                hit = self._verdicts.first(name, left, self._written[at][name])
                if hit is not None:
                    del left[hit]
            votes[where] = len(self._texts[where]) - len(left)
        return votes

    def _agrees(self, at: int, name: str, where: ColumnPart, row: int) -> bool:
        said = self._texts[where].get(row)
        wanted = self._written[at].get(name)
        if said is None or wanted is None:
            return False
        return self._verdicts.first(name, {row: said}, wanted) is not None

    def _agreeing(self, naming: Naming) -> tuple[tuple[int | None, ...], set[tuple[int, str]]]:
        """The rows of the table, and which fields of which written rows they say."""
        pairs = self._paired(naming)
        found = {
            (at, name)
            for at, row in enumerate(pairs)
            for name in naming
            if row is not None and self._agrees(at, name, naming[name], row)
        }
        return pairs, found

    def _paired(self, naming: Naming) -> tuple[int | None, ...]:
        """Those that agree in most fields first; among equals in the order of both."""
        agreements = []
        for at in range(len(self._written)):
            for row in range(len(self._table.rows)):
                fields = sum(self._agrees(at, name, naming[name], row) for name in naming)
                if fields:
                    agreements.append((-fields, at, row))
        pairs: dict[int, int] = {}
        taken: set[int] = set()
        for _, at, row in sorted(agreements):
            if at not in pairs and row not in taken:
                pairs[at] = row
                taken.add(row)
        return tuple(pairs.get(at) for at in range(len(self._written)))
