"""The e-invoice and the PDF of one invoice are one document, in whatever order they come."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import made_up_day
import pytest
from crash import Killed
from einvoice_papers import INVOICE, PAGE, TYPE, hybrid, saying
from made_up_day import VERSIONS, Day

import appliance.delivery
from appliance.domain.corrections import Review
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Prediction
from appliance.domain.results import JobState
from appliance.judgement.policy import AcceptancePolicy
from appliance.records import joined
from appliance.records.database import Database
from appliance.records.evidence import SamplingPlan
from appliance.records.joined import WITHIN, JoinedFiles
from appliance.records.queue import ClerkQueue
from appliance.records.reviews import Reviews
from appliance.service.joining import GivesWay, InHand
from appliance.service.pipeline import StepResult
from bench.outlook import OutlookFile, OutlookMail

XML = "xml"
ANOTHER = "another xml"
"""Of another number."""
DRAWN = "Nummer RE-1042 Datum 2026-01-31 Summe 1130.50"
"""The page that the appliance draws of it."""
PAGES = {
    "pdf": PAGE,
    "altered": PAGE.replace("1.130,50", "1.910,50"),
    "spaced": PAGE.replace("RE-1042", "RE 1042"),
    "lower": PAGE.replace("RE-1042", "re-1042"),
    "renumbered": PAGE.replace("RE-1042", "RE-1043"),
    "delivery note": "Muster GmbH\nLieferschein zu RE-1042\n1.500 Bolzen\n2 Muttern\n",
}


class Files(made_up_day.Reads):
    """A file is the e-invoice, or shows a page, by what stands in it."""

    def read(self, path: Path, *, docid: str) -> Document:
        text = path.read_text().strip()
        said = INVOICE if text == XML else saying(BT_1="RE-9") if text == ANOTHER else None
        document = hybrid(DRAWN if said else PAGES[text], said)
        return replace(document, docid=docid)


class Guesses(made_up_day.Asks):
    """Nothing of a page that has no e-invoice."""

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        return Prediction(document.docid, doctype.name, "fake", ())


class InvoiceDay(Day):
    def put(self, text: str, name: str) -> str:
        docid = self.archive.put_bytes(text.encode(), name)
        self.now += 1
        self.store.record(docid, TYPE.name, name, now=self.now)
        return docid

    def mail(self, *files: tuple[str, str]) -> list[str]:
        enclosed = tuple(OutlookFile(name, text.encode()) for name, text in files)
        mail = OutlookMail("Muster", "a@muster.example", "Rechnung", "", "<1>", files=enclosed)
        docid = self.archive.put_bytes(mail.saved(), "mail.msg")
        self.store.record(docid, TYPE.name, "mail.msg", now=self.now)
        return [self.archive.put_bytes(text.encode(), name) for name, text in files]

    def work(self) -> list[StepResult]:
        """Also what waits for a moment."""
        done: list[StepResult] = []
        while steps := super().work():
            done += steps
            self.now += GivesWay.again_after
        return done

    def states(self, *docids: str) -> list[JobState]:
        return [self.job(docid).state for docid in docids]

    def results(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_bytes()) for path in self.delivered()]


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InvoiceDay]:
    monkeypatch.setattr(made_up_day, "DOCTYPE", TYPE)
    monkeypatch.setattr(made_up_day, "Reads", Files)
    monkeypatch.setattr(made_up_day, "Asks", Guesses)
    day = InvoiceDay(tmp_path)
    day.policy = AcceptancePolicy()
    yield day
    day.store.close()


def docid_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def approve(day: InvoiceDay, docid: str) -> None:
    job, station = day.job(docid), "one"
    assert ClerkQueue(day.store).lend(job, station, now=day.now, lease=60)
    answer = day.store.answer(job)
    assert answer
    review = Review("fake", (), answer.judgement, 1.0)
    Reviews(day.store).approve(job, station, "Ann", review, deliver=True, now=day.now)


def is_whole(result: dict[str, Any]) -> bool:
    """The values are the e-invoice's, and stand on the page of the PDF."""
    gross = result["fields"]["gross"]
    assert gross["value"] == "1130.50" and gross["einvoice"]["term"] == "BT-112"
    return bool(gross["text"] == "1.130,50")


def test_the_page_goes_on_with_the_values_of_the_einvoice_that_comes_after_it(
    day: InvoiceDay,
) -> None:
    pdf = day.put("pdf", "scan.pdf")
    day.work()
    assert day.states(pdf) == [JobState.HELD], "nothing is promised of what a model says"
    xml = day.put(XML, "rechnung.xml")
    day.work()
    assert day.states(pdf, xml) == [JobState.DELIVERED, JobState.JOINED]
    assert day.job(xml).reason == "one document with scan.pdf"
    assert JoinedFiles(day.store).part_of(xml) == (pdf,)
    (result,) = day.results()
    assert result["docid"] == pdf and result["revision"] == 1 and is_whole(result)
    assert result["joined"] == {"docid": xml, "source": "rechnung.xml"}
    schema = Path(appliance.delivery.__file__).with_name("result.schema.json")
    jsonschema.validate(result, json.loads(schema.read_text("utf-8")))


