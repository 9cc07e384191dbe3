"""Variants of every document there is: made-up papers, the demo, the tutorial, the real documents.

Measured is whether one raises. Clerks point anywhere, so before each variant the labels of a
document point at places drawn by lot: where a value stands, also within another one, or at any run
of words. Nothing is contained here: what ``collect`` would leave out counts as raised. One variant
of each document also becomes whole training rows, header and columns, as in a night.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import ParamSpec, TypeVar

from PIL import Image

from appliance.doctypes import catalogue
from appliance.domain.doctype import DocType
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.errors import DocumentError, ToolError
from appliance.domain.labels import Label, Labelled
from appliance.evaluation.evaluate import labels
from appliance.evaluation.scoring import CountedLabels, truth
from appliance.extraction.decode import Decoder
from appliance.extraction.engine import Engine
from appliance.fields.chunks import chunks
from appliance.fields.occurrences import Occurrences
from appliance.fields.style import style_of
from appliance.learning.dataset.augmentation import LocatedLabels, locate_labels, variant
from appliance.learning.dataset.column_examples import column_examples
from appliance.learning.dataset.examples import examples
from appliance.learning.dataset.left_out import describe_fault
from appliance.learning.dataset.targets import Targets
from appliance.learning.models.packages import SMOLLM2
from appliance.reading.ocr import Ocr, RapidOcr
from appliance.reading.read import read
from appliance.reading.words import TextRun
from appliance.samples.make import demo, make
from appliance.samples.truth import Truth
from bench import common
from starter.papers import CLEAN, paper

SEED = 79
MADE_UP = 240
LENDERS = 12
"""Other documents of a group that lend values to a variant, at most."""
TUTORIAL = common.ROOT / "docs" / "tutorial" / "README.md"
REAL = {
    "ad_orders": "ad_orders",
    "invoices_de_fr": "invoices_de_fr",
    "invoices_es": "invoices_es",
    "fiscal_pt": "fiscal_pt",
    "quality_certificates": "quality_certificates",
    "erp_invoices": "supplier_invoice",
    "customs_transit": "customs_transit",
}
"""Folders of real documents, and the type that each is read as."""

P = ParamSpec("P")
T = TypeVar("T")
Known = tuple[Labelled, DocType]
Group = list[Known]


class NotRead(Exception):
    """A scan, which is not read here."""


class NoOcr:
    def recognise(self, image: Image.Image) -> list[TextRun]:
        raise NotRead


@dataclass
class Found:
    documents: int = 0
    variants: int = 0
    rows: int = 0
    """Training rows, of one variant of each document and of the document itself."""
    raised: Counter[str] = field(default_factory=Counter)
    """Variants and documents that raised, by what and where."""


def measure(
    variants: int = 20_000, *, seed: int = SEED, made_up: int = MADE_UP, real: bool = True
) -> dict[str, object]:
    """Return how many documents and variants there were, and how many raised."""
    scans: list[str] = []
    groups = {**list_shipped_groups(made_up), **(list_real_groups(scans) if real else {})}
    documents = sum(map(len, groups.values()))
    times = -(-variants // documents)
    (base,) = SMOLLM2.find()
    found: dict[str, Found] = {}
    with Engine(base, context=512) as engine:
        for name, group in groups.items():
            found[name] = vary(engine, group, times=times, seed=f"{seed}/{name}")
            print(name, found[name], flush=True)
    raised = sum((one.raised for one in found.values()), Counter[str]())
    return {
        "documents": documents,
        "documents_by_group": {name: one.documents for name, one in found.items()},
        "scans_not_read": len(scans),
        "variants": sum(one.variants for one in found.values()),
        "rows": sum(one.rows for one in found.values()),
        "nights_raised": raised.total(),
        "raised_by_cause": dict(raised),
        "seed": seed,
    }


def list_shipped_groups(made_up: int) -> dict[str, Group]:
    """Return what needs no data: papers as the starter makes them, samples, demo and tutorial."""
    return {
        "starter": list(_starter_papers(made_up)),
        **_sample_groups(),
        "tutorial": _tutorial_notes(),
    }


def list_real_groups(scans: list[str]) -> dict[str, Group]:
    """Return the real documents by folder; ``scans`` hears which have no text to read."""
    groups = {"sroie": list(_transcribed_receipts())}
    counted = CountedLabels()
    for folder, doctype in REAL.items():
        path = catalogue.EXAMPLES / f"{doctype}.toml"
        kind = catalogue.load(path) if path.exists() else catalogue.find(doctype, folder=None)
        group: Group = []
        for line in labels(common.data() / folder):
            document = _read(common.data() / folder / line["file"], scans)
            if document:
                group.append((_labelled(document, kind, line, counted), kind))
        groups[folder] = group
    return groups


def vary(engine: Decoder, group: Group, *, times: int, seed: str) -> Found:
    """Make so many variants of each document of the group, and count what raises."""
    found = Found(documents=len(group))
    located: list[tuple[LocatedLabels, DocType]] = []
    for labelled, kind in group:
        if one := _counted(found, locate_labels, labelled, kind):
            located.append((one, kind))
    for number, (here, kind) in enumerate(located):
        chance = Random(f"{seed}/{number}")
        others = [one for at, (one, _) in enumerate(located) if at != number]
        places = _places_of(here.labelled, kind)
        for turn in range(times):
            found.variants += 1
            pointed = replace(here, labelled=point(here.labelled, places, chance))
            lenders = chance.sample(others, min(LENDERS, len(others)))
            made = _counted(found, _variant, pointed, lenders, chance)
            if made is None:
                continue
            if turn == 0:
                for known in (pointed.labelled, made):
                    found.rows += _counted(found, _rows, engine, known, kind) or 0
            elif turn % 8 == 1:
                _counted(found, Targets, made, kind)
    return found


def _variant(pointed: LocatedLabels, lenders: Sequence[LocatedLabels], chance: Random) -> Labelled:
    """Make one and look at it: what it points at is there, and lines are in order."""
    made = variant(pointed, lenders, chance)
    spans = (span for label in made.labels for span in (*label.spans, *label.wraps))
    assert all(span.lies_in(made.document) for span in spans)
    for page in made.document.pages:
        lines = [word.line for word in page.words]
        assert lines == sorted(lines)
    return made


def point(labelled: Labelled, places: Mapping[str, Sequence[Span]], chance: Random) -> Labelled:
    """Return the document as another clerk might have pointed, at places drawn by lot."""

    def pointed(label: Label) -> Label:
        spans = list(chance.sample(there, 1)) if (there := places.get(label.text or "")) else []
        if chance.random() < 0.3:
            spans += _any_span(labelled.document, chance)
        wraps = _any_span(labelled.document, chance) if chance.random() < 0.1 else []
        return replace(label, spans=tuple(spans), wraps=tuple(wraps))

    return replace(labelled, labels=tuple(map(pointed, labelled.labels)))


def _any_span(document: Document, chance: Random) -> list[Span]:
    pages = [number for number, page in enumerate(document.pages) if page.words]
    if not pages:
        return []
    page = chance.choice(pages)
    start = chance.randrange(len(document.pages[page].words))
    end = min(start + chance.randint(1, 5), len(document.pages[page].words))
    return [Span(page, start, end)]


def _places_of(labelled: Labelled, kind: DocType) -> dict[str, list[Span]]:
    """By text of a label, where it stands in the document, also within another value."""
    document = labelled.document
    look = Occurrences([chunks(page.words) for page in document.pages], style_of(document))
    items = kind.items.fields if kind.items else ()
    specs = {spec.name: spec for spec in (*items, *kind.fields)}
    return {
        label.text: [place.span for place in look.of(label.text, specs[label.fieldtype])]
        for label in labelled.labels
        if label.text and label.fieldtype in specs
    }


def _counted(found: Found, make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """Everything that raises counts, whatever a night would blame."""
    try:
        return make(*args, **kwargs)
    except Exception as error:  # what is measured
        found.raised[describe_fault(error)] += 1
        return None


def _rows(engine: Decoder, labelled: Labelled, kind: DocType) -> int:
    header = examples(engine, labelled, kind).rows if kind.fields else ()
    return len(header) + len(column_examples(engine, labelled, kind).rows)


def _starter_papers(count: int) -> Iterator[Known]:
    """They are asked for under names of their own, and lend each other what is called alike."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            made = paper(f"variants {SEED}", number, shape=CLEAN)
            path = Path(folder) / f"{number}{made.copy.suffix}"
            path.write_bytes(made.copy.data)
            if document := _read(path, []):
                yield made.labelled(document), made.doctype


