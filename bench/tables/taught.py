"""What a night makes of tables: invoices of senders whose earlier ones were keyed.

Invoices of twelve senders, in layouts that the maker of the starter's papers does not know, in the
order in which they arrive. A night learns the first of them; the others of the same senders are
asked about, before and after.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from appliance.doctypes import catalogue
from appliance.domain.labels import Label, Labelled
from appliance.domain.results import ModelVersion
from appliance.evaluation.scoring import CountedLabels, truth
from appliance.learning.models.registry import Registry
from appliance.samples.make import label_line
from appliance.service import model_files
from bench import common, tuned
from bench.asked import Asked
from bench.office import invoices
from bench.predictors import WORKERS, Predictors
from bench.studies import Case
from bench.tables.counts import TableCounts, counts

SENDERS = 12
"""The most frequent ones of the office."""
INVOICES, TAUGHT = (8, 3) if common.SMALL else (120, 25)
DOCTYPE = "supplier_invoice"


def taught_senders() -> dict[str, Any]:
    every = list(_invoices())
    teach, rest = every[:TAUGHT], every[TAUGHT:]
    known = {one.case.truth.party for one in teach}
    test = [one for one in rest if one.case.truth.party in known]
    base = model_files.add_default(Registry(common.CACHE / "models"))
    model, told = _night(base, teach)
    before, after = _right(base, test), _right(model, test)
    return {
        "taught_on": len(teach),
        "tested_on": len(test),
        "senders": len(known),
        **told,
        "before": round(before.rows_f1, 4),
        "rows_f1": round(after.rows_f1, 4),
        "cells": round(after.cells_share, 4),
        "whole": after.whole,
    }


def _invoices() -> Iterator[Asked]:
    """In the order of arrival, none twice."""
    doctype, reads = catalogue.find(DOCTYPE, folder=None), common.Reader(threads=WORKERS)
    papers = [
        paper
        for paper in invoices.papers()
        if paper.sender.rank <= SENDERS and paper.duplicate_of is None
    ]
    with tempfile.TemporaryDirectory() as name:
        for paper in papers[:INVOICES]:
            made = invoices.write(Path(name), paper)
            wanted = truth(label_line(made), doctype, CountedLabels())
            yield Asked(Case(made.path.name, reads(made.path), wanted), doctype, CountedLabels())


def _night(base: ModelVersion, teach: Sequence[Asked]) -> tuple[ModelVersion, dict[str, Any]]:
    labelled = [_labelled(one) for one in teach]
    how = repr(tuned.job(base, len(teach)).recipe)
    said = [[one.document.docid, [label.text for label in one.labels]] for one in labelled]
    made_of = hashlib.sha256(json.dumps([base.sha256, how, said]).encode()).hexdigest()[:16]
    kind = teach[0].doctype
    return tuned.tuned("senders", base, labelled, lambda name: kind, made_of=made_of)


def _labelled(one: Asked) -> Labelled:
    """As keyed by a clerk: the header, and all rows."""
    wanted = one.case.truth
    header = [Label(name, text) for name, text in wanted.values.items()]
    cells = [
        Label(name, text, line_item_id=number)
        for number, row in enumerate(wanted.rows)
        for name, text in row.items()
    ]
    labels = (*header, *cells)
    return Labelled(one.case.document, DOCTYPE, labels, True, wanted.party, None, 0.0, 0.0)


def _right(model: ModelVersion, asked: Sequence[Asked]) -> TableCounts:
    predictors = Predictors(model)
    try:
        with ThreadPoolExecutor(WORKERS) as pool:
            said = pool.map(lambda one: predictors.extract(one.case.document, one.doctype), asked)
            found = [counts(one, prediction) for one, prediction in zip(asked, said, strict=True)]
    finally:
        predictors.stop()
    return sum(found, TableCounts())
