"""Which scores the evidence has, and what of it counts as accepted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from math import inf, nan

import pytest

from appliance.doctypes.expressions import parse
from appliance.domain.blockers import Blocker
from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.labels import Label, Labelled
from appliance.domain.prediction import Field, Prediction, TokenScore
from appliance.evaluation.examine import question_of
from appliance.judgement.assess import no_history
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy, least_certain, uniform_policy
from appliance.promise.values import accepted, values

ROWS = TableSpec("rows", (FieldSpec("what"), FieldSpec("amount", FieldType.AMOUNT)))
NOTE = DocType(
    "note",
    "Note",
    (FieldSpec("number", FieldType.CODE), FieldSpec("net", FieldType.AMOUNT)),
    items=ROWS,
)
SUMMED = replace(NOTE, checks=(parse("sum(rows.amount) == net", ROWS, Decimal("0.02")),))
TEXTS = ("RE-7", "Bolts", "60.00", "Nuts", "40.00", "100.00", "90.00")
PAPER = Document(
    "a" * 64,
    (
        Page(
            595,
            842,
            tuple(
                Word(text, BBox(0.1, 0.05 * at, 0.3, 0.05 * at + 0.02), line=at)
                for at, text in enumerate(TEXTS)
            ),
            "text",
        ),
    ),
)
LENIENT = uniform_policy(NOTE, 0.5)


def said(name: str, text: str | None, row: int | None = None) -> Field:
    spans = (Span(0, TEXTS.index(text), TEXTS.index(text) + 1),) if text else ()
    tokens = (TokenScore(-0.02, -0.01),) if text else ()
    return Field(name, text, spans, line_item_id=row, tokens=tokens)


HEADER = (said("number", "RE-7"), said("net", "100.00"))
TABLE = (
    *(said("what", "Bolts", 0), said("amount", "60.00", 0)),
    *(said("what", "Nuts", 1), said("amount", "40.00", 1)),
)


def answer(*fields: Field, cut: str | None = None) -> Prediction:
    blockers = (Blocker(cut, "cut"),) if cut else ()
    return Prediction(PAPER.docid, "note", "m1", fields, blockers)


KEYED = Labelled(
    PAPER,
    "note",
    tuple(Label(one.fieldtype, one.text, one.line_item_id, one.spans) for one in HEADER + TABLE),
    table=True,
    party=None,
    twin=None,
    arrived_at=0.0,
    labelled_at=1.0,
)


def scores(prediction: Prediction, kind: DocType = NOTE) -> dict[str, float]:
    found = values(KEYED, prediction, kind, no_history, least_certain)
    return {name: one.score for name, one in found.items()}


def counted(
    prediction: Prediction, *, policy: AcceptancePolicy = LENIENT, kind: DocType = NOTE
) -> dict[str, bool]:
    return accepted(KEYED, prediction, judge(PAPER, kind, prediction, policy=policy), kind)


def test_a_table_is_as_sure_as_its_least_certain_cell_and_all_of_it_is_right_or_wrong():
    found = values(KEYED, answer(*HEADER, *TABLE), NOTE, no_history, least_certain)
    assert set(found) == {"number", "net", "rows"}
    assert all(one.right and one.score == pytest.approx(0.99, abs=1e-3) for one in found.values())
    assert counted(answer(*HEADER, *TABLE)) == {"number": True, "net": True, "rows": True}


@pytest.mark.parametrize("cut", ["answer-cut", "table-cut", "nothing-to-read"])
def test_a_table_that_was_never_read_to_its_end_is_held_whatever_its_score(cut):
    for rows in (TABLE, ()):
        prediction = answer(*HEADER, *rows, cut=cut)
        assert scores(prediction)["rows"] == 0.0
        assert "rows" not in counted(prediction)


def test_a_table_whose_sum_fails_is_held_whatever_its_score():
    wrong = (HEADER[0], said("net", "90.00"))
    prediction = answer(*wrong, *TABLE)
    assert scores(prediction, SUMMED)["rows"] == 0.0 < scores(prediction)["rows"]
    assert "rows" not in counted(prediction, kind=SUMMED)
    assert scores(answer(*HEADER, *TABLE), SUMMED)["rows"] == 1.0


def test_a_field_that_was_never_asked_for_was_not_accepted():
    """The owner added it since, or the answer was cut before it."""
    asked = answer(HEADER[0], *TABLE)
    assert "net" not in counted(asked) and "net" not in scores(asked)
    unasked = answer(HEADER[0], said("net", None), *TABLE)
    assert "net" not in counted(unasked) and "net" not in scores(unasked)


def test_a_table_without_rows_was_accepted_if_the_document_was():
    empty = answer(*HEADER)
    assert counted(empty)["rows"] is False
    assert "rows" not in counted(empty, policy=uniform_policy(NOTE, 0.999))


def test_that_a_field_decides_what_the_document_is_tells_nothing_of_its_accuracy():
    """A clerk is asked about it, but it is neither surer nor less sure for that."""
    boxed = FieldSpec("net", FieldType.ENUM, values={"100.00": (), "90.00": ()})
    plain = replace(NOTE, fields=(NOTE.fields[0], boxed))
    decides = replace(plain, decides=("net",))
    asked = answer(HEADER[0], replace(HEADER[1], words="100.00"), *TABLE)
    assert scores(asked, decides) == scores(asked, plain)
    for policy in (AcceptancePolicy(), AcceptancePolicy(bounds={"rows": 0.5}), LENIENT):
        assert counted(asked, policy=policy, kind=decides) == counted(
            asked, policy=policy, kind=plain
        )
    assert "decides" in {
        one.code for one in judge(PAPER, decides, asked, policy=AcceptancePolicy()).blockers
    }
    assert question_of(PAPER, decides) == question_of(PAPER, plain)
    assert repr(decides) == repr(plain)


@pytest.mark.parametrize("score", [None, nan, 0.4999])
def test_a1_only_a_score_that_reaches_the_bound_accepts(score: float | None) -> None:
    policy = AcceptancePolicy(
        lambda answer, found: score, dict.fromkeys(("number", "net", "rows"), 0.5)
    )
    judgement = judge(PAPER, NOTE, answer(*HEADER), policy=policy)
    assert {decided.how for decided in judgement.fields} == {"unsupported"}
    assert not judgement.accepted


def test_a1_a_token_whose_probability_is_no_number_is_none() -> None:
    for odd in (nan, -inf):
        with pytest.raises(ValueError, match="number"):
            TokenScore(-0.1, odd)
