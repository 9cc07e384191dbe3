"""A value from memory is held until a score knows such values, and says what it stands on."""

from __future__ import annotations

from dataclasses import replace

from typed_pages import RECEIPT, document

from appliance.domain.blockers import BlockerCode
from appliance.domain.document import Span
from appliance.domain.prediction import Basis, Field, FieldJudgement, Prediction, Remembered
from appliance.judgement.features import FROM_MEMORY
from appliance.judgement.judge import judge
from appliance.judgement.policy import ScoreFunction, least_certain, uniform_policy
from appliance.judgement.score import ScoreModel, Typicality

PAPER = document("ACME Ltd\nTotal 9.50")
COMPANY = Field(
    "company", "ACME Ltd", (Span(0, 0, 2),), remembered=Remembered(7, 1.0, 1.0, "Total")
)


def company(weigh: ScoreFunction, field: Field = COMPANY) -> FieldJudgement:
    prediction = Prediction(PAPER.docid, RECEIPT.name, "m", (field,))
    policy = uniform_policy(RECEIPT, 0.5, weigh)
    return judge(PAPER, RECEIPT, prediction, policy=policy).fields[0]


def score(*names: str) -> ScoreModel:
    some = len(names)
    return ScoreModel(Typicality({}), {}, names, (0.0,) * some, (1.0,) * some, (3.0,) * some, 0.0)


def test_it_is_held_where_no_score_knows_such_values() -> None:
    for weigh in (least_certain, score("sound").weigh):
        found = company(weigh)
        assert found.score is None and found.how == Basis.UNSUPPORTED
        assert [one.code for one in found.blockers] == [BlockerCode.UNSURE]
        assert "as on 7 earlier documents" in found.blockers[0].message


def test_it_is_accepted_as_the_senders_where_one_does() -> None:
    found = company(score("sound", FROM_MEMORY).weigh)
    assert found.score is not None and found.score > 0.9
    assert (found.how, found.blockers) == (Basis.SENDER, ())


def test_what_fewer_than_three_documents_say_is_held_however_sure_it_is() -> None:
    """It was keyed once: that may have been a slip."""
    for documents, how in ((1, Basis.UNSUPPORTED), (2, Basis.UNSUPPORTED), (3, Basis.SENDER)):
        remembered = Remembered(documents, 1.0, 1.0, "Total")
        found = company(score("sound", FROM_MEMORY).weigh, replace(COMPANY, remembered=remembered))
        assert found.how == how
        assert bool(found.blockers) == (how is Basis.UNSUPPORTED)


def test_what_was_left_empty_before_is_held_as_a_value_would_be() -> None:
    empty = replace(COMPANY, text=None, spans=())
    found = company(least_certain, empty)
    assert (found.score, found.how) == (None, Basis.UNSUPPORTED)
    assert "nothing, as on 7 earlier documents" in found.blockers[0].message
    for documents, held in ((2, True), (3, False)):
        again = replace(empty, remembered=Remembered(documents, 1.0, 1.0, "Total"))
        assert bool(company(score("absent", FROM_MEMORY).weigh, again).blockers) == held


def test_an_answer_that_memory_agrees_with_is_the_models() -> None:
    agreeing = Field(
        "company", "ACME Ltd", (Span(0, 0, 2),), remembered=Remembered(1, 1, 1, "ACME Ltd")
    )
    assert company(score("sound").weigh, agreeing).how == Basis.PROBABILITY
