"""One SQLite file in WAL mode: opened, brought up to date, read, and written in transactions.

Many processes and threads may use it at a time. SQLite's errors become StoreError here; which
tables there are stands in ``schema.py``, what is said to them in ``store.py`` and its neighbours.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import sqlite_utils

from appliance.domain.errors import StoreError
from appliance.records.schema import migrations


class Database:
    def __init__(self, path: Path) -> None:
        """Opens ``path`` and brings its schema up to date. Raises StoreError."""
        self._lock = RLock()
        try:
            self._connection = sqlite3.connect(path, timeout=30, check_same_thread=False)
            self._tables = sqlite_utils.Database(self._connection)
            self._tables.enable_wal()
            # A dropped file is removed once its row is written: the row must survive a power cut.
            self._connection.execute("pragma synchronous = full")
            if migrations.pending(self._tables):
                with self.writing():  # another process may be about to do the same
                    migrations.apply(self._tables)
        except (sqlite3.Error, StoreError) as error:
            raise StoreError(
                f"the database {path} does not open: {error}",
                hint=_HINTS.get(
                    _code(error), "check that its folder is on a local disk and may be written to"
                ),
            ) from error

    def close(self) -> None:
        self._tables.close()

    def rows(self, sql: str, values: Any = None) -> list[dict[str, Any]]:
        """What one statement gives, also one that writes and returns."""
        with self._lock, _translated():
            return list(self._tables.query(sql, values))

    def execute(self, sql: str, values: Any = None) -> int:
        """How many rows one statement changed."""
        with self.writing():
            return self._connection.execute(sql, values or ()).rowcount

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
                self._connection.commit()
            except BaseException:
                self._connection.rollback()
                raise


_DAMAGED = "it is damaged: stop the appliance and put back the last copy of it"
_HINTS = {
    sqlite3.SQLITE_BUSY: "another process holds it: try again",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}


def _code(error: Exception) -> int:
    """SQLite's, without what it adds for special cases; 0 where it gives none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise  # a bug
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"the database cannot be used: {error}",
            hint=_HINTS.get(
                _code(error), "free some space on its disk, and let the appliance write there"
            ),
        ) from error
