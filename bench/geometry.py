"""How far geometry alone can go: an oracle that knows the rows chooses table, columns and parts.

What it cannot choose right, nobody can. ``python -m bench.geometry [FOLDER ...]`` prints rows F1,
cells and milliseconds of CPU a page; ``SHOW=1`` also what each document lost, ``SHOW=NAME`` the
tables of one.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product

from appliance.domain.doctype import NUMBERS, FieldSpec, FieldType
from appliance.domain.document import Document
from appliance.evaluation.evaluate import labels
from appliance.evaluation.labels_file import line_items
from appliance.fields.comparison import RowCounts, RowTexts, normalised, paired
from appliance.fields.style import WritingStyle, style_of
from appliance.tables.find import find_tables
from appliance.tables.parts import part_of
from appliance.tables.table import CellPart, ColumnPart, Table, cell_text
from bench import common
from bench.accuracy import folders
from bench.tables.asked import FOLDERS

Same = Callable[[FieldType, str | None, str], bool]
"""Whether a text of the page says what is wanted."""
SHOW = os.environ.get("SHOW", "")
_OF_NUMBERS = (CellPart.NUMBER, CellPart.FIRST, CellPart.WHOLE)
_ASKED = {1: 12, 2: 6, 3: 4, 4: 3, 5: 2}
"""By number of fields, how many of the likeliest places of each are tried together."""


@dataclass(frozen=True)
class Case:
    """A document and the rows that a person says it has."""

    name: str
    document: Document
    specs: Sequence[FieldSpec]
    rows: Sequence[RowTexts]


@dataclass(frozen=True)
class Choice:
    """What an oracle makes of a document."""

    counts: RowCounts
    cells: int = 0
    """Right after the best pairing of rows."""
    rows: Sequence[RowTexts] = ()
    table: Table | None = None
    naming: Mapping[str, ColumnPart] = field(default_factory=dict)

    @property
    def worth(self) -> tuple[float, int]:
        return self.counts.f1 or 0.0, self.cells


@dataclass
class Total:
    counts: RowCounts = RowCounts()
    documents: int = 0
    whole: int = 0
    """Documents with every row right and none too many."""
    cells: int = 0
    true_cells: int = 0
    first: int = 0
    """Documents whose table is among the first three candidates."""
    pages: int = 0
    seconds: float = 0.0

    def line(self) -> str:
        return (
            f"n {self.documents} rows {self.counts.true} | F1 {100 * (self.counts.f1 or 0):.1f} "
            f"({self.counts.matched}/{self.counts.predicted}) | "
            f"cells {100 * self.cells / max(self.true_cells, 1):.1f} % of {self.true_cells} | "
            f"whole {self.whole} | in the first three {self.first} | "
            f"{1000 * self.seconds / max(self.pages, 1):.1f} ms a page"
        )


def cases(name: str) -> Iterator[Case]:
    reads = common.Reader(threads=1)
    folder = next(folder for folder in folders() if folder.name == name)
    items = folder.doctype.items
    counted = folder.counted.columns
    specs = [
        spec for spec in (items.fields if items else ()) if counted is None or spec.name in counted
    ]
    for line in labels(folder.path)[: folder.limit]:
        rows = line_items(line, folder.doctype, specs)
        if rows:
            yield Case(str(line["file"]), reads(folder.path / line["file"]), specs, rows)


def measure(every: Iterator[Case]) -> Total:
    total = Total()
    for case in every:
        start = time.process_time()
        tables = find_tables(case.document)
        total.seconds += time.process_time() - start
        total.pages += len(case.document.pages)
        best = oracle(case, tables)
        total.documents += 1
        total.counts += best.counts
        total.whole += best.counts.f1 == 1.0
        total.first += best.table in tables[:3]
        total.cells += best.cells
        total.true_cells += sum(
            row.get(spec.name) is not None for row in case.rows for spec in case.specs
        )
        if SHOW:
            _show(case, tables, best)
    return total


def oracle(case: Case, tables: Sequence[Table]) -> Choice:
    same = _remembering(style_of(case.document))
    best = Choice(RowCounts(0, 0, len(case.rows)))
    for table in tables:
        texts = _Texts(case.document, table)
        options = [_likeliest(case, texts, spec, same) for spec in case.specs]
        for places in product(*options):
            naming = {spec.name: at for spec, at in zip(case.specs, places, strict=True)}
            rows = _said(texts, naming)
            agreeing = [
                [_agreeing(row, wanted, case.specs, same) for wanted in case.rows] for row in rows
            ]
            full = [sum(value is not None for value in wanted.values()) for wanted in case.rows]
            fits = [[at for at, n in enumerate(row) if n == full[at]] for row in agreeing]
            counts = RowCounts(paired(fits), len(rows), len(case.rows))
            if (counts.f1 or 0) >= (best.counts.f1 or 0):
                choice = Choice(counts, _cells_right(agreeing), rows, table, naming)
                best = max(best, choice, key=lambda one: one.worth)
    return best


def _remembering(style: WritingStyle) -> Same:
    @cache
    def same(kind: FieldType, text: str | None, wanted: str) -> bool:
        return normalised(text, wanted, kind, style)

    return same


class _Texts:
    """Of the parts of a table's cells, each made once."""

    def __init__(self, document: Document, table: Table) -> None:
        self._document = document
        self.table = table
        self._known: dict[ColumnPart, list[str | None]] = {}

    def __getitem__(self, where: ColumnPart) -> list[str | None]:
        if where not in self._known:
            self._known[where] = [
                cell_text(self._document, row.page, part_of(self._document, self.table, row, where))
                or None
                for row in self.table.rows
            ]
        return self._known[where]


