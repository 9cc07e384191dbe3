"""A home comes back from a backup as it was, or the restore says why it does not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from made_up_day import Day
from test_backup import House, command, states

from appliance.domain.errors import ApplianceError, ConfigError, HomeError, StoreError
from appliance.learning.models.registry import Registry
from appliance.records.store import Store
from appliance.service.backup import MARK
from appliance.settings import config
from appliance.system.fault_points import DIES_AT
from appliance.system.sealing import KEY

WRITES = """
import sys, time
from pathlib import Path
from appliance.intake.archive import Archive
from appliance.records.store import Store
home = Path(sys.argv[1])
store, archive, number = Store(home / "appliance.db"), Archive(home / "archive"), 0
while True:
    docid = archive.put_bytes(f"new {number}".encode(), "new.txt")
    store.record(docid, "receipt", f"new {number}.txt", now=2000.0 + number)
    number += 1
    if number == 3:
        print("at work", flush=True)
    time.sleep(0.05)  # so that the copies stay small
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "home")
    Registry(house.home.models).begin_seals()
    yield house
    house.store.close()


@pytest.fixture
def copy(house: House, tmp_path: Path) -> Path:
    house.backup(tmp_path / "copy")
    return tmp_path / "copy"


def killed(folder: Path, *words: str, at: str) -> None:
    """The command runs in a process of its own and dies there by SIGKILL."""
    line = [sys.executable, "-m", "appliance", "--home", str(folder), *words]
    done = subprocess.run(line, env={**os.environ, DIES_AT: at}, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


def error(folder: Path, *words: str) -> ApplianceError:
    raised = command(folder, *words).exception
    assert isinstance(raised, ApplianceError) and raised.hint
    return raised


def in_files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_restored_home_is_the_home_that_was_copied(
    house: House, copy: Path, tmp_path: Path
) -> None:
    before, back = in_files(copy), tmp_path / "back"
    told = command(back, "restore", str(copy))
    assert told.exit_code == 0, told.output
    for said in ("4 documents", "2001-09-09", "agree", f"next: `appliance --home {back} run`"):
        assert said in told.output
    assert states(back) == states(house.home.folder)
    for kept in (KEY, config.FILE, "doctypes/own.toml", "models/champion.json"):
        assert (back / kept).read_bytes() == (house.home.folder / kept).read_bytes()
    if os.name == "posix":
        assert (back / KEY).stat().st_mode & 0o777 == 0o600
    assert in_files(copy) == before


def test_what_was_delivered_before_the_backup_is_not_delivered_again(
    house: House, copy: Path, tmp_path: Path
) -> None:
    back = tmp_path / "back"
    command(back, "restore", str(copy))
    day = Day(back)
    day.now = 9000.0
    with closing(day.store):
        day.drop("delivered")
        day.work()
        assert (day.delivered(), day.store.repeats()) == ([], 1)
        day.drop("sent later", "another type")
        day.work()
        assert [path.name.split(".")[0] for path in day.delivered()] == ["sent later"]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="Windows knows no SIGKILL")
