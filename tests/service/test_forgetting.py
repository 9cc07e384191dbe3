"""What is forgotten stands nowhere in the home any more, and all else is as it was."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from made_up_day import DOCTYPE, VERSIONS
from made_up_evidence import Sampled
from tuned_homes import TunedHome, write_header_only
from typer.testing import CliRunner

from appliance.cli.json_log import noting
from appliance.cli.main import app
from appliance.domain.delivery import DeliveryPlan, FileFormat
from appliance.domain.doctype import AccuracyTarget
from appliance.domain.errors import DocumentError, StoreError
from appliance.domain.mail import MailOrigin
from appliance.domain.results import Job, JobState, ModelVersion
from appliance.domain.sender_rulings import (
    SenderForgotten,
    SenderImported,
    SenderRenamed,
    SendersMerged,
    SenderTold,
)
from appliance.domain.senders import KnownSender, SenderCard, ToldSender, ToldValue
from appliance.intake.claim import Claims
from appliance.intake.intake import ScanResult
from appliance.intake.scan import SkippedFile
from appliance.judgement.policy import AcceptancePolicy, uniform_policy
from appliance.judgement.score import ScoreModel, typicality
from appliance.learning.models import bundles
from appliance.learning.models.received import ReceivedVersions
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import ADAPTER, MODEL
from appliance.learning.night.collect import DatasetSummary
from appliance.learning.night.folder import NightFolder, NightPlan
from appliance.learning.night.status import PLAN
from appliance.learning.trainer import tuning
from appliance.promise.calibration_job import renew
from appliance.promise.evidence_answers import EvidenceAnswers
from appliance.promise.policies import PolicyStore, keep, read
from appliance.records.erasures import OF_DOCUMENTS, Erasures
from appliance.records.mails import MailedFile, Mails
from appliance.records.queue import ClerkQueue
from appliance.records.reviews import Reviews
from appliance.records.sender_list import SenderList
from appliance.records.sender_rows import OF_SENDERS
from appliance.records.store import Store
from appliance.records.told_senders import ToldSenders
from appliance.senders.directory import SenderDirectory
from appliance.service import wiring
from appliance.service.keeping import forget_due
from appliance.service.pipeline import StepResult
from appliance.settings.config import LogSettings
from appliance.settings.home import Home
from appliance.system.fault_points import DIES_AT
from bench.chance_adapter import TRAINING
from bench.living.erasure import holds

TERMS = AccuracyTarget(0.8, 0.8)
DOCUMENTS = 10
GOES = 7
"""Number of the document that most tests forget."""


def text(number: int) -> str:
    return f"Company Zyx{number:02}\u00fc Number K{number:02}777 Total 4{number:02}9.25 Cash 1.50"


def words(number: int) -> list[bytes]:
    """Of the document with this number alone, as they stand in any file: in any case, and whether
    the letter behind them is written as UTF-8 or escaped."""
    return [f"zyx{number:02}".encode(), f"k{number:02}777".encode(), f"4{number:02}9.25".encode()]


class House(Sampled):
    """A home in which documents were read, answered, delivered, keyed, and proved something."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder)
        self.home.make()
        super().__init__(folder)
        (self.models / "m1").rmdir()
        self.plan = DeliveryPlan((FileFormat.CSV, FileFormat.XLSX), command=("true",))
        self.policy = uniform_policy(DOCTYPE, 0.5)
        self.registry = Registry(self.home.models)

    def furnish(self) -> None:
        given = self.folder / "model.gguf"
        given.write_bytes(b"GGUF and so on")
        self.registry.promote(self.registry.add(given))
        given.unlink()
        for number in range(DOCUMENTS):
            self.dropped(text(number))
        self.work()
        for docid in self.docids:
            self.key(docid)
        SenderDirectory(self.store).learn()
        self.prove()
        self.log()

    @property
    def docids(self) -> list[str]:
        """By number."""
        jobs = sorted(self.store.jobs(), key=lambda job: job.source)
        return [job.docid for job in jobs if "Cash" in job.source]

    @property
    def name(self) -> str:
        """Of the version that learned nothing here."""
        return next(name for name in self.registry.names() if name.startswith("model-"))

    def dropped(self, said: str) -> str:
        docid = self.drop(said)
        (self.folder / f"{said}.txt").unlink()
        return docid

    def log(self) -> None:
        """In several files."""
        settings = LogSettings(json_lines=True, megabytes=0.001)
        with noting(self.home.log, settings, lambda event: None) as report:
            for job in self.store.jobs():
                stays = SkippedFile(Path(job.source), f"{job.source} is being written", "")
                report(ScanResult((), (stays,), None))
                report(StepResult(job, job.state))

    def prove(self) -> None:
        """By answers that a night asked for; the score knows words of all that it was fitted on."""
        answers = EvidenceAnswers(self.name, self.models, self.store, VERSIONS)
        said = []
        for docid in self.docids:
            document = self.store.document(docid)
            assert document
            answer = self.asks.extract(document, DOCTYPE)
            answers.keep(document, DOCTYPE, answer, seconds=1.0)
            said += [(field.fieldtype, field.text or "") for field in answer.fields]
        self.promise()
        found = read(self.models / self.name)
        weights = ScoreModel(typicality(said), {}, (), (), (), (), 0.0)
        types = {name: replace(one, weights=weights) for name, one in found.types.items()}
        keep(replace(found, types=types), self.models / self.name)

    def promise(self) -> None:
        promised = [(DOCTYPE, TERMS)]
        renew(self.name, self.models, self.store, promised, versions=VERSIONS, now=self.now)

    def learned(
        self, name: str, *numbers: int, noted: bool = True, origin: str = ""
    ) -> ModelVersion:
        """A version that learned from these documents, here or elsewhere."""
        folder = self.models / ".made" / name
        folder.mkdir(parents=True)
        (folder / ADAPTER).write_bytes(b"GGUF adapter " + name.encode())
        (folder / MODEL).write_bytes(b"GGUF " + name.encode())
        docids = tuple(self.docids[number] for number in numbers)
        self.now += 1000
        training = replace(TRAINING, docids=docids if noted else (), labelled_at=self.now)
        made = ModelVersion(
            name, "", "", ("acme",), self.name, "Q8_0", training=training, made_at=self.now
        )
        return self.registry.publish(folder, replace(made, origin=origin))

    def command(self, *said: str) -> Result:
        return command(self.folder, *said)

    def holds(self, *sought: bytes) -> dict[str, list[bytes]]:
        return holds(self.folder, sought)


