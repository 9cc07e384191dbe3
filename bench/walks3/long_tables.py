"""How well long tables are read over two and three pages, wherever a page ends.

Papers of 20 to 60 rows in eight languages are printed by a word processor and by a browser, seven
places of the break each, and read as a home reads them: the reader, then the extractor with the
shipped starter. A row is right where each of its four cells is. Beside it stands what words, types
and sums read without a model, and what is right where the true columns are named, so that one sees
whether geometry or the naming of columns loses a row. Printed pages, readings and answers are kept
in ``.cache``, so a run that was cut goes on. ``python -m bench.walks3.long_tables`` prints the
figures.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from appliance.doctypes import catalogue
from appliance.domain.prediction import Prediction
from appliance.evaluation.scoring import CountedLabels, ExpectedValues
from appliance.extraction.row_reader import RowReader
from appliance.learning.models.registry import Registry
from appliance.service import model_files
from bench import common
from bench.asked import Asked
from bench.predictors import Predictors
from bench.studies import Case
from bench.tables.counts import TableCounts, counts
from bench.tables.rows import answers, told_of
from bench.walks3.long_papers import LongPaper, draw_papers
from bench.walks3.long_printing import print_papers

SEED = 79
EACH = 1 if common.SMALL else 5
"""Papers for each place of the break and each renderer: 70 in all."""


def measure(each: int = EACH) -> dict[str, Any]:
    """Return rows F1 of the whole production path, by renderer and by place of the break."""
    papers = list(draw_papers(SEED, each))
    asked = ask_papers(papers)
    predictors = Predictors(model_files.add_default(Registry(common.CACHE / "models")))
    try:
        said = answers(asked, predictors)
    finally:
        predictors.stop()
    found = [counts(one, prediction) for one, prediction in zip(asked, said, strict=True)]
    words = [counts(one, read_by_words(one)) for one in asked]
    return {
        **told_of(sum(found, TableCounts())),
        "pages": sum(len(one.case.document.pages) for one in asked),
        "by_words": told_of(sum(words, TableCounts())),
        "renderers": _by(papers, found, lambda paper: paper.renderer),
        "places": _by(papers, found, lambda paper: str(paper.place)),
        "header": _by(papers, found, lambda paper: _HEADER[paper.look.header_again]),
        "missed": [
            f"{paper.name}: {one.rows.matched} of {one.rows.true}, {one.rows.predicted} read"
            for paper, one in zip(papers, found, strict=True)
            if not one.whole
        ],
    }


_HEADER = {True: "on every page", False: "on the first page"}


def ask_papers(papers: Sequence[LongPaper]) -> list[Asked]:
    """Print and read ``papers``, and return what is asked of each."""
    paths: Mapping[str, Path] = print_papers(papers)
    reads = common.Reader(threads=1)
    doctype = catalogue.find("supplier_invoice", folder=None)
    return [
        Asked(
            Case(
                paper.name,
                reads(paths[paper.name]),
                ExpectedValues({}, [dict(row.truth) for row in paper.rows], None),
            ),
            doctype,
            CountedLabels(),
        )
        for paper in papers
    ]


def read_by_words(asked: Asked) -> Prediction:
    """Return the rows that are read where no model is asked."""
    rows = RowReader(asked.case.document, asked.doctype).read()
    return Prediction(asked.case.document.docid, asked.doctype.name, "words", rows.fields)


def _by(
    papers: Sequence[LongPaper], found: Sequence[TableCounts], key: Callable[[LongPaper], str]
) -> dict[str, Any]:
    groups: dict[str, TableCounts] = defaultdict(TableCounts)
    for paper, one in zip(papers, found, strict=True):
        groups[key(paper)] += one
    return {name: told_of(one) for name, one in groups.items()}


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, indent=2)
    print()
