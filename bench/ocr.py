"""Seconds a page, and words found, of our reading beside plain RapidOCR and Tesseract.

Scans are receipts, in turn by each; words are compared with a person's transcription: letters and
digits, case folded. Born-digital pages are read by us from their text layer, by the others from a
picture at 200 dpi.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image
from rich.progress import track

from appliance.domain.document import page_text
from appliance.domain.limits import Limits
from appliance.reading.ocr import RapidOcr, TesseractOcr
from appliance.reading.read import read
from bench import common

SCANS = 5 if common.SMALL else 200
BORN_DIGITAL = 2 if common.SMALL else 20
THREADS = 2
DPI = 200

Reads = Callable[[Path], str]


def main() -> None:
    others = {"RapidOCR": plain_rapidocr()}
    if shutil.which("tesseract"):
        others["Tesseract"] = tesseract()
    readers = {"ours": ours(), **others}
    scans = list(common.samples(common.data() / "sroie"))[:SCANS]
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    found: Counter[str] = Counter()
    wanted = 0
    for sample in track(scans, "scans"):
        said = words(line["text"] for line in sample.row["lines"])
        wanted += said.total()
        for name, reads in readers.items():
            text, took = timed(reads, sample.path)
            seconds[name].append(took)
            found[name] += (said & words([text])).total()
    digital = born_digital()
    pages = {name: [timed(reads, path)[1] for path in digital] for name, reads in readers.items()}
    recall = {name: found[name] / wanted for name in readers}
    figures = {
        "speed_vs_rapidocr": round(ratio(seconds["RapidOCR"], seconds["ours"]), 3),
        "recall_lost_points": round(100 * (recall["RapidOCR"] - recall["ours"]), 3),
        "born_digital_vs_rapidocr": round(ratio(pages["RapidOCR"], pages["ours"]), 1),
    }
    lines = [
        "## Reading scans",
        "",
        f"The readers take turns on {len(scans)} receipts (sroie) and {len(digital)} born-digital",
        f"pages, with {THREADS} threads. Seconds are medians. Recall: the share found of the words",
        "of a person's transcription.",
        "",
        "| reader | seconds a scan | recall | seconds a born-digital page |",
        "|---|---|---|---|",
        *(
            f"| {name} | {median(seconds[name]):.2f} | {recall[name]:.2%} "
            f"| {median(pages[name]):.3f} |"
            for name in readers
        ),
        "",
        f"Plain RapidOCR takes {figures['speed_vs_rapidocr']:.2f} times as long on a scan (median",
        f"of pairs); our recall is {-figures['recall_lost_points']:+.2f} points from its own.",
    ]
    if "Tesseract" not in readers:
        lines += ["Tesseract is not installed on this machine."]
    common.record("ocr", n=len(scans), figures=figures, report="\n".join(lines))


def ours() -> Reads:
    ocr = RapidOcr(threads=THREADS)

    def reads(path: Path) -> str:
        docid = hashlib.sha256(path.read_bytes()).hexdigest()
        document = read(path, docid=docid, limits=Limits(), ocr=ocr)
        return "\n".join(map(page_text, document.pages))

    return reads


def plain_rapidocr() -> Reads:
    """As its own README has it, but for the number of threads."""
    from rapidocr import RapidOCR

    engine: Any = RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
        }
    )

    def reads(path: Path) -> str:
        found = engine(np.ascontiguousarray(np.asarray(picture(path))[:, :, ::-1]))
        return "\n".join(found.txts or ())

    return reads


def tesseract() -> Reads:
    ocr = TesseractOcr()
    return lambda path: "\n".join(loose.text for loose in ocr.recognise(picture(path)))


def picture(path: Path) -> Image.Image:
    if path.suffix.lower() == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            rendered: Image.Image = document[0].render(scale=DPI / 72).to_pil()
        return rendered.convert("RGB")
    return Image.open(path).convert("RGB")


def born_digital() -> list[Path]:
    """One-page documents with a text layer."""
    found = []
    for path in sorted((common.data() / "quality_certificates").glob("*.pdf")):
        with pypdfium2.PdfDocument(path) as document:
            if len(document) == 1 and document[0].get_textpage().count_chars() > 200:
                found.append(path)
    return found[:BORN_DIGITAL]


def timed(reads: Reads, path: Path) -> tuple[str, float]:
    start = time.perf_counter()
    text = reads(path)
    return text, time.perf_counter() - start


def ratio(theirs: Sequence[float], ours: Sequence[float]) -> float:
    """Median of the pairs'."""
    return median(one / other for one, other in zip(theirs, ours, strict=True))


def words(texts: Iterable[str]) -> Counter[str]:
    """Letters and digits, case folded, each as often as it stands there."""
    whole = unicodedata.normalize("NFKC", " ".join(texts)).casefold()
    return Counter(re.findall(r"[^\W_]+", whole))


if __name__ == "__main__":
    main()