def command(folder: Path, *said: str) -> Result:
    return CliRunner().invoke(app, ["--home", str(folder), *said])


def rows(store: Store, *, without: str) -> dict[str, list[dict[str, Any]]]:
    """Of all tables that name documents, but for this one."""
    tables = store.database.rows("select name from sqlite_master where type = 'table'")
    # Made anew, with other numbers for senders; and what stays, and says nothing.
    left_out = {"sender_documents", "replays", "audit"}
    return {
        table: [row for row in found if row.get("docid") != without]
        for table in (row["name"] for row in tables)
        if table not in left_out
        for found in [store.database.rows(f"select * from {table}")]
        if "docid" in (found[0] if found else ())
    }


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied."""
    folder = tmp_path_factory.mktemp("furnished") / "home"
    house = House(folder)
    house.furnish()
    house.close()
    return folder


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Iterator[House]:
    house = House(shutil.copytree(furnished, tmp_path / "home"))
    yield house
    house.close()


def test_no_word_of_a_forgotten_document_is_in_any_file_of_the_home(house: House) -> None:
    goes = house.docids[GOES]
    sought = [*words(GOES), goes.encode(), goes[:8].encode()]
    before = house.holds(*sought)
    champion = f"models/{house.name}"
    for name in ("appliance.db", f"{champion}/answers.jsonl", f"{champion}/promise.json"):
        assert any(word in before.get(name, ()) for word in words(GOES)), (name, before)
    assert f"archive/{goes[:2]}/{goes}" in before
    house.home.report.write_bytes(words(GOES)[0])
    assert any(name.startswith("outbox/receipt/") for name in before)

    told = house.command("forget", goes[:12], "--results", "--yes", "--because", "asked to")
    assert told.exit_code == 0, told.output
    assert house.holds(*sought) == {}
    assert house.holds(*words(GOES + 1))
    assert house.command("verify").output.strip().endswith("all files and rows agree")
    listed = json.loads(house.command("forget", "--list", "--json").output)
    assert [(one["documents"], one["chosen"], one["why"]) for one in listed] == [
        (1, "named", "asked to")
    ]


def test_all_other_documents_stay_as_they_were(house: House) -> None:
    goes = house.docids[GOES]
    before = rows(house.store, without=goes)
    replays = "select docid from replays"  # compressed: no search for words looks into them
    assert house.store.database.rows(replays)
    senders = SenderList(house.store)
    known = [one for one in senders.entries() if "07" not in one.party]
    mark = [path.read_bytes() for path in house.archive.files() if path.name != goes]
    assert house.command("forget", goes, "--yes").exit_code == 0
    assert rows(house.store, without=goes) == before
    assert house.store.database.rows(replays) == []
    assert [path.read_bytes() for path in house.archive.files()] == mark
    assert senders.entries() == known
    gone = Job(goes, "receipt", JobState.DELIVERED, "7.txt", 1.0)
    assert Reviews(house.store).whereabouts(gone, now=1.0) == "was forgotten"
    corrections = house.store.database.rows("select count(*) n from corrections")
    assert corrections == [{"n": 3 * (DOCUMENTS - 1)}]


def test_what_may_be_accepted_waits_to_be_computed_anew_and_holds_since_when_it_did(
    house: House,
) -> None:
    since = [one.since for one in read(house.models / house.name).types["receipt"].grants]
    assert since and any(
        one.proven for one in read(house.models / house.name).types["receipt"].grants
    )
    house.command("forget", house.docids[GOES], "--yes")
    kept = read(house.models / house.name)
    assert [one.since for one in kept.types["receipt"].grants] == since
    assert not PolicyStore(house.models)(house.name, "receipt", VERSIONS).bounds
    house.now += 1e6
    house.promise()
    anew = read(house.models / house.name).types["receipt"].grants
    assert [one.since for one in anew] == since and any(one.proven for one in anew)


def test_no_table_that_names_documents_is_left_out(house: House) -> None:
    """Nor one that names senders. A table that a later step of the schema makes has to be named
    there."""
    named = house.store.database.rows(
        """
        select tables.name from pragma_table_list tables, pragma_table_info(tables.name) columns
         where columns.name in ('docid', 'party', 'sender')
        """
    )
    assert {row["name"] for row in named} <= {*OF_DOCUMENTS, *OF_SENDERS, "audit"}


def test_the_number_of_a_review_that_is_gone_never_comes_again(house: House) -> None:
    (last,) = house.store.database.rows("select max(id) n from reviews")
    house.command("forget", house.docids[-1], "--yes")
    house.key(house.docids[0])
    (new,) = house.store.database.rows("select max(id) n from reviews")
    assert new["n"] > last["n"]


def test_nothing_that_is_only_added_to_is_deleted_without_its_tombstone(house: House) -> None:
    database, goes = house.store.database, house.docids[GOES]
    house.command("forget", house.docids[0], "--yes")
    for table in ("reviews", "corrections", "evidence", "erasures", "lots"):
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            database.execute(f"delete from {table}")
    database.execute("insert into erasing values (999, 'document', ?)", [goes])
    with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
        database.execute("delete from evidence where docid = ?", [goes])


def test_a_result_stays_in_the_outbox_unless_it_is_to_go_too(house: House) -> None:
    delivered = house.delivered()
    told = house.command("forget", house.docids[GOES], "--yes")
    assert "--results removes it too" in " ".join(told.output.split())
    assert house.delivered() == delivered


def test_a_result_that_was_staged_and_never_noted_goes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*arguments: object, **named: object) -> None:
        raise StoreError("the database is busy")

    monkeypatch.setattr(house.store, "begin_delivery", busy)
    goes = house.dropped(text(99))
    with pytest.raises(StoreError):
        house.work()
    assert any(".staged" in name for name in house.holds(goes.encode()))
    assert house.command("forget", goes, "--yes").exit_code == 0
    assert house.holds(*words(99), goes.encode()) == {}


def test_what_was_noted_outside_the_outbox_hinders_nothing(house: House) -> None:
    goes = house.docids[GOES]
    house.store.begin_delivery(house.job(goes), path="/elsewhere/a.json")
    assert house.command("forget", goes, "--yes", "--results").exit_code == 0
    assert house.holds(*words(GOES)) == {}


@pytest.mark.parametrize("name", ["n" * 251 + ".txt", os.fsdecode(b"R\xe4.txt")])
def test_a_claim_goes_whatever_it_is_called(house: House, name: str) -> None:
    (house.home.inbox / name).write_text(text(GOES))
    claim = Claims(house.home.inbox).claim(Path(name), now=house.now)
    assert claim and claim.path.exists()
    told = house.command("forget", house.docids[GOES], "--yes")
    assert told.exit_code == 0, told.output
    assert not claim.path.exists()


def test_a_copy_in_failed_goes_with_its_reason(house: House) -> None:
    house.reads.error = DocumentError("It is blank.")
    goes = house.dropped("Zyx99 is blank")
    house.work()
    assert len(list(house.home.failed.iterdir())) == 2
    assert house.command("forget", goes, "--yes").exit_code == 0
    assert house.holds(b"zyx99", goes.encode()) == {}


def test_all_of_a_sender_go_and_what_the_owner_said_of_it(house: House) -> None:
    directory = SenderDirectory(house.store)
    directory.rule(SenderRenamed("zyx07\u00fc", "Zyx07 the best"), who="Ann", now=1.0)
    directory.rule(SenderForgotten("zyx08\u00fc"), who="Ann", now=1.0)
    told = house.command("forget", "--sender", "zyx07 the best", "--yes", "--results")
    assert told.exit_code == 0, told.output
    assert house.holds(*words(7)) == {}
    assert directory.learn()
    (ruling,) = house.store.database.rows("select ruling from sender_rulings")
    assert "zyx08" in ruling["ruling"]


def tell(house: House, number: int) -> None:
    """What another home knows of the sender of the document with this number, by another id."""
    name = text(number).split()[1]
    known = KnownSender(f"elsewhere {number}", 9, 9, frozenset({name}), {f"k{number:02}777": 9})
    values = {DOCTYPE.name: {"company": (ToldValue(name, 7, 0.0),)}}
    told = ToldSender("hub", SenderCard(known), values)
    SenderDirectory(house.store).rule(SenderTold(told), who="fleet", now=house.now)


def test_what_other_sites_told_of_a_sender_goes_with_its_last_document(house: House) -> None:
    for number in (GOES, GOES + 1):
        tell(house, number)
    assert house.holds(b"elsewhere 7") and house.holds(b"elsewhere 8")
    assert house.command("forget", house.docids[GOES], "--results", "--yes").exit_code == 0
    assert house.holds(b"elsewhere 7", *words(GOES)) == {}
    told = [one.party for one in ToldSenders(house.store.database).senders()]
    assert told == [f"elsewhere {GOES + 1}"]
    assert house.command("verify").output.strip().endswith("all files and rows agree")


def test_of_a_sender_without_documents_what_other_sites_told_goes(house: House) -> None:
    tell(house, 99)
    said = house.command("forget", "--sender", "Zyx99\u00fc", "--yes")
    assert said.exit_code == 0, said.output
    assert "what you or other sites said of elsewhere 99 goes too" in said.output
    assert house.holds(b"elsewhere 99", b"zyx99") == {}
    assert len(house.docids) == DOCUMENTS
    assert house.command("verify").output.strip().endswith("all files and rows agree")


def test_a_sender_that_was_only_imported_goes(house: House) -> None:
    card = SenderCard(KnownSender("zyx99", 9, 9, frozenset({"Zyx99 Ltd"}), {"k99777": 9}))
    SenderDirectory(house.store).rule(SenderImported(card), who="Ann", now=1.0)
    said = house.command("forget", "--sender", "Zyx99 Ltd", "--yes")
    assert said.exit_code == 0 and "said of zyx99 goes too" in said.output, said.output
    assert house.holds(b"zyx99", b"k99777") == {}
    assert len(house.docids) == DOCUMENTS


ELSEWHERE = SenderCard(KnownSender("zyx99", 9, 9, frozenset({"Zyx99 Ltd"}), {"k99777": 9}))


def test_one_that_was_imported_and_merged_goes_with_the_one_that_it_is(house: House) -> None:
    rulings = SenderImported(ELSEWHERE), SendersMerged("zyx99", "zyx07\u00fc")
    for ruling in rulings:
        SenderDirectory(house.store).rule(ruling, who="Ann", now=1.0)
    assert house.command("forget", "--sender", "zyx07\u00fc", "--yes", "--results").exit_code == 0
    assert house.holds(b"zyx99", b"k99777", *words(GOES)) == {}
    assert "zyx99" not in {one.party for one in SenderList(house.store).entries()}


def test_what_was_said_of_a_forgotten_sender_goes_at_the_next_start_unless_a_document_stays(
    house: House,
) -> None:
    directory, erasures = SenderDirectory(house.store), Erasures(house.store)
    for ruling in (
        SenderForgotten("zyx08\u00fc"),
        SenderImported(ELSEWHERE),
        SenderRenamed("zyx99", "Zyx99 the best"),
        SenderForgotten("zyx99"),
    ):
        directory.rule(ruling, who="Ann", now=1.0)
    assert erasures.has_spent_rulings() and house.holds(b"zyx99", b"k99777")
    forget_due(house.home, house.store, threads=1, now=house.now)
    assert house.holds(b"zyx99", b"k99777") == {}
    assert not erasures.has_spent_rulings()
    (ruling,) = house.store.database.rows("select ruling from sender_rulings")
    assert "zyx08" in ruling["ruling"]
    assert "zyx08\u00fc" not in {one.party for one in SenderList(house.store).entries()}
    assert house.command("verify").output.strip().endswith("all files and rows agree")
    directory.rule(SenderImported(ELSEWHERE), who="Ann", now=2.0)  # once more, and it stays
    assert not erasures.has_spent_rulings()


def test_what_came_last_longer_ago_goes_by_age(house: House) -> None:
    now = time.time()
    database = house.store.database
    database.execute("update jobs set arrived_at = ?", [now - 100 * 86400])
    database.execute("update arrivals set arrived_at = ?", [now - 100 * 86400])
    again = house.docids[GOES]
    house.store.record(again, "receipt", "again.txt", now=now - 5 * 86400)
    shown = json.loads(house.command("forget", "--older-than", "3m", "--json").output)
    assert len(shown["documents"]) == DOCUMENTS - 1
    assert len(list(house.store.jobs())) == DOCUMENTS, "only shown"
    assert house.command("forget", "--older-than", "3m", "--yes").exit_code == 0
    assert [job.docid for job in house.store.jobs()] == [again]
    told = house.command("forget", "--older-than", "soon", "--yes")
    assert "is no age" in str(told.exception)


def test_a_mail_goes_with_the_last_document_that_came_in_it(house: House) -> None:
    def mailed(name: str, *docids: str) -> str:
        mail = house.dropped(f"{text(99)} {name}")
        origin = MailOrigin(f"{name}@x.example", name, "March", "<1>", None)
        house.work()
        mails, job = Mails(house.store), house.job(mail)
        mails.note(job, origin, docids)
        mails.open(job, [MailedFile(one, "a.pdf") for one in docids], reason="2 documents")
        return mail

    one, two, three = house.docids[:3]
    first, second = mailed("qux1", one, two), mailed("qux2", three)
    told = house.command("forget", one, three, "--yes", "--results")
    assert first[:8] in told.output and "stays" in told.output
    assert house.holds(b"qux2@x.example", second.encode()) == {}
    assert [job.docid for job in house.store.find(first)] == [first]
    assert house.command("forget", first, "--yes", "--results").exit_code == 0
    assert house.holds(b"qux1", *words(1)) == {}


def test_versions_that_learned_from_it_go_and_one_that_never_saw_it_serves(house: House) -> None:
    house.learned("night-1", 1, 2)
    house.registry.promote(house.registry.version("night-1"))
    house.learned("night-2", 1, 7)
    house.registry.promote(house.registry.version("night-2"))
    house.learned("night-3", 1, 2, noted=False)
    told = house.command("forget", house.docids[GOES], "--yes")
    assert told.exit_code == 0, told.output
    assert "night-1, which never saw them, serves" in " ".join(told.output.split())
    assert house.registry.pointer().name == "night-1"
    assert house.registry.names() == sorted([house.name, "night-1"])


def test_of_versions_from_elsewhere_those_go_that_say_they_learned_from_it(house: House) -> None:
    for name, docids in (("night-1", [7]), ("night-2", [1])):
        house.learned(name, *docids, origin="north")
    house.learned("night-3", 1, noted=False, origin="north")
    told = house.command("forget", house.docids[GOES], "--yes")
    assert "stays there" in told.output and "north" in told.output
    assert house.registry.names() == sorted([house.name, "night-2", "night-3"])


def test_what_waits_to_be_judged_goes_if_it_learned_from_it_and_else_forgets_it(
    house: House, tmp_path: Path
) -> None:
    base = write_header_only(tmp_path / "base.gguf")
    house.registry.add(base)
    bundle = tmp_path / "it.bundle"
    with closing(TunedHome(tmp_path / "north", base)) as north:
        learned = north.drop(text(GOES))
        north.work()
        bundles.write(north.registry, north.labels, north.tuned(learned), bundle, origin="north")
    received = ReceivedVersions(house.registry)
    found = received.add(bundle, now=1.0)
    answers = received.folder(found.name) / "candidate" / "answers.jsonl"
    assert learned == house.docids[GOES]
    answers.write_text(house.docids[1])
    house.command("forget", house.docids[1], "--yes")
    assert received.waiting() == [found] and not answers.exists()

    told = house.command("forget", learned, "--yes", "--results")
    assert found.name in told.output and "stays there" in told.output
    assert house.holds(learned.encode()) == {}


def test_a_night_in_progress_goes_on_unless_it_learned_from_it(house: House) -> None:
    night = NightFolder(house.models)
    night.renew()
    docids = tuple(house.docids[:3])
    night.set_out(NightPlan(house.name, DatasetSummary(docids, (), 1, {}, 1, 1, 1, "", 0.0), 1.0))
    house.command("forget", house.docids[GOES], "--yes")
    assert night.plan()
    house.command("forget", docids[0], "--yes")
    assert not night.path.exists()


@pytest.mark.parametrize("plan", [None, "{"], ids=["cut before it", "damaged"])
def test_rows_of_a_night_of_which_nothing_says_what_it_learns_from_go(
    house: House, plan: str | None
) -> None:
    night = NightFolder(house.models)
    night.renew()
    (night.path / tuning.ROWS).write_text('{"tokens": [1, 2, 3]}')
    if plan:
        (night.path / PLAN).write_text(plan)
    told = house.command("forget", house.docids[GOES], "--yes")
    assert "night in progress" in told.output and not night.path.exists()


def test_it_is_refused_while_a_daemon_a_night_or_a_clerk_works(house: House) -> None:
    goes = house.docids[GOES]
    with house.home.locked():
        told = house.command("forget", goes, "--yes")
        assert told.exception and "is running here" in str(told.exception)
    with house.home.tuning():
        told = house.command("forget", goes, "--yes")
        assert told.exception and "a night is going on" in str(told.exception)
    house.store.restart(house.job(goes))
    house.policy = AcceptancePolicy()
    house.work()
    assert ClerkQueue(house.store).lend(house.job(goes), "s 1", now=time.time(), lease=60)
    told = house.command("forget", goes, "--yes")
    assert told.exception and "in hand" in str(told.exception)
    assert len(list(house.store.jobs())) == DOCUMENTS
    assert json.loads(house.command("forget", "--list", "--json").output) == []


def killed(house: House, point: str, *said: str) -> None:
    code = "from appliance.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--home", str(house.folder), *said],
        env=os.environ | {DIES_AT: point},
        capture_output=True,
    )
    assert done.returncode < 0, done.stderr


@pytest.mark.parametrize(
    "point",
    [
        "erasure.begun",
        "erasure.models",
        pytest.param("erasure.removed", marks=pytest.mark.slow),
        pytest.param("erasure.listed", marks=pytest.mark.slow),
    ],
)
def test_an_erasure_that_is_killed_goes_on(house: House, point: str) -> None:
    house.learned("night-1", 7)
    goes, stays = house.docids[GOES], house.docids[GOES + 1]
    words_of_it = [*words(GOES), goes.encode()]
    killed(house, point, "forget", goes, "--yes", "--results")
    told = house.command("verify")
    assert "was cut and is not finished" in told.output and goes[:8] not in told.output
    if point == "erasure.begun":  # goes on with the next one
        assert house.command("forget", stays, "--yes", "--results").exit_code == 0
        words_of_it += [*words(GOES + 1), stays.encode()]
    else:
        wiring.finish_erasures(house.home, house.store)  # as a start of the daemon does
    assert house.holds(*words_of_it) == {}
    assert house.registry.names() == [house.name]
    assert house.command("verify").exit_code == 0


@pytest.mark.slow
def test_cut_before_anything_is_gone_all_is_there(house: House) -> None:
    house.learned("night-1", 7)
    house.registry.promote(house.registry.version("night-1"))
    killed(house, "erasure.served", "forget", house.docids[GOES], "--yes")
    assert len(list(house.store.jobs())) == DOCUMENTS
    assert house.registry.pointer().name == house.name, "it serves, and nothing else happened"
    assert house.command("verify").exit_code == 0
