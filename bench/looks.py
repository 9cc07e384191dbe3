"""How often a clerk would be asked about a right value because an OCR sees it otherwise.

Every labelled value that stands in the text of a real typed PDF counts as accepted, and is looked
at as the appliance does. Where a label stands on a page by chance, what is looked at need not be
what was meant: such a spot is as good as another. Seconds are those of one core, drawing included.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from statistics import median

from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.document import Document
from appliance.domain.errors import DocumentError
from appliance.domain.limits import Limits
from appliance.domain.prediction import Basis, Field, FieldJudgement, Judgement
from appliance.fields.chunks import chunks
from appliance.fields.occurrences import Occurrences
from appliance.fields.style import style_of
from appliance.judgement.eyesight import seen_otherwise
from appliance.reading.eye import part_texts
from appliance.reading.ocr import RapidOcr
from bench.common import SMALL, Reader, Sample, data, record, samples
from bench.studies import doctype

FOLDERS = ("invoices_de_fr", "invoices_es", "fiscal_pt", "quality_certificates", "ad_orders")
FEW = 5


@dataclass
class Looked:
    """At one folder."""

    values: int = 0
    seconds: list[float] = field(default_factory=list)
    """A document each."""
    told: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By file what a clerk would be asked, where she would."""

    @property
    def asked(self) -> int:
        return sum(map(len, self.told.values()))


def main() -> None:
    reader, ocr = Reader(), RapidOcr(threads=1)
    found = {name: looked(name, reader, ocr) for name in sys.argv[1:] or FOLDERS}
    for name, one in found.items():
        for file, told in one.told.items():
            print(*(f"{name}: {file}: {said}" for said in told), sep="\n")
    if sys.argv[1:]:
        print(report(found))
        return
    values, seconds = sum(one.values for one in found.values()), _seconds(found)
    figures = {
        "asked": sum(one.asked for one in found.values()),
        "documents": len(seconds),
        "documents_asked": sum(len(one.told) for one in found.values()),
        "seconds_median": round(median(seconds), 2),
    }
    record("looks", n=values, figures=figures, report=report(found))


def looked(name: str, reader: Reader, ocr: RapidOcr) -> Looked:
    found, kind = Looked(), doctype(name)
    for sample in islice(samples(data() / name), FEW if SMALL else None):
        try:
            document = reader(sample.path)
        except DocumentError:
            continue
        right = Judgement(tuple(accepted(sample, document, kind)), ())
        if not right.fields:
            continue
        look = partial(part_texts, sample.path, limits=Limits(), ocr=ocr)
        begun = time.perf_counter()
        told = seen_otherwise(right, document, look)
        found.seconds.append(time.perf_counter() - begun)
        found.values += len(right.fields)
        if told:
            found.told[sample.path.name] = tuple(one.message for one in told)
    return found


def accepted(sample: Sample, document: Document, kind: DocType) -> Iterator[FieldJudgement]:
    """Of the labels, what stands in the text of a typed page."""
    pages = Occurrences([chunks(page.words) for page in document.pages], style_of(document))
    for spec, row, value in _labels(sample.labels, kind):
        for place in pages.of(value, spec)[:1]:
            if document.pages[place.span.page].source == "text":
                said = Field(spec.name, place.text, (place.span,), line_item_id=row)
                yield FieldJudgement(said, value, 1.0, Basis.PROBABILITY)


def _labels(
    labels: Mapping[str, object], kind: DocType
) -> Iterator[tuple[FieldSpec, int | None, str]]:
    """Of the header and the rows, each with its row."""
    for spec in kind.fields:
        if value := labels.get(spec.label or spec.name):
            yield spec, None, str(value)
    rows = labels.get(kind.items.name) if kind.items else None
    for number, row in enumerate(rows if isinstance(rows, list) else []):
        for spec in kind.items.fields if kind.items else ():
            if value := row.get(spec.label or spec.name):
                yield spec, number, str(value)


def _seconds(found: Mapping[str, Looked]) -> list[float]:
    return [each for one in found.values() for each in one.seconds]


def report(found: Mapping[str, Looked]) -> str:
    lines = [
        "## Looks",
        "",
        "Labelled values of real typed PDFs, looked at as what is accepted is: how many a clerk",
        "would be asked about although they are right.",
        "",
        "| folder | documents | values | asked about | in documents | seconds a document, median |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, one in found.items():
        lines.append(
            f"| {name} | {len(one.seconds)} | {one.values} | {one.asked} | {len(one.told)} "
            f"| {median(one.seconds):.2f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
