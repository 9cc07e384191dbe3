"""What reading and extracting take beside llama.cpp and the OCR themselves."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from PIL import Image

from appliance.extraction.batches import Batch
from appliance.extraction.engine import Engine
from appliance.extraction.extract import ANSWER, WINDOW, Extractor
from appliance.reading.limits import Limits
from appliance.reading.loose import Loose
from appliance.reading.ocr import RapidOcr
from appliance.reading.read import read
from bench import common, peers
from bench.studies import doctype, sides

DOCUMENTS = 3 if common.SMALL else 20
FUNCTIONS = 5
"""Of our own that the profile names."""


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *error: object) -> None:
        self.seconds += time.perf_counter() - self._start


class TimedEngine(Engine):
    def __init__(self, path: Path, clock: Clock, **how: int) -> None:
        super().__init__(path, **how)
        self._clock = clock

    def logits(self, batches: Sequence[Batch], at: Sequence[int] = (-1,)) -> NDArray[Any]:
        with self._clock:
            return super().logits(batches, at)


class TimedOcr:
    def __init__(self, clock: Clock) -> None:
        self._ocr = RapidOcr(threads=peers.THREADS)
        self._clock = clock

    def recognise(self, image: Image.Image) -> list[Loose]:
        with self._clock:
            return self._ocr.recognise(image)


def overhead(model: Path, folder: str) -> dict[str, Any]:
    kind = doctype(folder)
    _, test = sides(folder, by_party=folder != "sroie", lines=False)
    llama, seen = Clock(), Clock()
    context = WINDOW + ANSWER + 1024
    with TimedEngine(model, llama, context=context, threads=peers.THREADS) as engine:
        ocr, extractor = TimedOcr(seen), Extractor(engine, model="timed")

        def whole(file: str) -> None:
            path = common.data() / folder / file
            docid = hashlib.sha256(path.read_bytes()).hexdigest()
            extractor.extract(read(path, docid=docid, limits=Limits(), ocr=ocr), kind)

        whole(test[DOCUMENTS].file)
        llama.seconds = seen.seconds = 0.0
        start = time.perf_counter()
        for case in test[:DOCUMENTS]:
            whole(case.file)
        total = time.perf_counter() - start
        share = 1 - (llama.seconds + seen.seconds) / total
        told = f"llama.cpp {llama.seconds / total:.0%}, OCR {seen.seconds / total:.0%}"
        return {"n": DOCUMENTS, "share": round(share, 4), "told": told}
