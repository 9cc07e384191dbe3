"""What reading and extracting take beside llama.cpp and the OCR themselves."""

from __future__ import annotations

import hashlib
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from numpy.typing import NDArray
from PIL import Image

from appliance.domain.limits import Limits
from appliance.extraction.batches import Batch
from appliance.extraction.engine import Engine
from appliance.extraction.extract import ANSWER, WINDOW, Extractor
from appliance.reading.ocr import RapidOcr
from appliance.reading.read import read
from appliance.reading.words import TextRun
from bench import common, peers
from bench.studies import doctype, sides

DOCUMENTS = 3 if common.SMALL else 20
FUNCTIONS = 8
"""Of our own that the profile names."""
EVERY = 0.005
"""Seconds between two looks at what is being done: more often, looking itself shows."""
OURS = str(common.ROOT / "appliance")


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *error: object) -> None:
        self.seconds += time.perf_counter() - self._start


class Profile(threading.Thread):
    """Seconds by the function of ours that a thread is in, looked at again and again: a look that
    came late, since something kept the interpreter, counts for all the time since the one before.
    """

    def __init__(self, thread: int) -> None:
        super().__init__(daemon=True)
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._thread = thread
        self._ended = threading.Event()

    def run(self) -> None:
        before = time.perf_counter()
        while not self._ended.wait(EVERY):
            name = _doing(sys._current_frames().get(self._thread))
            now = time.perf_counter()
            self.seconds[name] += now - before
            before = now

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _doing(frame: FrameType | None) -> str:
    """The innermost function of ours; what waits for llama.cpp or the OCR has no name."""
    name = ""
    while frame:
        code = frame.f_code
        if code in (TimedEngine.logits.__code__, TimedOcr.recognise.__code__):
            return ""
        if not name and code.co_filename.startswith(OURS):
            module = Path(code.co_filename).relative_to(OURS).with_suffix("")
            name = f"{'.'.join(module.parts)}.{code.co_qualname}"
        frame = frame.f_back
    return name


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

    def recognise(self, image: Image.Image) -> list[TextRun]:
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
        shares = {"llama.cpp": llama.seconds / total, "OCR": seen.seconds / total}
        profile = Profile(threading.get_ident())  # looking costs time: the clock has stopped
        profile.start()
        for case in test[:DOCUMENTS]:
            whole(case.file)
        profile.stop()
    profile.seconds.pop("", None)
    longest = sorted(profile.seconds.items(), key=lambda item: -item[1])[:FUNCTIONS]
    return {
        "n": DOCUMENTS,
        "share": round(1 - sum(shares.values()), 4),
        "told": ", ".join(f"{name} {share:.0%}" for name, share in shares.items()),
        "profile": {name: round(1000 * seconds / DOCUMENTS, 1) for name, seconds in longest},
        "profile_ms": round(1000 * sum(profile.seconds.values()) / DOCUMENTS, 1),
    }
