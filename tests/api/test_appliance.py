from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from made_up_day import TEXT
from typer.testing import CliRunner
from worked_home import WorkedHome

from appliance import Appliance, ApplianceError, RefusedError, TakenError
from appliance.cli.main import app
from appliance.domain.errors import ConfigError, DoctypeError, DocumentError, HomeError
from appliance.intake.archive import digest
from appliance.records.evidence import SamplingPlan
from appliance.records.reviews import Reviews
from appliance.service import wiring
from appliance.settings.config import Settings

VALUES = {"company": "ACME", "number": "A-77", "total": "8.00"}


@pytest.fixture
def worked(tmp_path: Path) -> Iterator[WorkedHome]:
    worked = WorkedHome(tmp_path / "home")
    with closing(worked):
        yield worked


@pytest.fixture
def office(worked: WorkedHome) -> Iterator[Appliance]:
    """Each time that it pauses, somebody works off the inbox."""
    with Appliance(worked.folder, pause=lambda seconds: worked.work()) as office:
        yield office


def paper(worked: WorkedHome, text: str = "one", name: str = "paper.txt") -> Path:
    path = worked.folder.parent / name
    path.write_text(text)
    return path


def held(worked: WorkedHome, office: Appliance, text: str = "one") -> str:
    worked.asks.logprob = -1.0
    docid = office.submit(paper(worked, text), "receipt").docid
    assert office.wait(docid).stage == "held"
    return docid


def test_what_a_program_drops_is_delivered_and_it_gets_the_result(
    worked: WorkedHome, office: Appliance
) -> None:
    path = paper(worked)
    ticket = office.submit(path, "receipt")
    assert (ticket.docid, ticket.again) == (digest([b"one"]), False)
    assert [one.name for one in (worked.home.inbox / "receipt").iterdir()] == ["paper.txt"]
    state = office.wait(ticket)
    assert state.ended and state.stage == "delivered" and state.result
    assert state.result.values == {"company": "ACME", "number": "A-77", "total": "9.00"}
    assert (state.result.rows, state.result.source) == ([], "paper.txt")
    assert path.exists()


def test_the_same_file_twice_is_told_and_delivered_once(
    worked: WorkedHome, office: Appliance
) -> None:
    path = paper(worked)
    first = office.submit(path, "receipt")
    waiting = office.submit(path, "receipt")
    assert (waiting.again, waiting.source) == (True, "paper.txt")
    assert office.wait(waiting).stage == "delivered"
    done = office.submit(path, "receipt")
    assert done.again and done.docid == first.docid
    assert office.wait(done).stage == "delivered" and len(worked.delivered()) == 1


def test_the_same_bytes_as_two_types_are_two_documents_and_each_is_waited_for(
    worked: WorkedHome, office: Appliance
) -> None:
    path = paper(worked)
    first = office.submit(path, "receipt")
    second = office.submit(path, "supplier_invoice")
    (worked.home.inbox / "supplier_invoice" / second.source).unlink()  # it is taken later
    assert office.wait(first).doctype == "receipt"
    state = office.wait(second, timeout=0)
    assert (state.doctype, state.ended) == ("supplier_invoice", False)


def test_no_file_of_another_program_is_replaced(worked: WorkedHome, office: Appliance) -> None:
    office.submit(paper(worked, "one"), "receipt")
    other = office.submit(paper(worked, "two"), "receipt")
    assert other.source == "paper (2).txt"
    lie = sorted((worked.home.inbox / "receipt").iterdir())
    assert [path.read_text() for path in lie] == ["two", "one"]


def test_a_file_that_would_never_be_taken_is_refused_at_once(
    worked: WorkedHome, office: Appliance, tmp_path: Path
) -> None:
    for name, text in ((".paper", "one"), ("paper.part", "one"), ("empty.txt", "")):
        with pytest.raises(DocumentError):
            office.submit(paper(worked, text, name), "receipt")
    with pytest.raises(DocumentError):
        office.submit(tmp_path / "missing.pdf", "receipt")
    with pytest.raises(DoctypeError, match="reciept"):
        office.submit(paper(worked), "reciept")
    with pytest.raises(HomeError, match="no home"):
        Appliance(tmp_path)


def test_what_nobody_works_on_is_told_after_the_time_and_looked_at_twice_a_second(
    worked: WorkedHome,
) -> None:
    now, pauses = 0.0, []

    def pause(seconds: float) -> None:
        nonlocal now
        now += seconds
        pauses.append(seconds)

    with Appliance(worked.folder, clock=lambda: now, pause=pause) as office:
        state = office.wait(office.submit(paper(worked), "receipt").docid, timeout=2.2)
    assert not state.ended and "inbox" in state.reasons[0] and "appliance run" in state.reasons[1]
    assert len(pauses) == 5 and sum(pauses) == pytest.approx(2.2)


