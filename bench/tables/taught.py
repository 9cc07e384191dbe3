"""What a night makes of tables: invoices of senders whose earlier ones were keyed.

Invoices of twelve senders, in layouts that the maker of the starter's papers does not know, in the
order in which they arrive. A night learns the first of them; the others of the same senders are
asked about, before and after.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from appliance.domain.labels import Label, Labelled
from appliance.domain.results import ModelVersion
from appliance.learning.models.registry import Registry
from appliance.service import model_files
from bench import common, tuned
from bench.asked import Asked
from bench.predictors import Predictors
from bench.tables.asked import office
from bench.tables.counts import TableCounts, counts
from bench.tables.rows import answers

INVOICES, TAUGHT = (8, 3) if common.SMALL else (120, 25)


def taught_senders() -> dict[str, Any]:
    every = [one.asked for one in office(INVOICES)]
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


def _night(base: ModelVersion, teach: Sequence[Asked]) -> tuple[ModelVersion, dict[str, Any]]:
    labelled = [_labelled(one) for one in teach]
    how = repr(tuned.job(base, len(teach)).recipe)
    said = [[one.document.docid, [label.text for label in one.labels]] for one in labelled]
    made_of = hashlib.sha256(json.dumps([base.sha256, how, said]).encode()).hexdigest()[:16]
    kinds = {one.doctype.name: one.doctype for one in teach}
    return tuned.tuned("senders", base, labelled, kinds.__getitem__, made_of=made_of)


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
    return Labelled(one.case.document, one.doctype.name, labels, True, wanted.party, None, 0.0, 0.0)


def _right(model: ModelVersion, asked: Sequence[Asked]) -> TableCounts:
    predictors = Predictors(model)
    try:
        said = answers(asked, predictors)
    finally:
        predictors.stop()
    return sum(map(counts, asked, said), TableCounts())
