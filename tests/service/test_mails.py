"""A day with mails: what is attached arrives once, wherever the appliance is killed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from email.message import EmailMessage
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest
from crash import Acts, Killed, watched
from made_up_day import Day

import appliance.delivery
from appliance.domain.results import ENDS, JobState
from appliance.intake.intake import Intake
from appliance.records.database import Database
from appliance.records.evidence import EvidenceDraws, SamplingPlan
from appliance.records.history import History
from appliance.records.mails import Mails
from appliance.records.queue import ClerkQueue
from appliance.service.verify import Discrepancy, verify
from bench.mails import Paper, internet_mail, mails, office_file, zipped_files
from bench.outlook import OutlookFile, OutlookMail

PDF = b"%PDF-1.4 invoice"
OTHER = b"%PDF-1.4 other"


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    day = Day(tmp_path)
    yield day
    day.store.close()


def docid_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def drop(day: Day, name: str, content: bytes, doctype: str = "receipt") -> str:
    docid = day.archive.put_bytes(content, name)
    day.now += 1
    day.store.record(docid, doctype, name, now=day.now)
    return docid


def outlook(
    *files: tuple[str, bytes | OutlookMail],
    text: str = "See there.",
    address: str = "a@acme.example",
) -> OutlookMail:
    enclosed = tuple(OutlookFile(name, content) for name, content in files)
    return OutlookMail("Acme", address, "March", text, message_id="<1@acme>", files=enclosed)


def states(day: Day) -> Counter[str]:
    return Counter(job.state for job in day.store.jobs())


def results(day: Day) -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in day.delivered()]


def problems(day: Day) -> list[Discrepancy]:
    """But those that are no harm."""
    inbox = day.folder / "inbox"
    found = verify(
        day.archive,
        inbox,
        day.folder / "outbox",
        day.quarantine,
        day.store,
        mailed=Mails(day.store).noted,
    )
    return [one for one in found if not one.harmless]


def test_what_is_attached_becomes_documents_that_say_where_they_came_from(day: Day) -> None:
    mail = outlook(("a.pdf", PDF), ("b.pdf", OTHER), ("prices.xlsx", office_file())).saved()
    docid = drop(day, "march/mail.msg", mail)
    day.work()
    assert states(day) == {JobState.OPENED: 1, JobState.DELIVERED: 1, JobState.HELD: 1}
    assert day.job(docid).reason == "2 documents; not read: prices.xlsx"
    assert day.store.arrivals(docid_of(PDF)) == ["march/a.pdf"]
    (result,) = results(day)
    assert result["mail"] == {
        "from": "Acme <a@acme.example>",
        "subject": "March",
        "date": None,
        "message_id": "<1@acme>",
    }
    schema = Path(appliance.delivery.__file__).with_name("result.schema.json")
    jsonschema.validate(result, json.loads(schema.read_text("utf-8")))
    assert day.archive.intact(docid)
    assert problems(day) == []


def test_a_date_that_there_is_not_keeps_no_document_of_the_mail_from_its_delivery(day: Day) -> None:
    mail = EmailMessage()
    mail["From"], mail["Date"] = "a@acme.example", "Fri, 31 Dec 9999 23:59:59 -1200"
    mail.set_content("as agreed")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="a.pdf")
    drop(day, "mail.eml", mail.as_bytes())
    day.work()
    (result,) = results(day)
    assert result["mail"]["date"] is None


def test_what_did_not_come_by_mail_says_so(day: Day) -> None:
    day.drop()
    day.work()
    assert [result["mail"] for result in results(day)] == [None]


def test_without_attachments_the_mail_is_the_document(day: Day) -> None:
    docid = drop(day, "order.msg", outlook().saved())
    day.work()
    assert states(day) == {JobState.HELD: 1}
    document = day.store.document(docid)
    assert document
    assert [word.text for word in document.pages[0].words][-2:] == ["See", "there."]
    assert [mail.subject for mail in Mails(day.store).origins(docid)] == ["March"]


def test_one_attachment_in_two_mails_is_one_document_with_two_arrivals(day: Day) -> None:
    for number in range(2):
        drop(day, f"{number}.msg", outlook(("a.pdf", PDF), text=str(number)).saved())
    day.work()
    assert states(day) == {JobState.OPENED: 2, JobState.DELIVERED: 1}
    assert day.store.arrivals(docid_of(PDF)) == ["a.pdf", "a.pdf"]
    assert len(Mails(day.store).origins(docid_of(PDF))) == 2
    assert day.store.repeats() == 1


def test_a_mail_that_is_dropped_or_processed_again_brings_nothing_twice(day: Day) -> None:
    mail = outlook(("a.pdf", PDF)).saved()
    docid = drop(day, "a.msg", mail)
    day.work()
    drop(day, "again.msg", mail)
    day.store.restart(day.job(docid))
    day.work()
    assert states(day) == {JobState.OPENED: 1, JobState.DELIVERED: 1}
    assert day.store.arrivals(docid_of(PDF)) == ["a.pdf"]


def test_a_mail_within_a_mail_is_opened_and_one_within_that_is_named(day: Day) -> None:
    innermost = outlook(("deep.pdf", OTHER), address="c@acme.example")
    inner = outlook(("a.pdf", PDF), ("inner.eml", innermost), address="b@acme.example")
    drop(day, "fw.msg", outlook(("forwarded.eml", inner)).saved())
    day.work()
    assert states(day) == {JobState.OPENED: 2, JobState.DELIVERED: 1}
    reasons = {job.reason for job in day.store.jobs(JobState.OPENED)}
    assert reasons == {"1 document", "1 document; not read: inner.eml"}
    first, *_ = Mails(day.store).origins(docid_of(PDF))
    assert first.address == "b@acme.example"


def test_mails_that_hold_nothing_but_mails_end_in_words(day: Day) -> None:
    mail = outlook(("innermost.eml", outlook(("a.pdf", PDF))))
    drop(day, "fw.msg", outlook(("inner.eml", mail)).saved())
    day.work()
    assert states(day) == {JobState.OPENED: 1, JobState.FAILED: 1}
    (reason,) = (day.folder / "failed").glob("*.reason.txt")
    assert "save the innermost e-mail" in reason.read_text()


def test_a_mail_of_no_kind_waits_and_gives_its_kind_to_what_is_attached(day: Day) -> None:
    docid = drop(day, "a.msg", outlook(("a.pdf", PDF)).saved(), doctype="")
    day.work()
    assert states(day) == {JobState.HELD: 1}
    day.store.restart(day.job(docid), doctype="receipt")
    day.work()
    assert states(day) == {JobState.OPENED: 1, JobState.DELIVERED: 1}


def test_a_mail_that_is_opened_is_no_evidence(tmp_path: Path) -> None:
    with closing_day(tmp_path, evidence=SamplingPlan(first=1, then=1)) as day:
        docid = drop(day, "a.msg", outlook(("a.pdf", PDF)).saved())
        day.work()
        drawn = day.store.database.rows("select docid from evidence where drawn")
        assert [row["docid"] for row in drawn] == [docid_of(PDF)]
        assert EvidenceDraws(day.store, SamplingPlan()).draw(day.job(docid_of(PDF)), now=0)
        assert docid != docid_of(PDF)


def test_a_refused_mail_lies_in_failed_and_is_tried_again_when_it_comes_again(day: Day) -> None:
    docid = drop(day, "a.msg", outlook(("winmail.dat", b"\x78\x9f\x3e\x22rest")).saved())
    day.work()
    assert states(day) == {JobState.FAILED: 1}
    assert day.quarantine.find("a.msg", docid)
    assert problems(day) == []


def test_documents_are_found_by_what_their_mails_say(day: Day) -> None:
    drop(day, "a.msg", outlook(("a.pdf", PDF), ("b.pdf", OTHER)).saved())
    day.drop()
    day.work()
    found = History(day.store).find(["ACME.example", "march"], most=9)
    delivered = {job.source for job in day.store.jobs(JobState.DELIVERED)}
    assert {entry.job.source for entry in found} == {"a.msg"} | delivered & {"a.pdf", "b.pdf"}
    (waiting, *_) = ClerkQueue(day.store).waiting(now=day.now)
    assert [mail.address for mail in waiting.mails] == ["a@acme.example"]


# Kills


@contextmanager
def closing_day(folder: Path, **more: Any) -> Iterator[Day]:
    day = Day(folder, **more)
    with closing(day.store):
        yield day


def intake(day: Day) -> Intake:
    (day.folder / "inbox/receipt").mkdir(parents=True, exist_ok=True)
    return Intake(
        day.folder / "inbox", day.archive, day.store, doctypes=lambda: ["receipt"], settle=0.0
    )


@contextmanager
def dying(number: int) -> Iterator[Callable[[], int]]:
    """At the act of this number, of those on the disk and in the database; gives how many acts
    there were. What is read changes nothing."""
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        if done > number:
            raise Killed

    def before_act(_: int, act: str, argument: Any) -> None:
        if act != "read":
            count()

    execute = Database.execute

    def counted(database: Database, sql: str, values: Any = None) -> int:
        count()
        changed = execute(database, sql, values)
        count()
        return changed

    with watched(before_act) as acts, pytest.MonkeyPatch.context() as patch:
        assert isinstance(acts, Acts)
        patch.setattr(Database, "execute", counted)
        yield lambda: done


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_a_death_at_any_act_loses_and_doubles_no_attachment(tmp_path: Path, step: int) -> None:
    zipped = zipped_files([Paper("b.pdf", OTHER)])
    inner = outlook(("a.pdf", PDF), ("c.pdf", PDF + b"c"))
    mail = outlook(("a.pdf", PDF), ("z.zip", zipped), ("inner.eml", inner), text="").saved()
    number, ended = 0, False
    while not ended:
        folder = tmp_path / str(number)
        folder.mkdir()
        ended = killed_day(folder, mail, number)
        with closing_day(folder) as day:
            assert problems(day) == []  # also while it lies half done
            day.store.end_leases()
            intake(day).look(now=2000)
            day.work()
            documents = {docid_of(content) for content in (PDF, OTHER, PDF + b"c")}
            ends = {job.docid: job.state for job in day.store.jobs()}
            assert {docid for docid, state in ends.items() if state is not JobState.OPENED} == (
                documents
            )
            assert set(ends.values()) <= ENDS
            arrived = Counter(source for docid in documents for source in day.store.arrivals(docid))
            assert arrived == {"a.pdf": 1, "b.pdf": 1, "c.pdf": 1}
            assert len(results(day)) == len({result["docid"] for result in results(day)})
            assert all(day.archive.intact(docid) for docid in ends)
            assert problems(day) == []
        number += step
    assert number > 100


def killed_day(folder: Path, mail: bytes, number: int) -> bool:
    """Did it end before it could be killed?"""
    with closing_day(folder) as day:
        looks = intake(day)
        (folder / "inbox/receipt/m.msg").write_bytes(mail)
        try:
            with dying(number):
                looks.look(now=1000)
                day.work()
        except Killed:
            return False
    return True


@pytest.mark.parametrize("seed", range(4))
def test_two_hundred_mails_are_all_opened(tmp_path: Path, seed: int) -> None:
    papers = [Paper(f"{at}.pdf", b"%PDF-1.4 " + bytes([48 + at]) * 9) for at in range(40)]
    made = mails(papers, 50, Random(seed))
    with closing_day(tmp_path) as day:
        looks = intake(day)
        for mail in made:
            (tmp_path / "inbox/receipt" / mail.name).write_bytes(mail.content)
        looks.look(now=1000)
        day.work()
        opened = {job.docid for job in day.store.jobs(JobState.OPENED)}
        assert len(opened) == len(made) + sum(mail.inner for mail in made)
        wanted = {docid_of(paper.content) for mail in made for paper in mail.papers}
        assert {job.docid for job in day.store.jobs()} - opened == wanted
        assert problems(day) == []


def test_a_made_up_mail_is_the_same_from_the_same_seed() -> None:
    one, other = (internet_mail(0, [Paper("a.pdf", PDF)], Random(7)) for _ in range(2))
    assert one == other
