"""Rows read from where their words stand, as ``results/tables.json`` and its section tell them.

``python -m bench.tables`` does the parts that were not done yet with this reading, extraction and
starter; ``python -m bench.tables PART...`` does those anew. Predictions and readings are kept as in
the other benches, so a part that was cut goes on where it was.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from appliance.domain.results import ModelVersion
from appliance.extraction import EXTRACTION
from appliance.learning.models.packages import shipped
from appliance.learning.models.registry import Registry
from appliance.reading import READING
from appliance.service import model_files
from bench import common
from bench.parts import KeptParts
from bench.predictors import Predictors
from bench.tables import header, proven, report, rows, seconds, taught
from bench.tables.asked import FEW, WHOLE, AskedTable, sources
from bench.tables.by_words import ByWords
from bench.tables.own_naming import OwnNaming
from bench.tables.rows import Extracts

Part = Callable[[], Any]


def main() -> None:
    every = parts()
    kept = KeptParts("tables", dict.fromkeys(every, [READING, EXTRACTION, shipped().name]))
    for name in kept.asked(sys.argv[1:]):
        print(f"{name} ...", flush=True)
        found = every[name]()
        print(json.dumps(found), flush=True)
        if found is not None:
            kept.keep(name, found)
    if not common.SMALL:
        report.record(kept.known(), kept.commits())


def parts() -> Mapping[str, Part]:
    """By name, in the order in which they are done."""
    return {
        "rows": lambda: _asking(Predictors if _served().names_columns else ByWords, _rows),
        "own_naming": lambda: _asking(OwnNaming, _rows) if _served().names_columns else None,
        "proven": lambda: _asking(Predictors, lambda asked: proven.proved(_every(), asked)),
        "falsified": lambda: _asking(Predictors, lambda asked: proven.deceived(_every(), asked)),
        "geometry": lambda: seconds.geometry([one.asked.case.document for one in _every()]),
        "seconds": seconds.before_and_now,
        "long": seconds.long_table,
        "header": header.compared,
        "taught": taught.taught_senders,
    }


def _asking(extracts: Callable[[ModelVersion], Extracts], part: Callable[[Extracts], Any]) -> Any:
    served = extracts(_served())
    try:
        return part(served)
    finally:
        served.stop()


def _rows(extracts: Extracts) -> dict[str, Any]:
    return {name: rows.measured(_source(name), extracts) for name in _names()}


_AMOUNT = FEW if common.SMALL else WHOLE
_SMALL = ("fiscal_pt", "made_invoices", "papers_clean", "receipts")


def _names() -> Iterable[str]:
    """One of each sort is enough to see that all parts run."""
    return _SMALL if common.SMALL else sources(_AMOUNT)


@cache
def _source(name: str) -> tuple[AskedTable, ...]:
    return tuple(sources(_AMOUNT)[name]())


def _every() -> list[AskedTable]:
    return [one for name in _names() for one in _source(name)]


def _served() -> ModelVersion:
    return model_files.add_default(Registry(common.CACHE / "models"))


if __name__ == "__main__":
    main()
