from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from appliance.domain.errors import HomeError
from appliance.service import wiring
from appliance.settings import config
from appliance.settings.home import Home

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such modes")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow any more; the kernel refuses it."""
    resource = pytest.importorskip("resource", reason="this system does not limit file sizes")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_making_a_home_twice_keeps_what_the_owner_wrote(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    (home.folder / config.FILE).write_text("[inbox]\nsettle = 1.0\n")
    home.make()
    assert config.load(home.folder, {}).inbox.settle == 1.0
    assert all(folder.is_dir() for folder in home.folders)


def test_one_daemon_per_home(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.daemon() is None
    with home.locked():
        assert home.daemon() == os.getpid()
        with pytest.raises(HomeError, match=str(os.getpid())), Home(tmp_path).locked():
            pass
    assert home.daemon() is None


def test_to_ask_for_a_daemon_or_a_night_makes_no_file(tmp_path: Path) -> None:
    """Root may ask first, whose file would keep the appliance's user out."""
    home = Home(tmp_path)
    assert home.daemon() is None and not home.tunes() and home.expected_by() is None
    assert list(tmp_path.iterdir()) == []


def test_a_daemon_notes_by_when_it_gives_a_sign_of_life(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.expect(by=1.0)
    with home.locked():
        home.expect(by=2_000_000_000.0)
        assert Home(tmp_path).expected_by() == 2_000_000_000.0
    assert home.expected_by() is None


def test_c3_on_a_full_disk_the_daemon_says_so_once_and_waits_for_room(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home, full, waited = Home(tmp_path), ExitStack(), []

    def wait(seconds: float) -> None:
        waited.append(home.daemon())
        if len(waited) == 3:
            full.close()

    full.enter_context(full_disk())
    with full, home.locked(wait=wait):
        assert home.daemon() == os.getpid()
    assert waited == [0, 0, 0]  # somebody is there, and does not work yet
    (said,) = caplog.records
    assert said.levelname in ("WARNING", "ERROR") and "space" in said.getMessage()


def test_c3_whoever_works_once_does_not_wait_for_room(tmp_path: Path) -> None:
    home = Home(tmp_path)
    refused = pytest.raises(HomeError)
    with full_disk(), refused as caught, home.locked():
        pass
    assert "space" in caught.value.hint
    assert home.daemon() is None


DAY = """
import os, sys
from pathlib import Path
os.umask(int(sys.argv.pop(1), 8))
from appliance.service import night_scheduler, wiring
from appliance.cli.main import main
from appliance.settings.home import Home
from appliance.records.store import Store
try:
    main()
except SystemExit:
    pass
home = Home(Path(sys.argv[2]))
home.make()
wiring.show_types(home)
with home.locked():
    store = Store(home.database)
    store.record("a" * 64, "receipt", "a.pdf", now=1)
    open(home.folder / night_scheduler.LOG, "ab").close()
    for path in (home.folder, *home.folder.rglob("*")):
        print(f"{path.stat().st_mode:o}", path.relative_to(home.folder))
"""


@posix
@pytest.mark.parametrize(
    ("umask", "file", "folder"),
    [("0000", "640", "750"), ("0022", "640", "750"), ("0077", "600", "700")],
)
def test_d2_whatever_the_umask_nobody_else_reads_what_a_home_keeps(
    tmp_path: Path, umask: str, file: str, folder: str
) -> None:
    command = [sys.executable, "-c", DAY, umask, "--home", str(tmp_path / "home"), "doctypes"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = dict(
        reversed(line.split(" ", 1)) for line in done.stdout.splitlines() if line[0] in "14"
    )
    assert {"appliance.db", "appliance.db-wal", "appliance.lock", "appliance.pid"} <= set(found)
    assert {"night.log", "inbox/receipt", "archive", "."} <= set(found)
    allowed = {f"100{file}", f"100{640}", f"40{folder}"}
    assert {name: mode for name, mode in found.items() if mode not in allowed} == {}


@posix
def test_d2_a_home_of_before_is_closed_when_it_starts_but_for_what_is_shared(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home")
    home.make()
    logs = [home.folder / "night.log", home.folder / "night.lock"]
    for log in logs:
        log.touch()
    for path in (home.folder, *home.folders, *logs):
        path.chmod(0o777)
    with home.locked():
        own = [home.failed, home.archive, home.models, home.doctypes]
        assert not any(mode(path) & 0o007 for path in (*own, *logs))
        assert [mode(path) for path in (home.inbox, home.outbox)] == [0o777, 0o777]


@posix
def test_d2_a_types_folder_is_as_open_as_the_inbox(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    home.inbox.chmod(0o2770)
    wiring.show_types(home)
    assert mode(home.inbox / "receipt") == 0o2770


def test_a_share_that_is_away_gets_no_folders(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    home.inbox.rmdir()
    with pytest.raises(HomeError):
        wiring.show_types(home)
    assert not home.inbox.exists()
