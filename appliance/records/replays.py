"""Replays of answers, kept from one calibration to the next.

A calibration wants the same several hundred again after each review, and each takes a tenth of a
second to make. None of them is a record: whatever one was made of is another, it is made anew.
"""

from __future__ import annotations

import json
import zlib
from contextlib import suppress

from appliance.records.store import Store

_ERASED = "select coalesce(max(id), 0) last from erasures"
_TOGETHER = 50
"""Of one transaction: a calibration that is cut goes on from there."""
_FAST = 1
"""Level of compression: of 663 made invoices a replay shrinks from 29 to 5 KB in 0.15 ms."""


class KeptReplays:
    def __init__(self, store: Store) -> None:
        """On the same connection as ``store``."""
        self._database = store.database
        self._made: dict[tuple[str, str], tuple[str, bytes]] = {}
        """Not yet in the database."""
        self._wanted: set[tuple[str, str]] = set()
        self._erased = self._last_erasure()

    def is_overtaken(self) -> bool:
        """Whether documents were forgotten since: what was made may say what they said."""
        return self._last_erasure() != self._erased

    def _last_erasure(self) -> int:
        (row,) = self._database.rows(_ERASED)
        return int(row["last"])

    def get(self, docid: str, doctype: str, made_of: str) -> bytes | None:
        """None where there is none, it was made of something else, or it is damaged."""
        self._wanted.add((docid, doctype))
        rows = self._database.rows(
            "select replay from replays where docid = ? and doctype = ? and made_of = ?",
            [docid, doctype, made_of],
        )
        with suppress(zlib.error):
            return zlib.decompress(rows[0]["replay"]) if rows else None
        return None

    def keep(self, docid: str, doctype: str, made_of: str, replay: bytes) -> None:
        """Instead of any other of this document."""
        self._made[docid, doctype] = made_of, zlib.compress(replay, _FAST)
        if len(self._made) == _TOGETHER:
            self.write()

    def write(self) -> None:
        """All that was made so far, but nothing once something was forgotten."""
        with self._database.writing():
            if self.is_overtaken():
                self._made.clear()
            for (docid, doctype), (made_of, replay) in self._made.items():
                self._database.execute(
                    """
                    insert or replace into replays (docid, doctype, made_of, replay)
                    values (?, ?, ?, ?)
                    """,
                    [docid, doctype, made_of, replay],
                )
        self._made.clear()

    def finish(self) -> None:
        """What nobody wanted is kept no longer."""
        self.write()
        wanted = json.dumps([list(key) for key in self._wanted])
        self._database.execute(
            """
            delete from replays where (docid, doctype) not in (
                select json_extract(value, '$[0]'), json_extract(value, '$[1]') from json_each(?))
            """,
            [wanted],
        )