def test_a_document_that_failed_and_is_dropped_again_is_waited_for(
    worked: WorkedHome, office: Appliance
) -> None:
    worked.reads.error = DocumentError("It is torn.")
    path = paper(worked)
    failed = office.wait(office.submit(path, "receipt"))
    assert (failed.stage, failed.reasons) == ("failed", ("It is torn.",))
    worked.reads.error = None
    again = office.submit(path, "receipt")
    assert again.again and office.wait(again).stage == "delivered"


def test_an_email_is_opened_and_names_the_documents_that_came_in_it(
    worked: WorkedHome, office: Appliance
) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "billing@northwind.example", "March"
    mail.set_content("See there.")
    mail.add_attachment(b"%PDF-1.4 paper", "application", "pdf", filename="paper.pdf")
    state = office.wait(office.submit(paper(worked, mail.as_string(), "mail.eml"), "receipt"))
    assert (state.stage, state.documents) == ("opened", (digest([b"%PDF-1.4 paper"]),))
    assert office.wait(state.documents[0]).stage == "delivered"


def test_a_held_document_says_each_reason_and_is_delivered_with_the_values_of_a_program(
    worked: WorkedHome, office: Appliance
) -> None:
    docid = held(worked, office)
    (waiting,) = office.held()
    assert (waiting.docid, waiting.blind, waiting.station) == (docid, False, None)
    reasons = office.wait(docid).reasons
    assert len(reasons) == 3 and any(reason.startswith("total") for reason in reasons)

    office.approve(docid, VALUES, clerk="ERP")
    assert office.held() == [] and office.wait(docid).stage == "delivered"
    (result,) = office.results()
    assert result.values["total"] == "8.00" and result.json["fields"]["total"]["how"] == "clerk"
    (review,) = Reviews(worked.store).reviews(worked.job(docid))
    assert (review.clerk, review.blind) == ("ERP", False)
    said = {one.fieldtype: one.kind for one in Reviews(worked.store).corrections(worked.job(docid))}
    assert said == {"company": "confirmed", "number": "confirmed", "total": "changed"}


def test_a_held_document_gives_values_places_and_reasons(
    worked: WorkedHome, office: Appliance
) -> None:
    docid = held(worked, office)
    (waiting,) = office.held()
    assert waiting.values == {"company": "ACME", "number": "A-77", "total": "9.00"}
    assert {reason.field for reason in waiting.reasons} == {"company", "number", "total"}
    assert all(reason.code == "unsure" and reason.row is None for reason in waiting.reasons)
    ((line,), *_) = waiting.places("total")
    left, top, right, bottom = line["box"]
    assert line["page"] == 1 and 0 <= left < right <= 1 and 0 <= top < bottom <= 1
    assert (waiting.rows, waiting.pages) == ([], 1)
    assert waiting.file.read_bytes() == b"one"
    with pytest.raises(KeyError):
        waiting.places("tax")

    done = CliRunner().invoke(app, ["--home", str(worked.folder), "show", docid, "--json"])
    assert done.exit_code == 0, done.output
    shown = json.loads(done.output)
    assert (shown["docid"], shown["state"], shown["blind"]) == (docid, "held", False)
    assert shown["fields"]["total"]["places"] == [[line], *_]
    assert [one["message"] for one in shown["reasons"]] == [one.message for one in waiting.reasons]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (VALUES | {"total": "eight"}, 'total: "eight" is not a number'),
        (VALUES | {"tax": "1.00"}, "no field tax"),
        ({"company": "ACME", "number": "A-77"}, "total: The appliance is not sure"),
        (VALUES | {"company": " "}, "an empty text is no value"),
    ],
)
def test_what_a_program_gives_wrongly_is_refused_in_words_and_nothing_is_kept(
    worked: WorkedHome, office: Appliance, values: dict[str, str], words: str
) -> None:
    docid = held(worked, office)
    with pytest.raises(RefusedError, match=words) as refused:
        office.approve(docid, values, clerk="ERP")
    assert isinstance(refused.value, ApplianceError)
    (waiting,) = office.held()
    assert waiting.station is None and worked.work() == []
    office.approve(docid, VALUES, clerk="ERP")


