"""What a longer document and a longer list of fields cost: seconds against pages and fields.

The pages are real, joined to one file: those of advertising orders (born digital) and receipts
(scans). The fields are the first so many of the example types, the model is the one that comes
with the installation.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeVar

import pypdfium2 as pdfium
from matplotlib.figure import Figure
from PIL import Image

from appliance import wiring
from appliance.children import Predictor
from appliance.config import Extraction
from appliance.doctypes import catalogue
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.extraction.extract import WINDOW
from appliance.learning.models.registry import Registry
from appliance.reading.limits import Limits
from appliance.reading.ocr import Ocr, RapidOcr
from appliance.reading.read import read
from bench import common, peers

PAGES = (1, 2) if common.SMALL else (1, 5, 20, 100)
FIELDS = (4, 12) if common.SMALL else (4, 12, 40)
ALIKE = 3
"""Documents of one length."""
LONG = 20
"""Pages from which on one document will do: it takes minutes."""
LONGEST = 100
"""Pages from which on the fewest fields will do: it takes a quarter of an hour."""

T = TypeVar("T")
Seconds = dict[int, float]
"""By number of pages."""


def main() -> None:
    ocr = RapidOcr(threads=peers.THREADS)
    with TemporaryDirectory() as name:
        scans, _ = readings(scanned(), Path(name), ocr)
        digital, documents = readings(born_digital(), Path(name), ocr)
    served = wiring.add_default(Registry(common.CACHE / "models"))
    predictor = Predictor(served, Extraction(), threads=peers.THREADS)
    curves = {"reading scans": scans, "reading born-digital pages": digital}
    try:
        predictor.extract(documents[PAGES[0]][-1], kind(FIELDS[0]))  # loads the model
        for number in FIELDS:
            curves[f"extracting {number} fields"] = {
                pages: median(timed(predictor.extract, one, kind(number))[0] for one in alike)
                for pages, alike in documents.items()
                if pages < LONGEST or number == FIELDS[0]
            }
    finally:
        predictor.stop()
    words = {pages: int(median(map(count, alike))) for pages, alike in documents.items()}
    if not common.SMALL:
        draw(curves, common.ROOT / "bench" / "results" / "cost.png")
    common.record(
        "cost", n=PAGES[-1], figures=figures(curves), report=report(served.name, curves, words)
    )


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


def report(model: str, curves: Mapping[str, Seconds], words: Mapping[int, int]) -> str:
    lines = [
        "## Cost of long documents and of many fields",
        "",
        f"Real pages joined to one file, the model {model}, two threads; median of {ALIKE}",
        f"documents that share no page, one where it has {LONG} pages or more, seconds (in",
        "brackets a page).",
        "",
        "| pages | " + " | ".join(map(str, PAGES)) + " |",
        "|---|" + "---|" * len(PAGES),
        "| words, born digital | " + " | ".join(f"{words[pages]:,}" for pages in PAGES) + " |",
    ]
    for name, found in curves.items():
        cells = (
            f"{found[pages]:.2f} ({found[pages] / pages:.3f})" if pages in found else "–"
            for pages in PAGES
        )
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    few, many = (curves[f"extracting {number} fields"] for number in (FIELDS[0], FIELDS[-1]))
    times = (f"{many[pages] / few[pages]:.1f}" if pages in many else "–" for pages in PAGES)
    lines += [
        f"| {FIELDS[-1]} fields in place of {FIELDS[0]}, times | " + " | ".join(times) + " |",
        "",
        f"A document is asked about in windows of {WINDOW:,} tokens, with one page of overlap: a",
        "token costs more the further back its window begins, and from the second window on the",
        "fields are asked again in each.",
        "",
        "![seconds against pages](results/cost.png)",
    ]
    return "\n".join(lines)


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
