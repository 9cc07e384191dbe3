"""The honest sample (a blind holdout): which documents a clerk keys without the model's values.

Drawn by a keyed hash that nobody can steer: what a document says, how sure the model was and who
dropped it have no part in it, and whoever is in a smaller share is in every larger one. How large
the share is may differ for known and unknown senders, as far as what is accepted of them is proven
apart, and for header and table: it is larger until something is promised, and once the one needs no
more evidence, the other alone is keyed blind. Of either a part is, by the same key. Decided when a
document is first asked about and never again, so the same document gets the same decision also when
it is processed again. As another kind of document evidence stays evidence, and what was approved
before, and may have been learned from, is none. What served ten decisions between models knows them
too well to be honest about an eleventh: it leaves the sample and may be learned from.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from appliance.domain.results import Job
from appliance.domain.sections import (
    DRAWN,
    FIELDS_PROVE,
    NOTHING,
    PARTS,
    UNTOLD,
    WHOLE,
    EvidenceNeed,
    Lot,
    Section,
    drawn_part,
    named,
    written,
)
from appliance.records.database import Database
from appliance.records.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingPlan:
    """One in so many documents of a type; 0 draws none."""

    first: int = 3
    """One in so many, before there are ``until``; 0 draws none, then or later."""
    until: int = 120
    """Drawn documents of the type from which on ``then`` holds, if there is not enough before. So
    many prove ``FIELDS_PROVE``, and of what is to be righter as many more as proves that."""
    until_promised: int = 2
    """So many times ``until`` of what is not promised by then."""
    then: int = 10
    """One in so many, from then on."""
    rows: int = 2
    """One in so many whose rows tell, in place of ``first`` where that is fewer documents: however
    many rows a table has, they tell as much as one value of a header, so a promise of them takes
    five times the documents, and until it is given every table waits for a clerk."""
    after: int = 0
    """Documents of the type that were asked about before any is drawn."""
    opening: bool = False
    """All are drawn before there were ``until`` for the first time, and twice as many for rows."""

    def many(self, section: Section, accuracy: float) -> int:
        """Documents that are drawn at first, of which ``accuracy`` (0-1) is promised."""
        times = 2 if section is Section.TABLE and self.opening else 1
        return round(times * self.until * (1 - FIELDS_PROVE) / (1 - max(accuracy, FIELDS_PROVE)))

    def one_in(self, section: Section, *, enough: bool) -> int:
        """Before and after there is ``enough`` of it."""
        if enough and self.first:
            return self.then
        return min(self.first, self.rows or self.first) if section is Section.TABLE else self.first


def hash_bucket(docid: str, key: bytes) -> float:
    """Evenly spread over [0, 1)."""
    digest = hmac.digest(key, docid.encode(), "sha256")
    # A float holds 53 bits: more of them could round up to 1.
    return (int.from_bytes(digest[:8], "big") >> 11) / 2**53


def is_drawn(docid: str, key: bytes, *, one_in: int) -> bool:
    return one_in > 0 and hash_bucket(docid, key) * one_in < 1


RETIRES_AFTER = 10
"""Decisions."""
SERVES = f"""
    (evidence.drawn and (evidence.site is not null or {RETIRES_AFTER} > (
        select count(*) from decision_evidence
         where decision_evidence.docid = evidence.docid
           and decision_evidence.doctype = evidence.doctype)))
    """
"""Of a row of ``evidence``, whether it is in the sample now; null where there is no such row. What
is evidence at a site of the fleet never retires at the hub: the site is judged by it."""
SECTIONS = f"coalesce(nullif(sections, ''), '{written(WHOLE)}')"
"""What of a document was keyed that was keyed blind: all of one that came with its values."""


class EvidenceDraws:
    def __init__(self, store: Store, plan: SamplingPlan) -> None:
        """On the same connection as ``store``."""
        self._database = store.database
        self._plan = plan

    def draw(
        self,
        job: Job,
        *,
        accuracy: float = FIELDS_PROVE,
        need: EvidenceNeed = UNTOLD,
        now: float,
        rows: bool = False,
        whole: bool = False,
    ) -> frozenset[Section]:
        """What of it was drawn into the sample. ``accuracy``: what is promised of its type, 0-1.
        ``need``: of documents like it. ``rows``: it is a type with rows, and a clerk would key one.
        ``whole``: it comes with all of its rows. ``now`` in seconds since 1970."""
        with self._database.writing():
            known = self._database.rows(
                "select drawn, sections from evidence where docid = ? and doctype = ?",
                [job.docid, job.doctype],
            )
            if known:
                return named(known[0]["sections"]) if known[0]["drawn"] else NOTHING
            drawn = self._as_another_kind(job)
            if drawn is None:
                drawn = self._lot(job, accuracy, need, rows=rows)
            if whole and drawn:
                drawn = WHOLE
            self._database.execute(
                """
                insert into evidence (docid, doctype, drawn, decided_at, sections)
                values (?, ?, ?, ?, ?)
                """,
                [job.docid, job.doctype, bool(drawn), now, written(drawn)],
            )
            return drawn

    def _as_another_kind(self, job: Job) -> frozenset[Section] | None:
        """None where nothing follows from it."""
        (row,) = self._database.rows(
            """
            select exists (select 1 from evidence where docid = :docid and drawn) drawn,
                   exists (select 1 from reviews
                            where docid = :docid and outcome = 'approved') approved
            """,
            {"docid": job.docid},
        )
        return DRAWN if row["drawn"] else NOTHING if row["approved"] else None

    def _lot(
        self, job: Job, accuracy: float, need: EvidenceNeed, *, rows: bool
    ) -> frozenset[Section]:
        key, plan = _key(self._database), self._plan
        if self._decided(job.doctype) < plan.after:
            return NOTHING

        def takes(section: Section) -> bool:
            like = section if rows else Section.HEADER
            early, later = (
                is_drawn(job.docid, key, one_in=plan.one_in(like, enough=is_enough))
                for is_enough in (False, True)
            )
            if section in need.enough or not plan.first:
                return later
            many = plan.many(like, accuracy)
            if plan.opening and self._so_far(job.doctype, section, many, retired=True) < many:
                return True
            if early is later:
                return later
            if section in need.unpromised:
                many *= plan.until_promised
            return later if self._so_far(job.doctype, section, many) >= many else early

        return frozenset(drawn_part(section, accuracy) for section in PARTS if takes(section))

    def _decided(self, doctype: str) -> int:
        """Documents of the type, counted as far as it matters."""
        (row,) = self._database.rows(
            "select count(*) n from (select 1 from evidence where doctype = ? limit ?)",
            [doctype, self._plan.after],
        )
        return int(row["n"])

    def _so_far(self, doctype: str, section: Section, many: int, *, retired: bool = False) -> int:
        """Documents of the sample that tell of it, counted from the newest on until there are as
        ``many`` as matter: after years most have retired. What failed is in nobody's way, and what
        retired leaves its place to another, but where ``retired`` ones count too."""
        (row,) = self._database.rows(
            f"""
            select count(*) n from (
                select 1 from evidence cross join jobs using (docid, doctype)
                 where evidence.doctype = :doctype and {"drawn" if retired else SERVES}
                   and state <> 'failed'
                   and (instr(sections, :section) or instr(sections, :keyed))
                 order by evidence.rowid desc limit :many)
            """,
            {
                "doctype": doctype,
                "section": section,
                "keyed": drawn_part(section),
                "many": many,
            },
        )
        return int(row["n"])


def lot_of(store: Store, docid: str) -> Lot:
    """By which parts of the document are drawn."""
    key = _key(store.database)
    return lambda what: hash_bucket(f"{what} of {docid}", key)


def _key(database: Database) -> bytes:
    (row,) = database.rows("select key from lots")
    return bytes(row["key"])
