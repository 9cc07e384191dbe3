"""What it costs a scripted clerk to put tables right, with and without naming columns.

Made invoices of the office's senders, of which the table was read from the page: rightly but for
one mistake. Two columns are taken for each other, another column is taken for one, rows are
missing, or no row was read at all. Text layers alone are read, without OCR.
``python -m bench.table_repairs`` prints the keys by mistake.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle
from pathlib import Path
from random import Random

from appliance.doctypes import catalogue
from appliance.domain.doctype import NUMBERS, DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Field, Judgement, Prediction, TokenScore
from appliance.domain.sections import NOTHING, WHOLE
from appliance.evaluation.labels_file import header, line_items
from appliance.fields.style import style_of
from appliance.judgement.judge import judge
from appliance.judgement.policy import uniform_policy
from appliance.review.draft.draft import Draft, begin
from appliance.review.editor.editor import EditorState, take_up
from appliance.review.scripted import KnownValues, ScriptedClerk, means, pressed, steps
from appliance.review.scripted_columns import namings
from appliance.samples.make import label_line
from appliance.tables.table import ColumnPart, Table
from bench.common import SMALL, Reader
from bench.office.invoices import Paper, papers, write

INVOICES = 8 if SMALL else 40
LEAST = 2
"""Rows."""
SURE, DOUBTFUL = (TokenScore(-0.01, -0.001),), (TokenScore(-3.0, -2.0),)
Naming = dict[str, ColumnPart]


@dataclass(frozen=True)
class Repair:
    """Keys of one document, from its first field to its approval."""

    mistake: str
    rows: int
    named: int
    """With all that the station has."""
    typed: int
    """Without naming columns."""


def repairs() -> list[Repair]:
    """Of the first invoices with so many rows whose table can be read from the page."""
    doctype = catalogue.find("supplier_invoice", folder=None)
    found: list[Repair] = []
    with tempfile.TemporaryDirectory() as name:
        kinds = cycle(MISTAKES)
        for paper in papers():
            if paper.rendering == "clean" and len(paper.invoice.lines) >= LEAST:
                case = _read(Path(name), paper, doctype)
                kind = next(kinds)
                if case and (one := _repaired(case, kind)):
                    found.append(one)
            if len(found) == INVOICES:
                break
    return found


@dataclass(frozen=True)
class Case:
    document: Document
    doctype: DocType
    known: KnownValues
    table: Table
    naming: Naming
    blank: Draft
    seed: int


def _read(folder: Path, paper: Paper, doctype: DocType) -> Case | None:
    """None where no naming of columns makes the table right."""
    made = write(folder, paper)
    document, line = Reader()(made.path), label_line(made)
    known = KnownValues(header(line, doctype), tuple(line_items(line, doctype)))
    policy = uniform_policy(doctype, 0.95)
    nothing = Prediction(document.docid, doctype.name, "bench", ())
    blank = begin(document, doctype, nothing, Judgement((), ()), policy=policy, blind=WHOLE)
    same = partial(means, style=style_of(document), written=style_of(document))
    state = take_up(blank)
    for keys in namings(state, known.rows or (), same):
        before = pressed(state, keys[:-1])
        rows = before.previewed.rows
        if len(rows) == len(known.rows or ()) and before.columns:
            table = blank.derived.context.tables[before.columns.number]
            return Case(
                document, doctype, known, table, dict(before.columns.naming), blank, paper.place
            )
    return None


def _two_columns(case: Case, rng: Random) -> tuple[Naming, set[int]]:
    """Two of one kind are taken for each other."""
    alike = [
        spec.name
        for spec in case.blank.derived.context.columns
        if spec.type in NUMBERS and spec.name in case.naming
    ]
    one, other = rng.sample(alike, 2)
    return {**case.naming, one: case.naming[other], other: case.naming[one]}, set()


def _another_column(case: Case, rng: Random) -> tuple[Naming, set[int]]:
    """One that nobody asked for is taken for one that was, else one that was."""
    name = rng.choice(sorted(case.naming))
    asked = {where.column for where in case.naming.values()}
    free = [at for at in range(len(case.table.columns)) if at not in asked]
    at = rng.choice(free or sorted(asked - {case.naming[name].column}))
    return {**case.naming, name: replace(case.naming[name], column=at)}, set()


def _missing_rows(case: Case, rng: Random) -> tuple[Naming, set[int]]:
    many = len(case.table.rows)
    return case.naming, set(rng.sample(range(many), min(max(1, many // 3), many - 1)))


def _no_row(case: Case, rng: Random) -> tuple[Naming, set[int]]:
    return case.naming, set(range(len(case.table.rows)))


MISTAKES = {
    "two columns taken for each other": _two_columns,
    "another column": _another_column,
    "rows missing": _missing_rows,
    "no row read": _no_row,
}


def _repaired(case: Case, mistake: str) -> Repair | None:
    naming, missing = MISTAKES[mistake](case, Random(case.seed))
    asked = Prediction(
        case.document.docid, case.doctype.name, "bench", tuple(_fields(case, naming, missing))
    )
    policy = uniform_policy(case.doctype, 0.95)
    judgement = judge(case.document, case.doctype, asked, policy=policy)
    draft = begin(case.document, case.doctype, asked, judgement, policy=policy, blind=NOTHING)
    named, typed = (_keys(case, draft, columns=columns) for columns in (True, False))
    if named is None or typed is None:
        return None
    return Repair(mistake, len(case.known.rows or ()), named, typed)


def _keys(case: Case, draft: Draft, *, columns: bool) -> int | None:
    """None where she comes to no end with it."""
    script = ScriptedClerk(draft, case.known, columns=columns)
    done: EditorState | None = None
    keys = 0
    for step, state in steps(take_up(draft), script):
        keys += len(step.way) + len(step.keys)
        done = state
    return keys if done and done.done else None


def _fields(case: Case, naming: Naming, missing: set[int]) -> Iterator[Field]:
    derived = case.blank.derived
    for spec in case.doctype.fields:
        text = case.known.values.get(spec.name)
        spans = derived.context.lookup.find(text, spec, derived.style) if text else ()
        yield Field(spec.name, text, spans, tokens=SURE)
    row = 0
    for number, words in enumerate(case.table.rows):
        if number in missing:
            continue
        for spec in derived.context.columns:
            cell = derived.read_cell(case.table, words, spec, naming.get(spec.name))
            yield Field(
                spec.name,
                cell.text or None,
                cell.spans,
                cell.wraps,
                line_item_id=row,
                tokens=DOUBTFUL,
            )
        row += 1


def ratio(found: Sequence[Repair]) -> float:
    return sum(one.named for one in found) / max(sum(one.typed for one in found), 1)


def report(found: Sequence[Repair]) -> list[str]:
    lines = ["| mistake | n | rows | keys | without naming | ratio |", "|---|---|---|---|---|---|"]
    for mistake in (*MISTAKES, ""):
        those = [one for one in found if mistake in ("", one.mistake)]
        named, typed = sum(one.named for one in those), sum(one.typed for one in those)
        rows, share = sum(one.rows for one in those), f"{ratio(those):.0%}"
        lines.append(
            f"| {mistake or 'all'} | {len(those)} | {rows} | {named} | {typed} | {share} |"
        )
    return lines


if __name__ == "__main__":
    print("\n".join(report(repairs())))
