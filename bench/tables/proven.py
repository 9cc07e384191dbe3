"""What arithmetic proves of tables: is any of it wrong, and does it see a digit that is false?

Each table is read twice, as the pipeline names its columns and as truth does: so the proof is also
tried on right namings that no model finds. A proven cell is wrong when its row is none of truth's,
or its label is another number that the document says as well. What a label says and the document
does not (an amount with tax where the page prints it without) is told beside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, zip_longest
from random import Random
from typing import Any

from appliance.domain.doctype import NUMBERS
from appliance.domain.document import Document
from appliance.domain.prediction import Field
from appliance.domain.rows import CellKey, cells, rows
from appliance.extraction.proven_cells import proven_cells
from appliance.extraction.read_table import read_table
from appliance.fields.chunks import chunks
from appliance.fields.comparison import normalised
from appliance.fields.occurrences import Occurrences
from appliance.fields.style import style_of
from appliance.promise.bounds import upper
from bench import common
from bench.asked import Asked
from bench.tables.asked import AskedTable
from bench.tables.counts import counted_columns, paired_rows
from bench.tables.falsified import Place, falsified, has_digit
from bench.tables.located import located
from bench.tables.rows import Extracts, answers

ASSURANCE = 0.95
FALSIFIED = 1 if common.SMALL else 60
"""Tables with a false digit, by each naming."""

Named = Callable[[Sequence[Asked]], Sequence[Sequence[Field]]]
"""Answers of documents, each with the cells of all its rows."""


@dataclass(frozen=True)
class Proof:
    """Of one table under one naming."""

    proven: frozenset[CellKey]
    wrong: tuple[str, ...]
    """Proven cells that are not as truth has them, in words."""
    unsaid: tuple[str, ...]
    """Those of which truth has what the document says nowhere."""


def proved(every: Sequence[AskedTable], extracts: Extracts) -> dict[str, Any]:
    """Over all tables in which truth has a number."""
    asked = [one.asked for one in every if _has_numbers(one.asked)]
    by_pipeline, by_truth = (
        [proof(one, said) for one, said in zip(asked, named(asked), strict=True)]
        for named in _namings(extracts)
    )
    told = _told(by_pipeline)
    return {"tables": len(asked), **told, "named_by_truth": _told(by_truth)}


def _told(proofs: Sequence[Proof]) -> dict[str, Any]:
    proven = [one for one in proofs if one.proven]
    wrong = [one for one in proven if one.wrong]
    return {
        "proven": len(proven),
        "share": round(len(proven) / max(len(proofs), 1), 4),
        "cells": sum(len(one.proven) for one in proven),
        "wrong": len(wrong),
        "upper": round(upper(len(wrong), len(proven), ASSURANCE), 4),
        "wrong_cells": [said for one in wrong for said in one.wrong],
        "unsaid_cells": [said for one in proven for said in one.unsaid],
    }


def _namings(extracts: Extracts) -> tuple[Named, Named]:
    """The pipeline's, and truth's."""
    return (
        lambda every: [one.fields for one in answers(every, extracts)],
        lambda every: [named_by_truth(one) for one in every],
    )


def named_by_truth(asked: Asked) -> list[Field]:
    """Without a header; no cell where no table says what truth does."""
    document = asked.case.document
    found = located(asked)
    read = read_table(document, asked.doctype, found.table, found.naming) if found else ()
    return [replace(cell, line_item_id=at) for at, row in enumerate(read) for cell in row]


def proof(asked: Asked, said: Sequence[Field]) -> Proof:
    document, truth = asked.case.document, asked.case.truth.rows
    columns, style = counted_columns(asked), style_of(document)
    proven = proven_cells(document, asked.doctype, said)
    read = rows(said)
    texts = [{cell.fieldtype: cell.text for cell in row} for row in read.values()]
    pairs = paired_rows(texts, truth, columns, style)
    true = {list(read)[at]: truth[pair] for at, pair in pairs}
    specs = {spec.name: spec for spec in columns}
    places = Occurrences([chunks(page.words) for page in document.pages], style)
    wrong: list[str] = []
    unsaid: list[str] = []
    for row, name in sorted(proven):
        wanted = true[row].get(name) if row in true else "no such row"
        text = next(cell.text for cell in read[row] if cell.fieldtype == name)
        if name in specs and wanted and not normalised(text, wanted, specs[name].type, style):
            said_of = wrong if row not in true or places.of(wanted, specs[name]) else unsaid
            where = f"{asked.case.file}, row {row + 1}, {name}"
            said_of.append(f"{where}: {text}, truth has {wanted}")
    return Proof(proven, tuple(wrong), tuple(unsaid))


def _has_numbers(asked: Asked) -> bool:
    numbers = [spec.name for spec in counted_columns(asked) if spec.type in NUMBERS]
    return any(row.get(name) is not None for row in asked.case.truth.rows for name in numbers)


def deceived(every: Sequence[AskedTable], extracts: Extracts) -> dict[str, Any]:
    """Tables with one false digit, in a number that an equation uses and in one that none does: how
    many prove the false number all the same?"""
    asked = [one.asked for one in _in_turns(every) if _has_numbers(one.asked)]
    return {
        name: {
            "used": _deceived(asked, named, used=True),
            "unused": _deceived(asked, named, used=False),
        }
        for name, named in zip(("pipeline", "truth"), _namings(extracts), strict=True)
    }


def _in_turns(every: Sequence[AskedTable]) -> Iterator[AskedTable]:
    """One of each layout after the other, so that few tables are of many layouts."""
    by_layout: dict[str, list[AskedTable]] = {}
    for one in every:
        by_layout.setdefault(f"{one.asked.doctype.name} {one.layout}", []).append(one)
    turns = chain.from_iterable(zip_longest(*by_layout.values()))
    return (one for one in turns if one is not None)


def _deceived(asked: Sequence[Asked], named: Named, *, used: bool) -> dict[str, Any]:
    deceiving = list(islice(_deceiving(asked, named, used=used), FALSIFIED))
    said = named([one for one, _ in deceiving])
    proven = [
        f"{one.case.file}: {one.case.document.pages[place[0]].words[place[1]].text}"
        for (one, place), fields in zip(deceiving, said, strict=True)
        if place in _words(one, fields, proven=True)
    ]
    return {"tables": len(deceiving), "proven": len(proven), "numbers": proven}


def _deceiving(
    asked: Sequence[Asked], named: Named, *, used: bool
) -> Iterator[tuple[Asked, Place]]:
    """Each table with a false digit, and which word holds it."""
    for one in asked:
        document = one.case.document
        (said,) = named([one])
        places = sorted(
            (page, at)
            for page, at in _words(one, said, proven=used)
            if has_digit(document.pages[page].words[at].text)
        )
        if places:
            rng = Random(f"false digit/{document.docid}/{used}")
            place = rng.choice(places)
            yield _with(one, falsified(document, place, rng)), place


def _words(asked: Asked, said: Sequence[Field], *, proven: bool) -> set[Place]:
    """Of the numbers of all rows, those that are ``proven`` or those that are not."""
    items = asked.doctype.items
    numbers = {spec.name for spec in (items.fields if items else ()) if spec.type in NUMBERS}
    keys = proven_cells(asked.case.document, asked.doctype, said)
    return {
        (span.page, at)
        for cell in cells(said)
        if cell.fieldtype in numbers and ((cell.line_item_id, cell.fieldtype) in keys) == proven
        for span in cell.place
        for at in range(span.start, span.end)
    }


def _with(asked: Asked, document: Document) -> Asked:
    return replace(asked, case=replace(asked.case, document=document))
