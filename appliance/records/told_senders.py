"""Senders that other sites know, as they were told: apart from those that are known here.

Whoever calls holds the transaction. ``at`` is the number of the ruling. What was told before is
kept as past, so that an answer finds what it was recalled with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from appliance.domain.sender_rulings import SenderTold
from appliance.domain.senders import KnownSender, ToldSender
from appliance.fields.folding import fold_alnum
from appliance.records.database import Database
from appliance.records.sender_rulings import read_ruling
from appliance.records.sharing import sharing, words_of_name

_FEWEST_DIGITS = 7
"""Of a code that is a mark too, as pages are looked at."""


class ToldSenders:
    def __init__(self, database: Database) -> None:
        self._database = database

    def tell(self, told: ToldSender, *, at: int) -> None:
        self.forget(told.party, at=at)
        self._database.execute(
            "insert into told_senders (id, party) values (?, ?)", [at, told.party]
        )
        words = (word for name in told.card.known.names for word in words_of_name(name))
        self._keep("told_names", "word", words, at)
        self._keep("told_marks", "mark", _marks(told), at)

    def forget(self, party: str, *, at: int) -> None:
        for row in self._database.rows(
            "select id from told_senders where party = ? and until is null", [party]
        ):
            for table in ("told_names", "told_marks"):
                self._database.execute(f"delete from {table} where sender = ?", [row["id"]])
            self._database.execute(
                "update told_senders set until = ? where id = ?", [at, row["id"]]
            )

    def known(self, marks: Collection[str], words: Collection[str]) -> list[KnownSender]:
        """Those that share one of ``marks``, or a word of their names."""
        return list(map(self._known, sharing(self._database, "told", marks, words)))

    def is_told(self, party: str) -> bool:
        return self.told(party) is not None

    def told(self, party: str, *, until: int | None = None) -> ToldSender | None:
        """What was told of it when the review or ruling ``until`` was the last, by now without it;
        None where nothing was, or that was erased."""
        rows = self._database.rows(
            """
            select id from told_senders
             where party = :party and (:until is null or id <= :until)
               and (until is null or until > :until)
             order by id desc limit 1
            """,
            {"party": party, "until": until},
        )
        return self._read(rows[0]["id"]) if rows else None

    def senders(self) -> Iterator[ToldSender]:
        """Those of now, by their ids."""
        for row in self._database.rows(
            "select id from told_senders where until is null order by party"
        ):
            if told := self._read(row["id"]):
                yield told

    def called(self, names: Iterable[str]) -> list[str]:
        """Ids of those of which one of ``names`` is the id, a name or a code."""
        folded = set(map(fold_alnum, names)) - {""}
        return [
            one.party
            for one in self.senders()
            if not folded.isdisjoint(
                map(fold_alnum, (one.party, *one.card.known.names, *one.card.codes))
            )
        ]

    def _keep(self, table: str, column: str, values: Iterable[str], at: int) -> None:
        for value in values:
            self._database.execute(
                f"insert or ignore into {table} ({column}, sender) values (?, ?)", [value, at]
            )

    def _known(self, number: int) -> KnownSender:
        told = self._read(number)
        assert told is not None, "what a sender is found by goes with its ruling"
        known, marks = told.card.known, _marks(told)
        others = {
            row["mark"]
            for row in self._database.rows(
                """
                select mark from told_marks mine
                 where sender = ? and exists (
                     select 1 from told_marks other
                      where other.mark = mine.mark and other.sender <> mine.sender)
                """,
                [number],
            )
        }
        return KnownSender(
            known.party,
            known.documents,
            known.named,
            known.names,
            {mark: on for mark, on in marks.items() if mark not in others},
            {mark: on for mark, on in marks.items() if mark in others},
        )

    def _read(self, number: int) -> ToldSender | None:
        for row in self._database.rows("select ruling from sender_rulings where id = ?", [number]):
            ruling = read_ruling(row["ruling"])
            if isinstance(ruling, SenderTold):
                return ruling.told
        return None


def _marks(told: ToldSender) -> dict[str, int]:
    """A code is one too: of a card that had to be short it may be the only one."""
    known = told.card.known
    codes = ("".join(filter(str.isdecimal, fold_alnum(code))) for code in told.card.codes)
    of_codes = {code: known.documents for code in codes if len(code) >= _FEWEST_DIGITS}
    return {**of_codes, **known.marks}