def _sample_groups() -> dict[str, Group]:
    """Samples of each shipped type, of which the twelve papers of the demo are some."""
    groups: dict[str, Group] = {}
    with tempfile.TemporaryDirectory() as folder:
        papers = [*demo(Path(folder) / "demo"), *make(Path(folder), renderings=[CLEAN])]
        for one in papers:
            kind = catalogue.find(one.doctype, folder=None)
            if document := _read(one.path, [], RapidOcr(threads=1)):
                known = Labelled(
                    document, kind.name, tuple(_keyed(one.draft.truth)), True, None, None, 0, 0
                )
                groups.setdefault(f"samples {one.doctype}", []).append((known, kind))
    return groups


def _keyed(told: Truth) -> Iterator[Label]:
    for name, one in told.fields.items():
        yield Label(name, one.label if one else None)
    for number, row in enumerate(told.rows):
        for name, one in row.items():
            yield Label(name, one.label if one else None, number)


def _tutorial_notes() -> Group:
    """The two notes of the newcomer with the values that the page shows, and the sixty."""
    text = TUTORIAL.read_text("utf-8")
    files = dict(re.findall(r"^cat > (\S+) <<'END'\n(.*?)^END$", text, re.M | re.S))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        type_file = folder / "delivery_note.toml"
        type_file.write_text(files["doctypes/delivery_note.toml"])
        kind = catalogue.load(type_file)
        subprocess.run([sys.executable, "-c", files["~/notes.py"]], cwd=folder, check=True)
        with (folder / "notes" / "notes.csv").open(newline="") as rows:
            told = [(folder / "notes" / row.pop("file"), row) for row in csv.DictReader(rows)]
        for stem, values in KEYED.items():
            path = folder / f"{stem}.txt"
            path.write_text(files[f"inbox/delivery_note/{stem}.txt"])
            told.append((path, dict(zip(told[0][1], values, strict=True))))
        return [(_note(path, values, kind), kind) for path, values in told]


