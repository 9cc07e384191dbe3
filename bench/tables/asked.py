"""The documents whose tables are asked about, by source.

Real ones of four folders and of customs, made ones of the shipped kinds in the demo's layouts,
papers in layouts that nothing was trained on, invoices of the office's senders, and receipts, of
whose purchases no shipped type asks.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Any

from appliance.doctypes import catalogue
from appliance.domain.doctype import NUMBERS, DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.errors import ApplianceError
from appliance.evaluation.evaluate import labels
from appliance.evaluation.scoring import CountedLabels, ExpectedValues, truth
from appliance.samples import till
from appliance.samples.languages import LANGUAGES
from appliance.samples.layouts import roll
from appliance.samples.layouts.base import Slip
from appliance.samples.make import demo, label_line, make, write_labels
from appliance.samples.renderings import RENDERINGS, render
from appliance.samples.sheet import Sheet
from bench import common
from bench.accuracy import Folder, folders
from bench.asked import SEED, Asked, in_normal_form
from bench.office import invoices
from bench.predictors import WORKERS
from bench.studies import Case
from bench.tables.rulings import Ruling, is_scan, rulings
from starter.papers import Paper, paper

FOLDERS = (
    "invoices_de_fr",
    "invoices_es",
    "fiscal_pt",
    "quality_certificates",
    "customs_transit",
)
MADE = {
    "made_invoices": "supplier_invoice",
    "made_production": "production_report",
    "made_customs": "customs_declaration",
}
PAPERS = {"papers_clean": "clean", "papers_degraded": "degraded"}
"""The same papers, as they were printed and as bad scans: in looks that are never trained on."""
UNSEEN = "unseen tables"
"""Their seed."""
SENDERS = 12
"""Of the office, the most frequent ones."""
PURCHASES = TableSpec(
    "purchases",
    (
        FieldSpec("description", description="what was bought"),
        FieldSpec("amount", FieldType.AMOUNT, description="what it cost in all"),
    ),
    "the goods that were bought, one a row",
)


@dataclass(frozen=True)
class Amount:
    """How many documents are asked about."""

    real: int | None
    """Of a folder, and of each kind of the demo, the first with rows; None for all."""
    copies: int
    """Made ones of a kind."""
    papers: int
    receipts: int
    office: int
    """Invoices of the most frequent senders, in the order in which they arrive."""
    renderings: Sequence[str] = RENDERINGS
    """Of each made one, and of each receipt."""


WHOLE = Amount(None, copies=20, papers=200, receipts=20, office=120)
FEW = Amount(1, copies=1, papers=1, receipts=1, office=1, renderings=RENDERINGS[:1])


@dataclass(frozen=True)
class AskedTable:
    asked: Asked
    layout: str
    """Documents of one source whose tables look alike have the same."""
    scan: bool = False
    rulings: tuple[Ruling, ...] = ()
    """Vertical lines that are drawn on the pages."""

    @property
    def name(self) -> str:
        return self.asked.case.file


def sources(amount: Amount) -> dict[str, Callable[[], Iterator[AskedTable]]]:
    """By name; of each those documents whose truth has rows."""
    real = {one.name: partial(_real, one, amount.real) for one in folders() if one.name in FOLDERS}
    made = {name: partial(_made, kind, amount) for name, kind in MADE.items()}
    papers = {name: partial(_papers, how, amount.papers) for name, how in PAPERS.items()}
    receipts = partial(_receipts, amount)
    others = {"office": partial(office, amount.office), "receipts": receipts}
    return {**real, **made, "demo": partial(_demo, amount.real), **papers, **others}


def _real(folder: Folder, most: int | None) -> Iterator[AskedTable]:
    yield from _labelled(folder.path, folder.doctype, folder.counted, most=most)


def _made(kind: str, amount: Amount) -> Iterator[AskedTable]:
    with tempfile.TemporaryDirectory() as name:
        number, how = amount.copies, amount.renderings
        make(Path(name), seed=SEED, doctypes=[kind], number=number, renderings=how)
        doctype = catalogue.find(kind, folder=None)
        yield from _labelled(Path(name) / kind, doctype, CountedLabels())


def _demo(most: int | None) -> Iterator[AskedTable]:
    with tempfile.TemporaryDirectory() as name:
        samples = demo(Path(name))
        write_labels(Path(name), samples)
        for kind in sorted({sample.doctype for sample in samples}):
            doctype = catalogue.find(kind, folder=None)
            yield from _labelled(Path(name) / kind, doctype, CountedLabels(), most=most)


def _labelled(
    folder: Path, doctype: DocType, counted: CountedLabels, *, most: int | None = None
) -> Iterator[AskedTable]:
    truths = ((line, truth(in_normal_form(line), doctype, counted)) for line in labels(folder))
    asked = [(line, wanted) for line, wanted in truths if wanted.rows]
    for line, wanted in asked[:most]:
        yield from _read(folder / line["file"], doctype, counted, wanted, layout=_layout(line))


def _layout(line: Mapping[str, Any]) -> str:
    return str(line.get("layout") or line.get("family") or line["kind"])


def office(number: int) -> Iterator[AskedTable]:
    """None twice; in layouts that the maker of the starter's papers does not know."""
    doctype = catalogue.find("supplier_invoice", folder=None)
    papers = (
        paper
        for paper in invoices.papers()
        if paper.sender.rank <= SENDERS and paper.duplicate_of is None
    )
    with tempfile.TemporaryDirectory() as name:
        for paper in islice(papers, number):
            made = invoices.write(Path(name), paper)
            line = label_line(made)
            wanted = truth(in_normal_form(line), doctype, CountedLabels())
            yield from _read(made.path, doctype, CountedLabels(), wanted, layout=_layout(line))


