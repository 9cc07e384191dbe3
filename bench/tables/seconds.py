"""What tables cost: an invoice of two pages now and before, geometry alone, and 400 rows.

Before are two processes side by side, one of the commit at which the model still wrote rows out.
They take turns, so that whatever else the machine does slows both.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from appliance.doctypes import catalogue
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Prediction
from appliance.evaluation.scoring import CountedLabels, ExpectedValues
from appliance.learning.models.registry import Registry
from appliance.samples.drafts import supplier_invoice
from appliance.samples.make import demo
from appliance.service import model_files
from appliance.service.child_processes import Predictor, Reader
from appliance.settings.config import Settings
from appliance.tables.find import find_tables
from bench import common
from bench.asked import Asked
from bench.house import tree_at
from bench.studies import Case
from bench.tables import timed
from bench.tables.counts import counts

BEFORE = "821daeb"
"""The last commit at which the model wrote rows out."""
TURNS = 1 if common.SMALL else 5
TWO_PAGES, OTHER = "invoice-de-two-pages.pdf", "invoice-en.pdf"
LONG_ROWS, LONG_LAYOUT = (40, "twin") if common.SMALL else (400, "twin")
"""400 rows fill twelve pages of that layout."""


def before_and_now() -> dict[str, Any]:
    """Of the two-page invoice of the demo: reading and asking, each the median of its turns."""
    tree = tree_at(BEFORE, common.CACHE / "tables" / BEFORE)
    with tempfile.TemporaryDirectory() as name:
        demo(Path(name))
        files = [Path(name) / "supplier_invoice" / file for file in (TWO_PAGES, OTHER)]
        with _timed(tree, files) as before, _timed(common.ROOT, files) as now:
            turns = [(_turn(before), _turn(now)) for _ in range(TURNS)]
    seconds = {
        when: median(turn[at][0] for turn in turns) for at, when in enumerate(("before", "now"))
    }
    return {
        "turns": TURNS,
        "before": {"commit": BEFORE, "seconds": round(seconds["before"], 2)},
        "now": {"seconds": round(seconds["now"], 2)},
        "rows": {"before": turns[-1][0][1], "now": turns[-1][1][1]},
        "ratio": round(median(now[0] / before[0] for before, now in turns), 3),
    }


@contextmanager
def _timed(tree: Path, files: Sequence[Path]) -> Iterator[subprocess.Popen[str]]:
    models = common.CACHE / "models"
    command = [sys.executable, "-P", timed.__file__, *map(str, files), str(models)]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)
    try:
        _answer(process)  # the next one finds the model made
        yield process
    finally:
        process.communicate()


def _turn(process: subprocess.Popen[str]) -> tuple[float, int]:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()
    seconds, rows = json.loads(_answer(process))
    return seconds, rows


def _answer(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        raise SystemExit(f"an appliance that is timed ended with {process.wait()}")
    return line


def geometry(documents: Sequence[Document]) -> dict[str, Any]:
    """Milliseconds that all candidate tables of a document take, by its pages."""
    taken = []
    for document in documents:
        start = time.perf_counter()
        find_tables(document)
        taken.append(1000 * (time.perf_counter() - start) / len(document.pages))
    pages = [len(document.pages) for document in documents]
    mean = sum(ms * n for ms, n in zip(taken, pages, strict=True)) / sum(pages)
    slowest = sorted(taken)[-(len(taken) * 5 // 100) - 1]
    return {
        "documents": len(documents),
        "pages": sum(pages),
        "ms_a_page": round(mean, 1),
        "p95_ms_a_page": round(slowest, 1),
    }


def long_table() -> dict[str, Any]:
    """Seconds to read and to ask about an invoice of very many rows, and how many are right."""
    draft = supplier_invoice(Random("long"), "de", layout=LONG_LAYOUT, rows=LONG_ROWS)
    short = supplier_invoice(Random("short"), "de", rows=2)
    truth = ExpectedValues({}, draft.truth.labels()["line_items"], None)
    doctype = catalogue.find(draft.doctype, folder=None)
    with _appliance() as ask:
        ask(short.pdf, doctype)  # loads the model
        start = time.perf_counter()
        document, found = ask(draft.pdf, doctype)
        seconds = time.perf_counter() - start
    asked = Asked(Case("long.pdf", document, truth), doctype, CountedLabels())
    counted = counts(asked, found)
    return {
        "pages": len(document.pages),
        "rows": counted.rows.true,
        "right": counted.rows.matched,
        "rows_f1": round(counted.rows_f1, 4),
        "seconds": round(seconds, 1),
    }


@contextmanager
def _appliance() -> Iterator[Callable[[bytes, DocType], tuple[Document, Prediction]]]:
    """Reads and asks as the daemon does; nothing is kept."""
    settings = Settings()
    served = model_files.add_default(Registry(common.CACHE / "models"))
    reader = Reader(settings.reading, threads=timed.THREADS)
    predictor = Predictor(served, settings.extraction, threads=timed.THREADS)

    def ask(pdf: bytes, doctype: DocType) -> tuple[Document, Prediction]:
        path = Path(folder) / "document.pdf"
        path.write_bytes(pdf)
        document = reader.read(path, docid=common.sha256(path))
        return document, predictor.extract(document, doctype)

    with tempfile.TemporaryDirectory() as folder:
        try:
            yield ask
        finally:
            reader.stop()
            predictor.stop()
