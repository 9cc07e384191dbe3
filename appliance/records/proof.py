"""The appliance's memory, the owner's half: what models answered where a clerk knows better.

The clock is the caller's: times are seconds since 1970, UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from appliance.domain.document import Document
from appliance.domain.fields import Judgement, Prediction
from appliance.domain.labels import Labelled
from appliance.records.labels import Labels
from appliance.records.store import Store


@dataclass(frozen=True, slots=True)
class Answered:
    """A labelled document, and what a model said of it before."""

    labelled: Labelled
    prediction: Prediction
    judgement: Judgement
    """What was decided on it then."""
    predicted_at: float


_prediction = TypeAdapter(Prediction)
_judgement = TypeAdapter(Judgement)


class Proof:
    def __init__(self, store: Store) -> None:
        """On the same connection as ``store``."""
        self._store = store
        self._database = store.database
        self._labels = Labels(store)

    def corrected(self) -> Iterator[Answered]:
        """What is no evidence, with the first answer that it got: no model had learned from it."""
        return self._answered(self._labels.training(), "order by id limit 1")

    def keyed(self, model: str) -> Iterator[Answered]:
        """Evidence that ``model`` answered in the day, in the order of the answers."""
        found = self._answered(self._labels.evidence(), "and model = ? order by id limit 1", model)
        yield from sorted(found, key=lambda one: one.predicted_at)

    def answer(self, model: str, docid: str, doctype: str) -> Prediction | None:
        """The first that ``model`` gave; None when it was never asked."""
        rows = self._database.rows(
            """
            select prediction from predictions
             where docid = ? and doctype = ? and model = ? order by id limit 1
            """,
            [docid, doctype, model],
        )
        return _prediction.validate_json(rows[0]["prediction"]) if rows else None

    def papers(
        self, doctype: str, party: str, *, before: float, most: int
    ) -> list[tuple[Document, Judgement]]:
        """The newest approved documents of ``party`` among those that arrived before then."""
        rows = self._database.rows(
            """
            select docid, reviews.judgement from reviews join jobs using (docid, doctype)
             where doctype = ? and outcome = 'approved'
               and json_extract(reviews.judgement, '$.party') = ?
               and arrived_at < ?
               and reviews.id = (select max(id) from reviews last
                                  where last.docid = jobs.docid and last.doctype = jobs.doctype)
             order by arrived_at desc limit ?
            """,
            [doctype, party, before, most],
        )
        documents = [self._store.document(row["docid"]) for row in rows]
        return [
            (document, _judgement.validate_json(row["judgement"]))
            for row, document in zip(rows, documents, strict=True)
            if document
        ]

    def recent(self, doctype: str, *, most: int) -> list[Document]:
        """The newest documents that were dropped, the newest first."""
        rows = self._database.rows(
            """
            select docid from jobs where doctype = ? and state <> 'imported'
             order by arrived_at desc limit ?
            """,
            [doctype, most],
        )
        documents = [self._store.document(row["docid"]) for row in rows]
        return [document for document in documents if document]

    def mark(self) -> str:
        """Changes with every review, and when evidence retires."""
        (row,) = self._database.rows(
            """
            select (select coalesce(max(id), 0) from reviews) reviews,
                   (select coalesce(max(id), 0) from decisions) decisions
            """
        )
        return f"{row['reviews']} {row['decisions']}"

    def _answered(
        self, labelled: Iterator[Labelled], which: str, *values: Any
    ) -> Iterator[Answered]:
        for one in labelled:
            for row in self._database.rows(
                f"""
                select prediction, judgement, predicted_at from predictions
                 where docid = ? and doctype = ? and predicted_at <= ? {which}
                """,
                [one.document.docid, one.doctype, one.labelled_at, *values],
            ):
                yield Answered(
                    one,
                    _prediction.validate_json(row["prediction"]),
                    _judgement.validate_json(row["judgement"]),
                    row["predicted_at"],
                )