def test_what_was_delivered_is_delivered_again_with_the_page_that_comes_after_it(
    day: InvoiceDay,
) -> None:
    xml = day.put(XML, "rechnung.xml")
    day.work()
    (result,) = day.results()
    assert not is_whole(result) and result["joined"] is None
    pdf = day.put("pdf", "scan.pdf")
    day.work()
    assert day.states(xml, pdf) == [JobState.DELIVERED, JobState.JOINED]
    (result,) = day.results()
    assert result["docid"] == xml and result["revision"] == 2 and is_whole(result)


@pytest.mark.parametrize("names", [("a.xml", "a.pdf"), ("factur-x.xml", "R 1042.pdf")])
@pytest.mark.parametrize("first", ["xml", "pdf"])
def test_of_one_mail_they_are_delivered_once(
    day: InvoiceDay, names: tuple[str, str], first: str
) -> None:
    """Whichever has the lower docid and is read first."""
    before = {"xml": True, "pdf": False}[first]
    texts = (XML + " " * padding for padding in range(99))
    text = next(text for text in texts if (docid_of(text) < docid_of("pdf")) is before)
    xml, pdf = day.mail((names[0], text), (names[1], "pdf"))
    read = [one.job.docid for one in day.work() if one.note == "1 page"]
    assert read == sorted([xml, pdf])
    assert day.states(xml, pdf) == [JobState.JOINED, JobState.DELIVERED]
    (result,) = day.results()
    assert result["revision"] == 1 and is_whole(result)


@pytest.mark.parametrize(
    "page, names", [("altered", ("x.xml", "y.pdf")), ("renumbered", ("a.xml", "a.pdf"))]
)
def test_a_page_that_differs_is_held_with_the_einvoice_that_it_came_with(
    day: InvoiceDay, page: str, names: tuple[str, str]
) -> None:
    xml, pdf = day.mail((names[0], XML), (names[1], page))
    day.work()
    assert day.states(xml, pdf) == [JobState.JOINED, JobState.HELD]
    assert day.codes[pdf] == ["einvoice-differs"]
    assert day.results() == []


def test_what_only_names_the_invoice_is_a_document_of_its_own(day: InvoiceDay) -> None:
    xml, note, pdf = day.mail(("a.xml", XML), ("b.pdf", "delivery note"), ("c.pdf", "pdf"))
    day.work()
    assert day.states(xml, note, pdf) == [JobState.JOINED, JobState.HELD, JobState.DELIVERED]


def test_another_invoice_and_one_that_comes_long_after_stand_alone(day: InvoiceDay) -> None:
    xml, other = day.put(XML, "a.xml"), day.put("renumbered", "b.pdf")
    day.work()
    day.now += WITHIN + 10
    late = day.put("pdf", "c.pdf")
    day.work()
    assert day.states(xml, other, late) == [JobState.DELIVERED, JobState.HELD, JobState.HELD]


@pytest.mark.parametrize("page", ["spaced", "lower"])
@pytest.mark.parametrize("first", [False, True])
def test_a_number_that_the_page_writes_otherwise_is_found_whichever_comes_first(
    day: InvoiceDay, page: str, first: bool
) -> None:
    files = [(page, "scan.pdf"), (XML, "rechnung.xml")]
    for text, name in files if first else reversed(files):
        day.put(text, name)
        day.work()
    assert sorted(job.state for job in day.store.jobs()) == [JobState.DELIVERED, JobState.JOINED]


def test_no_document_is_compared_with_all_that_were_ever_joined(day: InvoiceDay) -> None:
    plans: list[str] = []
    rows = day.store.database.rows

    def explained(sql: str, values: Any = None) -> list[dict[str, Any]]:
        if " joined" in sql:
            plans.extend(row["detail"] for row in rows(f"explain query plan {sql}", values))
        return rows(sql, values)

    pdf = day.put("pdf", "a.pdf")
    day.work()
    day.store.database.rows = explained  # type: ignore[method-assign]
    assert not list(JoinedFiles(day.store).einvoices_near(day.job(pdf), PAGE))
    assert plans and "SCAN joined" not in plans


def test_as_another_kind_it_still_names_the_file_that_belongs_to_it(day: InvoiceDay) -> None:
    pdf, xml = day.put("pdf", "scan.pdf"), day.put(XML, "scan.xml")
    day.work()
    (before,) = day.results()
    assert before["joined"]["docid"] == xml
    day.store.restart(day.job(pdf), doctype="credit_note")
    day.work()
    again, _ = day.results()
    assert again["doctype"] == "credit_note" and is_whole(again)
    assert again["joined"] == before["joined"]


