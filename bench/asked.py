"""The documents that the starter is asked about: real ones of all folders, made-up ones of two
shipped kinds in layouts that no training document has, and kinds of documents that the maker does
not know.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from appliance.doctypes import catalogue
from appliance.domain.doctype import DocType
from appliance.domain.errors import ApplianceError
from appliance.evaluation.evaluate import labels
from appliance.evaluation.scoring import CountedLabels, ExpectedValues, truth
from appliance.samples.make import demo, make, write_labels
from bench import common
from bench.accuracy import folders
from bench.invented import KINDS
from bench.predictors import WORKERS
from bench.studies import Case
from starter.papers import paper

MADE = {"made_customs": "customs_declaration", "made_production": "production_report"}
SEED = 2027
"""Of the made-up documents: not the demo's."""

GOALS = {
    "invoices_de_fr": 60.0,
    "sroie": 50.0,
    "ad_orders": 40.0,
    "made_customs": 70.0,
    "made_production": 70.0,
    "invented_types": 45.0,
    "demo": 85.0,
}


@dataclass(frozen=True)
class Amount:
    """How many documents are asked about."""

    real: Mapping[str, int]
    """By folder, spread over it; of a folder that is not named all."""
    copies: int
    """Made-up ones of a kind, each in three renderings."""
    invented: int
    """Of each kind that the maker does not know."""


WHOLE = Amount({"sroie": 100, "ad_orders": 60}, copies=20, invented=12)
FEW = Amount({one.name: 1 for one in folders()}, copies=1, invented=1)


@dataclass(frozen=True)
class Asked:
    """A document, what is asked of it, and what is right."""

    case: Case
    doctype: DocType
    counted: CountedLabels


def sources(amount: Amount) -> dict[str, Callable[[], Iterator[Asked]]]:
    """By name; those with a goal first."""
    real = {
        one.name: partial(_labelled, one.path, one.doctype, one.counted, amount.real.get(one.name))
        for one in folders()
    }
    made = {name: partial(_made, kind, amount.copies) for name, kind in MADE.items()}
    invented = partial(_invented, amount.invented)
    every: dict[str, Callable[[], Iterator[Asked]]]
    every = {**real, **made, "invented_types": invented, "demo": _demo}
    return {name: every[name] for name in sorted(every, key=lambda name: name not in GOALS)}


def _made(kind: str, copies: int) -> Iterator[Asked]:
    with tempfile.TemporaryDirectory() as name:
        make(Path(name), seed=SEED, doctypes=[kind], number=copies)
        doctype = catalogue.find(kind, folder=None)
        yield from list(_labelled(Path(name) / kind, doctype, CountedLabels(), None))


def _demo() -> Iterator[Asked]:
    """The twelve documents that ``make demo`` drops."""
    with tempfile.TemporaryDirectory() as name:
        samples = demo(Path(name))
        write_labels(Path(name), samples)
        for kind in sorted({sample.doctype for sample in samples}):
            doctype = catalogue.find(kind, folder=None)
            yield from list(_labelled(Path(name) / kind, doctype, CountedLabels(), None))


def in_normal_form(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is made says its numbers as the page does too; all other labels have a decimal point."""
    made = "rendering" in line
    return {**line, "labels": line["labels_norm"]} if made else line


def _labelled(
    folder: Path, doctype: DocType, counted: CountedLabels, limit: int | None
) -> Iterator[Asked]:
    reads = common.Reader(threads=WORKERS)
    lines = labels(folder)
    step = max(1, len(lines) // (limit or len(lines)))
    for line in lines[::step][:limit]:
        wanted = truth(in_normal_form(line), doctype, counted)
        try:
            document = reads(folder / line["file"])
        except ApplianceError as error:
            print(f"{line['file']}: {error}")
            continue
        yield Asked(Case(line["file"], document, wanted), doctype, counted)


def _invented(each: int) -> Iterator[Asked]:
    reads = common.Reader(threads=WORKERS)
    with tempfile.TemporaryDirectory() as name:
        for invented in KINDS.values():
            for number in range(each):
                made = paper(f"invented/{invented.name}", number, kind=invented)
                path = Path(name) / f"{invented.name}-{number}{made.copy.suffix}"
                path.write_bytes(made.copy.data)
                header = {
                    label.fieldtype: label.text
                    for label in made.labels
                    if label.line_item_id is None and label.text is not None
                }
                kind = replace(made.doctype, items=None)
                case = Case(path.name, reads(path), ExpectedValues(header, (), None))
                yield Asked(case, kind, CountedLabels())
