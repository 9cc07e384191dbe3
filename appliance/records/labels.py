"""What is known of documents, out of what clerks said of them: to learn from and to measure with.

A document speaks by the last time that a clerk was done with it, when she approved it then. The
two kinds never share one: evidence is measured with until it retires, and then learned from.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from appliance.domain.corrections import Correction, CorrectionKind
from appliance.domain.document import Document, Span
from appliance.domain.json_form import JsonForm
from appliance.domain.labels import Label, Labelled, LabelledKey, TaughtPages
from appliance.domain.prediction import CARRYING, Basis, FieldJudgement, Judgement
from appliance.domain.rows import cells, rows
from appliance.domain.sections import WHOLE, Section, drawn_part, named, section_of
from appliance.domain.senders import NOBODY, SenderLookup
from appliance.records.audit import APPLIANCE, Audit
from appliance.records.chain import EXPELLED, FLEET, LinkKind
from appliance.records.evidence import SECTIONS, SERVES
from appliance.records.reviews import CORRECTION, correction_of
from appliance.records.store import Store

_APPROVED = f"""
    reviews join jobs using (docid, doctype) left join evidence using (docid, doctype)
    where reviews.outcome = 'approved' and not {EXPELLED}
      and reviews.id = (select max(id) from reviews last
                         where last.docid = jobs.docid and last.doctype = jobs.doctype)
    """
_judgement = JsonForm(Judgement)
_TOGETHER = 200
"""Documents of one transaction, which others wait for."""
_OF_FLEET = f"substr(reviews.station, 1, {len(FLEET)}) = '{FLEET}'"
_TRAINING = f"not coalesce({SERVES}, 0)"
_EVIDENCE = f"{SERVES} and reviews.blind"
_PAGES = """
    coalesce((select file from joined where joined.docid = jobs.docid and has_pages), jobs.docid)
    """
"""Docid of the file whose pages the document has."""
_OF_JOB = "docid = jobs.docid and doctype = jobs.doctype"
_LOOKED_UP = f"""
    iif((select reviews from predictions where {_OF_JOB} order by id limit 1) >= 0,
        (select sender from predictions where {_OF_JOB} order by id limit 1),
        (select sender from review_lookups where {_OF_JOB}))
    """
"""Who sent it, as ``Labels._lookup`` says."""


class Labels:
    def __init__(self, store: Store, *, of_site: int | None = None) -> None:
        """On the same connection as ``store``. ``of_site`` documents of one site of the fleet may
        be learned from, the newest; None for all."""
        self._store = store
        self._of_site = of_site
        self._database = store.database
        self._audit = Audit(store.database)

    def training(
        self,
        *,
        reading: str | None = None,
        doctype: str | None = None,
        newest: int | None = None,
        only: Collection[LabelledKey] | None = None,
        accepted: bool = False,
    ) -> Iterator[Labelled]:
        """The first labelled first, of one ``doctype`` where that is given, and of these the
        ``newest``, or ``only`` some. A document that is gone, damaged, or not read by that version
        of the ``reading`` is left out. With ``accepted``, a value that was accepted is a label too,
        though no clerk looked at it."""
        return self._labelled(_TRAINING, reading, doctype, newest, only=only, accepted=accepted)

    def evidence(
        self,
        *,
        reading: str | None,
        doctype: str | None = None,
        newest: int | None = None,
        known: bool | None = None,
    ) -> Iterator[Labelled]:
        """Keyed blind and not retired, the first labelled first; as ``training``. Only what was
        answered as a ``known`` sender's, or as an unknown one's, where that is asked. Of a section
        that was shown to its clerk nothing is known."""
        return self._labelled(_EVIDENCE, reading, doctype, newest, known=known)

    def training_keys(self) -> list[LabelledKey]:
        """Of all that may be learned from, however it was read; nothing of it is loaded."""
        of_site: Counter[str] = Counter()
        keys = []
        for row in reversed(self._rows(_TRAINING)):
            of_site[row["site"]] += 1
            if not row["site"] or self._of_site is None or of_site[row["site"]] <= self._of_site:
                names = ("docid", "doctype", "party", "arrived_at", "reviewed_at")
                keys.append(LabelledKey(*(row[name] for name in names)))
        return keys[::-1]

    def taught(self) -> Iterator[TaughtPages]:
        """Of all that may have been learned from, what tells their copies: no more is read of it,
        for it may be tens of thousands."""
        rows = self._database.rows(f"select twin, {_PAGES} docid from {_APPROVED} and {_TRAINING}")
        yield from self._taught(rows)

    def taught_by(self, docids: Collection[str]) -> Iterator[TaughtPages]:
        """The same of each of these documents that is still here."""
        rows = self._database.rows(
            f"""
            select max(twin) twin, {_PAGES} docid from jobs
             where docid in (select value from json_each(?)) group by jobs.docid
            """,
            [json.dumps(sorted(docids))],
        )
        yield from self._taught(rows)

    def _taught(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[TaughtPages]:
        for start in range(0, len(rows), _TOGETHER):
            with self._database.writing():  # what is not known yet is kept
                known = [
                    TaughtPages(row["twin"], self._store.telling_words(row["docid"]))
                    for row in rows[start : start + _TOGETHER]
                ]
            yield from known

    def doctypes(self) -> list[str]:
        """Of what clerks approved, by name."""
        rows = self._database.rows(f"select distinct doctype from {_APPROVED} order by doctype")
        return [row["doctype"] for row in rows]

    def evidence_keys(self) -> list[tuple[str, str]]:
        """Docid and type of all evidence, however it was read; the first labelled first."""
        rows = self._database.rows(
            f"""
            select docid, doctype from {_APPROVED} and {_EVIDENCE}
             order by reviewed_at, reviews.id
            """
        )
        return [(row["docid"], row["doctype"]) for row in rows]

    def labelled_since(
        self, when: float, *, now: float, most: int, too_old: Mapping[str, float] | None = None
    ) -> int:
        """Documents to learn from that were approved after ``when`` until ``now``, seconds since
        1970; ``most`` where there are as many or more. ``too_old``: by type, the arrival up to
        which none is learned from."""
        (row,) = self._database.rows(
            f"""
            select count(*) n from (
                select 1 from {_APPROVED} and {_TRAINING} and reviewed_at > ? and reviewed_at <= ?
                   and arrived_at > coalesce(
                       (select value from json_each(?) where key = doctype), arrived_at - 1)
                 limit ?)
            """,
            [when, now, json.dumps(too_old or {}), most],
        )
        return int(row["n"])

    def decided(
        self,
        champion: str,
        candidate: str,
        outcome: str,
        reason: str,
        documents: Iterable[tuple[str, str]],
        *,
        now: float,
    ) -> None:
        """Two models were compared on ``documents``, each a docid and its type."""
        with self._database.writing():
            (row,) = self._database.rows(
                """
                insert into decisions (champion, candidate, outcome, reason, decided_at)
                values (?, ?, ?, ?, ?) returning id
                """,
                [champion, candidate, outcome, reason, now],
            )
            for docid, doctype in dict.fromkeys(documents):
                self._database.execute(
                    "insert into decision_evidence (decision, docid, doctype) values (?, ?, ?)",
                    [row["id"], docid, doctype],
                )
            self._audit.note(
                LinkKind.JUDGED,
                who=APPLIANCE,
                about=f"{candidate}: {outcome}",
                number=row["id"],
                now=now,
            )

    def has_decided(self, candidate: str) -> bool:
        return bool(
            self._database.rows("select 1 from decisions where candidate = ? limit 1", [candidate])
        )

    def _labelled(
        self,
        which: str,
        reading: str | None,
        doctype: str | None,
        newest: int | None,
        *,
        only: Collection[LabelledKey] | None = None,
        known: bool | None = None,
        accepted: bool = False,
    ) -> Iterator[Labelled]:
        keys = None if only is None else {(one.docid, one.doctype) for one in only}
        for row in self._rows(which, doctype=doctype, newest=newest, known=known):
            if keys is not None and (row["docid"], row["doctype"]) not in keys:
                continue
            document = self._store.document(row["docid"], reading=reading)
            if document is not None:
                placed = reading in (None, row["reading"])
                yield self._of(document, row, placed=placed, accepted=accepted)

    def _rows(
        self,
        which: str,
        *,
        doctype: str | None = None,
        newest: int | None = None,
        known: bool | None = None,
    ) -> list[dict[str, Any]]:
        """The first labelled first."""
        found = self._database.rows(
            f"""
            select reviews.id, docid, doctype, reviewed_at, arrived_at, twin,
                   iif({_OF_FLEET}, reviews.station, '') site,
                   coalesce(
                       (select party from sender_documents known
                          join senders on senders.id = known.sender
                         where known.docid = jobs.docid and known.doctype = jobs.doctype),
                       json_extract(judgement, '$.party')) party,
                   blind and model <> '' keyed, {SECTIONS} sections, coalesce({SERVES}, 0) serves,
                   (select reading from documents where documents.docid = jobs.docid) reading
              from {_APPROVED} and {which} and (:doctype is null or doctype = :doctype)
               and (:known is null or ({_LOOKED_UP} is not null) = :known)
             order by reviewed_at desc, reviews.id desc limit :newest
            """,
            {"doctype": doctype, "newest": -1 if newest is None else newest, "known": known},
        )
        return found[::-1]

    def _lookup(self, docid: str, doctype: str) -> SenderLookup:
        """When it was first answered; right before its first review where nobody asked then."""
        rows = self._database.rows(
            """
            with answered as (
                select sender, reviews from predictions
                 where docid = :docid and doctype = :doctype order by id limit 1)
            select sender, reviews from answered where reviews >= 0
            union all
            select sender, reviews from review_lookups
             where docid = :docid and doctype = :doctype
            """,
            {"docid": docid, "doctype": doctype},
        )
        return SenderLookup(rows[0]["sender"], rows[0]["reviews"]) if rows else NOBODY

    def _judgement(self, review: int) -> Judgement:
        (row,) = self._database.rows("select judgement from reviews where id = ?", [review])
        return _judgement.validate_json(row["judgement"])

    def _of(
        self, document: Document, row: dict[str, Any], *, placed: bool, accepted: bool
    ) -> Labelled:
        """``placed`` when it is the document of which her corrections speak."""
        rows = self._database.rows(
            f"select {CORRECTION} from corrections where review = ? order by id", [row["id"]]
        )
        corrections = [correction_of(one) for one in rows]
        if accepted:
            corrections = list(_vouched(corrections, self._judgement(row["id"])))
        keyed = named(row["sections"])
        # An import tells all that it says, whatever was drawn: its values come from elsewhere.
        told = keyed if row["serves"] and row["keyed"] else WHOLE
        labels = _labels(corrections, document if placed else None, told)
        blind = bool(row["keyed"]) and not keyed.isdisjoint({Section.TABLE, Section.ROW})
        drawn = _drawn(corrections) if Section.ROW in told else None
        return Labelled(
            document,
            row["doctype"],
            tuple(labels),
            table=Section.TABLE in told and _whole(corrections, keyed=blind),
            party=row["party"],
            twin=row["twin"],
            arrived_at=row["arrived_at"],
            labelled_at=row["reviewed_at"],
            lookup=self._lookup(row["docid"], row["doctype"]),
            counted=drawn.counted if drawn else None,
            invented=bool(drawn and drawn.invented),
        )


@dataclass(frozen=True, slots=True)
class _DrawnRow:
    """Of a table of which one row was keyed blind."""

    counted: int
    """Rows as she left them."""
    invented: bool
    """As in ``Labelled``."""


def _drawn(corrections: Sequence[Correction]) -> _DrawnRow:
    standing, every = _rows(corrections), rows(corrections)
    keyed = [row for row, of_row in every.items() if any(one.keyed is not None for one in of_row)]
    read = [row for row, of_row in every.items() if any(one.before is not None for one in of_row)]
    invented = standing.keys().isdisjoint(keyed) and len(read) == len(standing)
    return _DrawnRow(len(standing), bool(keyed) and invented)


def _vouched(corrections: Iterable[Correction], judgement: Judgement) -> Iterator[Correction]:
    """What was accepted is as good as seen, also that the document does not say it: a night that
    saw a field alone where it is there would learn that it is there always."""
    accepted = {
        (one.fieldtype, one.line_item_id)
        for one in judgement.fields
        if _accepted_absent(one)
        or (one.field.text is not None and (one.how in CARRYING or one.proven))
    }
    for one in corrections:
        yield replace(one, seen=one.seen or (one.fieldtype, one.line_item_id) in accepted)


def _accepted_absent(one: FieldJudgement) -> bool:
    """In a row nothing is promised of an empty cell by itself."""
    asked = one.line_item_id is None and one.score is not None
    return asked and one.how == Basis.ABSENT and not one.blockers


def _labels(
    corrections: Iterable[Correction], document: Document | None, told: frozenset[Section]
) -> Iterator[Label]:
    """Of what is ``told``. What she did not look at is unknown, and so is what nobody can read. The
    document may have been read anew since, and have no such place any more; without one nothing has
    a place."""
    rows = _rows(corrections)
    for one in corrections:
        known = one.seen and one.kind is not CorrectionKind.ILLEGIBLE and _is_told(one, told)
        if known and (one.line_item_id is None or one.line_item_id in rows):
            row = None if one.line_item_id is None else rows[one.line_item_id]
            yield Label(one.fieldtype, one.after, row, *_placed(one, document), one.value)


def _is_told(one: Correction, told: frozenset[Section]) -> bool:
    """Its section is, or a part that was drawn by lot and keyed."""
    section = section_of(one.line_item_id)
    return section in told or (drawn_part(section) in told and one.keyed is not None)


def _placed(
    one: Correction, document: Document | None
) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Spans and wraps; none of a wrapped value of which a line is gone."""
    there = [document is not None and span.lies_in(document) for span in (*one.spans, *one.wraps)]
    if one.wraps:
        return (one.spans, one.wraps) if all(there) else ((), ())
    return tuple(span for span, lies in zip(one.spans, there, strict=True) if lies), ()


def _rows(corrections: Iterable[Correction]) -> dict[int, int]:
    """The rows that she left standing, counted from the top."""
    standing = dict.fromkeys(
        row
        for row, of_row in rows(corrections).items()
        if any(one.after is not None or one.kind is CorrectionKind.ILLEGIBLE for one in of_row)
    )
    return {row: number for number, row in enumerate(standing)}


def _whole(corrections: Iterable[Correction], *, keyed: bool) -> bool:
    """She saw the whole table. Of one that has no row nothing is written: only who keyed a
    document blind had to say so."""
    seen = [one.seen for one in cells(corrections)]
    return all(seen) and (bool(seen) or keyed)