def test_five_backups_beside_a_process_that_writes_are_whole_homes(
    house: House, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    line = [sys.executable, "-c", WRITES, str(house.home.folder)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as writer:
        try:
            assert writer.stdout and writer.stdout.readline() == "at work\n"
            counts = []
            for number in range(5):
                counts.append(house.backup(copy).documents)
                told = command(tmp_path / f"back {number}", "restore", str(copy))
                assert told.exit_code == 0, told.output
                assert len(states(tmp_path / f"back {number}")) == counts[-1]
        finally:
            writer.kill()
    assert counts == sorted(set(counts))


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="Windows knows no SIGKILL")
def test_a_backup_that_was_killed_is_refused_or_the_one_before_and_is_gone_on_with(
    house: House, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    killed(house.home.folder, "backup", str(copy), at="archive.named:2")
    assert len(list(copy.glob("archive/??/*"))) == 2
    assert "not whole" in str(error(tmp_path / "back", "restore", str(copy)))
    assert not (tmp_path / "back").exists()
    assert house.backup(copy).new == 2
    before = states(house.home.folder)
    house.drop("another")
    killed(house.home.folder, "backup", str(copy), at="backup.settings")
    assert command(tmp_path / "back", "restore", str(copy)).exit_code == 0
    assert states(tmp_path / "back") == before


@pytest.mark.skipif(os.name != "posix", reason="Windows knows no SIGKILL")
@pytest.mark.parametrize(
    "at", ["archive.named:2", pytest.param("file.named:5", marks=pytest.mark.slow)]
)
def test_a_restore_that_was_killed_is_no_home_and_is_gone_on_with(
    house: House, copy: Path, tmp_path: Path, at: str
) -> None:
    back = tmp_path / "back"
    killed(back, "restore", str(copy), at=at)
    assert isinstance(command(back, "verify").exception, HomeError)
    named = [path.stat().st_ino for path in sorted(back.glob("archive/??/*"))]
    assert named
    told = command(back, "restore", str(copy))
    assert told.exit_code == 0, told.output
    assert states(back) == states(house.home.folder)
    assert set(named) <= {path.stat().st_ino for path in back.glob("archive/??/*")}


def test_only_an_empty_folder_becomes_a_home(house: House, copy: Path, tmp_path: Path) -> None:
    before = in_files(house.home.archive)
    assert "not empty" in str(error(house.home.folder, "restore", str(copy)))
    assert in_files(house.home.archive) == before
    (tmp_path / "disk" / "archive").mkdir(parents=True)  # mounted there, and empty
    assert command(tmp_path / "disk", "restore", str(copy)).exit_code == 0
    assert "not empty" in str(error(tmp_path / "disk", "restore", str(copy)))
    assert isinstance(error(copy / "within", "restore", str(copy)), ConfigError)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda copy: (copy / MARK).unlink(), "no backup"),
        (lambda copy: (copy / "appliance.db").unlink(), "not whole"),
        (lambda copy: (copy / MARK).write_bytes(b"{}\n"), "not whole"),
        (lambda copy: (copy / MARK).write_bytes(b"{"), "not whole"),
    ],
)
def test_what_is_no_whole_backup_is_refused_before_anything_is_written(
    copy: Path, tmp_path: Path, harm: Callable[[Path], object], said: str
) -> None:
    harm(copy)
    assert said in str(error(tmp_path / "back", "restore", str(copy)))
    assert not (tmp_path / "back").exists()


def test_a_damaged_database_is_not_put_back(copy: Path, tmp_path: Path) -> None:
    data = bytearray((copy / "appliance.db").read_bytes())
    data[4096:] = bytes(len(data) - 4096)
    (copy / "appliance.db").write_bytes(data)
    assert isinstance(error(tmp_path / "back", "restore", str(copy)), StoreError)
    assert isinstance(command(tmp_path / "back", "verify").exception, HomeError)


def test_damaged_originals_are_told_and_done_without_only_when_asked_to(
    house: House, copy: Path, tmp_path: Path
) -> None:
    back, (first, *_) = tmp_path / "back", sorted(copy.glob("archive/??/*"))
    whole = first.read_bytes()
    first.write_bytes(b"rotten")
    raised = error(back, "restore", str(copy))
    assert isinstance(raised, HomeError) and first.name[:8] in str(raised)
    told = command(tmp_path / "other", "restore", str(copy), "--incomplete")
    assert told.exit_code == 1 and "missing in the archive" in told.output
    first.write_bytes(whole)
    assert command(back, "restore", str(copy)).exit_code == 0
    assert states(back) == states(house.home.folder) == states(tmp_path / "other")


@pytest.mark.skipif(sys.platform != "linux", reason="the names of files are text there")
def test_a_folder_whose_name_is_no_text_holds_a_backup_too(house: House, tmp_path: Path) -> None:
    folder = os.fsdecode(os.fsencode(tmp_path) + b"/b\xfcro")
    for home, word in ((house.home.folder, "backup"), (tmp_path / "restored", "restore")):
        done = command(home, word, folder)
        assert not done.exception, done.output


def test_half_a_home_is_not_gone_on_with_from_another_backup(
    house: House, copy: Path, tmp_path: Path
) -> None:
    back, other = tmp_path / "back", tmp_path / "other"
    house.backup(other)
    next(copy.glob("archive/??/*")).write_bytes(b"rotten")
    error(back, "restore", str(copy))
    assert str(copy) in str(error(back, "restore", str(other)))


def test_a_model_that_was_damaged_in_the_backup_is_told(copy: Path, tmp_path: Path) -> None:
    (file,) = copy.glob("models/*/*.gguf")
    file.write_bytes(b"GGUX")
    told = command(tmp_path / "back", "restore", str(copy))
    assert told.exit_code == 1 and "not the file that was measured" in told.output


def test_a_home_that_was_restored_is_backed_up_into_the_same_folder(
    copy: Path, tmp_path: Path
) -> None:
    back = tmp_path / "back"
    command(back, "restore", str(copy))
    told = command(back, "backup", str(copy))
    assert told.exit_code == 0 and "0 of them new" in told.output
    assert json.loads((copy / MARK).read_text())["home"] == str(back)
    with closing(Store(back / "appliance.db")) as store:
        assert len(list(store.jobs())) == 4
