"""A copy of a home at work, and a home that is put back from it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
from click.testing import Result
from made_up_day import Day
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.domain.errors import (
    ApplianceError,
    ConfigError,
    DocumentError,
    HomeError,
    StoreError,
)
from appliance.domain.results import JobState
from appliance.intake.archive import Archive
from appliance.learning.models.registry import Registry
from appliance.records.store import Store
from appliance.service.backup import MARK, Backup, Progress, backup
from appliance.settings.home import Home
from appliance.system.sealing import KEY


def untold(doing: str, names: Sequence[str]) -> Iterable[str]:
    return names


class House(Day):
    """A home with documents in every state, and a model."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder)
        self.home.make()
        super().__init__(folder)
        (folder / "model.gguf").write_bytes(b"GGUF and so on")
        registry = Registry(self.home.models)
        registry.promote(registry.add(folder / "model.gguf"))
        (self.home.doctypes / "own.toml").write_text('title = "Own"\n')
        self.drop("delivered")
        self.work()
        self.asks.logprob = -1.0
        self.drop("held")
        self.work()
        self.reads.error = DocumentError("It is blank.")
        self.drop("failed")
        self.work()
        self.drop("arrived")

    def backup(self, folder: Path, progress: Progress = untold, *, prune: bool = False) -> Backup:
        with closing(Store(self.home.database)) as store:
            return backup(self.home, store, folder, progress=progress, now=1e9, prune=prune)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "home")
    yield house
    house.store.close()


def command(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["--home", str(folder), *words])


def states(folder: Path) -> dict[str, JobState]:
    with closing(Store(folder / "appliance.db")) as store:
        return {job.source: job.state for job in store.jobs()}


def test_d5_a_home_put_back_from_a_backup_is_whole(house: House, tmp_path: Path) -> None:
    copy, back = tmp_path / "copy", tmp_path / "back"
    told = command(house.home.folder, "backup", str(copy))
    assert told.exit_code == 0 and "4 documents" in told.output
    shutil.copytree(copy, back)
    assert command(back, "verify").exit_code == 0
    assert states(back) == states(house.home.folder)
    assert set(states(back).values()) == {
        *(JobState.DELIVERED, JobState.HELD, JobState.FAILED, JobState.ARRIVED)
    }
    registry = Registry(back / "models")
    assert registry.sound(registry.champion())
    assert (back / "doctypes" / "own.toml").read_text() == 'title = "Own"\n'
    assert "model.gguf" not in [path.name for path in copy.iterdir()]


def test_a_backup_carries_the_key_by_which_its_models_are_sealed(
    house: House, tmp_path: Path
) -> None:
    registry, copy, back = Registry(house.home.models), tmp_path / "copy", tmp_path / "back"
    house.backup(copy)
    assert registry.begin_seals()

    partial = copy / "models" / "champion.json.partial"
    partial.mkdir()
    with pytest.raises(HomeError):  # cut among the models
        house.backup(copy)
    assert Registry(copy / "models").champion() and not (copy / KEY).exists()
    partial.rmdir()
    house.backup(copy)
    shutil.copytree(copy, back)
    assert command(back, "verify").exit_code == 0
    assert not Registry(back / "models").begin_seals()
    assert (copy / KEY).read_bytes() == (house.home.folder / KEY).read_bytes()
    if os.name == "posix":
        assert stat.S_IMODE((copy / KEY).stat().st_mode) == 0o600


def test_d5_a_backup_agrees_with_itself_whatever_arrives_meanwhile(
    house: House, tmp_path: Path
) -> None:
    copy, stop = tmp_path / "copy", Event()

    def write() -> None:
        with closing(Store(house.home.database)) as store:
            number = 0
            while not stop.is_set():
                source = tmp_path / "new.txt"
                source.write_text(f"new {number}")
                docid = house.archive.put(source)
                store.record(docid, "receipt", f"new {number}.txt", now=2000 + number)
                number += 1

    writer = Thread(target=write)
    writer.start()
    try:
        done = [house.backup(copy) for _ in range(3)]
    finally:
        stop.set()
        writer.join()
    assert done[-1].documents == len(states(copy)) <= len(states(house.home.folder))
    assert command(copy, "verify").exit_code == 0


