"""The chain of what was done: how a link is made, and how it is found that one was broken.

A link says who did what, when and where. Its seal is the hash of what is recorded of that, with a
salt; its own hash is that of all this and of the link before. An erasure takes salt and record
away: the chain still holds, and the seal says nothing any more. The columns that are sealed stay
those: what a later version records besides needs a kind of link of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Rows = Callable[[str, dict[str, Any]], Iterable[dict[Any, Any]]]
"""What one statement of SQL gives."""

FLEET = "fleet:"
"""How the station is called of what clerks of another site approved; the site's name follows."""
EXPELLED = f"""
    exists (select 1 from fleet_sites
             where expelled_at is not null and reviews.station = '{FLEET}' || site)
    """
"""SQL for whether a review came of a site that was expelled since."""
PAGE = 1000
"""Links that are read at once."""


class LinkKind(StrEnum):
    """What was done."""

    APPROVED = "approved"
    REJECTED = "rejected"
    RETYPED = "retyped"
    IMPORTED = "imported"
    EINVOICE = "e-invoice"
    """The appliance approved what an e-invoice says of itself."""
    COLLECTED = "collected"
    """A site of the fleet told of what its clerks did."""
    SECONDED = "seconded"
    """A clerk approved it as far as she may; it waits for another one."""
    REOPENED = "reopened"
    RETRIED = "retried"
    RULED = "ruled"
    """Something was said of a sender."""
    JUDGED = "judged"
    """A night compared what it made with what serves."""
    SERVES = "serves"
    SEALED = "sealed"
    DOCTYPE = "doctype"
    SETTING = "setting"
    EXPORTED = "exported"
    BACKED_UP = "backed up"
    RESTORED = "restored"
    FORGOTTEN = "forgotten"


_REVIEWS = (
    LinkKind.APPROVED,
    LinkKind.REJECTED,
    LinkKind.RETYPED,
    LinkKind.IMPORTED,
    LinkKind.EINVOICE,
    LinkKind.COLLECTED,
)
_TABLES = {
    **dict.fromkeys(_REVIEWS, "reviews"),
    LinkKind.RULED: "sender_rulings",
    LinkKind.JUDGED: "decisions",
    LinkKind.FORGOTTEN: "erasures",
}
"""Where what was done is recorded; all else is recorded by its link alone."""
_SEALED = {
    "reviews": (
        """
        select id, docid, doctype, prediction, model, clerk, station, outcome, reason, judgement,
               seconds, blind, reviewed_at
          from reviews where id = :number
        """,
        """
        select id, fieldtype, line_item_id, before, after, kind, seen, spans, value, keyed, wraps
          from corrections where review = :number order by id
        """,
    ),
    "sender_rulings": ("select id, ruling, ruled_at from sender_rulings where id = :number",),
    "decisions": (
        """
        select id, champion, candidate, outcome, reason, decided_at
          from decisions where id = :number
        """,
    ),
    "erasures": (
        """
        select id, chosen, documents, who, why, erased_at from erasures where id = :number
        """,
        "select id from audit where erasure = :number order by id",
    ),
}
"""By table what of a row is sealed: what is recorded, then what belongs to it."""


@dataclass(frozen=True, slots=True)
class NewLink:
    kind: LinkKind
    who: str
    """A clerk, or the user of the system; empty where nobody knows."""
    at: float
    """Seconds since 1970, UTC."""
    station: str = ""
    about: str = ""
    """Never a word of a document: it stays when that is forgotten."""
    number: int | None = None
    """Of the row that records it."""
    docid: str | None = None


@dataclass(frozen=True, slots=True)
class BrokenLink:
    number: int | None
    """None for what is recorded and has no link."""
    about: str
    """What it says that was done, and who did it; empty where nothing says it."""
    told: str
    """What is wrong, in words that follow the name of the link."""


