"""The rows that the directory of senders consists of, and what a review or a ruling does to them.

Whoever calls holds the transaction. ``at`` is the number of the review or the ruling: what was so
before it is kept as past.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from appliance.domain.sender_rulings import (
    SenderForgotten,
    SenderImported,
    SenderRenamed,
    SenderRuling,
    SendersMerged,
    SenderTold,
    SenderUntold,
)
from appliance.domain.senders import SenderCard
from appliance.fields.folding import fold_alnum
from appliance.records.database import Database
from appliance.records.sharing import words_of_name
from appliance.records.told_senders import ToldSenders

SENDER = "sender."
"""How it is noted about whom a hub told something; what follows names no one."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one approved document shows of its sender."""

    party: str
    name: str
    is_code: bool
    """``party`` is a number and not the name."""
    named: bool
    """The name stands on its pages."""
    marks: frozenset[str]
    likely: str | None = None
    """Party of the known sender whose page it looks like."""


OF_SENDERS = (
    *("sender_keys", "sender_names", "sender_marks", "sender_documents", "sender_past", "senders"),
    *("told_names", "told_marks", "told_senders", "fleet_untold"),
)
"""The tables of the directory, and of whom a hub has something to tell."""


def begin_anew(database: Database) -> None:
    """The directory is made again of what is left of the reviews. What a hub told of senders goes
    too: only that it told something stays, so that its sites hear what is left. And every replay,
    which has words of other documents in it that were remembered."""
    for table in (*OF_SENDERS, "replays"):
        database.execute(f"delete from {table}")
    database.execute("update sender_log set review = 0")
    database.execute(
        f"update fleet_told set told = '' where substr(about, 1, {len(SENDER)}) = '{SENDER}'"
    )


