"""The appliance's memory, the owner's half: what models answered where a clerk knows better.

An answer proves something about answers on its own versions alone. The clock is the caller's: times
are seconds since 1970, UTC.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from appliance.domain.document import Document
from appliance.domain.json_form import JsonForm
from appliance.domain.labels import Labelled
from appliance.domain.prediction import AnswerVersions, Judgement, Prediction
from appliance.domain.senders import ToldSender
from appliance.records.chain import EXPELLED
from appliance.records.labels import Labels
from appliance.records.sender_rulings import LAST_OF_HERE
from appliance.records.store import Store
from appliance.records.told_senders import ToldSenders


@dataclass(frozen=True, slots=True)
class AnsweredDocument:
    """A labelled document, and what a model said of it before."""

    labelled: Labelled
    prediction: Prediction
    judgement: Judgement
    """What was decided on it then."""
    predicted_at: float
    """Seconds since 1970, UTC."""


@dataclass(frozen=True, slots=True)
class AnsweredReview:
    """A document as a clerk approved it, and what a model had written at first."""

    document: Document
    judgement: Judgement
    answered: Mapping[str, str | None]
    """The header by fieldtype; empty where no model was asked."""
    approved_at: float = 0.0
    """Seconds since 1970, UTC."""


DATED = 50
"""Documents of a type whose dates are looked at for the order in which they are written."""
REVIEWS = 2000
"""Of whatever type, among which they are looked for, the newest."""
RECENT = 40
"""The newest documents, which are looked at for having changed."""

_prediction = JsonForm(Prediction)
_judgement = JsonForm(Judgement)


class Proof:
    def __init__(self, store: Store, *, kept: int = 0) -> None:
        """On the same connection as ``store``. ``kept``: of how many documents of histories it
        remembers what it read. Whoever looks at one document of a sender after the other asks for
        the same again and again."""
        self._store = store
        self._database = store.database
        self._labels = Labels(store)
        self._kept = kept
        self._read: dict[tuple[int, str], AnsweredReview | None] = {}

    def corrected(
        self, versions: AnswerVersions, *, doctype: str | None = None, newest: int | None = None
    ) -> Iterator[AnsweredDocument]:
        """What is no evidence, with the first answer that it got on ``versions``: no model had
        learned from it, for no clerk had approved it yet. Of one ``doctype`` where that is given,
        and of the ``newest`` labelled ones."""
        labelled = self._labels.training(reading=versions.reading, doctype=doctype, newest=newest)
        return self._answered(labelled, versions, "order by id limit 1")

    def keyed(
        self,
        model: str,
        versions: AnswerVersions,
        *,
        doctype: str | None = None,
        newest: int | None = None,
        known: bool | None = None,
    ) -> Iterator[AnsweredDocument]:
        """Evidence that ``model`` answered in the day, in the order of the answers; as
        ``Labels.evidence``."""
        found = self._answered(
            self._labels.evidence(
                reading=versions.reading, doctype=doctype, newest=newest, known=known
            ),
            versions,
            "and model = :model order by id limit 1",
            model=model,
        )
        yield from sorted(found, key=lambda one: one.predicted_at)

    def answer(
        self, model: str, document: Document, doctype: str, versions: AnswerVersions
    ) -> Prediction | None:
        """The first that ``model`` gave in the day; None when it was never asked on ``versions``,
        or the document was read anew since."""
        rows = self._database.rows(
            """
            select prediction from predictions
             where docid = ? and doctype = ? and model = ? and reading = ? and extraction = ?
             order by id limit 1
            """,
            [document.docid, doctype, model, versions.reading, versions.extraction],
        )
        prediction = _prediction.validate_json(rows[0]["prediction"]) if rows else None
        return prediction if prediction and _fits(prediction, document) else None

    def has_answer(self, model: str, docid: str, doctype: str, versions: AnswerVersions) -> bool:
        """Return whether ``model`` answered the document in the day, on ``versions``."""
        return bool(
            self._database.rows(
                """
                select 1 from predictions
                 where docid = ? and doctype = ? and model = ? and reading = ? and extraction = ?
                 limit 1
                """,
                [docid, doctype, model, versions.reading, versions.extraction],
            )
        )

    def history(
        self, doctype: str, party: str, *, until: int, most: int, without: str
    ) -> list[AnsweredReview]:
        """The newest documents that were of the known sender ``party`` when the review or ruling
        ``until`` was the last, as they were approved by then, but for ``without``: the same,
        whenever it is asked."""
        rows = self._database.rows(
            """
            with theirs as (
                select docid from sender_documents join senders on senders.id = sender
                 where party = :party and doctype = :doctype and since <= :until
                union
                select docid from sender_past
                 where party = :party and doctype = :doctype
                   and since <= :until and until > :until),
            lasts as (
                select (select max(id) from reviews
                         where reviews.docid = theirs.docid
                           and doctype = :doctype and id <= :until) id
                  from theirs where docid <> :without)
            -- A cross join keeps SQLite from going through all reviews of the type.
            select reviews.id, docid from lasts cross join reviews using (id)
             where outcome = 'approved' order by reviews.id desc limit :most
            """,
            {"party": party, "doctype": doctype, "until": until, "most": most, "without": without},
        )
        found = [self._reviewed(row["id"], row["docid"], doctype) for row in rows]
        return [one for one in found if one]

    def dates(self, doctype: str, *, until: int, without: str) -> list[tuple[str, str]]:
        """As they stand in headers, with the days that clerks approved until the review or ruling
        ``until``, in ISO 8601: what they looked at of the newest documents but ``without``."""
        rows = self._database.rows(
            f"""
            with newest as (
                -- The plus keeps SQLite from an index of the type, by which it finds them all.
                select id from reviews
                 where id between :until - :reviews and :until
                   and +doctype = :doctype and outcome = 'approved' and docid <> :without
                   and not {EXPELLED}
                 order by id desc limit :most)
            select after, value from newest join corrections on review = newest.id
             where line_item_id is null and seen
               and value glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'
            """,
            {
                "doctype": doctype,
                "until": until,
                "reviews": REVIEWS,
                "without": without,
                "most": DATED,
            },
        )
        return [(row["after"], row["value"]) for row in rows]

    def _reviewed(self, review: int, docid: str, doctype: str) -> AnsweredReview | None:
        key = review, docid
        if key in self._read:
            return self._read[key]
        found = self._answered_review(review, docid, doctype)
        if self._kept:
            if len(self._read) == self._kept:
                del self._read[next(iter(self._read))]
            self._read[key] = found
        return found

    def _answered_review(self, review: int, docid: str, doctype: str) -> AnsweredReview | None:
        """None when it cannot be read any more."""
        (row,) = self._database.rows(
            """
            select judgement, reviewed_at, (select prediction from predictions
                                where docid = :docid and doctype = :doctype
                                order by id limit 1) answer
              from reviews where id = :review
            """,
            {"review": review, "docid": docid, "doctype": doctype},
        )
        document = self._store.document(docid)
        if document is None:
            return None
        judgement = _judgement.validate_json(row["judgement"])
        return AnsweredReview(document, judgement, _texts(row["answer"]), row["reviewed_at"])

    def told(self, party: str, *, until: int) -> ToldSender | None:
        """What other sites had told of it when the review or ruling ``until`` was the last."""
        return ToldSenders(self._database).told(party, until=until)

    def approved(self, doctype: str, party: str) -> int:
        """Documents of ``party`` that are approved by now: those of a known sender, else those
        that say the same."""
        (row,) = self._database.rows(
            """
            with theirs as (
                select docid from sender_documents join senders on senders.id = sender
                 where doctype = :doctype and party = :party
                union
                select docid from reviews
                 where doctype = :doctype and outcome = 'approved'
                   and json_extract(judgement, '$.party') = :party
                   and id = (select max(id) from reviews last
                              where last.docid = reviews.docid and last.doctype = :doctype))
            select count(*) n from theirs
            """,
            {"doctype": doctype, "party": party},
        )
        return int(row["n"])

    def recent(self, doctype: str, *, reading: str, most: int = RECENT) -> list[Document]:
        """The newest documents that were dropped, the newest first; without those that no such
        version of the ``reading`` read."""
        rows = self._database.rows(
            """
            select docid from jobs
             where doctype = ? and state not in ('imported', 'opened')
             order by arrived_at desc limit ?
            """,
            [doctype, most],
        )
        documents = [self._store.document(row["docid"], reading=reading) for row in rows]
        return [document for document in documents if document]

    def mark(self) -> str:
        """Changes with every review and ruling of here, when evidence retires, when a site of the
        fleet is expelled or comes back, and with every so many arrivals. Not with what other sites
        tell: nothing is proven by it."""
        (row,) = self._database.rows(
            f"""
            select {LAST_OF_HERE} reviews,
                   (select coalesce(max(id), 0) from decisions) decisions,
                   (select count(*) from jobs) / ? arrivals,
                   (select total(expelled_at) from fleet_sites) expelled
            """,
            [RECENT],
        )
        return " ".join(map(str, row.values()))

    def _answered(
        self, labelled: Iterator[Labelled], versions: AnswerVersions, which: str, **values: Any
    ) -> Iterator[AnsweredDocument]:
        values |= {"reading": versions.reading, "extraction": versions.extraction}
        for one in labelled:
            for row in self._database.rows(
                f"""
                select prediction, judgement, predicted_at from predictions
                 where docid = :docid and doctype = :doctype
                   and reading = :reading and extraction = :extraction
                   and predicted_at <= (
                       select min(reviewed_at) from reviews
                        where docid = :docid and doctype = :doctype and outcome = 'approved')
                   {which}
                """,
                {"docid": one.document.docid, "doctype": one.doctype, **values},
            ):
                prediction = _prediction.validate_json(row["prediction"])
                if _fits(prediction, one.document):
                    judgement = _judgement.validate_json(row["judgement"])
                    yield AnsweredDocument(one, prediction, judgement, row["predicted_at"])


def _texts(prediction: str | None) -> Mapping[str, str | None]:
    """Of the header of a stored one; a damaged one says nothing."""
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        every = json.loads(prediction or "{}").get("fields", ())
        return {one["fieldtype"]: one["text"] for one in every if one["line_item_id"] is None}
    return {}


def _fits(prediction: Prediction, document: Document) -> bool:
    """False when the document was read anew since, and what was answered stands nowhere now."""
    return all(field.lies_in(document) for field in prediction.fields)
