"""What its type keeps no longer is forgotten by the appliance, and nothing else ever is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from click.testing import Result
from figures import figures
from typer.testing import CliRunner
from worked_home import RECEIPT, WorkedHome

from appliance.cli.main import app
from appliance.doctypes import catalogue
from appliance.domain.corrections import Review
from appliance.domain.errors import ConfigError
from appliance.domain.mail import MailOrigin
from appliance.learning.models.registry import Registry
from appliance.records.audit import Audit
from appliance.records.erasures import ErasureChoice, Erasures
from appliance.records.labels import Labels
from appliance.records.mails import MailedFile, Mails
from appliance.records.queue import ClerkQueue
from appliance.records.reviews import Reviews
from appliance.service import wiring
from appliance.service.doctor import HealthCheck, checks
from appliance.service.keeping import DAY, DAYS, Keeping, forget_due
from appliance.service.kept_years import learnable
from appliance.service.night_scheduler import outlook
from appliance.settings.config import NightSettings, Settings

YEAR = 365.25 * DAY
NOW = time.time()


class Keeper(WorkedHome):
    """A home of a type that keeps its receipts for eight years, and has work every day."""

    def furnish(self) -> None:
        given = self.folder / "model.gguf"
        given.write_bytes(b"GGUF and so on")
        registry = Registry(self.home.models)
        registry.promote(registry.add(given))
        given.unlink()
        self.keeps("receipt", 8)
        for day in range(DAYS):
            self.came(f"of day {day}", ago=day * DAY)

    def keeps(self, name: str, years: float | None) -> None:
        keep = f"[keep]\nyears = {years}\n" if years else ""
        (self.home.doctypes / f"{name}.toml").write_text(RECEIPT + keep)

    def came(self, text: str, *, ago: float, doctype: str = "receipt") -> str:
        docid = self.drop(text, doctype)
        (self.folder / f"{text}.txt").unlink()
        self.work()
        self.moved(docid, ago)
        return docid

    def moved(self, docid: str, ago: float) -> None:
        for table in ("jobs", "arrivals"):
            self.store.database.execute(
                f"update {table} set arrived_at = ? where docid = ?", [NOW - ago, docid]
            )

    def start(self) -> None:
        forget_due(self.home, self.store, threads=1, now=NOW)

    def has(self, docid: str) -> bool:
        return bool(self.store.find(docid))

    def says(self, *words: str) -> Result:
        return CliRunner().invoke(app, ["--home", str(self.folder), *words])


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied."""
    folder = tmp_path_factory.mktemp("furnished") / "home"
    keeper = Keeper(folder)
    keeper.furnish()
    keeper.close()
    return folder


@pytest.fixture
def keeper(furnished: Path, tmp_path: Path) -> Iterator[Keeper]:
    keeper = Keeper(shutil.copytree(furnished, tmp_path / "home"))
    keeper.keeps("receipt", 8)
    yield keeper
    keeper.close()


def test_what_is_older_than_its_type_keeps_it_goes_at_a_start_and_it_is_said(
    keeper: Keeper, caplog: pytest.LogCaptureFixture
) -> None:
    old, young = keeper.came("old", ago=8.1 * YEAR), keeper.came("young", ago=7.9 * YEAR)
    results = len(keeper.delivered())
    keeper.start()
    assert not keeper.has(old) and keeper.has(young)
    assert not keeper.archive.path(old).exists() and keeper.archive.path(young).exists()
    assert len(keeper.delivered()) == results, "what is in the outbox stays"
    why = "kept for 8 years by the type receipt"
    assert f"forgotten: 1 document, {why}" in caplog.text
    (tombstone,) = Erasures(keeper.store).erasures()
    assert (tombstone.chosen, tombstone.who, tombstone.why, tombstone.documents) == (
        ErasureChoice.TYPE,
        "appliance",
        why,
        1,
    )
    last = list(Audit(keeper.store.database).entries())[-1]
    assert (last.kind, last.who, last.why) == ("forgotten", "appliance", why)
    assert f"forgot 1 document: {why}" in " ".join(keeper.says("audit").output.split())
    when = time.strftime("%d %b", time.localtime(tombstone.erased_at))
    assert f"forgot 1 document on {when}" in keeper.says("status").output
    assert json.loads(keeper.says("status", "--json").output)["forgotten_by_type"]["why"] == why
    assert keeper.says("verify").exit_code == 0


