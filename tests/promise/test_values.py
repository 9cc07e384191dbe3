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
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy, least_certain, uniform_policy
from appliance.promise.values import accepted, replayed
from appliance.senders.history import UNKNOWN

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
LENIENT, STRICT = uniform_policy(NOTE, 0.5), uniform_policy(NOTE, 0.9)


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
    """Of the table that of its least certain row."""
    found = replayed(KEYED, prediction, kind, UNKNOWN).values(least_certain)
    return {name: min(one.score for one in each) for name, each in found.items()}


def counted(
    prediction: Prediction, *, policy: AcceptancePolicy = LENIENT, kind: DocType = NOTE
) -> dict[str, tuple[bool, ...]]:
    return accepted(KEYED, prediction, judge(PAPER, kind, prediction, policy=policy), kind)


def of_rows(*fields: Field, labelled: Labelled = KEYED) -> list[tuple[float, bool]]:
    """Score and whether it is right, of each row."""
    found = replayed(labelled, answer(*HEADER, *fields), NOTE, UNKNOWN).values(least_certain)
    return [(round(one.score, 2), one.right) for one in found["rows"]]


def unsure(field: Field) -> Field:
    return replace(field, tokens=(TokenScore(-0.7, -0.7),))


NO_ROWS = replace(KEYED, labels=KEYED.labels[:2])


def test_each_row_is_right_or_wrong_and_as_sure_as_its_least_certain_cell():
    found = replayed(KEYED, answer(*HEADER, *TABLE), NOTE, UNKNOWN).values(least_certain)
    assert {name: len(each) for name, each in found.items()} == {"number": 1, "net": 1, "rows": 2}
    assert {one.document for one in found["rows"]} == {PAPER.docid}
    assert of_rows(*TABLE) == [(0.99, True)] * 2
    assert of_rows(*TABLE[:3], unsure(TABLE[3])) == [(0.99, True), (0.5, True)]
    wrong = replace(said("amount", "90.00", 1), tokens=TABLE[3].tokens)
    assert of_rows(*TABLE[:3], wrong) == [(0.99, True), (0.99, False), (0.99, False)]
    assert counted(answer(*HEADER, *TABLE)) == {
        "number": (True,),
        "net": (True,),
        "rows": (True, True),
    }


def test_a_row_that_was_missed_is_wrong_and_as_sure_as_the_table():
    assert of_rows(*TABLE[:2]) == [(0.99, True), (0.99, False)]
    assert of_rows(TABLE[0], unsure(TABLE[1])) == [(0.5, True), (0.5, False)]
    assert of_rows() == [(1.0, False)] * 2


def test_a_row_that_was_invented_is_wrong():
    third = (said("what", "Bolts", 2), said("amount", "90.00", 2))
    assert of_rows(*TABLE, *third) == [(0.99, True), (0.99, True), (0.99, False)]
    twice = tuple(replace(one, line_item_id=2) for one in TABLE[:2])
    assert of_rows(*TABLE, *twice) == [(0.99, True), (0.99, True), (0.99, False)]
    assert of_rows(*TABLE, labelled=NO_ROWS) == [(0.99, False)] * 2


def test_that_there_is_no_row_is_one_thing_to_be_right_in():
    assert of_rows(labelled=NO_ROWS) == [(1.0, True)]


def test_a_row_that_nothing_supports_or_that_makes_no_sense_leaves_the_others_as_sure():
    odd = said("amount", "Nuts", 1)
    assert of_rows(*TABLE[:3], odd) == [(0.99, True), (0.0, False), (0.0, False)]
    assert of_rows(*TABLE[:3], replace(TABLE[3], tokens=())) == [(0.99, True), (0.01, True)]


def test_of_a_held_table_the_rows_that_were_sure_count_as_accepted():
    """Nobody pointed the clerk to them. That no row is missing was not accepted."""
    assert counted(answer(*HEADER, *TABLE[:3], unsure(TABLE[3])), policy=STRICT)["rows"] == (True,)
    assert counted(answer(*HEADER, *TABLE[:2]), policy=STRICT)["rows"] == (True, False)
    assert "rows" not in counted(answer(*HEADER, TABLE[0], unsure(TABLE[1])), policy=STRICT)


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
    described = scores(answer(*HEADER, *TABLE), SUMMED)["rows"]
    assert described == pytest.approx(0.99, abs=1e-3)  # the sum proves the amounts alone
    bare = answer(*HEADER, TABLE[1], TABLE[3])
    assert scores(bare, SUMMED)["rows"] == 1.0


def test_a_field_that_was_never_asked_for_was_not_accepted():
    """The owner added it since, or the answer was cut before it."""
    asked = answer(HEADER[0], *TABLE)
    assert "net" not in counted(asked) and "net" not in scores(asked)
    unasked = answer(HEADER[0], said("net", None), *TABLE)
    assert "net" not in counted(unasked) and "net" not in scores(unasked)


def test_a_table_without_rows_was_accepted_if_the_document_was():
    empty = answer(*HEADER)
    assert counted(empty)["rows"] == (False, False)
    assert "rows" not in counted(empty, policy=uniform_policy(NOTE, 0.999))


def test_that_a_field_decides_what_the_document_is_tells_nothing_of_its_accuracy():
    """A clerk is asked about it, but it is neither surer nor less sure for that."""
    boxed = FieldSpec("net", FieldType.ENUM, values={"100.00": (), "95.00": ()})
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
