"""What is promised of rows: proven on documents, and ended by rows that turn out wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from test_values import HEADER, KEYED, NOTE, PAPER, TABLE, answer, said

from appliance.domain.doctype import AccuracyTarget
from appliance.domain.labels import Labelled
from appliance.domain.prediction import AnswerVersions, Field, Prediction
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy, uniform_policy
from appliance.promise.calibration import Calibration
from appliance.promise.overview import StraightThrough, straight
from appliance.records.proof import AnsweredDocument, Proof
from appliance.records.store import Store

TERMS = AccuracyTarget(0.95)
SWAPPED = (said("what", "Nuts", 0), TABLE[1], said("what", "Bolts", 1), TABLE[3])
"""The columns are named rightly, and yet no row is right."""


class Keyed(Proof):
    """What was answered in the day and keyed later."""

    def __init__(self, store: Store, answered: Sequence[AnsweredDocument] = ()) -> None:
        super().__init__(store)
        self._day = answered

    def keyed(
        self, model: str, versions: AnswerVersions, **which: Any
    ) -> Iterator[AnsweredDocument]:
        yield from self._day


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    store = Store(tmp_path / "appliance.db")
    yield store
    store.close()


def keyed(number: int) -> Labelled:
    paper = replace(PAPER, docid=f"{number:064d}")
    return replace(KEYED, document=paper, party=f"p{number}", arrived_at=float(number))


def calibration(
    store: Store, answers: Sequence[tuple[Field, ...]], day: Sequence[AnsweredDocument] = ()
) -> Calibration:
    evidence = [keyed(number) for number in range(len(answers))]
    said_of = {
        one.document.docid: replace(answer(*HEADER, *table), docid=one.document.docid)
        for one, table in zip(evidence, answers, strict=True)
    }
    return Calibration(
        Keyed(store, day),
        evidence,
        lambda one: said_of[one.document.docid],
        "m1",
        AnswerVersions("1", "1"),
    )


def test_rows_are_proven_by_as_many_documents_as_a_field_would_take(store):
    (rows, rest) = calibration(store, [TABLE] * 59).of(NOTE, TERMS).grants
    assert (rows.fields, rows.documents, rows.values) == (("rows",), 59, 118)
    assert rows.proven and rows.proven.n == 118 and rest.fields == ("number", "net")
    (few, _) = calibration(store, [TABLE] * 58).of(NOTE, TERMS).grants
    assert few.proven is None


def test_where_a_row_is_unsure_the_document_is_held_and_its_other_rows_count(store):
    unsure = (*TABLE[:3], replace(TABLE[3], tokens=(replace(TABLE[3].tokens[0], allowed=-1.0),)))
    found = calibration(store, [TABLE] * 70 + [unsure] * 6)
    policy = found.of(NOTE, TERMS).policy.toward(known=False)
    values = found.values(NOTE, None)
    assert len(values["rows"]) == 152
    assert sum(one.score < 0.5 for one in values["rows"]) == 6
    sure = replace(policy, bounds={**policy.bounds, "rows": 0.9})
    assert straight(values, sure) == StraightThrough(76, 70)


def test_documents_whose_rows_are_all_wrong_are_no_reason_to_promise_rows(store):
    (rows, rest) = calibration(store, [TABLE] * 59 + [SWAPPED] * 3).of(NOTE, TERMS).grants
    assert rows.proven is None and rest.proven


def day_of(tables: Sequence[tuple[Field, ...]], policy: AcceptancePolicy) -> list[AnsweredDocument]:
    found = []
    for number, table in enumerate(tables):
        one = keyed(number)
        asked: Prediction = replace(answer(*HEADER, *table), docid=one.document.docid)
        judgement = judge(one.document, NOTE, asked, policy=policy)
        found.append(AnsweredDocument(one, asked, judgement, float(number)))
    return found


def test_accepted_rows_that_turn_out_wrong_end_the_promise_on_rows_alone(store):
    policy = uniform_policy(NOTE, 0.9)
    good, bad = day_of([TABLE] * 30, policy), day_of([TABLE] * 5 + [SWAPPED] * 25, policy)
    grants = calibration(store, [TABLE] * 60, good).of(NOTE, TERMS).grants
    assert not any(grant.withdrawn for grant in grants)
    found = calibration(store, [TABLE] * 60, bad).of(NOTE, TERMS)
    assert [grant.fields for grant in found.grants if grant.withdrawn] == [("rows",)]
    policy = found.policy.toward(known=False)
    assert not policy.promises("rows") and policy.promises("net")
