"""At a site: what its hub does not have yet, and what it has heard from it.

The audit is the outbox. A link of it is written in the transaction of what it is about and never
changes, so nothing that was done can be missing and nothing can be told twice under two numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from appliance.domain.corrections import Correction
from appliance.domain.document import Document, Page, Span, Word
from appliance.domain.fleet import (
    SILENT,
    DocumentApproved,
    DocumentsForgotten,
    DocumentWithdrawn,
    NothingToTell,
    Sharing,
    SiteMessage,
    SiteStanding,
    VersionJudged,
)
from appliance.records.chain import LinkKind
from appliance.records.evidence import SECTIONS, SERVES
from appliance.records.reviews import CORRECTION, correction_of
from appliance.records.store import Store

_TOLD = (
    *(LinkKind.APPROVED, LinkKind.IMPORTED, LinkKind.EINVOICE, LinkKind.REJECTED),
    *(LinkKind.RETYPED, LinkKind.JUDGED, LinkKind.FORGOTTEN),
)
"""Of which a hub hears."""
_KINDS = ", ".join(f"'{kind.value}'" for kind in _TOLD)
_UNREADABLE = "█"


@dataclass(frozen=True, slots=True)
class FleetHub:
    """The hub of a site, and how far both are."""

    name: str
    acknowledged: int
    """Last link of the audit that it has; 0 for none."""
    acknowledged_at: float | None
    """When it last said that it has one, seconds since 1970, UTC; None before the first."""
    waiting_since: float | None
    """When the first was done of what it has not acknowledged; None where it has all."""
    standing: SiteStanding
    """How far this site is with what the hub tells."""

    def silent_since(self, *, now: float) -> float | None:
        """Since when its word is overdue by far; None where all is well, also while a site that
        joined late tells it of years."""
        if self.waiting_since is None:
            return None
        since = max(self.waiting_since, self.acknowledged_at or 0.0)
        return since if now - since > SILENT else None


@dataclass(frozen=True, slots=True)
class SiteLink:
    """A link of the audit that goes to the hub."""

    number: int
    before: int
    """Number of the one that goes before it; 0 for the first."""
    hash: str
    at: float
    """When that was done, seconds since 1970, UTC."""
    message: SiteMessage


class SiteOutbox:
    def __init__(
        self,
        store: Store,
        sharing: Callable[[str], Sharing],
        original: Callable[[str], bytes | None] = lambda docid: None,
    ) -> None:
        """On the same connection as ``store``; ``sharing`` of a document type, by its name;
        ``original`` bytes of a document, None where they do not go to a hub."""
        self._store = store
        self._database = store.database
        self._sharing = sharing
        self._original = original

    def join(self, hub: str) -> None:
        """From now on that is the hub; it has nothing yet."""
        with self._database.writing():
            self._database.execute("delete from fleet_hub")
            self._database.execute("delete from fleet_readings")
            self._database.execute("insert into fleet_hub (name) values (?)", [hub])

    def hub(self) -> FleetHub | None:
        """None where this home is no site."""
        rows = self._database.rows(
            f"""
            select name, acknowledged, acknowledged_at, run, heard,
                   (select at from audit where id > acknowledged and kind in ({_KINDS})
                     order by id limit 1) waiting_since
              from fleet_hub
            """
        )
        for row in rows:
            standing = SiteStanding(row.pop("run"), row.pop("heard"))
            return FleetHub(**row, standing=standing)
        return None

    def backlog(self) -> int:
        """Links that the hub has not acknowledged."""
        (row,) = self._database.rows(
            f"""
            select count(*) n from audit
             where id > (select acknowledged from fleet_hub) and kind in ({_KINDS})
            """
        )
        return int(row["n"])

    def links(self, *, after: int, most: int) -> Iterator[SiteLink]:
        """In their order. Raises whatever ``sharing`` does."""
        for row in self._database.rows(
            f"""
            select id, hash, kind, at, about, number, docid, erasure,
                   (select coalesce(max(id), 0) from audit before
                     where before.id < audit.id and kind in ({_KINDS})) before
              from audit where id > ? and kind in ({_KINDS}) order by id limit ?
            """,
            [after, most],
        ):
            with self._database.reading():
                message = self._message(LinkKind(row["kind"]), row)
            said = message or NothingToTell()
            yield SiteLink(row["id"], row["before"], row["hash"], row["at"], said)

    def acknowledge(self, links: Sequence[SiteLink], *, now: float) -> None:
        """The hub has all up to the last of these, and the readings that went with them."""
        with self._database.writing():
            for said in (link.message for link in links):
                if isinstance(said, DocumentApproved) and said.document is not None:
                    self._database.execute(
                        "insert or replace into fleet_readings (docid, reading) values (?, ?)",
                        [said.docid, said.reading],
                    )
            self._database.execute(
                "update fleet_hub set acknowledged = max(acknowledged, ?), acknowledged_at = ?",
                [links[-1].number, now],
            )

    def go_back(self, link: int) -> None:
        """The hub has lost what came after this one: all of it is told again, with the readings."""
        with self._database.writing():
            changed = self._database.execute(
                "update fleet_hub set acknowledged = ? where acknowledged > ?", [link, link]
            )
            if changed:
                self._database.execute("delete from fleet_readings")

    def hear_on(self, standing: SiteStanding) -> None:
        """As the hub says: from its first message on, where it lost some that were heard here."""
        self._database.execute(
            "update fleet_hub set run = ?, heard = ?", [standing.run, standing.heard]
        )

    def hear(self, message: int) -> None:
        """It was followed; after a cut between the two it is followed once more."""
        self._database.execute("update fleet_hub set heard = max(heard, ?)", [message])

    def taken(self, about: str) -> str:
        """What was last taken over of this from the hub; empty for nothing."""
        rows = self._database.rows("select told from fleet_told where about = ?", [about])
        return str(rows[0]["told"]) if rows else ""

    def note_taken(self, about: str, told: str) -> None:
        self._database.execute(
            "insert or replace into fleet_told (about, told) values (?, ?)", [about, told]
        )

    def _message(self, kind: LinkKind, row: dict[str, object]) -> SiteMessage | None:
        match kind:
            case LinkKind.JUDGED:
                return self._judged(row)
            case LinkKind.FORGOTTEN:
                return self._forgotten(row)
            case LinkKind.REJECTED | LinkKind.RETYPED:
                return self._withdrawn(row)
            case _:
                return self._approved(row)

    def _approved(self, row: dict[str, object]) -> DocumentApproved | None:
        found = self._database.rows(
            f"""
            select reviews.docid, reviews.doctype, blind, reviewed_at,
                   coalesce(model, '') model,
                   iif({SERVES} and blind, {SECTIONS}, '') evidence,
                   (select reading from documents where documents.docid = reviews.docid) reading,
                   (select reading from fleet_readings
                     where fleet_readings.docid = reviews.docid) sent
              from reviews left join evidence using (docid, doctype)
             where reviews.id = ?
            """,
            [row["number"]],
        )
        if row["erasure"] is not None or not found:
            return None
        (review,) = found
        sharing = self._sharing(review["doctype"])
        document = self._store.document(review["docid"])
        if document is None or not sharing.whole:
            return None
        corrections = [
            correction_of(one)
            for one in self._database.rows(
                f"select {CORRECTION} from corrections where review = ? order by id",
                [row["number"]],
            )
        ]
        is_new = review["sent"] != review["reading"]
        kept = [one for one in corrections if one.fieldtype in sharing.kept]
        return DocumentApproved(
            review["docid"],
            review["doctype"],
            tuple(one for one in corrections if one.fieldtype not in sharing.kept),
            model=review["model"],
            blind=bool(review["blind"]),
            evidence=review["evidence"] or "",
            at=review["reviewed_at"],
            reading=review["reading"],
            document=without(document, kept) if is_new else None,
            file=self._original(review["docid"]) if is_new and sharing.documents else None,
        )

    def _withdrawn(self, row: dict[str, object]) -> DocumentWithdrawn | None:
        found = self._database.rows(
            """
            select docid, doctype, outcome, reviewed_at at from reviews
             where id = ? and exists (select 1 from reviews before
                                       where before.docid = reviews.docid
                                         and before.doctype = reviews.doctype
                                         and before.id < reviews.id
                                         and before.outcome = 'approved')
            """,
            [row["number"]],
        )
        if row["erasure"] is not None or not found:
            return None
        said = DocumentWithdrawn(**found[0])
        # What the hub has of before its owner said that nothing goes, is taken back all the same.
        return said if self._sharing(said.doctype).whole or self._is_known(said.docid) else None

    def _is_known(self, docid: str) -> bool:
        """The hub has a reading of it."""
        return bool(self._database.rows("select 1 from fleet_readings where docid = ?", [docid]))

    def _judged(self, row: dict[str, object]) -> VersionJudged | None:
        found = self._database.rows(
            "select candidate, outcome, reason, decided_at at from decisions where id = ?",
            [row["number"]],
        )
        return VersionJudged(**found[0]) if found else None

    def _forgotten(self, row: dict[str, object]) -> DocumentsForgotten | None:
        links = self._database.rows(
            f"select hash from audit where erasure = ? and kind in ({_KINDS}) order by id",
            [row["number"]],
        )
        return DocumentsForgotten(tuple(one["hash"] for one in links)) if links else None


def without(document: Document, kept: list[Correction]) -> Document:
    """The words of values that stay at the site cannot be read any more; all else stands as it
    stood."""
    hidden = {span for one in kept for span in (*one.spans, *one.wraps)}
    if not hidden:
        return document
    pages = (_page(page, number, hidden) for number, page in enumerate(document.pages))
    return replace(document, pages=tuple(pages), einvoice=None)


def _page(page: Page, number: int, hidden: set[Span]) -> Page:
    at = {
        word
        for span in hidden
        if span.page == number
        for word in range(span.start, min(span.end, len(page.words)))
    }
    return replace(page, words=tuple(_word(one, n in at) for n, one in enumerate(page.words)))


def _word(word: Word, is_hidden: bool) -> Word:
    return replace(word, text=_UNREADABLE * len(word.text)) if is_hidden else word