def review_kind(outcome: str, station: str) -> LinkKind:
    by_itself = {"import": LinkKind.IMPORTED, "e-invoice": LinkKind.EINVOICE}
    if station.startswith(FLEET):
        return LinkKind.COLLECTED
    return by_itself.get(station) or LinkKind(outcome)


def add(rows: Rows, link: NewLink) -> None:
    """Behind the last one; in the transaction of what it is about."""
    (last,) = rows(
        """
        select coalesce(max(id), 0) number, randomblob(32) salt,
               coalesce((select hash from audit order by id desc limit 1), '') hash
          from audit
        """,
        {},
    )
    row = {
        "id": last["number"] + 1,
        "kind": link.kind.value,
        "who": link.who,
        "at": float(link.at),
        "station": link.station,
        "about": link.about,
        "number": link.number,
        "docid": link.docid,
        "salt": last["salt"],
    }
    row["seal"] = _seal(rows, row)
    row["hash"] = _hash(last["hash"], row)
    list(
        rows(
            """
            insert into audit (id, kind, who, at, station, about, number, docid, salt, seal, hash)
            values (:id, :kind, :who, :at, :station, :about, :number, :docid, :salt, :seal, :hash)
            returning id
            """,
            row,
        )
    )


def broken(rows: Rows) -> BrokenLink | None:
    """The first link that is not as it was made; None when all are. ``rows`` have to be of one
    moment."""
    before, number = "", 0
    for row in _links(rows):
        if row["id"] != number + 1:
            return BrokenLink(number + 1, "", "was removed")
        number = row["id"]
        if told := _wrong(rows, row, before):
            return BrokenLink(number, f"{row['kind']} by {row['who']}", told)
        before = row["hash"]
    for table in _SEALED:
        kinds = [kind.value for kind, of in _TABLES.items() if of == table]
        for row in rows(
            f"""
            select id from {table}
             where id not in (select number from audit
                               where number is not null
                                 and kind in (select value from json_each(:kinds)))
             order by id limit 1
            """,
            {"kinds": json.dumps(kinds)},
        ):
            told = f"row {row['id']} of {table} was put in: no link is about it"
            return BrokenLink(None, "", told)
    return None


def _wrong(rows: Rows, row: dict[str, Any], before: str) -> str:
    """Empty when nothing is."""
    if row["hash"] != _hash(before, row):
        return "was changed, or put in, or does not follow from the one before it"
    if row["salt"] is None:
        return "" if row["erasure"] else "lost its record, and no erasure took it"
    seal = _seal(rows, row)
    if seal is None:
        return "is about something that was removed from the records"
    return "" if seal == row["seal"] else "is about something that was changed in the records"


def _links(rows: Rows) -> Iterator[dict[str, Any]]:
    last = 0
    while page := list(
        rows("select * from audit where id > :last order by id limit :page", _page(last))
    ):
        yield from page
        last = page[-1]["id"]


def _page(last: int) -> dict[str, int]:
    return {"last": last, "page": PAGE}


def _hash(before: str, row: dict[str, Any]) -> str:
    told = ("id", "kind", "who", "at", "station", "about", "seal")
    return _digest(_told([before, *(row[name] for name in told)]))


def _seal(rows: Rows, row: dict[str, Any]) -> str | None:
    """None when what the link is about is not recorded any more."""
    said: list[Any] = [row["salt"], row["number"], row["docid"]]
    if table := _TABLES.get(LinkKind(row["kind"])):
        recorded, *more = _SEALED[table]
        found = [list(one.values()) for one in rows(recorded, row)]
        if not found:
            return None
        said += found
        for sql in more:
            said += [list(one.values()) for one in rows(sql, row)]
    return _digest(_told(said))


def _told(said: list[Any]) -> bytes:
    """Always the same of the same; also of what somebody put there and never was of that type."""
    return json.dumps(said, default=repr).encode()


def _digest(told: bytes) -> str:
    return hashlib.sha256(told).hexdigest()
