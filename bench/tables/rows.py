"""How many rows are right, by the production path and the shipped starter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import DocumentError, WorkerError
from appliance.domain.prediction import Prediction
from appliance.domain.results import ModelVersion
from appliance.evaluation.scoring import CountedLabels
from bench.asked import Asked
from bench.predictors import WORKERS
from bench.tables.asked import AskedTable
from bench.tables.counts import TableCounts, counts
from bench.tables.located import KINDS, kinds


class Extracts(Protocol):
    """What answers; many threads may ask."""

    model: ModelVersion

    def extract(self, document: Document, doctype: DocType) -> Prediction: ...

    def stop(self) -> None: ...


NUMBERS_OF_INVOICES = CountedLabels(columns=frozenset({"quantity", "net_amount"}))


def measured(every: Sequence[AskedTable], extracts: Extracts) -> dict[str, Any]:
    """Of one source."""
    said = answers([one.asked for one in every], extracts)
    by_kind: dict[str, TableCounts] = defaultdict(TableCounts)
    whole = numbers = TableCounts()
    for one, prediction in zip(every, said, strict=True):
        found = counts(one.asked, prediction)
        whole += found
        numbers += counts(one.asked, prediction, NUMBERS_OF_INVOICES)
        for kind in kinds(one):
            by_kind[kind] += found
    layouts = len({one.layout for one in every})
    told = {kind: told_of(by_kind[kind]) for kind in KINDS if kind in by_kind}
    beside = {"numbers": told_of(numbers)} if numbers.cells else {}
    return {"layouts": layouts, **told_of(whole), **beside, "kinds": told}


def told_of(found: TableCounts) -> dict[str, Any]:
    return {
        "documents": found.documents,
        "whole": found.whole,
        "rows": found.rows.true,
        "rows_read": found.rows.predicted,
        "rows_f1": round(found.rows_f1, 4),
        "cells": found.cells,
        "cells_right": round(found.cells_share, 4),
    }


def answers(every: Sequence[Asked], extracts: Extracts) -> list[Prediction]:
    """A document that fails says nothing."""

    def ask(one: Asked) -> Prediction:
        document, doctype = one.case.document, one.doctype
        try:
            return extracts.extract(document, doctype)
        except (DocumentError, WorkerError) as error:
            print(f"{one.case.file}: {error}")
            return Prediction(document.docid, doctype.name, extracts.model.name, ())

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(ask, every))
