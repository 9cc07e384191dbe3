"""What approved documents have shown of those who sent them, and which one each came from.

A summary of the reviews, and of what the owner said: it is brought up to date before it is asked,
and can be made anew.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from appliance.domain.senders import KnownSender
from appliance.records.chain import EXPELLED
from appliance.records.sender_rows import SenderRows, Sighting
from appliance.records.sender_rulings import NumberedRuling, SenderRulings
from appliance.records.sharing import sharing
from appliance.records.store import Store

MOST = 100_000
"""Senders that are kept."""


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


class SenderRecords:
    def __init__(self, store: Store, *, most: int = MOST) -> None:
        """On the same connection as ``store``; of more than ``most`` senders the least used go."""
        self._database = store.database
        self._rulings = SenderRulings(store)
        self._rows = SenderRows(store.database, most=most)

    def not_seen(self, *, most: int) -> list[SenderReview | NumberedRuling]:
        """The first of what is not in the summary yet, in the order in which it was said."""
        seen = self.seen()
        rows = self._database.rows(
            f"""
            select id, docid, doctype, outcome, json_extract(judgement, '$.party') party,
                   json_extract(judgement, '$.sender') sender
              from reviews where id > ? and not {EXPELLED} order by id limit ?
            """,
            [seen, most],
        )
        said: list[SenderReview | NumberedRuling] = [
            SenderReview(
                row["id"],
                row["docid"],
                row["doctype"],
                row["outcome"] == "approved",
                row["party"],
                row["sender"],
            )
            for row in rows
        ]
        said += self._rulings.after(seen, most=most)
        return sorted(said, key=lambda one: one.id)[:most]

    def seen(self) -> int:
        """Number of the last review or ruling that is in the summary; 0 for none."""
        (log,) = self._database.rows("select review from sender_log")
        return int(log["review"])

    def learn(
        self,
        review: SenderReview,
        before: frozenset[str],
        sighting: Sighting | None,
        likely: str | None,
    ) -> None:
        """In place of what an earlier review of the document said; ``before`` are its marks, and
        ``likely`` the party whose page it looked like before that. In the transaction in which it
        was not seen yet."""
        this = review.docid, review.doctype
        self._rows.take_back(*this, before, at=review.id)
        if sighting is not None:
            self._rows.add(*this, sighting, at=review.id)
        self._database.execute(
            """
            insert or ignore into review_lookups (docid, doctype, sender, reviews)
            values (?, ?, ?, ?)
            """,
            [*this, likely, review.id - 1],
        )
        self._see(review.id)

    def follow(self, one: NumberedRuling) -> None:
        """In the transaction in which it was not seen yet."""
        self._rows.follow(one.ruling, at=one.id)
        self._see(one.id)

    def _see(self, number: int) -> None:
        self._database.execute("update sender_log set review = ?", [number])

    def known(self, marks: Collection[str], words: Collection[str]) -> list[KnownSender]:
        """Senders that share one of ``marks``, or a word of their names."""
        found = sharing(self._database, "sender", marks, words)
        return [one for number in found if (one := self.sender(number)).documents > 0]

    def is_known(self, party: str) -> bool:
        """A sender goes by that id."""
        return bool(self._database.rows("select 1 from senders where party = ? limit 1", [party]))

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

    def sender(self, number: int) -> KnownSender:
        """``number`` of its row."""
        (row,) = self._database.rows(
            "select party, documents, named from senders where id = ?", [number]
        )
        names = self._database.rows(
            "select distinct name from sender_names where sender = ?", [number]
        )
        marks = self._database.rows(
            """
            select mark, documents, exists (
                select 1 from sender_marks other join senders on senders.id = other.sender
                 where other.mark = mine.mark and party <> :party) shared
              from sender_marks mine where sender = :number
            """,
            {"number": number, "party": row["party"]},
        )
        return KnownSender(
            row["party"],
            row["documents"],
            row["named"],
            frozenset(one["name"] for one in names),
            {one["mark"]: one["documents"] for one in marks if not one["shared"]},
            {one["mark"]: one["documents"] for one in marks if one["shared"]},
        )