KEYED = {
    "northwind-40117": (
        *("NORTHWIND PARTS LTD", "DN-40117", "3 March 2026", "PO-8812", "3", "412.5 kg"),
    ),
    "brook-771": (*("BROOK & SONS TIMBER", "771/2026", "5 March 2026", "PO-8830", "6", "1980 kg"),),
}
"""What the newcomer confirms and types, in the order of the columns of the list."""


def _note(path: Path, values: Mapping[str, str], kind: DocType) -> Labelled:
    document = _read(path, [])
    assert document
    known = tuple(Label(name, text) for name, text in values.items())
    return Labelled(document, kind.name, known, True, None, None, 0, 0)


def _transcribed_receipts() -> Iterator[Known]:
    kind = catalogue.load(catalogue.EXAMPLES / "sroie.toml")
    for line in labels(common.data() / "sroie"):
        words = [
            Word(word, _part_of(BBox(*one["bbox"]), at, len(said)), number)
            for number, one in enumerate(line["lines"])
            if (said := one["text"].split())
            for at, word in enumerate(said)
        ]
        docid = hashlib.sha256(line["file"].encode()).hexdigest()
        document = Document(docid, (Page(1000, 2000, tuple(words), "text"),))
        yield _labelled(document, kind, line, CountedLabels()), kind


def _part_of(line: BBox, at: int, count: int) -> BBox:
    width = line.width / count
    left = line.left + at * width
    return BBox(left, line.top, left + width, line.bottom)


def _labelled(
    document: Document, kind: DocType, line: Mapping[str, object], counted: CountedLabels
) -> Labelled:
    known = truth(line, kind, counted)
    rows = [
        Label(name, text, number)
        for number, row in enumerate(known.rows)
        for name, text in row.items()
    ]
    every = (*(Label(name, text) for name, text in known.values.items()), *rows)
    return Labelled(document, kind.name, every, bool(known.rows), known.party, None, 0, 0)


def _read(path: Path, scans: list[str], ocr: Ocr | None = None) -> Document | None:
    """Return the document; without ``ocr`` None for a scan, which ``scans`` hears of."""
    docid = hashlib.sha256(path.read_bytes()).hexdigest()
    try:
        return read(path, docid=docid, ocr=ocr or NoOcr())
    except (NotRead, DocumentError, ToolError):
        scans.append(path.name)
        return None


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
