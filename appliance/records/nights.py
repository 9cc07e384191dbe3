"""How each night ended, kept for the owner: what came of it, and what was left out of it."""

from __future__ import annotations

from typing import Any

from appliance.domain.nights import EndedNight, LeftOutDocument, NightEnd
from appliance.records.database import Database


class Nights:
    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, night: EndedNight) -> None:
        """Raises StoreError."""
        with self._database.writing():
            (row,) = self._database.rows(
                """
                insert into nights (ended_at, "end", said, version, received)
                values (?, ?, ?, ?, ?) returning id
                """,
                [night.ended_at, night.end, night.said, night.version, night.received],
            )
            for one in night.left_out:
                self._database.execute(
                    """
                    insert or replace into night_left_out (night, docid, doctype, reason)
                    values (?, ?, ?, ?)
                    """,
                    [row["id"], one.docid, one.doctype, one.reason],
                )

    def newest(self, count: int) -> list[EndedNight]:
        """Return the last ``count`` nights that ended, the newest first."""
        rows = self._database.rows("select * from nights order by id desc limit ?", [count])
        return [self._night(row) for row in rows]

    def _night(self, row: dict[str, Any]) -> EndedNight:
        left_out = self._database.rows(
            "select docid, doctype, reason from night_left_out where night = ? order by docid",
            [row["id"]],
        )
        return EndedNight(
            row["ended_at"],
            NightEnd(row["end"]),
            row["said"],
            row["version"],
            bool(row["received"]),
            tuple(LeftOutDocument(**one) for one in left_out),
        )
