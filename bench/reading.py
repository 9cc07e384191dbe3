"""How many labelled values stand as one run of words in the text that the model is given.

The ceiling of everything later: a value that is torn apart here cannot be answered. Counted are the
labels of a header that were keyed and, where the set says so, stand on the page.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from appliance.doctypes import catalogue
from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.document import Document
from appliance.domain.errors import DocumentError
from appliance.fields.style import style_of
from bench.common import ROOT, Reader, Sample, data, record, samples
from bench.runs import contains_run

FOLDERS = ("ad_orders", "invoices_de_fr", "sroie")
_EXAMPLES = ROOT / "appliance" / "doctypes" / "examples"
_TORN_SHOWN = 40


@dataclass
class Count:
    stand: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    torn: list[str] = field(default_factory=list)
    documents: int = 0

    @property
    def share(self) -> float:
        """0-1."""
        return self.stand.total() / max(self.asked.total(), 1)


def main() -> None:
    """Of the folders named on the command line, or of all: only that is written down."""
    reader = Reader()
    named = sys.argv[1:]
    counts = {name: count(name, reader) for name in named or FOLDERS}
    for name, found in counts.items():
        print("\n".join(f"{name}: {line}" for line in found.torn[:_TORN_SHOWN]))
    if named:
        print(report(counts))
        return
    record(
        "reading",
        n=sum(found.asked.total() for found in counts.values()),
        figures={f"{name}.contiguous": round(found.share, 4) for name, found in counts.items()},
        report=report(counts),
    )


def count(folder: str, reader: Reader) -> Count:
    doctype = catalogue.load(_EXAMPLES / f"{folder}.toml")
    found = Count()
    for sample in samples(data() / folder):
        found.documents += 1
        try:
            document = reader(sample.path)
        except DocumentError as error:
            found.torn.append(f"{sample.path.name}: {error}")
            document = Document("", ())
        for spec, value in asked(sample, doctype):
            found.asked[spec.name] += 1
            if stands(document, spec, value):
                found.stand[spec.name] += 1
            else:
                found.torn.append(f"{sample.path.name} {spec.name}: {value}")
    return found


def asked(sample: Sample, doctype: DocType) -> Iterator[tuple[FieldSpec, str]]:
    """The header labels that must be found, with their types."""
    known = {spec.label or spec.name: spec for spec in doctype.fields}
    on_page = sample.row.get("on_page")
    plain = sample.row.get("labels_norm") or {}
    for name, value in sample.labels.items():
        keyed = isinstance(value, str) and value.strip()
        if not keyed or (on_page and on_page.get(name) in (None, False)):
            continue
        yield known.get(name) or FieldSpec(name, _type(name)), plain.get(name, value)


def _type(name: str) -> FieldType:
    """Of a label that the example's document type leaves out."""
    if name.endswith(("_total", "_payable")):
        return FieldType.AMOUNT
    return FieldType.DATE if name.endswith("_date") else FieldType.TEXT


def stands(document: Document, spec: FieldSpec, value: str) -> bool:
    says = tuple(spec.values.get(value, ()))
    style = style_of(document)
    return any(
        contains_run([w.text for w in page.words], value, spec.type, style=style, says=says)
        for page in document.pages
    )


def report(counts: dict[str, Count]) -> str:
    lines = [
        "## Reading",
        "",
        "Share of the labelled header values that stand in the text given to the model, as one run",
        "of words and equal after normalisation. sroie is read by OCR: its share is the ceiling of",
        "what any model can get right there.",
        "",
        "| folder | documents | values | found |",
        "|---|---|---|---|",
    ]
    for name, found in counts.items():
        n = found.asked.total()
        lines.append(f"| {name} | {found.documents} | {n} | {found.share:.1%} |")
    lines += ["", "By field:", ""]
    for name, found in counts.items():
        fields = ", ".join(
            f"{key} {found.stand[key]}/{found.asked[key]}" for key in sorted(found.asked)
        )
        lines.append(f"* {name}: {fields}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
