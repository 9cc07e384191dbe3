"""Who did what, and when: written with what it is about, listed, and checked.

The chain protects against whoever changes, removes or adds a row. Who can rewrite all of the
database can rewrite all of the chain: against that stands its head, written down elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.domain.characters import uncontrolled
from appliance.domain.errors import StoreError
from appliance.records import chain
from appliance.records.chain import PAGE, BrokenLink, LinkKind, NewLink
from appliance.records.database import Database

APPLIANCE = "appliance"
"""Who did what nobody had it do."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    number: int
    kind: LinkKind
    who: str
    """A clerk, or the user of the system; empty where nobody knows."""
    at: float
    """Seconds since 1970, UTC."""
    station: str
    """Empty for a command."""
    about: str
    """Type of the document, name of the version, what a setting is: by ``kind``."""
    docid: str | None
    """None also for what was forgotten since."""
    source: str | None
    """Name of the document."""
    changed: int
    """Values that a clerk approved otherwise than the model had them."""
    ruling: str | None
    """What was said of a sender, JSON."""
    why: str | None
    """Something was forgotten."""
    forgotten: bool
    """What it is about was forgotten since."""
    hash: str


class Audit:
    def __init__(self, database: Database) -> None:
        self._database = database

    def note(
        self,
        kind: LinkKind,
        *,
        who: str,
        now: float,
        station: str = "",
        about: str = "",
        number: int | None = None,
        docid: str | None = None,
    ) -> None:
        """To be called in the transaction of what it is about, which may be a folder whose name is
        no text. ``now`` is seconds since 1970."""
        with self._database.writing():
            link = NewLink(kind, who, now, station, uncontrolled(about), number, docid)
            chain.add(self._database.rows, link)

    def entries(
        self, *, after: int = 0, since: float = 0.0, who: str | None = None
    ) -> Iterator[AuditEntry]:
        """Behind link ``after``, done from ``since`` on, by whoever has ``who`` in the name; the
        last one last. Raises StoreError at a link of which nobody can say what was done."""
        while page := self._database.rows(
            """
            select audit.id number, audit.kind, who, at, audit.station, about, audit.docid,
                   (select source from jobs where jobs.docid = audit.docid limit 1) source,
                   (select count(*) from corrections
                     where audit.kind = 'approved' and review = audit.number
                       and corrections.kind in ('changed', 'added', 'removed')) changed,
                   (select ruling from sender_rulings
                     where audit.kind = 'ruled' and sender_rulings.id = audit.number) ruling,
                   (select why from erasures
                     where audit.kind = 'forgotten' and erasures.id = audit.number) why,
                   erasure is not null forgotten, hash
              from audit
             where audit.id > :after and at >= :since
             order by audit.id limit :page
            """,
            {"after": after, "since": since, "page": PAGE},
        ):
            for row in page:
                # Not in SQL: the lower() of SQLite knows ASCII alone.
                if who is not None and who.casefold() not in str(row["who"]).casefold():
                    continue
                if row["kind"] not in set(LinkKind):
                    raise StoreError(
                        f"link {row['number']} of the audit is not as it was made",
                        hint="`appliance verify` says which link was changed first",
                    )
                told = {"kind": LinkKind(row["kind"]), "forgotten": bool(row["forgotten"])}
                yield AuditEntry(**(row | told))
            after = page[-1]["number"]

    def head(self) -> str:
        """Hash of the last link; empty where there is none."""
        rows = self._database.rows("select hash from audit order by id desc limit 1")
        return str(rows[0]["hash"]) if rows else ""

    def last(self, kind: LinkKind) -> float | None:
        """When this was done for the last time; None where it never was."""
        (row,) = self._database.rows("select max(at) at from audit where kind = ?", [kind])
        at: float | None = row["at"]
        return at

    def find(self, hash: str) -> int | None:
        """Number of the link with this hash, or of the one whose hash begins so; None where that is
        none, or several."""
        rows = self._database.rows(
            "select id from audit where substr(hash, 1, length(:hash)) = :hash limit 2",
            {"hash": hash.lower()},
        )
        return int(rows[0]["id"]) if len(rows) == 1 else None

    def standing(self) -> dict[tuple[LinkKind, str], str]:
        """What the chain says is so: which version serves, of each type its form, each setting."""
        found = {}
        for row in self._database.rows(
            "select kind, about from audit where kind in (?, ?, ?) order by id",
            [LinkKind.SERVES, LinkKind.DOCTYPE, LinkKind.SETTING],
        ):
            name, _, state = row["about"].rpartition(" = ")
            found[LinkKind(row["kind"]), name] = state
        return found

    def broken(self) -> BrokenLink | None:
        """The first link that is not as it was made."""
        with self._database.reading():
            return chain.broken(self._database.rows)