def test_einvoices_of_other_numbers_do_not_stand_before_that_of_the_page(
    day: InvoiceDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joined, "MOST", 1)
    xml, _ = day.put(XML, "a.xml"), day.put(ANOTHER, "b.xml")
    day.work()
    pdf = day.put("pdf", "c.pdf")
    day.work()
    assert day.states(xml, pdf) == [JobState.DELIVERED, JobState.JOINED]


def test_a_page_that_a_clerk_approved_stays_as_she_said(day: InvoiceDay) -> None:
    pdf = day.put("pdf", "a.pdf")
    day.work()
    approve(day, pdf)
    day.work()
    xml = day.put(XML, "b.xml")
    day.work()
    assert day.states(pdf, xml) == [JobState.DELIVERED, JobState.JOINED]
    (result,) = day.results()
    assert result["revision"] == 1


def test_evidence_waits_to_be_keyed_also_when_its_einvoice_comes(
    tmp_path: Path, day: InvoiceDay
) -> None:
    (tmp_path / "drawing").mkdir()
    drawing = InvoiceDay(tmp_path / "drawing", evidence=SamplingPlan(first=1, then=1))
    drawing.policy = AcceptancePolicy()
    pdf = drawing.put("pdf", "a.pdf")
    drawing.work()
    xml = drawing.put(XML, "b.xml")
    drawing.work()
    assert drawing.states(pdf, xml) == [JobState.HELD, JobState.JOINED]
    (waiting,) = ClerkQueue(drawing.store).waiting(now=drawing.now)
    assert waiting.evidence and waiting.job.docid == pdf
    drawing.store.close()


def test_nothing_is_joined_while_a_clerk_has_it_in_hand(day: InvoiceDay) -> None:
    pdf = day.put("pdf", "a.pdf")
    day.work()
    queue = ClerkQueue(day.store)
    assert queue.lend(day.job(pdf), "one", now=day.now, lease=60)
    xml = day.put(XML, "b.xml")
    (*_, last) = day.work()
    assert (last.state, last.note) == (
        JobState.READ,
        "belongs to a document that a clerk has in hand",
    )
    queue.release(day.job(pdf), "one")
    day.now += InHand.again_after
    day.work()
    assert day.states(pdf, xml) == [JobState.DELIVERED, JobState.JOINED]


@pytest.mark.parametrize("gross, joined", [("1130.50", True), ("1191.00", False)])
def test_the_same_xml_beside_a_pdf_that_carries_it_is_part_of_that(
    day: InvoiceDay, monkeypatch: pytest.MonkeyPatch, gross: str, joined: bool
) -> None:
    def read(reads: Files, path: Path, *, docid: str) -> Document:
        is_xml = path.read_text() == XML
        invoice = saying(BT_112=gross) if is_xml else replace(INVOICE, embedded=True)
        return replace(hybrid(DRAWN if is_xml else PAGE, invoice), docid=docid)

    monkeypatch.setattr(Files, "read", read)
    pdf, xml = day.put("pdf", "a.pdf"), day.put(XML, "b.xml")
    day.work()
    assert day.job(pdf).state is JobState.DELIVERED
    assert (day.job(xml).state is JobState.JOINED) is joined
    (result,) = day.results()
    assert result["revision"] == 1


def test_what_was_joined_is_read_anew_in_both_files(day: InvoiceDay) -> None:
    xml, pdf = day.mail(("a.xml", XML), ("a.pdf", "pdf"))
    day.work()
    day.store.database.execute("update documents set reading = 'before'")
    day.store.restart(day.job(pdf))
    day.work()
    (result,) = day.results()
    assert result["revision"] == 2 and is_whole(result)
    assert all(day.store.is_read(docid, reading=VERSIONS.reading) for docid in (xml, pdf))


def test_a_death_at_any_statement_delivers_the_invoice_once(
    tmp_path: Path, day: InvoiceDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = Database.execute
    number, whole = 0, False
    while not whole:
        number += 1
        left = number

        def dying(database: Database, sql: str, values: Any = None) -> int:
            nonlocal left
            left -= 1
            if not left:
                raise Killed
            return execute(database, sql, values)

        folder = tmp_path / str(number)
        folder.mkdir()
        again = InvoiceDay(folder)
        again.policy = AcceptancePolicy()
        xml = again.put(XML, "a.xml")
        again.work()
        pdf = again.put("pdf", "b.pdf")
        with monkeypatch.context() as patch:
            patch.setattr(Database, "execute", dying)
            try:
                again.work()
                whole = True
            except Killed:
                again.store.end_leases()
        again.work()
        assert again.states(xml, pdf) == [JobState.DELIVERED, JobState.JOINED]
        (result,) = again.results()
        assert result["revision"] == 2 and is_whole(result)
        again.store.close()
    assert number > 10
