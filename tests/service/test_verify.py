from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from crash import deep

from appliance.domain.blockers import Blocker
from appliance.domain.errors import DocumentError
from appliance.domain.results import Job, JobState
from appliance.intake.archive import Archive
from appliance.intake.intake import Intake
from appliance.intake.quarantine import Quarantine
from appliance.records.store import Store
from appliance.service.verify import Discrepancy, verify


class Home:
    def __init__(self, folder: Path) -> None:
        self.inbox, self.outbox = folder / "inbox", folder / "outbox"
        self.inbox.mkdir()
        self.archive = Archive(folder / "archive")
        self.quarantine = Quarantine(folder / "failed")
        self.store = Store(folder / "appliance.db")
        self.intake = Intake(
            self.inbox,
            self.archive,
            self.store,
            doctypes=lambda: [],
            default_type="receipt",
            settle=0,
        )

    def arrive(self, name: str) -> Job:
        (self.inbox / name).write_text(f"content of {name}")
        (taken,) = self.intake.look(now=1000).taken
        (job,) = self.store.find(taken.docid)
        return job

    def deliver(self, job: Job) -> Path:
        delivery = self.store.begin_delivery(job, path=f"receipt/{job.source}.json")
        path = self.outbox / delivery.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"docid": job.docid}))
        self.store.finish_delivery(job, delivery, now=1001)
        return path

    def fail(self, job: Job) -> Path:
        error = DocumentError("it has no pages")
        original = self.archive.path(job.docid)
        path = self.quarantine.put(
            original, name=job.source, docid=job.docid, error=error, now=1002
        )
        self.store.fail(job, reason=str(error))
        return path

    def verify(self) -> list[Discrepancy]:
        return verify(self.archive, self.inbox, self.outbox, self.quarantine, self.store)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path)
    yield home
    home.store.close()


def only(problems: list[Discrepancy]) -> Discrepancy:
    (problem,) = problems
    assert problem.hint
    return problem


def test_an_empty_home_is_well(home: Home) -> None:
    assert home.verify() == []


def test_a_home_after_a_day_of_work_is_well(home: Home) -> None:
    home.arrive("arrived.pdf")
    home.deliver(home.arrive("delivered.pdf"))
    home.fail(home.arrive("failed.pdf"))
    assert [job.state for job in home.store.jobs()].count(JobState.ARRIVED) == 1
    assert home.verify() == []


def test_changed_bytes_in_the_archive_are_found(home: Home) -> None:
    path = home.archive.path(home.arrive("a.pdf").docid)
    path.write_text("changed")
    problem = only(home.verify())
    assert (problem.where, problem.harmless) == (str(path), False)


def test_a_document_without_its_archived_file_is_found(home: Home) -> None:
    home.archive.path(home.arrive("a.pdf").docid).unlink()
    assert only(home.verify()).where.startswith("a.pdf ")


def test_the_file_of_a_document_that_only_a_site_has_is_not_missed(home: Home) -> None:
    docid = home.arrive("a.pdf").docid
    home.store.database.execute("delete from arrivals")
    home.archive.path(docid).unlink()
    assert home.verify() == []


def test_an_archived_file_that_the_database_does_not_know_is_found(
    home: Home, tmp_path: Path
) -> None:
    stray = tmp_path / "stray"
    stray.write_text("stray")
    docid = home.archive.put(stray)
    assert only(home.verify()).where == str(home.archive.path(docid))


@pytest.mark.parametrize("name", ["notes.txt", "ab/notes.txt"])
def test_a_foreign_file_in_the_archive_is_found(home: Home, name: str) -> None:
    path = home.archive.root / name
    path.parent.mkdir(parents=True)
    path.write_text("notes")
    assert only(home.verify()).where == str(path)


def test_what_a_crash_left_between_inbox_and_archive_is_told_as_harmless(home: Home) -> None:
    (home.inbox / "a.pdf").write_text("content")
    claim = home.intake._claims.claim(Path("a.pdf"), now=1000)
    assert claim
    home.archive.put(claim.path)
    problem = only(home.verify())
    assert (problem.where, problem.harmless) == (str(claim.path), True)
    home.intake.look(now=1001)
    assert home.verify() == []


def test_a_collected_result_is_told_as_harmless(home: Home) -> None:
    home.deliver(home.arrive("a.pdf")).unlink()
    assert only(home.verify()).harmless


@pytest.mark.parametrize("content", ["", "{", "[]", '{"docid": "another"}'])
def test_a_result_that_is_not_the_documents_is_found(home: Home, content: str) -> None:
    home.deliver(home.arrive("a.pdf")).write_text(content)
    assert not only(home.verify()).harmless


def test_a_delivery_that_is_on_no_record_is_found(home: Home) -> None:
    job = home.arrive("a.pdf")
    home.store._move(job, JobState.DELIVERED)
    problem = only(home.verify())
    assert problem.where.startswith("a.pdf ") and "appliance retry" in problem.hint
    assert not problem.harmless


def test_a_failed_document_that_somebody_took_is_told_as_harmless(home: Home) -> None:
    home.fail(home.arrive("a.pdf")).unlink()
    assert only(home.verify()).harmless


def test_a_delivered_document_that_still_lies_with_the_failed_is_found(home: Home) -> None:
    job = home.arrive("a.pdf")
    path = home.fail(job)
    home.deliver(job)
    assert only(home.verify()).where == str(path)


def test_a_failed_file_of_which_nobody_knows_is_found(home: Home, tmp_path: Path) -> None:
    stray = tmp_path / "stray"
    stray.write_text("stray")
    path = home.quarantine.put(
        stray, name="stray.pdf", docid="f" * 64, error=DocumentError("at fault"), now=1
    )
    assert only(home.verify()).where == str(path)


def test_a_document_that_is_taken_back_meanwhile_is_no_problem(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = home.arrive("rejected.pdf")
    home.fail(job)
    real = home.store.jobs

    def jobs() -> Iterator[Job]:
        """A clerk takes it back between the look at the files and the look at the rows."""
        home.quarantine.remove(job.source, job.docid)
        home.store.hold(job, Blocker("any", "opened again"))
        return real()

    monkeypatch.setattr(home.store, "jobs", jobs)
    assert home.verify() == []


@pytest.mark.skipif(os.name != "posix", reason="Windows knows no paths that long")
def test_c1_folders_too_deep_are_no_end_of_verify(home: Home) -> None:
    home.arrive("a.txt")
    with deep(home.inbox / ".taken", 2000):
        (problem,) = home.verify()
    assert "/.taken/" in problem.where and not problem.harmless


def test_b2_a_result_that_was_delivered_outside_the_outbox_is_told(
    home: Home, tmp_path: Path
) -> None:
    job, path = home.arrive("a.txt"), tmp_path / "a.json"
    path.write_text(json.dumps({"docid": job.docid}))
    delivery = home.store.begin_delivery(job, path=str(path))
    home.store.finish_delivery(job, delivery, now=1001)
    (problem,) = home.verify()
    assert problem.where.startswith("a.txt ") and str(path) in problem.message
    assert "appliance retry" in problem.hint