def test_d5_what_is_there_already_is_not_copied_again(house: House, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert house.backup(copy).new == 4
    kept = [*copy.glob("archive/??/*"), *copy.glob("models/*/*.gguf")]
    before = {path: path.stat().st_ino for path in kept}
    house.drop("another")
    assert house.backup(copy) == Backup(5, 1, (), ())
    assert {path: path.stat().st_ino for path in kept} == before
    assert json.loads((copy / MARK).read_text())["documents"] == 5


def test_d5_a_first_backup_that_is_cut_is_no_home_and_is_gone_on_with(
    house: House, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"

    def cut(doing: str, docids: Sequence[str]) -> Iterator[str]:
        yield docids[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.backup(copy, cut)
    assert json.loads((copy / MARK).read_text()) == {}
    assert isinstance(command(copy, "verify").exception, HomeError)
    assert house.backup(copy).documents == 4
    assert command(copy, "verify").exit_code == 0
    assert not (house.home.folder / ".backup").exists()


def test_d5_a_later_backup_that_meets_an_error_leaves_the_one_before(
    house: House, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    house.backup(copy)
    before = states(copy)
    house.drop("another")
    (copy / "models" / "champion.json.partial").mkdir()
    with pytest.raises(HomeError, match="copy") as caught:
        house.backup(copy)
    assert caught.value.hint
    assert states(copy) == before
    assert json.loads((copy / MARK).read_text())["documents"] == 4


def test_d5_what_the_home_has_no_more_goes_from_the_backup_when_it_is_asked_for(
    house: House, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    house.backup(copy)
    Archive(copy / "archive").put_bytes(b"of a home that forgot it", "gone.txt")
    (house.home.doctypes / "own.toml").unlink()
    assert house.backup(copy).pruned == 0 and (copy / "doctypes" / "own.toml").exists()
    told = command(house.home.folder, "backup", str(copy), "--prune")
    assert told.exit_code == 0 and "2 files" in told.output
    assert not (copy / "doctypes" / "own.toml").exists()
    assert command(copy, "verify").exit_code == 0


def test_d5_a_backup_that_is_cut_before_its_database_removes_nothing(
    house: House, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    house.backup(copy)
    (house.home.doctypes / "own.toml").unlink()
    (copy / "appliance.db.partial").mkdir()
    with pytest.raises(HomeError, match="copy"):
        house.backup(copy, prune=True)
    assert (copy / "doctypes" / "own.toml").exists()


def test_d5_a_home_removes_nothing_from_the_backup_of_another(house: House, tmp_path: Path) -> None:
    copy, other = tmp_path / "copy", House(tmp_path / "other")
    other.store.close()
    house.backup(copy)
    with pytest.raises(ConfigError, match="home"):
        other.backup(copy, prune=True)
    assert states(copy) == states(house.home.folder)


@pytest.mark.parametrize("where", ["home", "home/copies", ".", "other", "full"])
def test_d5_a_backup_is_never_made_in_a_home_nor_over_something_else(
    house: House, tmp_path: Path, where: str
) -> None:
    Home(tmp_path / "other").make()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ConfigError):
        house.backup(tmp_path / where)
    assert [path for path in sorted(tmp_path.rglob("*")) if path.suffix[:4] != ".db-"] == [
        path for path in before if path.suffix[:4] != ".db-"
    ]


def test_d5_a_damaged_database_takes_the_place_of_no_copy(house: House, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    house.backup(copy)
    before = (copy / "appliance.db").read_bytes()
    with closing(sqlite3.connect(house.home.database)) as other, other:
        other.execute("pragma writable_schema = on")
        other.execute("update sqlite_master set rootpage = 3 where name = 'jobs_by_twin'")
    with pytest.raises(StoreError):
        house.backup(copy)
    assert (copy / "appliance.db").read_bytes() == before


def test_d5_a_document_that_is_lost_is_told_and_all_else_kept(house: House, tmp_path: Path) -> None:
    docid = house.drop("rotten")
    house.archive.path(docid).write_text("other bytes")
    told = command(house.home.folder, "backup", str(tmp_path / "copy"))
    assert isinstance(told.exception, ApplianceError) and "1 document" in str(told.exception)
    assert house.backup(tmp_path / "copy").lost == (docid,)
    assert len(list(tmp_path.glob("copy/archive/??/*"))) == 4


def test_a_document_whose_file_stayed_at_a_site_is_not_missed(house: House, tmp_path: Path) -> None:
    docid = house.drop("at a site")
    house.store.database.execute("delete from arrivals where docid = ?", [docid])
    house.archive.path(docid).unlink()
    copy, back = tmp_path / "copy", tmp_path / "back"
    assert house.backup(copy) == Backup(5, 4, (), ())
    told = command(back, "restore", str(copy))
    assert told.exit_code == 0 and "5 documents" in told.output, told.output


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_text("other bytes")])
def test_d5_a_document_that_only_the_copy_has_is_not_called_lost(
    house: House, tmp_path: Path, harm: Callable[[Path], object]
) -> None:
    docid = house.drop("gone")
    house.backup(tmp_path / "copy")
    harm(house.archive.path(docid))
    told = command(house.home.folder, "backup", str(tmp_path / "copy"))
    assert told.exit_code == 0
    assert "1 document" in told.output
    assert house.backup(tmp_path / "copy") == Backup(5, 0, (docid,), ())