def test_without_keep_nothing_ever_goes(keeper: Keeper) -> None:
    keeper.keeps("receipt", None)
    old = keeper.came("old", ago=90 * YEAR)
    keeper.start()
    assert keeper.has(old) and Erasures(keeper.store).erasures() == []


def test_what_came_again_lately_or_is_in_hand_or_is_of_another_type_too_stays(
    keeper: Keeper,
) -> None:
    keeper.keeps("other", None)
    again, other = keeper.came("again", ago=9 * YEAR), keeper.came("other", ago=9 * YEAR)
    keeper.store.record(again, "receipt", "again.txt", now=NOW - 5 * DAY)
    keeper.store.record(other, "other", "other.txt", now=NOW - 9 * YEAR)
    keeper.asks.logprob = -1.0
    keeper.work()
    held = keeper.came("held", ago=9 * YEAR)
    assert ClerkQueue(keeper.store).lend(keeper.job(held), "s 1", now=NOW, lease=60)
    keeper.start()
    assert all(map(keeper.has, (again, other, held)))
    ClerkQueue(keeper.store).release(keeper.job(held), "s 1")
    keeper.keeps("other", 10)
    keeper.start()
    assert not keeper.has(held) and keeper.has(other), "the longer one counts"
    keeper.keeps("other", 2)
    keeper.start()
    assert not keeper.has(other)


def test_a_mail_and_what_came_in_it_wait_for_one_another(keeper: Keeper) -> None:
    keeper.keeps("other", None)
    one = keeper.came("one", ago=9 * YEAR)
    two = keeper.came("two", ago=9 * YEAR, doctype="other")
    mail = keeper.came("mail", ago=9 * YEAR)
    mails, job = Mails(keeper.store), keeper.job(mail)
    mails.note(job, MailOrigin("a@x.example", "a", "March", "<1>", None), (one, two))
    mails.open(job, [MailedFile(docid, "a.pdf") for docid in (one, two)], reason="2 documents")
    for docid in (one, two, mail):
        keeper.moved(docid, 9 * YEAR)
    keeper.start()
    assert [keeper.has(docid) for docid in (one, two, mail)] == [False, True, True]
    keeper.keeps("other", 8)
    keeper.start()
    assert not keeper.has(two) and not keeper.has(mail)


