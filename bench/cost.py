"""What a longer document and a longer list of fields cost: seconds against pages and fields.

The pages are real, joined to one file: those of advertising orders (born digital) and receipts
(scans). The fields are the first so many of the example types, the model is the one that comes
with the installation. A curve is measured in one go; ``python -m bench.cost 12`` measures those of
twelve fields anew and leaves the others as they were.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pypdfium2 as pdfium
from matplotlib.figure import Figure
from PIL import Image

from appliance.doctypes import catalogue
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.limits import Limits
from appliance.extraction.extract import WINDOW
from appliance.learning.models.registry import Registry
from appliance.reading.ocr import Ocr, RapidOcr
from appliance.reading.read import read
from appliance.service import model_files
from appliance.service.child_processes import Predictor
from appliance.settings.config import ExtractionSettings
from bench import common, peers

PAGES = (1, 2) if common.SMALL else (1, 5, 20, 100)
FIELDS = (4, 12) if common.SMALL else (4, 12, 40)
ALIKE = 3
"""Documents of one length."""
LONG = 20
"""Pages from which on one document will do: it takes minutes."""
RESULTS = common.ROOT / "bench" / "results" / "cost"

T = TypeVar("T")
Seconds = dict[int, float]
"""By number of pages."""


def main() -> None:
    named = tuple(map(int, sys.argv[1:]))
    ocr = RapidOcr(threads=peers.THREADS)
    found = known()
    with TemporaryDirectory() as folder:
        digital, documents = readings(born_digital(), Path(folder), ocr)
        if not named:
            scans, _ = readings(scanned(), Path(folder), ocr)
            found["reading scans"] = kept("reading scans", scans)
            found["reading born-digital pages"] = kept("reading born-digital pages", digital)
    served = model_files.add_default(Registry(common.CACHE / "models"))
    predictor = Predictor(served, ExtractionSettings(), threads=peers.THREADS)
    try:
        predictor.extract(documents[PAGES[0]][-1], kind(FIELDS[0]))  # loads the model
        for number in named or FIELDS:
            seconds = {
                pages: median(timed(predictor.extract, one, kind(number))[0] for one in alike)
                for pages, alike in documents.items()
            }
            name = f"extracting {number} fields"
            found[name] = kept(name, seconds, model=served.name)
    finally:
        predictor.stop()
    words = {pages: int(median(map(count, alike))) for pages, alike in documents.items()}
    curves = {
        name: {int(pages): seconds for pages, seconds in one["seconds"].items()}
        for name, one in found.items()
    }
    if not common.SMALL:
        draw(curves, RESULTS.with_suffix(".png"))
    common.record("cost", n=PAGES[-1], figures=figures(curves), report=report(found, curves, words))


def known() -> dict[str, Any]:
    """What is kept, in the order in which it is shown."""
    names = ["reading scans", "reading born-digital pages"]
    names += [f"extracting {number} fields" for number in FIELDS]
    if common.SMALL:
        return {}
    return {name: json.loads(_path(name).read_text()) for name in names if _path(name).exists()}


def kept(name: str, seconds: Seconds, **more: str) -> dict[str, Any]:
    origin = {"commit": common.commit(), "machine": common.machine()}
    found = {**origin, **more, "seconds": {str(pages): took for pages, took in seconds.items()}}
    if not common.SMALL:
        RESULTS.mkdir(parents=True, exist_ok=True)
        _path(name).write_text(json.dumps(found, indent=2) + "\n")
    return found


def _path(name: str) -> Path:
    return RESULTS / f"{name.replace(' ', '_')}.json"


def readings(
    pages: Iterator[pdfium.PdfDocument], folder: Path, ocr: Ocr
) -> tuple[Seconds, dict[int, list[Document]]]:
    """By number of pages, what reading takes and what was read: documents that share no page."""
    whole = list(islice(pages, PAGES[-1]))
    seconds: Seconds = {}
    found: dict[int, list[Document]] = {}
    for number in PAGES:
        starts = range(0, len(whole), number)[: ALIKE if number < LONG else 1]
        files = [joined(whole[at : at + number], folder) for at in starts]
        told = [timed(_read, path, ocr) for path in files]
        seconds[number] = median(took for took, _ in told)
        found[number] = [document for _, document in told]
    return seconds, found


def joined(pages: Sequence[pdfium.PdfDocument], folder: Path) -> Path:
    whole = pdfium.PdfDocument.new()
    for page in pages:
        whole.import_pages(page)
    path = folder / "document.pdf"
    whole.save(path)
    return path.rename(folder / f"{common.sha256(path)}.pdf")


def _read(path: Path, ocr: Ocr) -> Document:
    return read(path, docid=path.stem, limits=Limits(), ocr=ocr)


def born_digital() -> Iterator[pdfium.PdfDocument]:
    """Page by page."""
    for sample in common.samples(common.data() / "ad_orders"):
        source = pdfium.PdfDocument(sample.path)
        for at in range(len(source)):
            page = pdfium.PdfDocument.new()
            page.import_pages(source, [at])
            yield page


def scanned() -> Iterator[pdfium.PdfDocument]:
    for sample in common.samples(common.data() / "sroie"):
        held = BytesIO()
        with Image.open(sample.path) as picture:
            picture.convert("RGB").save(held, "PDF", resolution=150, quality=90)
        yield pdfium.PdfDocument(held.getvalue())


def kind(number: int) -> DocType:
    """Of the first so many header fields of the example types."""
    every = [catalogue.load(path) for path in sorted(catalogue.EXAMPLES.glob("*.toml"))]
    specs = {spec.name: spec for one in every for spec in one.fields}
    return DocType("cost", title="Document", fields=tuple(specs.values())[:number])


def timed(do: Callable[..., T], *given: object) -> tuple[float, T]:
    start = time.perf_counter()
    made = do(*given)
    took = time.perf_counter() - start
    print(f"{do.__name__}: {took:.1f} s", flush=True)
    return took, made


def count(document: Document) -> int:
    return sum(len(page.words) for page in document.pages)


def figures(curves: Mapping[str, Seconds]) -> dict[str, float]:
    """How many times the time a page takes in the longest document is that in the shortest but
    one: a first page also pays for the fields."""
    second = PAGES[1]
    return {
        f"{name.replace(' ', '_')}.growth": round(
            (found[last] / last) / (found[second] / second), 3
        )
        for name, found in curves.items()
        for last in [max(found)]
    }


def report(
    found: Mapping[str, Any], curves: Mapping[str, Seconds], words: Mapping[int, int]
) -> str:
    lines = [
        "## Cost of long documents and of many fields",
        "",
        "Real pages are joined to one file and processed with two threads. Seconds (in brackets",
        f"for one page) are the median of {ALIKE} documents that share no page. From {LONG} pages",
        "on, one document is measured.",
        "",
        "| pages | " + " | ".join(map(str, PAGES)) + " |",
        "|---|" + "---|" * len(PAGES),
        "| words, born digital | " + " | ".join(f"{words[pages]:,}" for pages in PAGES) + " |",
    ]
    for name, seconds in curves.items():
        cells = (
            f"{seconds[pages]:.2f} ({seconds[pages] / pages:.3f})" if pages in seconds else "–"
            for pages in PAGES
        )
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    few, many = (
        curves.get(f"extracting {number} fields", {}) for number in (FIELDS[0], FIELDS[-1])
    )
    both = few.keys() & many.keys()
    times = (f"{many[pages] / few[pages]:.1f}" if pages in both else "–" for pages in PAGES)
    lines += [
        f"| {FIELDS[-1]} fields in place of {FIELDS[0]}, times | " + " | ".join(times) + " |",
        "",
        f"The model is asked about windows of {WINDOW:,} tokens, with one page of overlap. A token",
        "costs more the further back its window begins. Every further window is asked for all",
        "fields again. Each curve was measured in one go:",
        "",
        *(
            f"* {name}: at {one['commit']} on {one['machine']}{_with(one)}"
            for name, one in found.items()
        ),
        "",
        "![seconds against pages](results/cost.png)",
    ]
    return "\n".join(lines)


def _with(one: Mapping[str, Any]) -> str:
    return f", with {one['model']}" if "model" in one else ""


def draw(curves: Mapping[str, Seconds], path: Path) -> None:
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.add_subplot()
    for name, found in curves.items():
        style = "--" if name.startswith("reading") else "-"
        axes.loglog(list(found), list(found.values()), style, marker="o", label=name)
    (first,) = axes.lines[-1:]
    start = float(first.get_ydata()[0])  # type: ignore[index, arg-type]
    axes.loglog(PAGES, [start * pages for pages in PAGES], ":", c="gray", label="in proportion")
    axes.set(xlabel="pages", ylabel="seconds", xticks=PAGES, xticklabels=PAGES)
    axes.legend(fontsize="small")
    axes.grid(alpha=0.3)
    figure.savefig(path, dpi=150, metadata={"Software": None})


if __name__ == "__main__":
    main()
