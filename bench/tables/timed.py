"""Seconds of one document, read and extracted by the appliance that PYTHONPATH names.

``python -P timed.py FILE OTHER MODELS`` prints a line when the model is there. For each line of
its input it asks about OTHER, so that nothing of FILE is remembered, then about FILE, and prints
``[seconds, rows]``. Both are supplier invoices. It imports nothing but the appliance, of whatever
commit.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path

from appliance.doctypes import catalogue
from appliance.learning.models.registry import Registry
from appliance.service import model_files
from appliance.service.child_processes import Predictor, Reader
from appliance.settings.config import Settings

THREADS = 2


def main(file: Path, other: Path, models: Path) -> None:
    settings = Settings()
    doctype = catalogue.find("supplier_invoice", folder=None)
    reader = Reader(settings.reading, threads=THREADS)
    served = model_files.add_default(Registry(models))
    predictor = Predictor(served, settings.extraction, threads=THREADS)

    def ask(path: Path) -> tuple[float, int]:
        start = time.perf_counter()
        document = reader.read(path, docid=hashlib.sha256(path.read_bytes()).hexdigest())
        found = predictor.extract(document, doctype)
        return time.perf_counter() - start, len(found.rows)

    try:
        print(served.name, flush=True)
        for _ in sys.stdin:
            ask(other)
            print(json.dumps(ask(file)), flush=True)
    finally:
        reader.stop()
        predictor.stop()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