class SenderRows:
    def __init__(self, database: Database, *, most: int) -> None:
        """``most`` senders are kept."""
        self._database = database
        self._told = ToldSenders(database)
        self._most = most

    def add(self, docid: str, doctype: str, sighting: Sighting, *, at: int) -> None:
        number = self._number(sighting, at)
        self._keep_keys(number, _keys(sighting))
        self._keep_names(number, [sighting.name])
        self._database.execute(
            "update senders set documents = documents + 1, named = named + ? where id = ?",
            [sighting.named, number],
        )
        self._keep_marks(number, dict.fromkeys(sighting.marks, 1))
        self._database.execute(
            """
            insert into sender_documents (docid, doctype, sender, named, since)
            values (?, ?, ?, ?, ?)
            """,
            [docid, doctype, number, sighting.named, at],
        )
        self._note_untold(self._party(number))

    def take_back(self, docid: str, doctype: str, marks: Iterable[str], *, at: int) -> None:
        """What the document has shown so far; ``marks`` are its own."""
        this = [docid, doctype]
        self._keep_past("docid = ? and doctype = ?", this, at)
        for row in self._database.rows(
            """
            delete from sender_documents where docid = ? and doctype = ? returning sender, named
            """,
            this,
        ):
            number = row["sender"]
            self._note_untold(self._party(number))
            self._database.execute(
                "update senders set documents = documents - 1, named = named - ? where id = ?",
                [row["named"], number],
            )
            for mark in marks:
                self._database.execute(
                    """
                    update sender_marks set documents = documents - 1
                     where mark = ? and sender = ?
                    """,
                    [mark, number],
                )
            self._database.execute(
                "delete from sender_marks where sender = ? and documents <= 0", [number]
            )
            if self._is_nobody(number):
                self._remove(number)

    def follow(self, ruling: SenderRuling, *, at: int) -> None:
        match ruling:
            case SendersMerged(party, into):
                self._merge(party, into, at)
            case SenderRenamed(party, name):
                self._database.execute(
                    "update senders set called = ? where party = ?", [name, party]
                )
            case SenderForgotten(party):
                self._told.forget(party, at=at)
                for number in self._with_id(party):
                    self._forget(number, at)
            case SenderUntold(party):
                self._told.forget(party, at=at)
            case SenderImported(card):
                self._admit(card, at)
            case SenderTold(told):
                self._told.tell(told, at=at)

    def _merge(self, party: str, into: str, at: int) -> None:
        """Each stays a row of its own, so that its pages are recognised as they were."""
        if not self._with_id(into):
            return
        for number in self._with_id(party):
            self._keep_past("sender = ?", [number], at)
            self._database.execute(
                "update sender_documents set since = ? where sender = ?", [at, number]
            )
            self._keep_keys(number, {fold_alnum(into): False})
        self._database.execute(
            """
            update senders
               set party = :into, called = (select called from senders where party = :into)
             where party = :party
            """,
            {"party": party, "into": into},
        )
        self._note_untold(party)
        self._note_untold(into)

    def _forget(self, number: int, at: int) -> None:
        self._note_untold(self._party(number))
        self._keep_past("sender = ?", [number], at)
        self._database.execute("delete from sender_documents where sender = ?", [number])
        self._remove(number)

    def _admit(self, card: SenderCard, at: int) -> None:
        known = card.known
        is_code = fold_alnum(known.party) in map(fold_alnum, card.codes)
        number = self._new(known.party, at, is_code=is_code)
        self._database.execute(
            "update senders set called = ?, documents = ?, named = ? where id = ?",
            [card.called, known.documents, known.named, number],
        )
        by_name = dict.fromkeys(map(fold_alnum, known.names), False)
        self._keep_keys(number, by_name | dict.fromkeys(map(fold_alnum, card.codes), True))
        self._keep_names(number, known.names)
        self._keep_marks(number, known.marks)

    def _keep_past(self, which: str, values: list[Any], at: int) -> None:
        """Whose some documents were until ``at``."""
        self._database.execute(
            f"""
            insert into sender_past (docid, doctype, party, since, until)
            select docid, doctype, party, since, ?
              from sender_documents join senders on senders.id = sender
             where {which}
            """,
            [at, *values],
        )

    def _note_untold(self, party: str) -> None:
        """All that a hub tells of it may be something else now."""
        self._database.execute(
            """
            insert or ignore into fleet_untold (party)
            select ? where exists (select 1 from fleet_sites)
            """,
            [party],
        )

    def _keep_keys(self, number: int, keys: dict[str, bool]) -> None:
        """What it is found by, and whether that is a code; no name of marks alone."""
        for key, is_code in keys.items():
            if key:
                self._database.execute(
                    "insert or ignore into sender_keys (key, sender, is_code) values (?, ?, ?)",
                    [key, number, is_code],
                )

    def _keep_names(self, number: int, names: Iterable[str]) -> None:
        for name in names:
            for word in words_of_name(name):
                self._database.execute(
                    "insert or ignore into sender_names (word, sender, name) values (?, ?, ?)",
                    [word, number, name],
                )

    def _keep_marks(self, number: int, marks: Mapping[str, int]) -> None:
        for mark, documents in marks.items():
            self._database.execute(
                """
                insert into sender_marks (mark, sender, documents) values (?, ?, ?)
                on conflict (mark, sender) do update set
                    documents = documents + excluded.documents
                """,
                [mark, number, documents],
            )

    def _number(self, sighting: Sighting, at: int) -> int:
        """Of the sender that has the same code, or without one the same name; else of one of that
        name that has no code yet; else of a new one. Of several it is that whose page it is, and of
        those that were merged the one of that name. One that it was recalled as goes by its id."""
        found = self._with_key(sighting.party)
        if sighting.party == sighting.likely or not found:
            found = self._with_id(sighting.party) or found
        if sighting.is_code and not found:
            found = [one for one in self._with_key(sighting.name) if not self._has_code(one)]
        parties = {one: self._party(one) for one in found}
        if len(set(parties.values())) > 1:
            found = [one for one in found if parties[one] == sighting.likely]
        if not found:
            return self._new(self._free(sighting.party), at, is_code=sighting.is_code)
        named = [one for one in self._with_key(sighting.name) if one in found]
        return (named or found)[0]

    def _new(self, party: str, at: int, *, is_code: bool) -> int:
        """The least used go where there are too many: with the fewest documents, and of those the
        oldest. ``is_code`` where its id is one."""
        for row in self._database.rows(
            """
            select id from senders order by documents, id
             limit max(0, (select count(*) from senders) - ?)
            """,
            [self._most - 1],
        ):
            self._forget(row["id"], at)
        (row,) = self._database.rows("insert into senders (party) values (?) returning id", [party])
        number = int(row["id"])
        self._keep_keys(number, {fold_alnum(party): is_code})
        return number

    def _with_key(self, text: str) -> list[int]:
        rows = self._database.rows(
            "select sender from sender_keys where key = ?", [fold_alnum(text)]
        )
        return [int(row["sender"]) for row in rows]

    def _with_id(self, party: str) -> list[int]:
        rows = self._database.rows("select id from senders where party = ? order by id", [party])
        return [int(row["id"]) for row in rows]

    def _party(self, number: int) -> str:
        (row,) = self._database.rows("select party from senders where id = ?", [number])
        return str(row["party"])

    def _has_code(self, sender: int) -> bool:
        return bool(
            self._database.rows(
                "select 1 from sender_keys where sender = ? and is_code limit 1", [sender]
            )
        )

    def _free(self, party: str) -> str:
        """What another sender goes by already is told from it by a number."""
        rows = self._database.rows(
            "select party from senders where substr(party, 1, ?) = ?", [len(party), party]
        )
        taken = {row["party"] for row in rows}
        names = (f"{party} {number}" if number > 1 else party for number in count(1))
        return next(name for name in names if name not in taken)

    def _is_nobody(self, number: int) -> bool:
        """No document shows it any more, and the owner said nothing of it."""
        return bool(
            self._database.rows(
                """
                select 1 from senders this where id = ? and documents <= 0 and called is null
                   and not exists (select 1 from senders other
                                    where other.party = this.party and other.id <> this.id)
                """,
                [number],
            )
        )

    def _remove(self, number: int) -> None:
        for table in ("sender_keys", "sender_names", "sender_marks"):
            self._database.execute(f"delete from {table} where sender = ?", [number])
        self._database.execute("delete from senders where id = ?", [number])


def _keys(sighting: Sighting) -> dict[str, bool]:
    return {fold_alnum(sighting.name): False, fold_alnum(sighting.party): sighting.is_code}