def _papers(shape: str, number: int) -> Iterator[AskedTable]:
    """Each has a layout of its own."""
    with tempfile.TemporaryDirectory() as name:
        for made in islice(_with_rows(shape), number):
            path = Path(name) / f"paper-{made.number}{made.copy.suffix}"
            path.write_bytes(made.copy.data)
            wanted = ExpectedValues(_header(made), _rows(made), None)
            yield from _read(path, made.doctype, CountedLabels(), wanted, layout=path.stem)


def _with_rows(shape: str) -> Iterator[Paper]:
    """Without receipts, which are a source of their own."""
    every = (paper(UNSEEN, at, unseen=True, shape=shape) for at in count())
    return (
        made for made in every if made.doctype.items and _rows(made) and not made.story.kind.slip
    )


def _header(made: Paper) -> dict[str, str]:
    said = {one.fieldtype: one.text for one in made.labels if one.line_item_id is None}
    return {name: _plain(made, name, text) for name, text in said.items() if text is not None}


def _rows(made: Paper) -> list[dict[str, str | None]]:
    rows: dict[int, dict[str, str | None]] = {}
    for one in made.labels:
        if one.line_item_id is not None:
            text = one.text and _plain(made, one.fieldtype, one.text, in_items=True)
            rows.setdefault(one.line_item_id, {})[one.fieldtype] = text
    return [row for row in rows.values() if any(text is not None for text in row.values())]


def _plain(made: Paper, name: str, text: str, *, in_items: bool = False) -> str:
    """Numbers in normal form: labels write a decimal point."""
    if made.doctype.spec(name, in_items=in_items).type not in NUMBERS:
        return text
    how = made.story.how
    whole = text.replace(how.thousands, "") if how.thousands else text
    return whole.replace(how.point, ".")


def _receipts(amount: Amount) -> Iterator[AskedTable]:
    """What was bought stands in two lines each, below no header."""
    doctype = replace(catalogue.find("receipt", folder=None), items=PURCHASES)
    langs = [language.code for language in LANGUAGES.values() if language.receipt]
    with tempfile.TemporaryDirectory() as name:
        for number in range(amount.receipts):
            rng = Random(f"{SEED}/receipts/{number}")
            language = LANGUAGES[langs[number % len(langs)]]
            receipt = till.invent(rng, language, rows=rng.randint(2, 7))
            slip = Slip(receipt, till.telling(receipt, language), language)
            sheet = Sheet(roll.FACE, size=(roll.WIDTH, roll.height(len(receipt.purchases))))
            roll.draw(sheet, slip)
            rows = [
                {"description": one.description, "amount": slip.money(one.sum)}
                for one in receipt.purchases
            ]
            pdf, wanted = sheet.pdf(), ExpectedValues({}, rows, None)
            for rendering in amount.renderings:
                copy = render(pdf, rendering, rng=rng)
                path = Path(name) / f"{language.code}-{number}-{rendering}{copy.suffix}"
                path.write_bytes(copy.data)
                yield from _read(path, doctype, CountedLabels(), wanted, layout=roll.NAME)


def _read(
    path: Path, doctype: DocType, counted: CountedLabels, wanted: ExpectedValues, *, layout: str
) -> Iterator[AskedTable]:
    """None of a file that cannot be read."""
    try:
        document = _reader()(path)
    except ApplianceError as error:
        print(f"{path.name}: {error}")
        return
    asked = Asked(Case(path.name, document, wanted), doctype, counted)
    yield AskedTable(asked, layout, is_scan(path), rulings(path))


@cache
def _reader() -> common.Reader:
    """An OCR takes a second to begin."""
    return common.Reader(threads=WORKERS)