def test_what_came_in_many_mails_is_looked_up_once_for_all_of_them(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = keeper.came("terms", ago=0)
    mails = Mails(keeper.store)
    for number in range(20):
        mail, paper = (keeper.came(f"{name} {number}", ago=9 * YEAR) for name in ("mail", "paper"))
        mails.note(keeper.job(mail), MailOrigin("a@b", "", "", ""), [paper, terms])
    asked: list[str] = []
    rows = keeper.store.database.rows

    def heard(sql: str, *values: object) -> list[dict[str, object]]:
        asked.append(sql)
        return rows(sql, *values)

    monkeypatch.setattr(keeper.store.database, "rows", heard)
    due = Erasures(keeper.store).kept_no_longer({"receipt": NOW - 8 * YEAR}, now=NOW)
    assert len(due) == 20 and terms not in due, "the mails wait for what came in all of them"
    assert len(asked) < 20


def test_a_clock_that_is_years_ahead_has_nothing_forgotten(
    keeper: Keeper, caplog: pytest.LogCaptureFixture
) -> None:
    forget_due(keeper.home, keeper.store, threads=1, now=NOW + 20 * YEAR)
    assert len(list(keeper.store.jobs())) == DAYS and "is the clock right?" in caplog.text
    assert not Keeping(keeper.home, keeper.store, clock=lambda: NOW + 20 * YEAR).due()


def test_beside_a_night_or_a_backup_it_waits_for_the_next_start(
    keeper: Keeper, caplog: pytest.LogCaptureFixture
) -> None:
    old = keeper.came("old", ago=9 * YEAR)
    for lock in (keeper.home.tuning, keeper.home.copying):
        with lock():
            keeper.start()
        assert keeper.has(old) and "what is due to be forgotten is not" in caplog.text
        caplog.clear()
    keeper.start()
    assert not keeper.has(old)


def test_a_daemon_is_started_anew_once_a_day_when_it_rests_and_something_is_due(
    keeper: Keeper,
) -> None:
    now = [NOW]
    keeping = Keeping(keeper.home, keeper.store, clock=lambda: now[0])
    keeper.came("old", ago=9 * YEAR)
    assert not keeping.due(), "it was done at the start"
    now[0] += DAY + 1
    waits = keeper.drop("waits")
    assert not keeping.due(), "a document waits"
    keeper.work()
    assert keeper.has(waits)
    with keeper.home.tuning():
        assert not keeping.due(), "a night goes on"
    assert keeping.due() and not keeping.due()
    keeper.start()
    now[0] += DAY + 1
    assert not keeping.due(), "nothing is due"


def test_a_start_of_the_appliance_does_it_before_anything_reads(keeper: Keeper) -> None:
    old = keeper.came("old", ago=9 * YEAR)
    with wiring.daemon(keeper.home, Settings(), report=lambda event: None, stop=Event()):
        assert not keeper.has(old)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to stop it by")
def test_a_process_that_runs_starts_anew_by_itself_and_stops_when_told(keeper: Keeper) -> None:
    daily = (
        "from appliance.service import keeping; keeping.BETWEEN = 1.0;"
        "from appliance.cli.main import main; main()"
    )
    home = ["--home", str(keeper.folder)]
    with subprocess.Popen(
        [sys.executable, "-c", daily, *home, "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        _until(lambda: keeper.home.daemon() == process.pid)
        old = keeper.came("old", ago=9 * YEAR)
        _until(lambda: not keeper.has(old))
        young = keeper.came("young", ago=YEAR)
        time.sleep(2.0)
        assert process.poll() is None and keeper.has(young)
        process.terminate()
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert b"forgotten: 1 document" in said


def _until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not so():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_an_owner_sees_what_is_due_and_may_have_it_done_at_once(keeper: Keeper) -> None:
    old = keeper.came("old", ago=9 * YEAR)
    shown = json.loads(keeper.says("forget", "--due", "--json").output)
    assert [one["docid"] for one in shown["documents"]] == [old] and keeper.has(old)
    both = keeper.says("forget", "--due", "--older-than", "8y", "--yes").exception
    assert isinstance(both, ConfigError) and "--due" in both.hint
    assert keeper.says("forget", "--due", "--yes").exit_code == 0
    assert not keeper.has(old)
    (tombstone,) = Erasures(keeper.store).erasures()
    assert tombstone.why == "kept for 8 years by the type receipt"


def test_doctor_tells_of_a_type_that_forgets_and_warns_of_one_that_does_so_early(
    keeper: Keeper,
) -> None:
    def told() -> HealthCheck:
        return next(one for one in checks(keeper.home, Settings()) if one.name == "keeping")

    assert "receipt 8 years" in told().found and told().hint == ""
    keeper.keeps("receipt", 0.5)
    assert told().ok and "receipt: that is less than" in told().hint


def test_a_night_learns_from_what_stays_for_another_year(keeper: Keeper) -> None:
    ages = {"six": 6 * YEAR, "seven and a half": 7.5 * YEAR, "new": DAY}
    for name, ago in ages.items():
        job = keeper.job(keeper.came(name, ago=ago))
        answer = keeper.store.answer(job)
        assert answer
        review = Review("", (), answer.judgement, 1.0)
        Reviews(keeper.store).note(job, "one", "Ann", review, now=NOW)

    def learned() -> list[str]:
        training = list(Labels(keeper.store).training())
        assert len(training) == 3
        learns = list(filter(learnable(keeper.home, now=NOW), training))
        night = outlook(keeper.home, NightSettings(labels=9), keeper.store, NOW)
        assert figures(night.next.why) == [str(len(learns)), "9"], "they alone begin one"
        return [keeper.job(one.document.docid).source for one in learns]

    assert learned() == ["six.txt", "new.txt"]
    keeper.keeps("receipt", 1)
    assert learned() == []
    keeper.keeps("receipt", None)
    assert len(learned()) == 3


def test_years_that_are_none_are_told_with_their_line(keeper: Keeper) -> None:
    for said in ("-1", "0", '"long"'):
        keeper.keeps("receipt", None)
        path = keeper.home.doctypes / "receipt.toml"
        path.write_text(RECEIPT + f"[keep]\nyears = {said}\n")
        (fault,) = catalogue.problems(path)
        assert fault.key == "keep.years" and fault.line == RECEIPT.count("\n") + 2