def _likeliest(case: Case, texts: _Texts, spec: FieldSpec, same: Same) -> list[ColumnPart]:
    wanted = [text for row in case.rows if (text := row.get(spec.name)) is not None]
    parts = _OF_NUMBERS if spec.type in NUMBERS else tuple(CellPart)
    hits = {}
    for column in range(len(texts.table.columns)):
        for part in parts:
            where = ColumnPart(column, part)
            hits[where] = _hits(texts[where], wanted, spec, same)
    ranked = sorted(hits, key=lambda at: (-hits[at], parts.index(at.part), at.column))
    many = _ASKED.get(len(case.specs), 1)
    return list(ranked[:many])


def _hits(said: Sequence[str | None], wanted: Sequence[str], spec: FieldSpec, same: Same) -> int:
    left = [text for text in said if text is not None]
    for value in wanted:
        hit = next((text for text in left if same(spec.type, text, value)), None)
        if hit is not None:
            left.remove(hit)
    return sum(text is not None for text in said) - len(left)


def _said(texts: _Texts, naming: Mapping[str, ColumnPart]) -> list[RowTexts]:
    """Rows of a table that have every number that most rows have."""
    columns = {name: texts[where] for name, where in naming.items()}
    rows = [
        {name: said[at] for name, said in columns.items()} for at in range(len(texts.table.rows))
    ]
    needed = [
        name for name in columns if 2 * sum(row[name] is not None for row in rows) > len(rows)
    ]
    return [
        row
        for row in rows
        if any(value is not None for value in row.values())
        and all(row[name] is not None for name in needed)
    ]


def _cells_right(agreeing: Sequence[Sequence[int]]) -> int:
    """Each true row is given the row that says most of it, the best pairs first."""
    pairs = sorted(
        (-n, one, other) for one, row in enumerate(agreeing) for other, n in enumerate(row)
    )
    right = 0
    ones: set[int] = set()
    others: set[int] = set()
    for n, one, other in pairs:
        if one not in ones and other not in others:
            ones.add(one)
            others.add(other)
            right -= n
    return right


def _agreeing(row: RowTexts, wanted: RowTexts, specs: Sequence[FieldSpec], same: Same) -> int:
    return sum(
        same(spec.type, row.get(spec.name), value)
        for spec in specs
        if (value := wanted.get(spec.name)) is not None
    )


def _show(case: Case, tables: Sequence[Table], best: Choice) -> None:
    counts = best.counts
    if counts.f1 == 1.0 and SHOW == "1":
        return
    rank = tables.index(best.table) if best.table else None
    print(
        f"  {case.name[:50]:50s} {counts.matched}/{counts.predicted} of {counts.true} "
        f"cells {best.cells} table {rank} of {len(tables)}"
    )
    if SHOW == "1" or SHOW not in case.name:
        return
    for number, table in enumerate(tables):
        heads = [cell_text(case.document, table.page, [c.header]) for c in table.columns]
        print(f"   TABLE {number}", "turned" if table.turned else "", table.page, heads)
        for row in table.rows[:12]:
            cells = [
                " / ".join(cell_text(case.document, row.page, [w]) for w in c) for c in row.cells
            ]
            print("     ", cells)
    print("   NAMING", {n: (w.column, w.part.value) for n, w in best.naming.items()})
    for said in best.rows[:12]:
        print("   SAID", said)
    for wanted in case.rows[:12]:
        print("   TRUE", wanted)


def main() -> None:
    for name in sys.argv[1:] or FOLDERS:
        print(name)
        print(f"  {measure(cases(name)).line()}", flush=True)


if __name__ == "__main__":
    main()
