"""Calls: which deliveries the owner's own software is to be told of, and how far that is.

A call is noted in the transaction in which its delivery is finished, and stays until it was made or
failed for good, so it is made at least once. The revisions of one document go in their order: a
later one waits for the earlier. The clock is the caller's: ``now`` is seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from appliance.domain.delivery import CallKind
from appliance.records.jobs import over
from appliance.records.store import Delivery, Store


class CallState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    """For good: only a person puts it back."""
    REPLACED = "replaced"
    """It failed, and a later revision of the document was told since."""


@dataclass(frozen=True, slots=True)
class Destination:
    """To where calls go, one after the other."""

    doctype: str
    kind: CallKind


@dataclass(frozen=True, slots=True)
class Call:
    id: int
    docid: str
    doctype: str
    revision: int
    kind: CallKind
    key: str
    """The same whenever the call is repeated, and of no other."""
    body: str
    """The result, as its JSON file holds it."""
    attempts: int
    """That failed."""


@dataclass(frozen=True, slots=True)
class OpenCall:
    """One that waits or failed for good, for whoever looks after it."""

    docid: str
    doctype: str
    source: str
    revision: int
    kind: CallKind
    state: CallState
    attempts: int
    """That failed."""
    due_at: float
    """When it is made again, seconds since 1970; of no meaning for one that failed."""
    ended_at: float | None
    """When it failed for good; None while it waits."""
    error: str
    """Of the last attempt; empty before the first."""


_OPEN = "state in ('waiting', 'failed')"
_NEXT = f"""
    state = 'waiting' and {over("due_at")} and not exists (
        select 1 from calls earlier
         where earlier.docid = calls.docid and earlier.doctype = calls.doctype
           and earlier.kind = calls.kind and earlier.revision < calls.revision
           and earlier.state = 'waiting')
    """


class Calls:
    def __init__(self, store: Store) -> None:
        """On the same connection as ``store``."""
        self._database = store.database

    def note(self, delivery: Delivery, kinds: Iterable[CallKind], body: str, *, now: float) -> None:
        """Of what is told of a delivery. Noted twice it is the same."""
        with self._database.writing():
            for kind in kinds:
                self._database.execute(
                    """
                    insert into calls (docid, doctype, revision, kind, key, body, due_at)
                    values (?, ?, ?, ?, lower(hex(randomblob(16))), ?, ?)
                    on conflict do nothing
                    """,
                    [delivery.docid, delivery.doctype, delivery.revision, kind, body, now],
                )

    def due(self, *, now: float) -> list[Destination]:
        """To where a call can be made now."""
        rows = self._database.rows(
            f"select distinct doctype, kind from calls where {_NEXT} order by doctype, kind",
            {"now": now},
        )
        return [Destination(row["doctype"], CallKind(row["kind"])) for row in rows]

    def next(self, to: Destination, *, now: float) -> Call | None:
        """The one that is due for the longest time; None when there is none."""
        rows = self._database.rows(
            f"""
            select id, docid, doctype, revision, kind, key, body, attempts from calls
             where doctype = :doctype and kind = :kind and {_NEXT}
             order by due_at, id limit 1
            """,
            {"doctype": to.doctype, "kind": to.kind, "now": now},
        )
        return next((Call(**{**row, "kind": CallKind(row["kind"])}) for row in rows), None)

    def finish(self, call: Call, *, now: float) -> None:
        """It was made. Earlier revisions that failed, or were put back meanwhile, are over."""
        with self._database.writing():
            self._database.execute(
                """
                update calls set state = 'done', body = '', error = '', ended_at = ? where id = ?
                """,
                [now, call.id],
            )
            self._database.execute(
                f"""
                update calls set state = 'replaced', body = '', ended_at = ?
                 where docid = ? and doctype = ? and kind = ? and revision < ? and {_OPEN}
                """,
                [now, call.docid, call.doctype, call.kind, call.revision],
            )

    def postpone(self, call: Call, *, error: str, until: float) -> None:
        """An attempt failed; the next is at ``until``."""
        self._database.execute(
            "update calls set attempts = attempts + 1, due_at = ?, error = ? where id = ?",
            [until, error, call.id],
        )

    def fail(self, call: Call, *, error: str, now: float) -> None:
        """For good."""
        self._database.execute(
            """
            update calls set state = 'failed', attempts = attempts + 1, error = ?, ended_at = ?
             where id = ?
            """,
            [error, now, call.id],
        )

    def retry(self, docid: str | None = None, *, now: float) -> int:
        """How many are due now: those that wait, and those that failed, as if new; of one document
        only, where it is named."""
        return self._database.execute(
            f"""
            update calls
               set attempts = iif(state = 'failed', 0, attempts), state = 'waiting',
                   due_at = :now, ended_at = null
             where (:docid is null or docid = :docid) and {_OPEN}
            """,
            {"docid": docid, "now": now},
        )

    def open(self) -> list[OpenCall]:
        """In the order in which they were noted."""
        rows = self._database.rows(
            f"""
            select calls.docid, calls.doctype, source, revision, kind, calls.state,
                   calls.attempts, due_at, ended_at, error
              from calls join jobs using (docid, doctype)
             where calls.{_OPEN} order by id
            """
        )
        return [
            OpenCall(**{**row, "kind": CallKind(row["kind"]), "state": CallState(row["state"])})
            for row in rows
        ]
