"""What approved documents have shown of those who sent them, and which one each came from.

A summary of the reviews: it is brought up to date before it is asked, and can be made anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from appliance.domain.senders import KnownSender
from appliance.fields.folding import fold_alnum
from appliance.records.store import Store

_COMMON = 25
"""Senders that share a mark or a word from which on it tells nothing."""
_ASKED = 500
"""Values in one statement; SQLite takes some thousands."""


@dataclass(frozen=True, slots=True)
class SenderReview:
    """One time that a clerk was done with a document, as far as it tells who sent it."""

    id: int
    docid: str
    doctype: str
    approved: bool
    party: str | None
    """Normal form of its surest party field."""
    name: str | None
    """As it stands on the document."""


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
    words: frozenset[str]
    """Of the name: those by which it is looked for."""
    likely: str | None = None
    """Party of the known sender whose page it looks like."""


class SenderRecords:
    def __init__(self, store: Store) -> None:
        """On the same connection as ``store``."""
        self._database = store.database

    def not_seen(self) -> Iterator[SenderReview]:
        """Reviews that are not in the summary yet, in their order."""
        for row in self._database.rows(
            """
            select id, docid, doctype, outcome, json_extract(judgement, '$.party') party,
                   json_extract(judgement, '$.sender') sender
              from reviews where id > (select review from sender_log) order by id
            """
        ):
            approved = row["outcome"] == "approved"
            yield SenderReview(
                row["id"], row["docid"], row["doctype"], approved, row["party"], row["sender"]
            )

    def seen(self) -> int:
        """Number of the last review that is in the summary; 0 for none."""
        (log,) = self._database.rows("select review from sender_log")
        return int(log["review"])

    def learn(
        self, review: SenderReview, before: frozenset[str], sighting: Sighting | None
    ) -> None:
        """In place of what an earlier review of the document said; ``before`` are its marks."""
        with self._database.writing():
            if review.id <= self.seen():
                return  # another process did
            self._forget(review, before)
            if sighting is not None:
                self._add(review, sighting)
            self._database.execute("update sender_log set review = ?", [review.id])

    def known(self, marks: Collection[str], words: Collection[str]) -> list[KnownSender]:
        """Senders that share one of ``marks``, or a word of their names."""
        found: dict[int, None] = {}
        for table, column, values in (
            ("sender_marks", "mark", marks),
            ("sender_names", "word", words),
        ):
            for some in _in_parts(values):
                rows = self._database.rows(
                    f"""
                    select distinct sender, {column} value from {table}
                     where {column} in ({", ".join("?" * len(some))})
                    """,
                    some,
                )
                sharing: dict[str, list[int]] = {}
                for row in rows:
                    sharing.setdefault(row["value"], []).append(row["sender"])
                for senders in sharing.values():
                    if len(senders) < _COMMON:
                        found |= dict.fromkeys(senders)
        return [self._sender(number) for number in found]

    def of_document(self, docid: str, doctype: str) -> str | None:
        """The party of the sender of an approved document."""
        rows = self._database.rows(
            """
            select party from sender_documents join senders on senders.id = sender
             where docid = ? and doctype = ?
            """,
            [docid, doctype],
        )
        return rows[0]["party"] if rows else None

    def _sender(self, number: int) -> KnownSender:
        (row,) = self._database.rows(
            "select party, documents, named from senders where id = ?", [number]
        )
        names = self._database.rows(
            "select distinct name from sender_names where sender = ?", [number]
        )
        marks = self._database.rows(
            """
            select mark, documents from sender_marks mine where sender = ? and not exists (
                select 1 from sender_marks other
                 where other.mark = mine.mark and other.sender <> mine.sender)
            """,
            [number],
        )
        return KnownSender(
            row["party"],
            row["documents"],
            row["named"],
            frozenset(one["name"] for one in names),
            {one["mark"]: one["documents"] for one in marks},
        )

    def _add(self, review: SenderReview, sighting: Sighting) -> None:
        number = self._number(sighting)
        for key, is_code in _keys(sighting).items():
            self._database.execute(
                "insert or ignore into sender_keys (key, sender, is_code) values (?, ?, ?)",
                [key, number, is_code],
            )
        for word in sighting.words:
            self._database.execute(
                "insert or ignore into sender_names (word, sender, name) values (?, ?, ?)",
                [word, number, sighting.name],
            )
        self._database.execute(
            "update senders set documents = documents + 1, named = named + ? where id = ?",
            [sighting.named, number],
        )
        for mark in sighting.marks:
            self._database.execute(
                """
                insert into sender_marks (mark, sender, documents) values (?, ?, 1)
                on conflict (mark, sender) do update set documents = documents + 1
                """,
                [mark, number],
            )
        self._database.execute(
            "insert into sender_documents (docid, doctype, sender, named) values (?, ?, ?, ?)",
            [review.docid, review.doctype, number, sighting.named],
        )

    def _number(self, sighting: Sighting) -> int:
        """Of the sender that has the same code, or without one the same name; else of one of that
        name that has no code yet; else of a new one. Of several it is that whose page it is. One
        that it was recalled as goes by its id."""
        found = self._with_key(sighting.party)
        if sighting.party == sighting.likely or not found:
            found = self._with_id(sighting.party) or found
        if sighting.is_code and not found:
            found = [one for one in self._with_key(sighting.name) if not self._has_code(one)]
        if len(found) > 1:
            found = [one for one in found if self._sender(one).party == sighting.likely]
        if found:
            return found[0]
        (row,) = self._database.rows(
            "insert into senders (party) values (?) returning id", [self._free(sighting.party)]
        )
        return int(row["id"])

    def _with_key(self, text: str) -> list[int]:
        rows = self._database.rows(
            "select sender from sender_keys where key = ?", [fold_alnum(text)]
        )
        return [int(row["sender"]) for row in rows]

    def _with_id(self, party: str) -> list[int]:
        rows = self._database.rows("select id from senders where party = ?", [party])
        return [int(row["id"]) for row in rows]

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

    def _forget(self, review: SenderReview, marks: Iterable[str]) -> None:
        rows = self._database.rows(
            """
            delete from sender_documents where docid = ? and doctype = ? returning sender, named
            """,
            [review.docid, review.doctype],
        )
        for row in rows:
            number = row["sender"]
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
            self._forget_nameless(number)

    def _forget_nameless(self, number: int) -> None:
        """A sender without an approved document is none."""
        (row,) = self._database.rows("select documents from senders where id = ?", [number])
        if row["documents"] > 0:
            return
        for table in ("sender_keys", "sender_names", "sender_marks"):
            self._database.execute(f"delete from {table} where sender = ?", [number])
        self._database.execute("delete from senders where id = ?", [number])


def _keys(sighting: Sighting) -> dict[str, bool]:
    """What the sender is found by, and whether that is a code; no name of marks alone."""
    keys = {fold_alnum(sighting.name): False} | {fold_alnum(sighting.party): sighting.is_code}
    return {key: is_code for key, is_code in keys.items() if key}


def _in_parts(values: Collection[str]) -> Iterator[list[str]]:
    every = list(values)
    for start in range(0, len(every), _ASKED):
        yield every[start : start + _ASKED]
