"""What a clerk decided is not doubted again; what is still open is."""

from dataclasses import replace

import pytest
from paper import DOUBTFUL, answer, document
from test_judge import NOTE, PAPER, RIGHT, codes, header, how, judged, table

from appliance.domain.blockers import Blocker
from appliance.fields.style import style_of

WRONG = header(gross=answer(PAPER, "gross", "191.00", tokens=DOUBTFUL))
SUM = {("net", None), ("tax", None), ("gross", None)}


def settled(*keys):
    return dict.fromkeys(keys)


def test_a_settled_value_is_the_clerks_and_has_no_score():
    doubtful = answer(PAPER, "sender", "ACME Ltd", tokens=DOUBTFUL)
    judgement = judged(header(sender=doubtful) + RIGHT, settled=settled(("sender", None)))
    assert judgement.accepted
    one = next(one for one in judgement.fields if one.field.fieldtype == "sender")
    assert (one.how, one.score, one.value) == ("clerk", None, "ACME Ltd")


def test_a_settled_value_need_not_stand_on_the_page():
    invented = replace(answer(PAPER, "sender", "ACME Ltd"), text="ACNE Ltd", spans=())
    assert judged(header(sender=invented) + RIGHT, settled=settled(("sender", None))).accepted


def test_a_required_field_that_she_says_is_absent_does_not_hold():
    absent = header(number=answer(PAPER, "number", None)) + RIGHT
    assert not judged(absent).accepted
    assert judged(absent, settled=settled(("number", None))).accepted


def test_she_may_choose_what_an_unclear_value_means():
    paper = document("RE-7 03/04/2018 119.00")
    fields = [answer(paper, "sent", "03/04/2018")]
    judgement = judged(fields, paper=paper, settled={("sent", None): "2018-03-04"})
    assert judgement.fields[0].value == "2018-03-04"
    assert not judgement.fields[0].blockers


def test_a_failed_check_stays_while_one_of_its_fields_is_open():
    judgement = judged(WRONG + RIGHT, settled=settled(("gross", None), ("tax", None)))
    assert codes(judgement) == {("check-failed", None)}
    marked = {one.field.fieldtype for one in judgement.fields if one.blockers}
    assert marked == {"net"}


def test_a_check_whose_fields_are_all_settled_holds_nothing():
    assert judged(WRONG + RIGHT, settled=settled(*SUM)).accepted


def test_a_check_that_her_value_makes_true_proves_the_others():
    judgement = judged(header() + RIGHT, settled=settled(("net", None)))
    assert judgement.accepted
    assert how(judgement)["gross"] == "check"
    assert how(judgement)["net"] == "clerk"


def test_a_sum_is_held_against_the_table_when_only_that_is_open():
    few = header() + RIGHT[:2]
    judgement = judged(few, settled=settled(("net", None)))
    assert ("check-failed", "rows") in codes(judgement)
    assert judged(few, settled=settled(("net", None), ("rows", None))).accepted


def test_settled_cells_are_sure():
    kind = replace(NOTE, checks=NOTE.checks[:1])
    rows = table(("Bolts", "60.00"), ("Nuts", "40.00"))
    every = settled(*((cell.fieldtype, cell.line_item_id) for cell in rows))
    judgement = judged(header() + rows, kind, settled=every)
    assert judgement.accepted
    assert how(judgement)["amount"] == "clerk"


@pytest.mark.parametrize("found", [Blocker("hidden-text", "hidden"), Blocker("several", "two")])
def test_what_is_said_of_the_document_is_settled_by_the_empty_name(found):
    paper = replace(PAPER, blockers=(found,))
    assert not judged(
        header() + RIGHT, paper=paper, extra_blockers=[Blocker("seen-before", "old.pdf")]
    ).accepted
    assert judged(
        header() + RIGHT,
        paper=paper,
        extra_blockers=[Blocker("seen-before", "old.pdf")],
        settled=settled(("", None)),
    ).accepted


def test_the_style_may_come_from_outside():
    paper = document("RE-7 03/04/2018 119.00")
    fields = [answer(paper, "sent", "03/04/2018")]
    assert judged(fields, paper=paper).fields[0].value is None
    british = style_of(paper, country="GB")
    assert judged(fields, paper=paper, style=british).fields[0].value == "2018-04-03"
