"""The studies of the learning bench: which documents teach, which test, in which reading."""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from appliance.doctypes import catalogue
from appliance.domain.doctype import DocType
from appliance.domain.document import BBox, Document, Page
from appliance.domain.errors import DocumentError
from appliance.domain.labels import Label, Labelled
from appliance.evaluation.evaluate import labels
from appliance.evaluation.near_duplicates import NearDuplicates
from appliance.evaluation.scoring import CountedLabels, ExpectedValues, truth
from appliance.extraction.prompt import document_text
from appliance.reading.layout import arrange
from appliance.reading.words import TextRun
from bench import common
from bench.accuracy import folders

TEST = 6 if common.SMALL else 100
"""Documents of each study that its model never saw."""
SEED = 7
STARTER = "starter"
"""The base that a home begins with."""


@dataclass(frozen=True)
class Study:
    name: str
    folder: str
    size: int
    """Documents that teach; 0 asks the model as it comes."""
    by_party: bool = False
    """No party stands on both sides."""
    lines: bool = False
    """The human transcription in place of our own reading."""
    base: str = "smollm2-135m"
    shots: int = 0
    """Worked examples in the prompt, of a model that is not tuned."""


@dataclass(frozen=True)
class Case:
    file: str
    document: Document
    truth: ExpectedValues

    def labelled(self, doctype: str) -> Labelled:
        known = tuple(Label(name, text) for name, text in self.truth.values.items())
        return Labelled(self.document, doctype, known, False, self.truth.party, None, 0.0, 0.0)


def studies() -> Iterator[Study]:
    """The shortest first."""
    for size in (0, 50, 100, 200, 400):
        yield Study(f"sroie.{size}", "sroie", size)
    for shots in (1, 2, 3):
        yield Study(f"sroie.few_shot_{shots}", "sroie", 0, shots=shots)
    yield Study("sroie_unknown.0", "sroie", 0, by_party=True)
    yield Study("sroie_unknown.400", "sroie", 400, by_party=True)
    yield Study("sroie_lines.400", "sroie", 400, lines=True)
    yield Study("ad_orders.0", "ad_orders", 0, by_party=True)
    yield Study("ad_orders.50", "ad_orders", 50, by_party=True)
    yield Study("ad_orders.100", "ad_orders", 100, by_party=True)
    yield Study("sroie_unknown_lines.400", "sroie", 400, by_party=True, lines=True)
    yield Study("sroie_unknown_gemma.400", "sroie", 400, by_party=True, base="gemma3-270m")
    yield Study("ad_orders.200", "ad_orders", 200, by_party=True)
    yield Study("sroie_starter.25", "sroie", 25, base=STARTER)
    yield Study("ad_orders_starter.25", "ad_orders", 25, by_party=True, base=STARTER)


@cache
def doctype(folder: str) -> DocType:
    return catalogue.load(catalogue.EXAMPLES / f"{folder}.toml")


@cache
def counted(folder: str) -> CountedLabels:
    return next(one.counted for one in folders() if one.name == folder)


@cache
def sides(folder: str, *, by_party: bool, lines: bool) -> tuple[list[Case], list[Case]]:
    """Those that teach, in a fixed order of chance, and those that test; none of one has a
    near-duplicate in the other."""
    cases = _cases(folder, lines=lines)
    order = random.Random(SEED)
    if by_party:
        groups = defaultdict(list)
        for case in cases:
            groups[case.truth.party].append(case)
        every = sorted(groups.values(), key=lambda group: group[0].file)
        order.shuffle(every)
        test: list[Case] = []
        teach: list[Case] = []
        for group in every:
            (test if len(test) + len(group) <= TEST else teach).extend(group)
        order.shuffle(teach)
    else:
        order.shuffle(cases)
        test, teach = cases[:TEST], cases[TEST:]
    duplicates = NearDuplicates(case.document for case in test)
    return [case for case in teach if not duplicates.has(case.document)], test


def _cases(folder: str, *, lines: bool) -> list[Case]:
    reads = common.Reader()
    found: dict[str, Case] = {}
    for line in labels(common.data() / folder)[: 24 if common.SMALL else None]:
        try:
            document = reads(common.data() / folder / line["file"])
        except DocumentError:
            continue
        if lines:
            document = _transcribed(document, line["lines"])
        found.setdefault(
            document.docid,
            Case(line["file"], document, truth(line, doctype(folder), counted(folder))),
        )
    return list(found.values())


def _transcribed(document: Document, lines: Sequence[dict[str, Any]]) -> Document:
    """What a person read in the place of the OCR, put in order by our own layout."""
    page = document.pages[0]
    loose = [TextRun(line["text"], BBox(*line["bbox"])) for line in lines if line["text"].strip()]
    words = arrange(loose, width=page.width, height=page.height)
    return Document(document.docid, (Page(page.width, page.height, words, "ocr"),))


def fingerprint(study: Study, cases: Sequence[Case], *parts: str) -> str:
    """Of everything that a study's model comes from."""
    said = [(_read(case), sorted(case.truth.values.items())) for case in cases]
    whole = json.dumps([*parts, study.lines, study.folder, said]).encode()
    return hashlib.sha256(whole).hexdigest()[:16]


def _read(case: Case) -> str:
    """What was read of it, as the model sees it."""
    text = document_text(case.document.pages)
    return hashlib.sha256(f"{case.document.docid} {text}".encode()).hexdigest()
