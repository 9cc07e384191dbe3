"""A stack in the inbox of a home: read by the real reader, held, shown, approved, delivered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from fpdf import FPDF
from typer.testing import CliRunner
from worked_home import WorkedHome

from appliance.cli.main import app
from appliance.domain.blockers import BlockerCode
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.limits import Limits
from appliance.domain.prediction import Field, Prediction, TokenScore
from appliance.domain.results import JobState
from appliance.fields.chunks import chunks
from appliance.fields.grounding import spans
from appliance.reading.ocr import Ocr
from appliance.reading.read import read

_NO_FRAME = str.maketrans("│╭╮╰╯─", "      ")
SAID = {"company": "ACME Metal Works GmbH", "number": "L-4711", "total": "9.00"}


class ReadsFiles:
    """The production reader, in this process."""

    def __init__(self, ocr: Ocr) -> None:
        self._ocr = ocr

    def begin(self, path: Path, *, docid: str) -> None: ...

    def read(self, path: Path, *, docid: str) -> Document:
        return read(path, docid=docid, limits=Limits(), ocr=self._ocr)

    open = read


class AsksOfFirst:
    """Answers by the first paper, as sure as can be, as a model does."""

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        pages = [chunks(page.words) for page in document.pages]
        sure = (TokenScore(-0.001, -0.001),)
        fields = tuple(
            Field(name, text, spans(text, pages)[:1], tokens=sure) for name, text in SAID.items()
        )
        return Prediction(document.docid, doctype.name, "fake", fields)

    def runners_up(
        self, document: Document, doctype: DocType, prediction: Prediction, names: tuple[str, ...]
    ) -> Prediction:
        return prediction


def note(number: str, day: str) -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=11)
    lines = (
        "ACME Metal Works GmbH",
        "Musterweg 5, 20095 Hamburg, www.acme.example",
        "DELIVERY NOTE",
        f"Delivery note no {number}",
        f"Delivery date {day}",
        *(f"{row} Steel plate {row} mm galvanised" for row in range(1, 6)),
        "Freight total 9.00",
    )
    for line in lines:
        pdf.cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def merged(path: Path, *papers: bytes) -> Path:
    target = pdfium.PdfDocument.new()
    for paper in papers:
        target.import_pages(pdfium.PdfDocument(paper))
    target.save(path)
    return path


class NoOcr:
    def recognise(self, image: object) -> list[object]:
        return []


@pytest.fixture
def worked(tmp_path: Path) -> Iterator[WorkedHome]:
    worked = WorkedHome(tmp_path / "home")
    with closing(worked):
        reads, asks = ReadsFiles(NoOcr()), AsksOfFirst()  # type: ignore[arg-type]
        worked.pipeline._reader = reads  # type: ignore[attr-defined]
        worked.pipeline._predictor = asks  # type: ignore[attr-defined]
        yield worked


def dropped(worked: WorkedHome, *papers: bytes) -> str:
    folder = worked.home.inbox / "receipt"
    folder.mkdir(exist_ok=True)
    merged(folder / "stack.pdf", *papers)
    worked.work()
    (job,) = worked.store.jobs()
    return job.docid


def command(worked: WorkedHome, *words: str) -> str:
    run = CliRunner().invoke(app, ["--home", str(worked.folder), *words])
    assert run.exit_code == 0, run.output
    return " ".join(run.output.translate(_NO_FRAME).split())


def test_two_delivery_notes_in_one_pdf_are_held_and_shown_and_one_alone_is_delivered(
    worked: WorkedHome,
) -> None:
    docid = dropped(worked, note("L-4711", "17.01.2025"), note("L-4712", "18.01.2025"))
    assert worked.codes[docid] == [BlockerCode.SEVERAL_DOCUMENTS]
    assert worked.job(docid).state is JobState.HELD and worked.delivered() == []
    assert "Pages 1 and 2 each seem" in command(worked, "queue")
    shown = command(worked, "show", docid[:12])
    assert "has another number: L4712" in shown and "refuse this file" in shown


def test_one_delivery_note_alone_is_delivered(worked: WorkedHome) -> None:
    docid = dropped(worked, note("L-4711", "17.01.2025"))
    assert worked.job(docid).state is JobState.DELIVERED
    (result,) = worked.delivered()
    assert json.loads(result.read_text())["fields"]
