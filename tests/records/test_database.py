"""One file that many use: what it refuses, in which words, and who else may read it."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from appliance.domain.errors import DocumentError, StoreError
from appliance.records.database import Database

STEP = (
    "insert into _sqlite_migrations (migration_set, name, applied_at)"
    " values ('appliance', 'm999_of_another_year', '2031')"
)


def test_nothing_of_what_was_once_deleted_stays_in_the_pages(tmp_path: Path) -> None:
    path = tmp_path / "appliance.db"
    database = Database(path)
    database._connection.execute("pragma secure_delete = off")  # as of some builds of SQLite
    database.execute(
        "insert into mails values ('d', '', '', ?, '', null)", [50_000 * "secret words "]
    )
    database.execute("delete from mails")
    said = [path.read_bytes(), Path(f"{path}-wal").read_bytes()]
    assert any(b"secret words" in one for one in said)
    database.overwrite()
    left = [path.read_bytes(), Path(f"{path}-wal").read_bytes()]
    database.close()
    assert not any(b"secret words" in one for one in left)


@pytest.fixture
def umask() -> Iterator[None]:
    """Whatever is made is open to everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def changed(path: Path, sql: str) -> Path:
    Database(path).close()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute(sql)
    return path


@pytest.mark.parametrize("sql", [STEP, "pragma user_version = 99"])
def test_c9_a_database_of_a_newer_version_is_refused_and_left_as_it_is(
    tmp_path: Path, sql: str
) -> None:
    path = changed(tmp_path / "x.db", sql)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer") as caught:
        Database(path)
    assert "install" in caught.value.hint
    assert path.read_bytes() == before


def test_c9_a_column_that_is_missing_is_no_full_disk(tmp_path: Path) -> None:
    path = changed(tmp_path / "x.db", "alter table jobs rename column reason to why")
    with closing(Database(path)) as database:
        with pytest.raises(StoreError, match="version") as caught:
            database.rows("select reason from jobs")
        assert "space" not in caught.value.hint and "appliance backup" in caught.value.hint
        with pytest.raises(StoreError, match=r"jobs\.reason"):
            database.check()


def test_c9_a_full_disk_is_still_told_as_one(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "x.db")) as database:
        database.rows("pragma max_page_count = 1")
        with pytest.raises(StoreError) as caught:
            for number in range(1000):
                database.execute(
                    "insert into stations (station, clerk) values (?, ?)", [str(number), "x" * 1000]
                )
    assert "space" in caught.value.hint


def test_c10_a_text_that_is_too_long_is_the_documents_fault(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "x.db")) as database:
        database._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 5000)
        with pytest.raises(DocumentError) as caught:
            database.execute("insert into stations (station, clerk) values ('1', ?)", ["x" * 6000])
        assert caught.value.hint
        assert database.rows("select * from stations") == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such modes")
def test_d2_nobody_else_reads_the_database_nor_what_lies_beside_it(
    tmp_path: Path, umask: None
) -> None:
    path = tmp_path / "x.db"
    with closing(Database(path)) as database:
        database.execute("insert into stations (station, clerk) values ('1', 'clerk')")
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()}
    assert sorted(modes) == ["x.db", "x.db-shm", "x.db-wal"]
    assert not any(mode & 0o007 for mode in modes.values())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such modes")
def test_d2_a_database_that_was_open_to_all_is_closed_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    Database(path).close()
    path.chmod(0o664)
    Database(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o660  # its group is its owner's business


def test_d5_a_copy_is_whole_while_another_writes(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "x.db")) as database:
        database.execute("insert into stations (station, clerk) values ('1', 'clerk')")
        with closing(Database(tmp_path / "x.db")) as other, other.writing():
            other.execute("insert into stations (station, clerk) values ('2', 'clerk')")
            database.copy(tmp_path / "copy.db")
    with closing(Database(tmp_path / "copy.db")) as copy:
        copy.check()
        assert copy.rows("select station from stations") == [{"station": "1"}]