def test_no_program_approves_evidence_nor_is_told_what_the_model_read(tmp_path: Path) -> None:
    worked = WorkedHome(tmp_path / "home", evidence=SamplingPlan(first=1, then=1))
    with (
        closing(worked),
        Appliance(worked.folder, pause=lambda seconds: worked.work()) as office,
    ):
        docid = held(worked, office)
        (waiting,) = office.held()
        assert waiting.blind and office.wait(docid).reasons == (waiting.reason,)
        assert (waiting.values, waiting.rows) == ({}, [])
        assert [reason.message for reason in waiting.reasons] == [waiting.reason]
        done = CliRunner().invoke(app, ["--home", str(worked.folder), "show", docid, "--json"])
        assert "9.00" not in done.output and json.loads(done.output)["fields"] == {}
        with pytest.raises(RefusedError, match="keys it without the model's values"):
            office.approve(docid, VALUES, clerk="ERP")
        assert not list(Reviews(worked.store).reviews(worked.job(docid)))


def test_a_clerk_who_has_it_in_hand_goes_first(worked: WorkedHome, office: Appliance) -> None:
    docid = held(worked, office)
    with wiring.desk(worked.home, Settings(), station="desk", clerk="Ann") as desk:
        (entry,) = desk.queue()
        assert desk.open(desk.load(entry))
        with pytest.raises(TakenError):
            office.approve(docid, VALUES, clerk="ERP")
    office.approve(docid, VALUES, clerk="ERP")
    with pytest.raises(TakenError, match="was approved|about to be delivered"):
        office.approve(docid, VALUES, clerk="ERP")


def test_results_begin_where_a_program_ended_and_pass_over_what_was_collected(
    worked: WorkedHome, office: Appliance, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("one", "two", "three"):
        monkeypatch.setattr("made_up_day.TEXT", [*TEXT[:3], f"{text}-7", *TEXT[4:]])
        office.wait(office.submit(paper(worked, text, f"{text}.txt"), "receipt"))
    every = list(office.results())
    assert [one.source for one in every] == ["one.txt", "two.txt", "three.txt"]
    assert list(office.results(since=every[0].delivered_at)) == every[1:]
    assert list(office.results("invoice")) == []
    every[1].path.unlink()
    assert [one.source for one in office.results("receipt")] == ["one.txt", "three.txt"]
    assert office.wait(every[1].docid).result is None
    with pytest.raises(ConfigError, match="time zone"):
        list(office.results(since=datetime(2026, 1, 1)))


def test_what_is_said_of_a_whole_document_is_for_a_person(
    worked: WorkedHome, office: Appliance
) -> None:
    office.wait(office.submit(paper(worked, "one"), "receipt"))
    scan = office.wait(office.submit(paper(worked, "the same, scanned again"), "receipt"))
    assert scan.stage == "held"
    with pytest.raises(RefusedError, match="paper.txt") as refused:
        office.approve(scan.docid, VALUES | {"total": "9.00"}, clerk="ERP")
    assert "appliance review" in refused.value.hint


def test_only_the_newest_revision_is_a_result(worked: WorkedHome, office: Appliance) -> None:
    docid = held(worked, office)
    office.approve(docid, VALUES, clerk="ERP")
    first = office.wait(docid).result
    assert first and first.revision == 1
    worked.store.restart(worked.job(docid))
    worked.work()
    office.approve(docid, VALUES | {"total": "9.00"}, clerk="ERP")
    assert office.wait(docid).stage == "delivered"
    (newest,) = office.results(since=first.delivered_at)
    assert (newest.revision, newest.values["total"]) == (2, "9.00")


def test_a_program_that_imports_the_appliance_loads_nothing_of_it_until_it_asks() -> None:
    code = (
        "import sys, appliance\n"
        "assert [one for one in sys.modules if one.startswith('appliance.')] == []\n"
        "from appliance import Appliance\n"
        "assert not {'textual', 'llama_cpp', 'typer', 'scipy'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_docid_that_is_none_is_told(office: Appliance) -> None:
    with pytest.raises(ConfigError, match="no docid"):
        office.wait("paper.txt")
    with pytest.raises(ConfigError, match="there is no document"):
        office.approve("a" * 64, VALUES, clerk="ERP")


def test_the_report_counts_what_a_program_approved_apart_and_not_in_seconds(
    worked: WorkedHome, office: Appliance
) -> None:
    docid = held(worked, office)
    office.approve(docid, VALUES, clerk="ERP")
    assert office.wait(docid).stage == "delivered"
    done = CliRunner().invoke(app, ["--home", str(worked.folder), "report", "--days", "36500"])
    assert done.exit_code == 0, done.output
    page = worked.home.report.read_text("utf-8")
    assert "Programs approved 1 document; that is no clerk" in page
    assert "No clerk approved a document in these days." in page
    assert "delivered after a program approved" in page
