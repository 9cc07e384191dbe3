"""At a hub: what all its sites can hear, and what they are to be told.

Each message replaces what was told about the same. Its number is that of the server's stream, which
no backup of the records holds.
"""

from __future__ import annotations

from appliance.domain.fleet import HubStream, SiteStanding
from appliance.records.database import Database
from appliance.records.sender_rows import SENDER

MOST = 2**63 - 1
"""The greatest number that the records hold; a site may say any."""


class HubOutbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    def last(self) -> int:
        """Number of the last message of which it is known that it was told; 0 for none."""
        (row,) = self._database.rows("select coalesce(max(number), 0) last from fleet_told")
        return int(row["last"])

    # A run of the hub's process

    def begin_run(self, run: str, stream: HubStream) -> None:
        """What is told from now on is told in this run. Told again is what sites cannot hear any
        more, and what they were told after these records were copied."""
        with self._database.writing():
            self._database.execute(
                """
                update fleet_told set told = ''
                 where number > :last
                    or :made <> (select stream from fleet_runs order by id desc limit 1)
                """,
                {"last": stream.last, "made": stream.made},
            )
            for about in stream.unknown:
                self.note_told(about, "", number=stream.last)
            self._database.execute("delete from fleet_runs where first > ?", [stream.last + 1])
            self._database.execute(
                "insert into fleet_runs (run, stream, first) values (?, ?, ?)",
                [run, stream.made, stream.last + 1],
            )

    def standing(self, said: SiteStanding) -> SiteStanding:
        """How far the site really is, which says that it is so far.

        A run told up to the first message of the next. A site that heard more of it heard a hub
        that was put back since, and hears all anew. (A follower of Kafka finds so where it left its
        leader: KIP-101; a run is an epoch.)"""
        (row,) = self._database.rows(
            """
            with known as (select id from fleet_runs where run = :run),
            told as (select coalesce(
                         (select min(first) - 1 from fleet_runs where id > known.id), :heard) last
                       from known)
            select coalesce((select run from fleet_runs order by id desc limit 1), '') run,
                   iif(:heard <= (select last from told), :heard, 0) heard
            """,
            {"run": said.run, "heard": min(said.heard, MOST)},
        )
        return SiteStanding(**row)

    # What is told

    def untold(self) -> list[str]:
        """Parties of which something else may be known since they were told of."""
        rows = self._database.rows("select party from fleet_untold order by party")
        return [row["party"] for row in rows]

    def tell_all_again(self) -> list[str]:
        """About which senders something was told that is forgotten or lost since. Where there is
        any, all senders that are left are due again."""
        rows = self._database.rows(
            f"""
            select about from fleet_told
             where told = '' and substr(about, 1, {len(SENDER)}) = '{SENDER}' order by about
            """
        )
        if rows:
            self._database.execute(
                "insert or ignore into fleet_untold (party) select distinct party from senders"
            )
        return [row["about"] for row in rows]

    def told(self, about: str) -> str:
        """What was last told to all sites about this; empty for nothing."""
        rows = self._database.rows("select told from fleet_told where about = ?", [about])
        return str(rows[0]["told"]) if rows else ""

    def note_told(self, about: str, told: str, *, number: int) -> None:
        """All sites can hear it from now on, as the message of this number."""
        self._database.execute(
            "insert or replace into fleet_told (about, told, number) values (?, ?, ?)",
            [about, told, number],
        )

    def note_nothing(self, about: str) -> None:
        """All sites can hear that nothing is known of it any more."""
        self._database.execute("delete from fleet_told where about = ?", [about])

    def settle(self, party: str, *, known: int) -> None:
        """Nothing more is to be told of it until something comes. Where more is known by now than
        ``known``, the number of the last review or ruling, it stays due."""
        self._database.execute(
            """
            delete from fleet_untold where party = ? and (select review from sender_log) = ?
            """,
            [party, known],
        )
