"""One SQLite file in WAL mode: opened, brought up to date, read, copied, written in transactions.

Many processes and threads may use it at a time. SQLite's errors become StoreError here, and
DocumentError where a document's text is too long for it; which tables there are stands in
``schema.py``, what is said to them in ``store.py`` and its neighbours.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import sqlite_utils

from appliance.domain.errors import DocumentError, StoreError
from appliance.records.schema import is_newer, lacking, migrations
from appliance.system import files
from appliance.system.fault_points import reached


class Database:
    def __init__(self, path: Path) -> None:
        """Opens ``path`` and brings its schema up to date. Raises StoreError, also of one that a
        newer version of the appliance has made."""
        self._lock = RLock()
        with _translated(f"the database {path} does not open"):
            self._connection = sqlite3.connect(path, timeout=30, check_same_thread=False)
            try:
                self._open(path)
            except BaseException:
                self._connection.close()
                raise

    def _open(self, path: Path) -> None:
        # What else is installed and calls itself a plugin has no business here, and takes a
        # hundredth of a second to look for.
        self._tables = sqlite_utils.Database(self._connection, execute_plugins=False)
        if is_newer(self._tables):
            raise StoreError(
                f"the database {path} was made by a newer version of the appliance",
                hint="install that version again: this one would not understand what it wrote",
            )
        self._tables.enable_wal()
        for beside in ("", "-wal", "-shm"):
            files.narrow(Path(f"{path}{beside}"))
        # A dropped file is removed once its row is written: the row must survive a power cut.
        self._connection.execute("pragma synchronous = full")
        self._connection.execute("pragma secure_delete = on")
        if migrations.pending(self._tables):
            with self.writing():  # another process may be about to do the same
                migrations.apply(self._tables)

    def close(self) -> None:
        self._tables.close()

    def check(self) -> None:
        """Raises StoreError when it is damaged, or a table or column of this version is missing."""
        with self._lock, _translated():
            (found,) = self._connection.execute("pragma quick_check(1)").fetchone()
            if found != "ok":
                raise StoreError(f"the database is damaged: {found}", hint=_LAST_COPY)
            if missing := lacking(self._tables):
                raise StoreError(
                    f"the database {_CHANGED}: it lacks {', '.join(missing)}", hint=_LAST_COPY
                )

    def copy(self, path: Path) -> None:
        """As it is at one moment, to a file that is not there, while others write on. Raises
        StoreError."""
        with self._lock, _translated("the database cannot be copied"):
            with closing(sqlite3.connect(path)) as copy:
                self._connection.backup(copy)
            files.sync_file(path)

    def overwrite(self) -> None:
        """Leaves nothing of what was deleted or replaced in the file, nor in the one beside it.

        Takes as much disk again for a moment. Raises StoreError, also while another process reads.
        """
        with self._lock, _translated("what was forgotten cannot be overwritten"):
            self._connection.execute("vacuum")
            (busy, _, _) = self._connection.execute("pragma wal_checkpoint(truncate)").fetchone()
        if busy:
            raise StoreError("what was forgotten cannot be overwritten", hint=_BUSY)

    def rows(self, sql: str, values: Any = None) -> list[dict[str, Any]]:
        """What one statement gives, also one that writes and returns."""
        with self._lock, _translated():
            return list(self._tables.query(sql, values))

    def execute(self, sql: str, values: Any = None) -> int:
        """How many rows one statement changed."""
        with self.writing():
            return self._connection.execute(sql, values or ()).rowcount

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All that is read in it is of one moment, while others write on."""
        with self._lock, _translated():
            self._connection.execute("begin")
            try:
                yield
            finally:
                self._connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, which no other thread or process writes in; inside another it is part
        of that. It sees what was committed before, so what is read in it stays true in it."""
        with self._lock, _translated():
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("begin immediate")
            try:
                yield
                reached("records.written")
                self._connection.commit()
                reached("records.committed")
            except BaseException:
                self._connection.rollback()
                raise


_CHANGED = "is not as this version of the appliance left it"
_LAST_COPY = (
    "stop the appliance and put back the last copy of `appliance backup`: docs/how-to/keeping.md"
)
_DISK = "free some space on its disk, and let the appliance write there"
_LOCAL = "check that its folder is on a local disk and may be written to"
_BUSY = "another process holds it: try again"
_HINTS = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_CORRUPT: f"it is damaged: {_LAST_COPY}",
    sqlite3.SQLITE_NOTADB: f"it is damaged: {_LAST_COPY}",
    sqlite3.SQLITE_FULL: _DISK,
    sqlite3.SQLITE_IOERR: _DISK,
    sqlite3.SQLITE_READONLY: _DISK,
    sqlite3.SQLITE_PERM: _DISK,
    sqlite3.SQLITE_CANTOPEN: _LOCAL,
    sqlite3.SQLITE_PROTOCOL: _LOCAL,
    sqlite3.SQLITE_ERROR: _LAST_COPY,
}


def _code(error: sqlite3.Error) -> int:
    """SQLite's, without what it adds for special cases; 0 where it gives none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


@contextmanager
def _translated(failed: str = "the database cannot be used") -> Iterator[None]:
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise  # a bug
    except (sqlite3.DatabaseError, OverflowError) as error:
        # Python itself refuses what is longer than SQLite could be told of.
        code = sqlite3.SQLITE_TOOBIG if isinstance(error, OverflowError) else _code(error)
        if code == sqlite3.SQLITE_TOOBIG:
            raise DocumentError(
                "Its text is too long to be kept.", hint="Split it into single documents."
            ) from error
        if code == sqlite3.SQLITE_ERROR:
            failed = f"{failed}: it {_CHANGED}"
        raise StoreError(
            f"{failed}: {error}", hint=_HINTS.get(code, "`appliance doctor` looks at it")
        ) from error
